"""Who keeps honours and who reads them before everybody may."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.honours.models import ENDED, Honour, HonourState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import (
    YES,
    Answer,
    Permission,
    holds,
    no,
    within,
)
from laureat.platform.accounts.models import User
from laureat.registry.permissions import represented
from laureat.rulebook.models import Edition

_STAFF = (Role.ORGANISER, Role.SECRETARY)
_HONOUR = {"award": "edition__award__key", "edition": "edition__key", "region": "stage__region"}
_OUT = (HonourState.PUBLISHED, *ENDED)


def _keeps(user: User, honour: Honour) -> bool:
    return holds(
        user,
        *_STAFF,
        award=honour.edition.award.key,
        edition=honour.edition.key,
        region=honour.stage.region,
    )


def _may_keep(user: User, honour: Honour) -> Answer:
    if _keeps(user, honour):
        return YES
    return no(_("Only the secretary of the stage that gave the honour does this."))


def _kept(user: User) -> QuerySet[Honour]:
    return Honour.objects.filter(within(user, *_STAFF, **_HONOUR))


def organisations_of(user: User) -> set[str]:
    """Uids of the organisations that `user` acts for."""
    return represented(user)


def _may_see(user: User, honour: Honour) -> Answer:
    if _keeps(user, honour):
        return YES
    if honour.entry.organisation.uid in organisations_of(user):
        if honour.state in _OUT:
            return YES
        return no(_("The decision has not been published yet."))
    return no(_("Only those who act for the organisation and the secretary see this."))


def _seen(user: User) -> QuerySet[Honour]:
    kept = within(user, *_STAFF, **_HONOUR)
    if not kept:
        return Honour.objects.all()
    mine = Q(entry__organisation__uid__in=organisations_of(user), state__in=_OUT)
    return Honour.objects.filter(kept | mine)


def _may_decline(user: User, honour: Honour) -> Answer:
    if _keeps(user, honour):
        return YES
    if honour.entry.organisation.uid not in organisations_of(user):
        return no(_("Only those who act for the laureate decline the title, or the secretary."))
    if honour.state in _OUT:
        return YES
    return no(_("The decision has not been published yet."))


def _may_list(user: User, edition: Edition) -> Answer:
    if holds(user, *_STAFF, award=edition.award.key, edition=edition.key):
        return YES
    return no(_("Only the secretaries of this edition keep its honours."))


def _listed(user: User) -> QuerySet[Edition]:
    return Edition.objects.filter(within(user, *_STAFF, award="award__key", edition="key"))


keep_honour = Permission("keep_honour", may=_may_keep, among=_kept)
"""Issue the diploma, revoke."""
see_honour = Permission("see_honour", may=_may_see, among=_seen)
"""Read an honour with its diploma and licence: those who keep it, and once it is published those
who act for the organisation."""
decline_honour = Permission("decline_honour", may=_may_decline, among=_seen)
"""Decline a title: who acts for the laureate, and the secretary by a letter."""
list_honours = Permission("list_honours", may=_may_list, among=_listed)
"""Open the list of an edition (it shows the honours one may keep)."""
