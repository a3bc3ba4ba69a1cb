"""Giving and ending roles."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import end_grant, forget_grants, may_give
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.actions import register_person
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused


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
    """Give `user` a role within a scope; giving it twice changes nothing. Raises Denied, Refused."""
    if by is not None:
        answer = may_give(by, role, award=award, edition=edition, region=region)
        if not answer:
            raise Denied(answer.reason)
    if not user.is_active:
        raise Refused(_("This account is closed."))
    grant, created = Grant.objects.get_or_create(
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
    if created:
        role_changed.send(sender=Grant, grant=grant, by=by, change="given")
    return grant


@transaction.atomic
def invite(
    email: str,
    name: str,
    role: Role,
    *,
    award: str,
    edition: str,
    by: User,
    region: str = "",
    panel: str = "",
    language: str = "ru",
    post: str = "",
) -> Grant:
    """Give a role to somebody known by e-mail; who has no account yet is invited by mail.

    Raises Denied, Refused (`field` email, name or role).
    """
    answer = may_give(by, role, award=award, edition=edition, region=region)
    if not answer:
        raise Denied(answer.reason)
    person = register_person(email, name, language=language, post=post, by=by)
    scope = {"award": award, "edition": edition, "region": region, "panel": panel}
    if Grant.objects.filter(user=person, role=role, ended_at=None, **scope).exists():
        raise Refused(_("%(name)s has this role already.") % {"name": person}, field="email")
    return give_role(person, role, by=by, **scope)


@transaction.atomic
def end_role(grant: Grant, *, by: User | None) -> Grant:
    """End a role from now on; the record stays. Raises Denied, Refused (has ended already)."""
    row = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    if by is not None:
        end_grant.require(by, row)
        if row.user_id == by.pk and row.role == Role.ORGANISER:
            raise Refused(_("Ask another organiser to end your own role of organiser."))
    if row.ended_at is not None:
        raise Refused(_("This role has ended already."))
    row.ended_at = now()
    row.save(update_fields=["ended_at"])
    grant.ended_at = row.ended_at
    forget_grants(grant.user)
    role_changed.send(sender=Grant, grant=row, by=by, change="ended")
    return row


def end_roles_of_erased(sender: Any, user: User, by: User | None, **kwargs: Any) -> None:
    """Somebody who is forgotten holds nothing any more."""
    for grant in Grant.objects.filter(user=user, ended_at=None):
        end_role(grant, by=None)


person_erased.connect(end_roles_of_erased, dispatch_uid="access.end_roles_of_erased")
