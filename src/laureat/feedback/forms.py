"""What the secretary types into a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


def _file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=_("One file if needed: PDF, DOCX, XLSX, JPG or PNG, up to 20 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.png"}),
    )


class AskForm(forms.Form):
    """A question about the result."""

    text = forms.CharField(
        label=_("Question"),
        help_text=_("What you want explained: a criterion, a remark, the decision."),
        max_length=10_000,
        widget=_TEXT,
        error_messages={"required": _("Write your question.")},
    )
    file = _file(_("File to the question"))


class AnswerForm(forms.Form):
    """The answer; who judged is not named."""

    answer = forms.CharField(
        label=pgettext_lazy("noun", "Answer"),
        help_text=_("The applicant reads it as it stands. Assessors are not named."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write the answer.")},
    )
    file = _file(_("File to the answer"))
    named = forms.BooleanField(
        label=_("The names in the answer are not those of assessors"),
        required=False,
        widget=forms.HiddenInput,
    )

    def ask_whether_named(self) -> None:
        """Show the tick that was not asked for before."""
        self.fields["named"].widget = forms.CheckboxInput()


class PanelForm(forms.Form):
    """At which session the panel is asked, and for which honour."""

    session = forms.ChoiceField(label=_("Session"))
    honour = forms.ChoiceField(label=_("Honour to be proposed"))
    again = forms.BooleanField(
        label=_("These votes are void, members vote again"),
        required=False,
        widget=forms.HiddenInput,
    )
    """Asked only where the motion brings a tie to light on which members have voted."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Show the question that was not asked before."""
        if field == "again":
            self.fields["again"].widget = forms.CheckboxInput()
        super().add_error(field, error)

    def __init__(
        self,
        data: QueryDict | MultiValueDict[str, str] | None,
        sessions: Sequence[tuple[str, str]],
        honours: Sequence[tuple[str, str]],
    ) -> None:
        """Sessions and honours: value and label."""
        super().__init__(data)
        for name, choices in (("session", sessions), ("honour", honours)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)
