"""What the secretary types into a report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_TEXT = forms.Textarea(attrs={"rows": 6})
LONGEST = 20_000


class CommentForm(forms.Form):
    """The comments on one part, one remark a line."""

    strengths = forms.CharField(
        label=_("Strengths"),
        help_text=_("One remark a line. An empty field takes the remarks out."),
        required=False,
        max_length=LONGEST,
        widget=_TEXT,
    )
    improvements = forms.CharField(
        label=_("Areas for improvement"),
        help_text=_("One remark a line."),
        required=False,
        max_length=LONGEST,
        widget=_TEXT,
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        help_text=_("For the journal, e.g. “names a person”."),
        max_length=300,
        error_messages={"required": _("Write why: the journal keeps the reason.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SummaryForm(forms.Form):
    """The words at the beginning."""

    summary = forms.CharField(
        label=_("Summary"),
        help_text=_("A few sentences on the whole; one paragraph a line."),
        required=False,
        max_length=LONGEST,
        widget=_TEXT,
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=300,
        required=False,
        help_text=_("For the journal; may stay empty."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
