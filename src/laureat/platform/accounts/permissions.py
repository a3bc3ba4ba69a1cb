"""Who invites people, sees them and may have them forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, no
from laureat.platform.accounts.models import User

if TYPE_CHECKING:
    from laureat.platform.access.permissions import Person

_INVITERS = (Role.ORGANISER, Role.SECRETARY)


def invite_people(user: Person) -> Answer:
    """Whether `user` may make accounts for others."""
    if grants(user, *_INVITERS):
        return YES
    return no(_("Only an organiser or a secretary invites people."))


def _may_see(user: User, person: User) -> Answer:
    if user.pk == person.pk or grants(user, *_INVITERS):
        return YES
    return no(_("Only an organiser or a secretary sees other people's accounts."))


def _seen(user: User) -> QuerySet[User]:
    if grants(user, *_INVITERS):
        return User.objects.all()
    return User.objects.filter(pk=user.pk)


def _rules_everything(user: User) -> bool:
    """An organiser of the whole installation, not of one award."""
    return any(not grant.award and not grant.edition for grant in grants(user, Role.ORGANISER))


def ruling_everything() -> list[User]:
    """The organisers of the whole installation, who may be asked to erase somebody."""
    found = User.objects.filter(
        is_active=True,
        grants__role=Role.ORGANISER,
        grants__award="",
        grants__edition="",
        grants__ended_at=None,
    )
    return list(found.distinct().order_by("pk"))


def erase_people(user: Person) -> Answer:
    """Whether `user` sees all accounts, to erase some."""
    if isinstance(user, User) and _rules_everything(user):
        return YES
    return no(_("Only an organiser of the whole installation erases personal data."))


def _may_erase(user: User, person: User) -> Answer:
    answer = erase_people(user)
    if answer and user.pk == person.pk:
        return no(_("Ask another organiser to erase your own data."))
    return answer


def _erasable(user: User) -> QuerySet[User]:
    if not _rules_everything(user):
        return User.objects.none()
    return User.objects.exclude(pk=user.pk)


see_person = Permission("see_person", may=_may_see, among=_seen)
"""See somebody's account and send the invitation again."""
erase_person = Permission("erase_person", may=_may_erase, among=_erasable)
"""Blank a person for good."""


def _may_reset(user: User, person: User) -> Answer:
    if not _rules_everything(user):
        return no(
            _("Only an organiser of the whole installation switches off a lost second factor.")
        )
    if user.pk == person.pk:
        return no(
            _("Ask another organiser: nobody switches off a lost second factor of their own.")
        )
    return YES


reset_factor = Permission("reset_factor", may=_may_reset, among=_erasable)
"""Switch off the second factor of somebody who has lost it."""
