"""Inviting somebody with a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role


class InvitationForm(forms.Form):
    """Whom, as what, where."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_(
            "Who has an account already keeps it and their name, and gets the role at once."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As documents shall carry it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    post = forms.CharField(
        label=_("Post"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"))
    region = forms.ChoiceField(label=_("Where"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=[("ru", "Русский"), ("en", "English")]
    )

    def __init__(self, *args: Any, roles: list[Role], regions: dict[str, str], **kw: Any) -> None:
        """Only roles and places that the reader may give."""
        super().__init__(*args, **kw)
        labels = [(role.value, str(role.label).capitalize()) for role in roles]
        self.fields["role"].choices = labels  # type: ignore[attr-defined]
        self.fields["region"].choices = list(regions.items())  # type: ignore[attr-defined]
        if list(regions) == [""]:
            del self.fields["region"]
