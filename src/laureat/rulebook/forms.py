"""Uploading a rulebook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One YAML file of a known award, or the zip of an award's folder."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "A .zip of the award's folder, or the .yaml file of one edition; at most 2 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.yaml,.yml"}),
    )
    award = forms.ChoiceField(
        label=_("Award"),
        required=False,
        help_text=_("Only for a single .yaml file: what it includes is taken from this server."),
    )

    def __init__(self, *args: Any, awards: list[tuple[str, str]], **kwargs: Any) -> None:
        """`awards`: key and title of those whose folder is on this server."""
        super().__init__(*args, **kwargs)
        choices = [("", _("the file is a .zip")), *awards]
        self.fields["award"].choices = choices  # type: ignore[attr-defined]
        if not awards:
            del self.fields["award"]
