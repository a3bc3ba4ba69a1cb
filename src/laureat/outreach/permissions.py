"""Who writes letters: organisers and secretaries; a regional secretary those of the region."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.outreach.models import Campaign
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no, within
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition

WRITERS = (Role.ORGANISER, Role.SECRETARY)


def _may_handle(user: User, campaign: Campaign) -> Answer:
    edition = campaign.edition
    scope = {"award": edition.award.key, "edition": edition.key, "region": campaign.region}
    if holds(user, *WRITERS, **scope):
        return YES
    if not campaign.region and holds(user, *WRITERS, award=edition.award.key, edition=edition.key):
        return no(_("A regional secretary writes to the region: choose your region."))
    return no(_("Only the secretary and the organiser of this edition write its letters."))


def _handled(user: User) -> QuerySet[Campaign]:
    return Campaign.objects.filter(
        within(
            user,
            *WRITERS,
            award="edition__award__key",
            edition="edition__key",
            region="region",
        )
    )


handle_campaign = Permission("handle_campaign", may=_may_handle, among=_handled)
"""Prepare, correct, render, send and withdraw letters; download them."""


def writable_editions(user: User) -> QuerySet[Edition]:
    """The editions for which `user` writes letters, to the whole country or to a region."""
    return Edition.objects.filter(within(user, *WRITERS, award="award__key", edition="key"))


def writable_regions(user: User, edition: Edition) -> set[str] | None:
    """The regions that `user` may write to for `edition`; None: any."""
    found: set[str] = set()
    for grant in grants(user, *WRITERS):
        if grant.award in {"", edition.award.key} and grant.edition in {"", edition.key}:
            if not grant.region:
                return None
            found.add(grant.region)
    return found


def is_writer(user: User) -> bool:
    """Whether `user` writes letters at all."""
    return bool(grants(user, *WRITERS))
