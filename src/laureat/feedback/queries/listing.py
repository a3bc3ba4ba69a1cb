"""Lists of reports for the secretary, and what waits on the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.feedback.models import Report, ReportState
from laureat.feedback.permissions import read_report
from laureat.feedback.queries.gathering import REPORTED
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.registry.permissions import represented
from laureat.rulebook.models import Edition, EditionState
from laureat.rulebook.permissions import run_edition

_WITH = (
    "entry__edition__award",
    "entry__edition__version",
    "entry__organisation",
    "entry__good",
    "entry__category",
)
_PUBLISHED = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def reports() -> QuerySet[Report]:
    """Reports with what their pages and permissions ask for."""
    return Report.objects.select_related(*_WITH)


def report(uid: str) -> Report | None:
    """One report."""
    return reports().filter(uid=uid).order_by().first()


def report_of(entry_uid: str) -> Report | None:
    """The report on an entry."""
    return reports().filter(entry__uid=entry_uid).order_by().first()


@dataclass(frozen=True)
class Standing:
    """How far the reports of an edition are."""

    entries: int
    """Entries that get one."""
    drafts: int
    released: int

    @property
    def missing(self) -> int:
        """Reports not made yet."""
        return self.entries - self.drafts - self.released


def standing(edition: Edition) -> Standing:
    """How far the reports of `edition` are."""
    found = edition.entries.filter(state__in=REPORTED).aggregate(
        entries=Count("pk"),
        drafts=Count("pk", filter=Q(report__state=ReportState.DRAFT)),
        released=Count("pk", filter=Q(report__state=ReportState.RELEASED)),
    )
    return Standing(**found)


@dataclass(frozen=True)
class Line:
    """A report in the secretary's list."""

    report: Report
    empty: int
    short: int
    names: int
    edited: int


def lines(found: Iterable[Report]) -> list[Line]:
    """Reports with what needs a look."""
    out = []
    for each in found:
        why = Counter(flag["why"] for flag in each.content["attention"])
        edited = len(each.content["edited"])
        out.append(Line(each, why["empty"], why["short"], why["names"], edited))
    return out


def in_edition(
    edition: Edition, user: User, *, state: str = "", search: str = ""
) -> QuerySet[Report]:
    """The reports of an edition that `user` reads, by number."""
    found = reports().filter(pk__in=read_report.of(user).values("pk"), entry__edition=edition)
    if state in ReportState.values:
        found = found.filter(state=state)
    if search:
        named = Q()
        for word in search_key(search).split():
            named &= Q(entry__organisation__search__contains=word)
        by_number = Q(entry__number__icontains=search)
        found = found.filter(by_number | named if named else by_number)
    return found.order_by("entry__serial", "entry_id")


# ---------------------------------------------------------------- the desk


def desk_sections(user: User) -> list[Section]:
    """Released reports for applicants; drafts and missing reports for secretaries."""
    return [*_received(user), *_to_release(user)]


def _received(user: User) -> list[Section]:
    uids = represented(user)
    if not uids:
        return []
    found = (
        reports()
        .filter(state=ReportState.RELEASED, entry__organisation__uid__in=uids)
        .order_by("-released_at", "-pk")[:10]
    )
    items = [
        Item(
            title=_("Feedback report, entry %(number)s") % {"number": each.entry.number},
            url=reverse("feedback:report", args=[each.uid]),
            detail=localised(each.entry.edition, "title"),
            state=_("released"),
            tone="ok",
        )
        for each in found
    ]
    return [Section(_("Feedback reports"), items)] if items else []


def _to_release(user: User) -> list[Section]:
    found = (
        Edition.objects.filter(pk__in=run_edition.of(user).values("pk"), state__in=_PUBLISHED)
        .select_related("award")
        .annotate(
            waiting=Count(
                "entries",
                filter=Q(entries__state__in=REPORTED)
                & ~Q(entries__report__state=ReportState.RELEASED),
            )
        )
        .filter(waiting__gt=0)
        .order_by("-year", "pk")
    )
    items = [
        Item(
            title=localised(edition, "title"),
            url=reverse("feedback:list", args=[edition.uid]),
            detail=ngettext(
                "%(count)s applicant waits for the report",
                "%(count)s applicants wait for their reports",
                edition.waiting,
            )
            % {"count": edition.waiting},
            state=_("to be released"),
            tone="warn",
            todo=True,
        )
        for edition in found
    ]
    return [Section(_("Feedback to applicants"), items)] if items else []
