"""What is told of the roles somebody gives and ends, before it goes on (see sent.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import end_grant
from laureat.platform.access.scopes import scope_of
from laureat.platform.access.sent import Fact, Fields, Sent
from laureat.platform.accounts.models import User


def _region(_user: User, parts: Mapping[str, Any], fields: Fields) -> Iterable[Fact]:
    """Where the role is given; nothing where it is the whole contest's."""
    scope = scope_of(parts["award"], parts["edition"])
    for code in fields.get("region", []):
        if scope and code in scope.regions:
            yield gettext("Where"), scope.regions[code]


def _ended(user: User, _parts: Mapping[str, Any], fields: Fields) -> Iterable[Fact]:
    """Whose role ends."""
    keys = [key for key in fields.get("grant", []) if key.isascii() and key.isdigit()]
    grants: Iterable[Grant] = end_grant.of(user).filter(pk__in=[int(key[:18]) for key in keys])
    for grant in grants:
        yield gettext("Person"), str(grant.user)
        yield gettext("Role"), grant.get_role_display()


MAIL = {
    "role-given": _("Role given"),
    "role-ended": _("Role ended"),
}
SENT = {
    "access:people": Sent(
        fields={
            "name": _("Full name"),
            "email": _("E-mail address"),
            "post": _("Post"),
            "role": _("Role"),
            "language": _("Language of the letter"),
        },
        codes={
            "role": dict(Role.choices),
            "language": {"ru": "Русский", "en": "English"},
        },
        also=_region,
    ),
    "access:end": Sent(also=_ended),
}
