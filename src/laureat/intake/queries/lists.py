"""Lists of entries, and counts, without a query per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from laureat.intake import permissions
from laureat.intake.models import CheckResult, Entry, EntryState, Passage, PassageState
from laureat.intake.queries.working import with_hints
from laureat.platform.accounts.models import User
from laureat.platform.i18n.search import search_key
from laureat.registry.models import Region
from laureat.rulebook.models import Edition, Stage, StageKind
from laureat.rulebook.permissions import run_stage


def edition_of(uid: str) -> Edition:
    """The edition with this public identifier; 404 if there is none."""
    row = Edition.objects.select_related("award", "version").filter(uid=uid).order_by().first()
    if row is None:
        raise Http404
    return row


def stage_of(uid: str) -> Stage:
    """The stage with this public identifier, with its edition; 404 if there is none."""
    rows = Stage.objects.select_related("edition__award", "edition__version")
    row = rows.filter(uid=uid).order_by().first()
    if row is None:
        raise Http404
    return row


_ALONG = ("organisation__region", "good", "category", "edition__award", "edition__version")
_PAGE = (*_ALONG, "saved_by")


def entry_of(uid: str) -> Entry:
    """The entry with this public identifier and what its page shows; 404 if there is none."""
    row = with_hints(Entry.objects.select_related(*_PAGE)).filter(uid=uid).order_by().first()
    if row is None:
        raise Http404
    return row


def entry_in(edition: Edition, uid: str) -> Entry:
    """An entry of this edition; 404 if it is not there."""
    entry = entry_of(uid)
    if entry.edition_id != edition.pk:
        raise Http404
    entry.edition = edition
    return entry


def with_place(rows: QuerySet[Entry]) -> QuerySet[Any]:
    """Adds `place`: the stage where an entry stands (or stopped)."""
    current = Passage.objects.filter(
        entry=OuterRef("pk"), state__in=[PassageState.ACTIVE, PassageState.STOPPED]
    ).order_by("stage__order")
    return rows.annotate(place=Subquery(current.values("stage_id")[:1]))


@dataclass(frozen=True)
class Filters:
    """What a list of entries is narrowed to; empty means any."""

    state: str = ""
    category: str = ""
    region: str = ""
    stage: str = ""
    search: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Filters:
        """From the parameters of an address."""
        return cls(
            state=str(given.get("state", "")),
            category=str(given.get("category", "")),
            region=str(given.get("region", ""))[:2],
            stage=str(given.get("stage", "")),
            search=str(given.get("q", ""))[:100],
        )


def entries_of(edition: Edition, user: User, filters: Filters) -> QuerySet[Any]:
    """The entries of an edition that `user` may see, filtered, by number; drafts come last."""
    rows = permissions.see_entry.of(user).filter(edition=edition)
    if filters.state in EntryState.values:
        rows = rows.filter(state=filters.state)
    if filters.category:
        rows = rows.filter(category__key=filters.category)
    if filters.region:
        rows = rows.filter(region=filters.region)
    for word in search_key(filters.search).split():
        rows = rows.filter(
            Q(organisation__search__contains=word)
            | Q(good__search__contains=word)
            | Q(number__contains=word)
        )
    placed = with_place(rows)
    if filters.stage:
        places = edition.stages.filter(key=filters.stage).values("pk")
        placed = placed.filter(place__in=places)
    return placed.select_related("organisation", "good", "category").order_by(
        F("number").asc(nulls_last=True), "pk"
    )


def mine(user: User) -> list[Entry]:
    """The entries that `user` works on as an applicant, newest first."""
    return list(
        Entry.objects.filter(permissions.mine(user))
        .select_related(*_ALONG)
        .order_by("-created_at", "-pk")[:200]
    )


def passages_of_many(entries: Sequence[Entry]) -> dict[int, list[Passage]]:
    """Passages with their stages, in order, by entry (one query)."""
    found: dict[int, list[Passage]] = {entry.pk: [] for entry in entries}
    editions = {entry.edition_id: entry.edition for entry in entries}
    rows = Passage.objects.filter(entry__in=list(found)).select_related("stage")
    for passage in rows.order_by("stage__order"):
        passage.stage.edition = editions[passage.stage.edition_id]
        found[passage.entry_id].append(passage)
    return found


def region_names() -> dict[str, Region]:
    """All regions by code."""
    return {region.code: region for region in Region.objects.all()}


@dataclass
class Counts:
    """How many entries stand how in a stage."""

    waiting: int = 0
    active: int = 0
    passed: int = 0
    stopped: int = 0
    withdrawn: int = 0

    @property
    def reached(self) -> int:
        """Entries that came as far as this stage."""
        return self.active + self.passed + self.stopped

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


def counts_by_stage(edition: Edition, region: str = "") -> dict[int, Counts]:
    """Counts by the stage's primary key (one query); `region`: only entries of that region.

    A stage waits for those who still walk: for nobody who was stopped before it.
    """
    walking = Q(entry__state=EntryState.SUBMITTED)
    rows = Passage.objects.filter(~Q(state=PassageState.WAITING) | walking, stage__edition=edition)
    if region:
        rows = rows.filter(entry__region=region)
    found: dict[int, Counts] = {}
    grouped = rows.order_by().values("stage_id", "state").annotate(n=Count("pk"))
    for row in grouped:
        setattr(found.setdefault(row["stage_id"], Counts()), row["state"], row["n"])
    return found


def counts_by_state(edition: Edition, region: str = "") -> dict[str, int]:
    """Entries by state (one query)."""
    rows = Entry.objects.filter(edition=edition)
    if region:
        rows = rows.filter(region=region)
    return dict(rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))


def in_checks(stage: Stage) -> QuerySet[Any]:
    """The entries that are, or were, in a check stage, by number; `standing` is how."""
    not_there = (PassageState.WAITING, PassageState.SPARED)
    came = [state for state in PassageState.values if state not in not_there]
    return (
        Entry.objects.filter(passages__stage=stage, passages__state__in=came)
        .select_related("organisation", "good", "category")
        .annotate(standing=F("passages__state"))
        .order_by("serial", "pk")
    )


def results_of(stage: Stage, entries: Sequence[Entry]) -> dict[int, dict[str, CheckResult]]:
    """Check results by entry and item (one query)."""
    found: dict[int, dict[str, CheckResult]] = {entry.pk: {} for entry in entries}
    rows = CheckResult.objects.filter(stage=stage, entry__in=list(found))
    for result in rows.select_related("protocol"):
        found[result.entry_id][result.key] = result
    return found


@dataclass(frozen=True)
class Progress:
    """How far a check stage is."""

    entries: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        """Entries without all results."""
        return self.entries - self.done


def progress_of(stage: Stage) -> Progress:
    """Counts of a check stage (one query)."""
    results = CheckResult.objects.filter(stage=stage, entry=OuterRef("entry")).order_by()
    counted = results.values("entry").annotate(n=Count("pk")).values("n")
    return Progress(
        **Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
        .annotate(found=Subquery(counted), bad=Exists(results.filter(outcome="failed")))
        .aggregate(
            entries=Count("pk"),
            done=Count("pk", filter=Q(found__gte=len(stage.rules.checks))),
            failed=Count("pk", filter=Q(bad=True)),
        )
    )


def check_stages_waiting(user: User) -> list[tuple[Stage, int]]:
    """Open check stages that `user` runs and entries are in, with how many of these lack a
    result (two queries). None lacks one: the stage waits to be closed.
    """
    rows = list(
        run_stage.of(user)
        .filter(kind=StageKind.CHECK, state="open")
        .select_related("edition__award", "edition__version")
        .annotate(n=Count("passages", filter=Q(passages__state=PassageState.ACTIVE)))
        .filter(n__gt=0)
        .order_by("closes_at", "pk")[:50]
    )
    left = {stage.pk: 0 for stage in rows}
    asked = {stage.pk: len(stage.rules.checks) for stage in rows}
    if rows:
        for stage, found, entries in _by_results(list(left)):
            left[stage] += entries if (found or 0) < asked[stage] else 0
    return [(stage, left[stage.pk]) for stage in rows]


def _by_results(stages: Sequence[int]) -> QuerySet[Any, tuple[int, int | None, int]]:
    """How many active entries of each of these stages have how many results (one query)."""
    results = CheckResult.objects.filter(stage=OuterRef("stage"), entry=OuterRef("entry"))
    counted = results.order_by().values("entry").annotate(n=Count("pk")).values("n")
    return (
        Passage.objects.filter(stage__in=stages, state=PassageState.ACTIVE)
        .annotate(found=Subquery(counted))
        .order_by()
        .values("stage", "found")
        .annotate(entries=Count("pk"))
        .values_list("stage", "found", "entries")
    )
