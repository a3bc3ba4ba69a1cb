"""Reading roles for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from laureat.platform.access.models import AUDITED, Grant, Role
from laureat.platform.access.permissions import Answer, end_grant, holds, see_people
from laureat.platform.access.scopes import Scope, scopes
from laureat.platform.accounts.models import User
from laureat.platform.accounts.queries import named

OFFERED = (Role.ASSESSOR, Role.CHAIR, Role.MEMBER, Role.SECRETARY, Role.AUDITOR, Role.ORGANISER)


def managed_scopes(user: User) -> list[Scope]:
    """The editions whose people `user` sees."""
    return [each for each in scopes() if see_people(user, each.award, each.edition)]


def regions_of(user: User, scope: Scope) -> dict[str, str]:
    """The regions that `user` gives roles in; "" is the whole edition."""
    names = {"award": scope.award, "edition": scope.edition}
    found = {"": _("the whole contest"), **scope.regions}
    return {
        key: title
        for key, title in found.items()
        if holds(user, Role.ORGANISER, Role.SECRETARY, **names, region=key)
    }


def people(
    user: User, scope: Scope, *, role: str = "", ended: bool = False, search: str = ""
) -> QuerySet[Grant]:
    """The roles held (or ended) in an edition, that `user` may see; `search` is part of the name or
    the address.
    """
    found = Grant.objects.filter(
        Q(award=scope.award) | Q(award=""), Q(edition=scope.edition) | Q(edition="")
    )
    found = found.exclude(role=Role.APPLICANT).filter(ended_at__isnull=not ended)
    names = {"award": scope.award, "edition": scope.edition}
    if not holds(user, Role.ORGANISER, Role.SECRETARY, **names, region=""):
        found = found.filter(region__in=list(regions_of(user, scope)))
    if role:
        found = found.filter(role=role)
    if search:
        found = found.filter(named(search, "user__")).exclude(user__ledger_salt="")
    return found.select_related("user").order_by("role", "region", "user__name", "pk")


def not_independent() -> list[tuple[Grant, Grant]]:
    """Who audits a contest and works in it: the role of auditor, and the first of the others.

    Nobody becomes so any more (see `give_role`); who was before stays so until a role is ended.
    """
    held = Grant.objects.filter(ended_at=None, role__in=AUDITED, user__is_active=True)
    auditing = Grant.objects.filter(ended_at=None, role=Role.AUDITOR, user__is_active=True)
    work: dict[int, list[Grant]] = {}
    for row in held.filter(user__in=auditing.values("user")).order_by("pk"):
        work.setdefault(row.user_id, []).append(row)
    found = []
    for each in auditing.select_related("user").order_by("user__name", "pk"):
        other = next((one for one in work.get(each.user_id, []) if _meet(each, one)), None)
        if other is not None:
            found.append((each, other))
    return found


def _meet(one: Grant, other: Grant) -> bool:
    """Whether there is a contest that both belong to; an empty part means every one."""
    scopes = ((one.award, other.award), (one.edition, other.edition), (one.region, other.region))
    return all(not first or not second or first == second for first, second in scopes)


def grant(pk: int) -> Grant | None:
    """One role that somebody holds or held, or None; who may end it is the action's question."""
    return Grant.objects.filter(pk=pk).first()


def seen_grant(user: User, scope: Scope, pk: int) -> Grant | None:
    """One of the roles in force that `user` sees in an edition, or None."""
    return people(user, scope).filter(pk=pk).first()


@dataclass(frozen=True)
class Line:
    """A role with what the reader may do about it."""

    grant: Grant
    where: str
    panel: str
    waiting: bool
    """Invited, no password chosen yet."""
    end: Answer


def lines(user: User, scope: Scope, found: list[Grant]) -> list[Line]:
    """The rows of the page."""
    return [
        Line(
            grant=grant,
            where=scope.regions.get(grant.region, grant.region),
            panel=scope.panels.get(grant.panel, grant.panel),
            waiting=grant.user.is_active and not grant.user.has_usable_password(),
            end=end_grant(user, grant),
        )
        for grant in found
    ]


def endable_waiting(user: User) -> int:
    """How many invited people, of those `user` has to do with, have not chosen a password yet."""
    waiting = end_grant.of(user).filter(
        ended_at=None,
        user__is_active=True,
        user__demo_role="",
        user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
    )
    return waiting.exclude(role=Role.APPLICANT).values("user").distinct().count()
