"""Signing up."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from laureat.platform.accounts.models import User


class SignupForm(AllauthSignupForm):
    """E-mail, password and the full name that documents will carry."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    field_order: ClassVar[list[str]] = ["name", "email", "password1", "password2"]

    def save(self, request: HttpRequest) -> User:
        """Keep the name and the language of the page."""
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.language = "en" if get_language() == "en" else "ru"
        user.save(update_fields=["name", "language"])
        return user
