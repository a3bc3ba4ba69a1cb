"""Giving and ending roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.platform.access.models import AUDITED, Grant, Role
from laureat.platform.access.permissions import end_grant, forget_grants, may_give
from laureat.platform.access.scopes import scope_of
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.actions import register_person, send_invitation
from laureat.platform.accounts.duties import register_hold
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused


@dataclass(frozen=True)
class Through:
    """A role is given or ended by what somebody did (a merge, an erasure), not in their own right:
    nobody's right is asked, no letter of its own is sent, and the journals name them.
    """

    author: User | None


def _author(by: User | Through | None) -> User | None:
    return by.author if isinstance(by, Through) else by


@transaction.atomic
def give_role(
    user: User,
    role: Role,
    *,
    by: User | Through | None,
    award: str = "",
    edition: str = "",
    region: str = "",
    panel: str = "",
    organisation: str = "",
) -> Grant:
    """Give `user` a role within a scope; giving it twice changes nothing. Raises Denied, Refused.

    Whoever gives a role that is not theirs to give, but follows from what they did, says `Through`.
    """
    if isinstance(by, User):
        answer = may_give(by, role, award=award, edition=edition, region=region)
        if not answer:
            raise Denied(answer.reason)
    if not user.is_active:
        raise Refused(_("This account is closed."))
    keep_independent(user, role, {"award": award, "edition": edition, "region": region})
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
        role_changed.send(sender=Grant, grant=grant, by=_author(by), change="given")
    return grant


def keep_independent(user: User, role: Role, scope: Mapping[str, str]) -> None:
    """An auditor looks at the work of the others, so nobody is both in one contest. Raises Refused."""
    if role != Role.AUDITOR and role not in AUDITED:
        return
    # One role at a time: two people who give both at once would each see neither.
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    against = AUDITED if role == Role.AUDITOR else (Role.AUDITOR,)
    here = Grant.objects.filter(user=user, role__in=against, ended_at=None)
    for name, value in scope.items():
        if value:
            here = here.filter(**{f"{name}__in": ["", value]})
    other = here.order_by("pk").first()
    if other is None:
        return
    said = {"name": user, "role": other.get_role_display()}
    if role == Role.AUDITOR:
        raise Refused(
            _(
                "%(name)s already works in this contest (%(role)s), and an auditor looks at that work "
                "from outside. Invite somebody else, or end that role first."
            )
            % said,
            field="role",
        )
    raise Refused(
        _(
            "%(name)s is the auditor of this contest and looks at the work of others from outside. "
            "Invite somebody else, or end the role of auditor first."
        )
        % said,
        field="role",
    )


def _tell(grant: Grant, kind: str, *, by: User) -> None:
    """Write to whoever was given a role, or lost it: they learn it from nobody else."""
    from laureat.platform.mail import actions as mail  # noqa: PLC0415 - mail knows roles

    person = grant.user
    with translation.override(person.language):
        scope = scope_of(grant.award, grant.edition)
        contest = scope.title if scope else "/".join(filter(None, [grant.award, grant.edition]))
        words = {
            "user": person,
            "by": by,
            "role": grant.get_role_display(),
            "contest": contest,
            "region": scope.regions.get(grant.region, grant.region) if scope else grant.region,
            "link": settings.BASE_URL + reverse("accounts:desk"),
        }
        given = kind == "role-given"
        said = _("You have a role: %(role)s") if given else _("Your role has ended: %(role)s")
        mail.queue(
            to=person.email,
            kind=kind,
            subject=said % words,
            body=render_to_string(f"access/mail/{kind}.txt", words),
            user=person,
            scope=f"{grant.award}/{grant.edition}" if grant.award and grant.edition else "",
            language=person.language,
        )


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
    """Give a role to somebody known by e-mail, and tell them by mail; who has no account yet is
    invited by it. Raises Denied, Refused (`field` email, name, role or region).
    """
    answer = may_give(by, role, award=award, edition=edition, region=region)
    if not answer:
        raise Denied(answer.reason)
    if role == Role.ORGANISER and region:
        raise Refused(
            _("An organiser runs the whole contest: choose no region, or make them a secretary."),
            field="region",
        )
    person = register_person(email, name, language=language, post=post, letter=False, by=by)
    scope = {"award": award, "edition": edition, "region": region, "panel": panel}
    if Grant.objects.filter(user=person, role=role, ended_at=None, **scope).exists():
        raise Refused(_("%(name)s has this role already.") % {"name": person}, field="email")
    grant = give_role(person, role, by=by, **scope)
    if person.has_usable_password():
        _tell(grant, "role-given", by=by)
    else:
        send_invitation(person, by=by)
    return grant


@transaction.atomic
def end_role(grant: Grant, *, by: User | Through | None) -> Grant:
    """End a role from now on; the record stays. Raises Denied, Refused (has ended already)."""
    row = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    if isinstance(by, User):
        end_grant.require(by, row)
        if row.user_id == by.pk and row.role == Role.ORGANISER:
            raise Refused(_("Ask another organiser to end your own role of organiser."))
    if row.ended_at is not None:
        raise Refused(_("This role has ended already."))
    row.ended_at = now()
    row.save(update_fields=["ended_at"])
    grant.ended_at = row.ended_at
    forget_grants(grant.user)
    role_changed.send(sender=Grant, grant=row, by=_author(by), change="ended")
    if isinstance(by, User) and row.user_id != by.pk and row.user.is_active:
        _tell(row, "role-ended", by=by)
    return row


def hold_roles(user: User) -> None:
    """The roles that an erasure ends, before the journals that tell of the first of them."""
    list(Grant.objects.select_for_update().filter(user=user, ended_at=None).order_by("pk"))


def end_roles_of_erased(sender: Any, user: User, by: User | None, **kwargs: Any) -> None:
    """Somebody who is forgotten holds nothing any more."""
    for grant in Grant.objects.filter(user=user, ended_at=None).order_by("pk"):
        end_role(grant, by=Through(by))


register_hold(40, hold_roles)
person_erased.connect(end_roles_of_erased, dispatch_uid="access.end_roles_of_erased")
