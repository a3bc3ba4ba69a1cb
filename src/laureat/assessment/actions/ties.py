"""Ties between assessors and applicants that nobody has to declare: they are found.

An employer or client, a role as an applicant, the same INN, a mail address of the organisation's own
domain. A tie becomes a `Conflict` when somebody is enrolled or changed and when the secretary
looks for ties; one that is not kept yet (its application came later) already keeps a pair apart
when teams are proposed. A tie that was lifted is no tie any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from laureat.assessment.models import Assessor, Conflict, Tie
from laureat.platform.access.models import Grant, Role
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition

PUBLIC_MAIL = frozenset(
    [
        "mail.ru",
        "inbox.ru",
        "list.ru",
        "bk.ru",
        "internet.ru",
        "vk.com",
        "ya.ru",
        "yandex.ru",
        "yandex.com",
        "rambler.ru",
        "lenta.ru",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "yahoo.com",
        "proton.me",
    ]
)
"""Mail services where anybody has a box: a shared domain means nothing there."""


@dataclass(frozen=True)
class Found:
    """A tie, and what it is about: an INN, a domain."""

    tie: Tie
    about: str = ""

    @property
    def said(self) -> str:
        """In the reader's language."""
        return str(self.tie.label) % {"about": self.about}


Ties = dict[tuple[int, int], Found]
"""By assessor and organisation, in the order of both."""


def entrants_of(edition: Edition) -> list[Organisation]:
    """Everybody who applied, in the order in which rows are locked."""
    rows = Organisation.objects.filter(entries__edition=edition)
    return list(rows.distinct().order_by("pk"))


@dataclass(frozen=True)
class Known:
    """What ties of a person are found by."""

    mail: str
    works_for: Mapping[int, str]
    """INN by organisation."""
    acts_for: Collection[str]
    """Identifiers of organisations."""


def tie_of(known: Known, organisation: Organisation) -> Found | None:
    """What ties the person to the organisation, if anything does."""
    if organisation.pk in known.works_for:
        return Found(Tie.EMPLOYER)
    if organisation.uid in known.acts_for:
        return Found(Tie.APPLICANT)
    if organisation.inn and organisation.inn in known.works_for.values():
        return Found(Tie.INN, organisation.inn)
    own = _domain(known.mail)
    reserved = own.endswith(".invalid")  # RFC 2606: nobody's address, as in the demo
    if not own or reserved or own in PUBLIC_MAIL:
        return None
    if own in {_domain(organisation.email), _host(organisation.site)}:
        return Found(Tie.DOMAIN, own)
    return None


def acting_for(edition: int) -> dict[int, set[str]]:
    """Whom the assessors of an edition act for as applicants, by person. One query."""
    found: dict[int, set[str]] = {}
    for user, uid in Grant.objects.filter(
        role=Role.APPLICANT, user__assessors__edition=edition, ended_at__isnull=True
    ).values_list("user_id", "organisation"):
        found.setdefault(user, set()).add(uid)
    return found


def ties(
    edition: Edition, assessors: Sequence[Assessor], organisations: Iterable[Organisation]
) -> Ties:
    """The ties that are neither kept as conflicts nor lifted. Three queries; `user` of each
    assessor should have been read.
    """
    people = [each.pk for each in assessors]
    judged = set(
        Conflict.objects.filter(assessor__in=people).values_list("assessor_id", "organisation_id")
    )
    works: dict[int, dict[int, str]] = {}
    for key, organisation, inn in Assessor.works_for.through.objects.filter(
        assessor__in=people
    ).values_list("assessor_id", "organisation_id", "organisation__inn"):
        works.setdefault(key, {})[organisation] = inn
    acting, makers = acting_for(edition.pk), list(organisations)
    found: Ties = {}
    for each in assessors:
        known = Known(each.user.email, works.get(each.pk, {}), acting.get(each.user_id, ()))
        for maker in makers:
            tie = tie_of(known, maker)
            if tie and (each.pk, maker.pk) not in judged:
                found[each.pk, maker.pk] = tie
    return found


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower().strip()


def _host(site: str) -> str:
    return (urlsplit(site).hostname or "").removeprefix("www.")
