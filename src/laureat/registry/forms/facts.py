"""What is asked about a change of facts that others know already: its reason, its decision."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

CORRECTION = _(
    "Honours keep the name of their day. Tick this if the name was never right: then they carry the "
    "corrected one."
)


class FactsForm(forms.Form):
    """Facts that others may know already: then a change of them has a reason, or is a correction."""

    why = forms.CharField(
        label=_("Why this changes"),
        max_length=500,
        required=False,
        help_text=_(
            "If you change what is marked “By decision of the secretary”: name the paper, e.g. an "
            "entry of the EGRUL of 12.03.2026."
        ),
    )
    correction = forms.BooleanField(
        label=_("A mistake is corrected"),
        required=False,
        help_text=CORRECTION,
    )
    BESIDES = ("why", "correction")

    def keep_besides(self, *, proposes: Collection[str] = (), honoured: bool = False) -> None:
        """Mark the facts that are only proposed, and ask for the reason or the correction last."""
        by_secretary = gettext("By decision of the secretary.")
        for name in set(proposes) & set(self.fields):
            field = self.fields[name]
            field.help_text = f"{field.help_text} {by_secretary}".strip()
        for name, wanted in (("why", bool(proposes)), ("correction", honoured)):
            field = self.fields.pop(name)
            if wanted:
                self.fields[name] = field

    def changes(self) -> dict[str, Any]:
        """What was changed, for `change_or_propose`."""
        return {
            name: self.cleaned_data[name] for name in self.changed_data if name not in self.BESIDES
        }

    def besides(self) -> dict[str, Any]:
        """The reason and the correction, as far as they were asked for."""
        return {name: self.cleaned_data[name] for name in self.BESIDES if name in self.fields}


class DecisionForm(forms.Form):
    """What is decided about a proposed change."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("The applicant reads it; needed to decline."),
    )
    correction = forms.BooleanField(
        label=_("A mistake is corrected"),
        required=False,
        help_text=CORRECTION,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, honoured: bool, **kwargs: Any) -> None:
        """`honoured`: there are honours whose name could be corrected."""
        super().__init__(*args, **kwargs)
        if not honoured:
            del self.fields["correction"]
