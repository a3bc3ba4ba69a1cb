"""Permissions: a predicate with a reason, and the same rule as a queryset.

    see_entry = Permission("see_entry", may=_may_see, among=_entries_seen_by)
    see_entry.require(user, entry)      # raises Denied(reason)
    if see_entry(user, entry): …        # an Answer is true or false and has .reason
    see_entry.of(user)                  # queryset of all entries the predicate allows

A test walks `REGISTRY` and shows that predicate and queryset agree for every role.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied

M = TypeVar("M", bound=models.Model)
Person = User | AnonymousUser | None


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why."""

    allowed: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(allowed=True)


def no(reason: Any) -> Answer:
    """No, because of `reason` (a translated text)."""
    return Answer(allowed=False, reason=reason)


SIGN_IN = no(_("Please sign in."))


class Permission(Generic[M]):
    """A named right over objects of one kind."""

    def __init__(
        self,
        name: str,
        may: Callable[[User, M], Answer],
        among: Callable[[User], QuerySet[M]],
        *,
        anonymous: Callable[[M], Answer] | None = None,
    ) -> None:
        """`may` answers for signed-in people; `anonymous`, if given, for everybody else."""
        self.name = name
        self._may = may
        self._among = among
        self._anonymous = anonymous
        REGISTRY[name] = self

    def __call__(self, user: Person, obj: M) -> Answer:
        if not isinstance(user, User) or not user.is_active:
            return self._anonymous(obj) if self._anonymous else SIGN_IN
        return self._may(user, obj)

    def require(self, user: Person, obj: M) -> None:
        """Raise Denied with the reason unless allowed."""
        answer = self(user, obj)
        if not answer:
            raise Denied(answer.reason)

    def of(self, user: User) -> QuerySet[M]:
        """All objects that the predicate allows `user`."""
        return self._among(user)


REGISTRY: dict[str, Permission[Any]] = {}


def grants(user: Person, *roles: Role) -> list[Grant]:
    """The grants of `user` in force (read once per user object)."""
    if not isinstance(user, User) or not user.is_active:
        return []
    held: list[Grant] | None = user.__dict__.get("_grants")
    if held is None:
        held = list(Grant.objects.filter(user=user, ended_at__isnull=True))
        user.__dict__["_grants"] = held
    return [grant for grant in held if not roles or grant.role in roles]


def forget_grants(user: User) -> None:
    """Read the grants anew next time."""
    user.__dict__.pop("_grants", None)


def _covers(grant: Grant, scope: dict[str, str]) -> bool:
    return all(
        not getattr(grant, name) or getattr(grant, name) == value for name, value in scope.items()
    )


def holds(user: Person, *roles: Role, **scope: str) -> bool:
    """Whether `user` holds one of `roles` over `scope` (award, edition, region, panel,
    organisation). A grant with an empty field covers any value of it; a scope field that is
    not asked is not looked at.
    """
    return any(_covers(grant, scope) for grant in grants(user, *roles))


def within(
    user: User,
    *roles: Role,
    award: str = "",
    edition: str = "",
    region: str = "",
    panel: str = "",
    organisation: str = "",
) -> Q:
    """The rows within the scope of the person's grants, as a filter.

    Each keyword names the lookup that holds that scope, e.g. `within(user, Role.SECRETARY,
    award="edition__award__key", edition="edition__key", region="region")`.
    """
    lookups = {
        "award": award,
        "edition": edition,
        "region": region,
        "panel": panel,
        "organisation": organisation,
    }
    found = Q(pk__in=[])
    for grant in grants(user, *roles):
        scope = {
            lookup: getattr(grant, name)
            for name, lookup in lookups.items()
            if lookup and getattr(grant, name)
        }
        if not scope:
            return Q()
        found |= Q(**scope)
    return found


_BY_SECRETARY = (Role.ASSESSOR, Role.CHAIR, Role.MEMBER)
"""The roles that a secretary gives; the others are the organiser's to give."""


def may_give(by: Person, role: Role | str, *, award: str, edition: str, region: str) -> Answer:
    """Whether `by` gives or ends `role` in that scope.

    Organisers give any role in their scope, secretaries those of assessors and panels in theirs.
    """
    if holds(by, Role.ORGANISER, award=award, edition=edition):
        return YES
    if not grants(by, Role.ORGANISER, Role.SECRETARY):
        return no(_("Only an organiser or the secretary of this edition gives and ends roles."))
    if role not in _BY_SECRETARY:
        return no(_("Only the organiser gives and ends this role."))
    if holds(by, Role.SECRETARY, award=award, edition=edition, region=region):
        return YES
    return no(_("This role belongs to another edition or region than yours."))


def roles_to_give(by: Person, *, award: str, edition: str, region: str = "") -> list[Role]:
    """The roles that `by` gives in an edition, as a page offers them."""
    offered = (
        Role.ASSESSOR,
        Role.CHAIR,
        Role.MEMBER,
        Role.SECRETARY,
        Role.AUDITOR,
        Role.ORGANISER,
    )
    scope = {"award": award, "edition": edition, "region": region}
    return [role for role in offered if may_give(by, role, **scope)]


def _may_end(user: User, grant: Grant) -> Answer:
    return may_give(user, grant.role, award=grant.award, edition=grant.edition, region=grant.region)


def _endable(user: User) -> QuerySet[Grant]:
    organised = within(user, Role.ORGANISER, award="award", edition="edition")
    run = within(user, Role.SECRETARY, award="award", edition="edition", region="region")
    return Grant.objects.filter(organised) | Grant.objects.filter(run, role__in=_BY_SECRETARY)


end_grant = Permission("end_grant", may=_may_end, among=_endable)
"""End a role that somebody holds (or held)."""


def see_people(user: Person, award: str, edition: str) -> Answer:
    """Whether `user` sees who holds which role in an edition (or in their region of it)."""
    if holds(user, Role.ORGANISER, Role.SECRETARY, award=award, edition=edition):
        return YES
    if not isinstance(user, User):
        return SIGN_IN
    return no(_("Only an organiser or the secretary of this edition sees its people."))
