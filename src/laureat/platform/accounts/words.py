"""What kinds of mail about accounts are called, and what is told of an erasure before it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.sent import Fact, Fields, Sent
from laureat.platform.accounts.models import User
from laureat.platform.accounts.permissions import erase_person

MAIL = {
    "account.erasure_asked": _("Somebody asks for their account to be erased"),
    "account.erasure_noted": _("Request to be erased received"),
    "account.erasure_taken_back": _("Request to be erased taken back"),
    "account.invitation": _("Invitation to laureat"),
    "account.account_already_exists": _("Somebody signs up with a known address"),
    "account.email_changed": _("Address changed"),
    "account.email_confirm": _("Address confirmed"),
    "account.email_confirmation": _("Confirmation of an address"),
    "account.email_confirmation_signup": _("Confirmation of an address after signing up"),
    "account.email_deleted": _("Address removed"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("Password chosen anew"),
    "account.password_reset_key": _("Link to a new password"),
    "account.password_set": _("Password chosen"),
    "account.recovery_codes_generated": _("New recovery codes"),
    "account.second_factor_reset": _("Lost second factor switched off"),
    "account.totp_activated": _("Second factor switched on"),
    "account.totp_deactivated": _("Second factor switched off"),
    "account.unknown_account": _("Unknown address asks for a password"),
    "account.webauthn_added": _("Passkey added"),
    "account.webauthn_removed": _("Passkey removed"),
}


def _person(user: User, parts: Mapping[str, Any], _fields: Fields) -> Iterable[Fact]:
    """Who is erased."""
    for person in User.objects.filter(uid=parts["uid"]):
        if erase_person(user, person):
            yield gettext("Person"), f"{person} ({person.email})"


SENT = {
    "account_email": Sent(fields={"email": _("New address")}),
    "accounts:export_data": Sent(),
    "accounts:erase": Sent(also=_person),
    "accounts:reset_factor": Sent(
        fields={"reason": _("How you made sure that it is them")}, also=_person
    ),
}
