"""Who acts for an organisation, and who looks after an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from laureat.intake.models import Entry
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition


def applicants(entries: Iterable[Entry]) -> dict[str, list[User]]:
    """The people who work on `entries` as applicants, by the organisation's uid."""
    entries = list(entries)
    uids = {entry.organisation.uid for entry in entries}
    editions = {(entry.edition.award.key, entry.edition.key) for entry in entries}
    found: dict[str, list[User]] = defaultdict(list)
    grants = Grant.objects.filter(
        role=Role.APPLICANT, organisation__in=uids, ended_at__isnull=True, user__is_active=True
    )
    for grant in grants.select_related("user").order_by("given_at", "pk"):
        elsewhere = grant.edition and (grant.award, grant.edition) not in editions
        if not elsewhere and grant.user not in found[grant.organisation]:
            found[grant.organisation].append(grant.user)
    return found


def secretaries(entry: Entry) -> list[User]:
    """The secretaries of the edition and region of `entry`."""
    return secretaries_of(entry.edition, entry.region)


def secretaries_of(edition: Edition, region: str = "") -> list[User]:
    """Who runs an edition, or its part in a region; nobody twice, in the order of their roles."""
    return _holders(Role.SECRETARY, edition, region)


def organisers_of(edition: Edition) -> list[User]:
    """The organisers of an edition; nobody twice, in the order of their roles."""
    return _holders(Role.ORGANISER, edition)


def _holders(role: Role, edition: Edition, region: str = "") -> list[User]:
    grants = Grant.objects.filter(
        Q(award="") | Q(award=edition.award.key),
        Q(edition="") | Q(edition=edition.key),
        Q(region="") | Q(region=region),
        role=role,
        ended_at__isnull=True,
        user__is_active=True,
    )
    held = grants.select_related("user").order_by("given_at", "pk")
    return list(dict.fromkeys(grant.user for grant in held))
