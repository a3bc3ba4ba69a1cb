"""How the assessors of a stage judge: whom to look at and why, all of them, and one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.http import Http404
from django.utils.translation import gettext as _

from laureat.assessment.actions.counting import all_known
from laureat.assessment.actions.judging import Figures, figures_of
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import (
    Assessor,
    Assignment,
    AssignmentState,
    Judging,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.assessment.queries import habits
from laureat.intake.models import Entry
from laureat.platform.i18n.latin import called
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.charts import Bin, Interval, histogram, intervals
from laureat.platform.ui.text import language
from laureat.rulebook.models import Stage, StageState

AT_ONCE = 10_000
"""Marks that are looked at while somebody waits for the page: about a second."""
MOST_IN_CHART = 30
COLUMNS = 12


@dataclass
class AssessorRow:
    """How strict an assessor is, and what is odd about their marks."""

    serial: int
    name: str
    """Empty for readers who may not know it."""
    books: int
    severity: Decimal | None
    low: Decimal | None
    high: Decimal | None
    infit: float | None
    outfit: float | None
    spread: float | None
    words: list[str] = field(default_factory=list)
    """What one might ask about."""

    @property
    def label(self) -> str:
        """As charts name the assessor."""
        if self.name:
            return f"{self.serial} · {self.name}"
        return _("Assessor %(number)s") % {"number": self.serial}

    @property
    def stricter(self) -> bool:
        """Clearly: the interval lies above zero."""
        return self.low is not None and self.low > 0

    @property
    def milder(self) -> bool:
        """Clearly: the interval lies below zero."""
        return self.high is not None and self.high < 0

    @property
    def notable(self) -> bool:
        """The interval does not contain zero."""
        return self.stricter or self.milder


@dataclass(frozen=True)
class Wanted:
    """Which assessors the reader asked to see."""

    search: str = ""
    show: str = ""
    """ask, stricter, milder; empty: all."""
    sort: str = "-severity"


@dataclass
class JudgingPage:
    """Everything the page about the assessors shows."""

    stage: Stage
    rows: list[AssessorRow]
    figures: Figures
    computed_at: datetime | None = None
    """When the provisional figures of a large open stage were computed."""
    since: int = 0
    """How many scorebooks have been signed since then."""

    @property
    def agreement(self) -> dict[str, Any]:
        """Figures for the statistician."""
        return self.figures["agreement"]

    @property
    def odd(self) -> list[AssessorRow]:
        """Whose marks are worth a question."""
        return [row for row in self.rows if row.words]

    @property
    def verdict(self) -> tuple[str, str]:
        """In a word, and its tone."""
        return habits.verdict(self.agreement, self.by_fair)

    @property
    def by_fair(self) -> bool:
        """Whether fair points decide."""
        return bool(self.stage.rules.result == "fair")

    @property
    def strict_words(self) -> str:
        """How far the assessors lie apart."""
        return habits.strict_words(self.rows, by_fair=self.by_fair)

    @cached_property
    def reliable_words(self) -> list[str]:
        """How far the order can be relied on, and what that rests on."""
        return habits.reliable_words(self.agreement, self.figures["books"], self.by_fair)

    def chosen(self, wanted: Wanted) -> list[AssessorRow]:
        """The rows the reader asked for, in their order."""
        text = search_key(wanted.search).strip()
        rows = [
            row
            for row in self.rows
            if (not text or text == str(row.serial) or _in_name(text, row.name))
            and {"ask": bool(row.words), "stricter": row.stricter, "milder": row.milder}.get(
                wanted.show, True
            )
        ]
        name, down = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
        known = [row for row in rows if _sorted_by(row, name) is not None]
        unknown = [row for row in rows if _sorted_by(row, name) is None]
        known.sort(key=lambda row: row.serial)
        known.sort(key=lambda row: _sorted_by(row, name) or Decimal(0), reverse=down)
        return known + sorted(unknown, key=lambda row: row.serial)

    def chart(self) -> Any:
        """Everybody's strictness: each with an interval, or of many how many are how strict."""
        shown = [row for row in self.rows if row.severity is not None]
        if not shown:
            return None
        return _intervals(shown) if len(shown) <= MOST_IN_CHART else _histogram(shown)

    @property
    def many(self) -> bool:
        """Whether the chart counts assessors instead of naming them."""
        return sum(row.severity is not None for row in self.rows) > MOST_IN_CHART


def _in_name(text: str, name: str) -> bool:
    return bool(name) and not text.isdecimal() and text in search_key(name)


def _sorted_by(row: AssessorRow, name: str) -> Decimal | None:
    if name == "number":
        return Decimal(row.serial)
    if name == "books":
        return Decimal(row.books)
    return row.severity


def known_figures(stage: Stage) -> Figures | None:
    """What was kept when the stage was closed. One query."""
    row = Judging.objects.filter(stage=stage).first() if stage.state == StageState.CLOSED else None
    return row.figures if row else None


@dataclass(frozen=True)
class Person:
    """An assessor of the edition with what they have signed at the stage."""

    serial: int
    name: str
    books: int
    marks: int


def _people(stage: Stage) -> list[Person]:
    """Everybody who could have judged. One query."""
    signed = Q(
        scorebooks__stage=stage,
        scorebooks__kind=ScorebookKind.INDIVIDUAL,
        scorebooks__state=ScorebookState.SIGNED,
    )
    rows = Assessor.objects.filter(edition=stage.edition_id).annotate(
        books=Count("scorebooks", filter=signed), marks=Sum("scorebooks__filled", filter=signed)
    )
    return [
        Person(serial, called(name, latin), books, marks or 0)
        for serial, name, latin, books, marks in rows.values_list(
            "serial", "user__name", "user__name_latin", "books", "marks"
        )
    ]


def _figures(stage: Stage, people: Iterable[Person]) -> tuple[Figures | None, datetime | None, int]:
    """The figures; those of a large open stage with when they were computed and how many scorebooks
    have been signed since.
    """
    if stage.state == StageState.CLOSED:
        return known_figures(stage), None, 0
    if sum(each.marks for each in people) <= AT_ONCE:
        return figures_of(stage, outcome_of(stage, parts=False)), None, 0
    row = Judging.objects.filter(stage=stage).first()
    if row is None:
        return None, None, 0
    since = sum(each.books for each in people) - row.figures["books"]
    return row.figures, row.computed_at, max(0, since)


def judging_page(stage: Stage, *, names: bool) -> JudgingPage | None:
    """The assessors of the stage; `names` for those who may know them.

    None where the figures of a closed or of a large stage are not kept yet: a page computes nothing
    that takes seconds. Two queries where they are, at any size.
    """
    people = _people(stage)
    figures, computed_at, since = _figures(stage, people)
    if figures is None:
        return None
    called = {each.serial: each.name for each in people} if names else {}
    said = _said(figures)
    return JudgingPage(
        stage,
        [
            AssessorRow(
                each["assessor"],
                called.get(each["assessor"], ""),
                each["scorebooks"],
                _points(each["severity"]),
                _points((each["interval"] or [None, None])[0]),
                _points((each["interval"] or [None, None])[1]),
                each["infit"],
                each["outfit"],
                each["spread_of_marks"],
                said.get(each["assessor"], []),
            )
            for each in figures["assessors"]
        ],
        figures,
        computed_at,
        since,
    )


def _points(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _said(figures: Figures) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for each in figures["habits"]:
        one, other = each["assessor"], each["other"]
        found.setdefault(one, []).append(habits.habit_words(each["habit"], other))
        if other is not None:
            found.setdefault(other, []).append(habits.habit_words(each["habit"], one))
    return found


def _intervals(rows: Iterable[AssessorRow]) -> Any:
    return intervals(
        [
            Interval(
                row.label,
                row.severity,
                row.low,
                row.high,
                tone="warn" if row.notable else "laurel",
                note=_("stricter") if row.stricter else _("milder") if row.milder else "",
            )
            for row in sorted(rows, key=lambda row: (-(row.severity or 0), row.serial))
            if row.severity is not None and row.low is not None and row.high is not None
        ],
        title=_("How strict the assessors are"),
        columns=(_("Assessor"), _("Points"), _("Interval 90 %"), _("Note")),
        line=(_("average"), Decimal(0)),
        lang=language(),
    )


def _histogram(rows: Sequence[AssessorRow]) -> Any:
    values = [row.severity for row in rows if row.severity is not None]
    step = _step(max(values) - min(values))
    first = (min(values) / step).to_integral_value("ROUND_FLOOR")
    last = (max(values) / step).to_integral_value("ROUND_FLOOR")
    columns = [(first + n) * step for n in range(int(last - first) + 1)]
    return histogram(
        [
            Bin(low, low + step, sum(low <= value < low + step for value in values))
            for low in columns
        ],
        title=_("How strict the assessors are"),
        columns=(_("Points"), _("Assessors")),
        line=(_("average"), Decimal(0)),
        lang=language(),
    )


def _step(width: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten: at most `COLUMNS` of them cover the width, about."""
    step = Decimal("0.01")
    for factor in (Decimal(2), Decimal("2.5"), Decimal(2)) * 7:
        if width / step <= COLUMNS:
            break
        step *= factor
    return step


# ---------------------------------------------------------------------------- one of them


@dataclass(frozen=True)
class Judged:
    """An entry as one assessor judged it, and as the others did."""

    entry: Entry
    own: Decimal
    others: Decimal | None
    """Mean of the other scorebooks."""
    colleagues: int

    @property
    def apart(self) -> Decimal | None:
        """By how much the own points are above the others'."""
        return None if self.others is None else self.own - self.others


def row_of(page: JudgingPage, serial: str) -> AssessorRow:
    """The assessor with this number; 404 if nobody of the stage has it."""
    for row in page.rows:
        if str(row.serial) == serial:
            return row
    raise Http404


def judged_by(stage: Stage, serial: int) -> list[Judged]:
    """What the assessor judged, the farthest from the others first; of a closed stage as it was
    when it was closed, where that is known. Two queries.
    """
    there = Assignment.objects.filter(
        stage=stage,
        entry=OuterRef("entry"),
        assessor=OuterRef("assessor"),
        state=AssignmentState.ACCEPTED,
    )
    books = Scorebook.objects.filter(
        Exists(there),
        stage=stage,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
        points__isnull=False,
    )
    if stage.state == StageState.CLOSED and all_known(stage):
        books = Scorebook.objects.filter(
            stage=stage, kind=ScorebookKind.INDIVIDUAL, counted=True, points__isnull=False
        )
    own = books.filter(assessor__serial=serial)
    by_entry: dict[Entry, dict[int, Decimal]] = {}
    for book in books.filter(entry__in=own.values("entry")).select_related(
        "entry__organisation", "assessor"
    ):
        if book.points is not None:
            by_entry.setdefault(book.entry, {})[book.assessor.serial] = book.points
    found = []
    for entry, points in by_entry.items():
        others = [value for who, value in points.items() if who != serial]
        mean = round(sum(others, Decimal(0)) / len(others), 2) if others else None
        found.append(Judged(entry, points[serial], mean, len(others)))
    return sorted(found, key=lambda each: (-abs(each.apart or Decimal(0)), each.entry.pk))
