"""Reading people for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from laureat.platform.access.permissions import grants
from laureat.platform.access.scopes import scopes
from laureat.platform.accounts.models import DemoRole, User


def demo_roles(user: Any) -> list[dict[str, Any]]:
    """The demo sign-ins in the order of the bar, with the current one marked."""
    there = set(demo_people().values_list("demo_role", flat=True))
    current = getattr(user, "demo_role", "")
    return [
        {"key": role.value, "label": role.label, "current": role.value == current}
        for role in DemoRole
        if role.value in there
    ]


def demo_people() -> Any:
    """The people behind the demo sign-ins, the oldest of each role first."""
    return User.objects.filter(is_active=True).exclude(demo_role="").order_by("pk")


@dataclass(frozen=True)
class HeldRole:
    """A role as its holder reads it."""

    label: str
    where: str
    since: datetime


def role_names(user: User) -> list[str]:
    """What a person is here, each word once, as sentences begin."""
    return list(dict.fromkeys(_capital(grant.get_role_display()) for grant in grants(user)))


def roles(user: User) -> list[HeldRole]:
    """The roles of a person with the titles of their editions."""
    titles = {(each.award, each.edition): each for each in scopes()}
    held = []
    for grant in grants(user):
        edition = titles.get((grant.award, grant.edition))
        where = edition.title if edition else "/".join(filter(None, [grant.award, grant.edition]))
        region = edition.regions.get(grant.region, grant.region) if edition else grant.region
        held.append(
            HeldRole(
                _capital(grant.get_role_display()),
                " · ".join(filter(None, [where, region])),
                grant.given_at,
            )
        )
    return held


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
