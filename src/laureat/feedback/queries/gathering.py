"""Everything that reports are made of, read at once: a handful of queries for a whole edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q

from laureat.assessment.models import (
    Assignment,
    AssignmentState,
    Mark,
    Result,
    Scorebook,
    ScorebookState,
)
from laureat.honours.models import Honour, HonourState
from laureat.intake.models import (
    CheckResult,
    Entry,
    EntryState,
    Outcome,
    Passage,
    PassageState,
)
from laureat.rulebook import schema
from laureat.rulebook.models import Edition

REPORTED = (EntryState.SUBMITTED, EntryState.STOPPED, EntryState.FINISHED)
"""Entries that get a report: all that were handed in and not taken back."""


@dataclass
class Material:
    """The facts of an edition by entry (its primary key) and stage (its key)."""

    edition: Edition
    rules: schema.Edition
    entries: list[Entry]
    """All that get a report."""
    results: dict[tuple[int, str], Result]
    """Of all entries, because reports compare."""
    honours: dict[int, list[Honour]]
    """In force."""
    declined: dict[int, list[Honour]] = field(default_factory=dict)
    """Given, and declined by the laureate."""
    came: dict[int, set[int]] = field(default_factory=dict)
    """Entries (by primary key) that a stage (by its own) has said its last word about."""
    passages: dict[int, list[Passage]] = field(default_factory=dict)
    books: dict[tuple[int, str], list[Scorebook]] = field(default_factory=dict)
    """Signed scorebooks with the names of their authors."""
    marks: dict[int, dict[str, Mark]] = field(default_factory=dict)
    """What they say, by scorebook (its primary key) and part."""
    failed: dict[int, list[CheckResult]] = field(default_factory=dict)
    assessors: dict[tuple[int, str], int] = field(default_factory=dict)
    """How many people accepted to judge an entry at a stage."""
    groups: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """What `comparing.compare` found, by stage and category."""

    def read_texts(self, entries: Sequence[Entry]) -> None:
        """Read what is said about `entries`: passages, scorebooks, checks (a batch at a time, so
        that memory holds the comments of a few).
        """
        texts = Q(entry__in=[entry.pk for entry in entries])
        self.passages = _passages(texts)
        self.books = _books(texts)
        self.marks = {
            book.pk: {mark.part: mark for mark in book.marks.all()}
            for books in self.books.values()
            for book in books
        }
        self.failed = _failed(texts)
        self.assessors = _assessors(texts)

    def assessment_stages(self) -> list[schema.AssessmentStage]:
        """The stages whose scorebooks feed reports, the last first."""
        found = [each for each in self.rules.stages if isinstance(each, schema.AssessmentStage)]
        feedback = self.rules.feedback
        if feedback is not None:
            keys = [each.key for each in found]
            found = found[: keys.index(feedback.model_stage) + 1]
        return found[::-1]


def gather(edition: Edition) -> Material:
    """The entries of `edition` that get a report, and the numbers of all of them."""
    entries = Entry.objects.filter(edition=edition, state__in=REPORTED)
    results = Result.objects.filter(entry__edition=edition, entry__state__in=REPORTED)
    return Material(
        edition=edition,
        rules=edition.rules,
        entries=list(
            entries.select_related("organisation__region", "good", "category").order_by(
                "serial", "pk"
            )
        ),
        results={
            (row.entry_id, row.stage.key): row
            for row in results.select_related("stage", "entry__category").order_by("pk")
        },
        honours=_honours(edition, HonourState.PUBLISHED),
        declined=_honours(edition, HonourState.DECLINED),
        came=_came(edition),
    )


def _came(edition: Edition) -> dict[int, set[int]]:
    found = defaultdict(set)
    rows = Passage.objects.filter(
        stage__edition=edition, state__in=(PassageState.PASSED, PassageState.STOPPED)
    )
    for entry, stage in rows.order_by().values_list("entry_id", "stage_id"):
        found[stage].add(entry)
    return found


def _passages(texts: Q) -> dict[int, list[Passage]]:
    found = defaultdict(list)
    for row in (
        Passage.objects.filter(texts)
        .select_related("stage")
        .order_by("entry_id", "stage__order", "pk")
    ):
        found[row.entry_id].append(row)
    return found


def _books(texts: Q) -> dict[tuple[int, str], list[Scorebook]]:
    found = defaultdict(list)
    for book in (
        Scorebook.objects.filter(texts, state=ScorebookState.SIGNED)
        .select_related("stage", "assessor__user")
        .prefetch_related(Prefetch("marks", Mark.objects.order_by("pk")))
        .order_by("entry_id", "stage__order", "kind", "assessor__serial")
    ):
        found[book.entry_id, book.stage.key].append(book)
    return found


def _failed(texts: Q) -> dict[int, list[CheckResult]]:
    found = defaultdict(list)
    for row in (
        CheckResult.objects.filter(texts, outcome=Outcome.FAILED)
        .select_related("stage")
        .order_by("entry_id", "stage__order", "key")
    ):
        found[row.entry_id].append(row)
    return found


def _honours(edition: Edition, state: HonourState) -> dict[int, list[Honour]]:
    order = {each.key: place for place, each in enumerate(edition.rules.honours)}
    found = defaultdict(list)
    rows = Honour.objects.filter(edition=edition, state=state)
    for row in sorted(rows, key=lambda row: (order.get(row.key, 0), row.pk)):
        if row.key in order:
            found[row.entry_id].append(row)
    return found


def _assessors(texts: Q) -> dict[tuple[int, str], int]:
    rows = (
        Assignment.objects.filter(texts, state=AssignmentState.ACCEPTED)
        .order_by()
        .values_list("entry_id", "stage__key")
        .annotate(people=Count("assessor", distinct=True))
    )
    return {(entry, stage): people for entry, stage, people in rows}
