"""Checks what people type about themselves and, when one is forgotten, about others."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from laureat.platform.accounts import actions, limits
from laureat.platform.accounts.models import User
from laureat.platform.accounts.personal_data import CONSENT
from laureat.platform.clock import now
from laureat.platform.i18n.latin import in_latin
from laureat.platform.ui.zones import RUSSIAN, known_zones, offset


class Plain:
    """Our labels say what is asked for; allauth repeats them as placeholders."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignIn(Plain, LoginForm):
    """E-mail and password."""

    def clean(self) -> Any:
        """Before the last tries, say how many there are."""
        try:
            return super().clean()
        except ValidationError as error:
            left = limits.passwords_left(context.request)
            if error.code == "email_password_mismatch" and left:
                raise ValidationError(f"{error.message} {left}", code=error.code) from error
            raise


class _Counted:
    """Wrong codes of the second factor are counted aloud."""

    user: User

    def clean_code(self) -> str:
        """The code, or how many tries are left."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # untyped above
        except ValidationError as error:
            closed = error.code == "too_many_login_attempts"
            said = limits.wrong_code(context.request, self.user, closed=closed)
            raise ValidationError(said, code=error.code) from error
        return code


class SecondFactor(_Counted, Plain, AuthenticateForm):
    """The code after the password."""


class SecondFactorAgain(_Counted, Plain, ReauthenticateByCodeForm):
    """The code before what cannot be taken back."""


def _consent_text() -> str:
    """The way to the text, in a window of its own: what was typed stays."""
    return format_html(
        '<a href="{}#consent" target="_blank">{}</a>',
        reverse("accounts:personal_data"),
        gettext("Text of the consent; what is kept, why and how long"),
    )


def consent_field() -> forms.BooleanField:
    """Nobody has an account without having agreed; nothing is ticked beforehand."""
    return forms.BooleanField(
        label=_("I agree to the processing of my personal data"),
        help_text=lazy(_consent_text, SafeString)(),
        error_messages={
            "required": _("Without your consent there can be no account: tick it, if you agree.")
        },
    )


class ConsentForm(forms.Form):
    """The consent of somebody who has an account already."""

    consent = consent_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The text stands on the same page, and there is an account already."""
        super().__init__(*args, **kwargs)
        field = self.fields["consent"]
        field.help_text = ""
        field.error_messages["required"] = gettext("To go on, tick this, if you agree.")


class SignUp(Plain, SignupForm):
    """E-mail, password and the full name that documents will carry."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As documents shall carry it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    consent = consent_field()
    field_order: ClassVar[list[str]] = ["name", "email", "password1", "password2", "consent"]

    def clean_name(self) -> str:
        """One line without double spaces."""
        return " ".join(self.cleaned_data["name"].split())


class AddEmail(Plain, AddEmailForm):
    """Another address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class ChangePassword(Plain, ChangePasswordForm):
    """The old password and the new one."""


class SetPassword(Plain, SetPasswordForm):
    """The first password."""


class ResetPassword(Plain, ResetPasswordForm):
    """The address that the letter goes to."""


class ResetPasswordKey(Plain, ResetPasswordKeyForm):
    """The new password, and the consent of who has not agreed to the text of today yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None and self.user.consent_to != CONSENT:
            self.fields["consent"] = consent_field()

    def save(self) -> None:
        """Both or neither."""
        with transaction.atomic():
            if "consent" in self.fields:
                actions.agree(self.user, consent=self.cleaned_data["consent"])
            super().save()


class Reauthenticate(Plain, ReauthenticateForm):
    """The password once more."""


def _rules() -> str:
    return " ".join(password_validators_help_texts())


class InvitationForm(forms.Form):
    """The first password of an invited person."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=lazy(_rules, str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password (again)"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    consent = consent_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """For this person: a password must not resemble the name."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        """Long and not common."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        data = super().clean() or {}
        if data.get("password1") and data.get("password2") not in {None, data["password1"]}:
            self.add_error("password2", ValidationError(gettext("The two passwords differ.")))
        return data


_PARTS = {
    "Europe": pgettext_lazy("part of the world", "Europe"),
    "Asia": pgettext_lazy("part of the world", "Asia"),
    "Africa": pgettext_lazy("part of the world", "Africa"),
    "America": pgettext_lazy("part of the world", "America"),
    "Australia": pgettext_lazy("part of the world", "Australia"),
    "Atlantic": pgettext_lazy("part of the world", "Atlantic Ocean"),
    "Indian": pgettext_lazy("part of the world", "Indian Ocean"),
    "Pacific": pgettext_lazy("part of the world", "Pacific Ocean"),
    "Antarctica": pgettext_lazy("part of the world", "Antarctica"),
}
"""Parts of the world as zones are named by them, in the order of a list for Russian readers."""


def zones() -> list[Any]:
    """The zones of Russia from west to east, then all the others by parts of the world."""
    others: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(known_zones() - set(RUSSIAN)):
        part, _slash, place = zone.partition("/")
        known = part if place and part in _PARTS else ""
        others.setdefault(known, []).append((zone, zone.replace("_", " ")))
    named = [
        (zone, f"{name} ({offset(now().astimezone(ZoneInfo(zone)))})")
        for zone, name in RUSSIAN.items()
    ]
    return [
        (_("Russia"), named),
        *((title, others[part]) for part, title in _PARTS.items() if part in others),
        (_("By difference from UTC, and old names"), others.get("", [])),
    ]


class ProfileForm(forms.Form):
    """How a person is named and reached."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    name_latin = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "en", "spellcheck": "false"}),
    )
    post = forms.CharField(
        label=_("Post"),
        max_length=200,
        required=False,
        help_text=_("With the organisation, e.g. head of quality, OOO “Demo”."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("ru", "Русский"), ("en", "English")],
        help_text=_("Of letters to you, and of the pages after signing in."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Times are shown in it; where it differs, Moscow time stands beside."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say how the name is written where nothing is typed."""
        super().__init__(*args, **kwargs)
        proposal = format_html('<span lang="en">{}</span>', in_latin(self.initial["name"]))
        self.fields["name_latin"].help_text = format_html(
            gettext(
                "As in your passport for travel: English pages and papers carry it. If you leave it "
                "empty: {name}."
            ),
            name=proposal,
        )


class AddPasskey(AddWebAuthnForm):
    """allauth gives the field no label to translate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is named."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")


class EditPasskey(EditWebAuthnForm):
    """The same for renaming."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is named."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")


class LostFactorForm(forms.Form):
    """Nobody's second factor is switched off on a word alone."""

    reason = forms.CharField(
        label=_("How you made sure that it is them"),
        max_length=300,
        help_text=_("For example: came with their passport; called back at the number we know."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ErasingForm(forms.Form):
    """The address once more, so that nobody is erased by a slip of the hand."""

    address = forms.CharField(
        label=_("The person's e-mail address, typed once more"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "email"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """For this person."""
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_address(self) -> str:
        """Exactly the person whose page it is."""
        address: str = self.cleaned_data["address"].strip().lower()
        if address != self.person.email:
            raise ValidationError(
                gettext("This is not the address of this person: expected %(email)s.")
                % {"email": self.person.email}
            )
        return address
