"""What people type in the room."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from laureat.honours.models import Honour
from laureat.honours.queries import Row


class RenewForm(forms.Form):
    """On what ground a term is renewed."""

    basis = forms.CharField(
        label=_("Ground"),
        help_text=_("For example: application No. 5 of 12 March. The journal keeps its hash."),
        max_length=500,
    )


class WithdrawForm(forms.Form):
    """Why the right to use the emblem is withdrawn."""

    reason_ru = forms.CharField(
        label=_("Reason, in Russian"),
        help_text=_("The letter to the applicant repeats it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason_en = forms.CharField(
        label=_("Reason, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReissueForm(forms.Form):
    """Why a diploma is issued anew."""

    reason_ru = forms.CharField(
        label=_("Reason, in Russian"),
        help_text=_("For example: a misprint in the name. The journal keeps its hash."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason_en = forms.CharField(
        label=_("Reason, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclineForm(forms.Form):
    """That a title is declined: the office names the letter, the laureate says that it is meant."""

    letter = forms.CharField(
        label=_("Number of the letter"),
        help_text=_("As the laureate's letter bears it; the journal keeps its hash."),
        max_length=100,
    )
    letter_on = forms.DateField(
        label=_("Date of the letter"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("May stay empty. Only the secretary reads it; it is not published."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=_("I act for the laureate and am entitled to decline the title."),
        error_messages={"required": _("Say that you are entitled to do this.")},
    )

    def __init__(self, data: QueryDict | None, *, office: bool) -> None:
        """office: a letter is put on record."""
        super().__init__(data)
        for name in ("sure",) if office else ("letter", "letter_on"):
            del self.fields[name]


class RevokeForm(forms.Form):
    """Why an honour is taken back; both languages, because everybody reads it. And which others of
    the same entry go with it: at first those that later stages gave, which came after this one.
    """

    reason_ru = forms.CharField(
        label=_("Reason, in Russian"),
        help_text=_("The register and the check page of the diploma repeat it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    also = forms.MultipleChoiceField(
        label=_("Revoke with it"),
        help_text=_("What is not chosen stays valid."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason_en = forms.CharField(
        label=_("Reason, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("reason_ru", "reason_en", "also")

    def __init__(self, data: QueryDict | None, honour: Honour, others: Sequence[Row]) -> None:
        """others: the honours of the entry that the person may revoke, too."""
        super().__init__(data)
        self.others = {row.honour.uid: row.honour for row in others}
        if not others:
            del self.fields["also"]
            return
        field = self.fields["also"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (row.honour.uid, f"{row.title} · {row.number}" if row.number else row.title)
            for row in others
        ]
        field.initial = [
            row.honour.uid for row in others if row.honour.stage.order > honour.stage.order
        ]

    @property
    def chosen(self) -> list[Honour]:
        """The honours that go with it."""
        return [self.others[uid] for uid in self.cleaned_data.get("also", [])]
