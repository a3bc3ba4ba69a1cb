"""Giving and ending roles."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import forget_grants, holds
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied


def may_give(by: User | None, role: Role, award: str, edition: str, region: str) -> bool:
    """Organisers give any role in their scope; secretaries give panel and assessor roles in
    theirs; the system (None) gives what an action of a room asks for."""
    if by is None:
        return True
    scope = {"award": award, "edition": edition, "region": region}
    if holds(by, Role.ORGANISER, award=award):
        return True
    return role in {Role.ASSESSOR, Role.CHAIR, Role.MEMBER} and holds(by, Role.SECRETARY, **scope)


@transaction.atomic
def give_role(
    user: User,
    role: Role,
    *,
    by: User | None,
    award: str = "",
    edition: str = "",
    region: str = "",
    panel: str = "",
    organisation: str = "",
) -> Grant:
    """Give `user` a role within a scope; giving it twice changes nothing. Raises Denied."""
    if not may_give(by, role, award, edition, region):
        raise Denied(_("Only an organiser or the secretary of this edition gives roles."))
    grant, _created = Grant.objects.get_or_create(
        user=user,
        role=role,
        award=award,
        edition=edition,
        region=region,
        panel=panel,
        organisation=organisation,
        ended_at=None,
        defaults={"given_at": now()},
    )
    forget_grants(user)
    return grant


@transaction.atomic
def end_role(grant: Grant, *, by: User | None) -> None:
    """End a role from now on; the record stays. Raises Denied."""
    if not may_give(by, Role(grant.role), grant.award, grant.edition, grant.region):
        raise Denied(_("Only an organiser or the secretary of this edition ends roles."))
    grant.ended_at = now()
    grant.save(update_fields=["ended_at"])
    forget_grants(grant.user)
