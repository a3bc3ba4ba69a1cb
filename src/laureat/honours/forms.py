"""What people type in the room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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


class RevokeForm(forms.Form):
    """Why an honour is taken back; both languages, because everybody reads it."""

    reason_ru = forms.CharField(
        label=_("Reason, in Russian"),
        help_text=_("The register and the check page of the diploma repeat it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason_en = forms.CharField(
        label=_("Reason, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
