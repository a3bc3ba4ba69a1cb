"""How the assessors of a stage judge: severities, agreement, habits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.fairness import kept, marks_of, sheets
from laureat.assessment.actions.results import Outcome, outcome_of
from laureat.assessment.models import Assessor
from laureat.assessment.queries.habits import alpha_words, habit_words, needed_words, verdict
from laureat.platform.ui.charts import Interval, intervals
from laureat.platform.ui.text import language
from laureat.rulebook.models import Stage
from laureat.science import judging
from laureat.science.judging import Panel, Severity


@dataclass
class AssessorRow:
    """How strict an assessor is, and what is odd about their marks."""

    assessor: Assessor
    severity: Severity | None
    spread: float | None
    words: list[str]
    books: int

    @property
    def notable(self) -> bool:
        """The interval does not contain zero."""
        return self.severity is not None and (self.severity.low > 0 or self.severity.high < 0)


@dataclass
class JudgingPage:
    """Everything the page about the assessors shows."""

    stage: Stage
    rows: list[AssessorRow]
    panel: Panel
    model: str
    chart: Any
    parts: int
    sentences: list[str]
    books: int
    marks: int

    @property
    def odd(self) -> list[AssessorRow]:
        """Whose marks are worth a question."""
        return [row for row in self.rows if row.words]

    @property
    def verdict(self) -> tuple[str, str]:
        """In a word, and its tone."""
        return verdict(self.panel)


def panel_of(stage: Stage, outcome: Outcome) -> Panel:
    """Agreement and habits; computed once for what is signed. One query the first time."""
    return kept.get(
        ("panel", outcome.digest),
        lambda: judging.panel(marks_of(stage, outcome.books), sheets(outcome.books)),
    )


def judging_page(stage: Stage, *, names: bool) -> JudgingPage:
    """The assessors of the stage, the strictest first; `names` for those who may know them."""
    outcome = outcome_of(stage, parts=False)
    found = panel_of(stage, outcome)
    counts: dict[int, int] = {}
    for book in outcome.books:
        counts[book.assessor_id] = counts.get(book.assessor_id, 0) + 1
    people = {
        each.pk: each for each in Assessor.objects.filter(pk__in=counts).select_related("user")
    }
    serials = {key: each.serial for key, each in people.items()}
    said: dict[int, list[str]] = {}
    for habit in found.habits:
        said.setdefault(habit.assessor, []).append(habit_words(habit, serials))
        if habit.other is not None:
            said.setdefault(habit.other, []).append(habit_words(habit, serials, other_way=True))
    rows = [
        AssessorRow(
            each,
            outcome.fair.severities.get(key),
            (found.spread or {}).get(key),
            said.get(key, []),
            counts[key],
        )
        for key, each in people.items()
    ]
    rows.sort(
        key=lambda row: (
            row.severity is None,
            -(row.severity.points if row.severity else 0),
            row.assessor.serial,
        )
    )
    return JudgingPage(
        stage,
        rows,
        found,
        outcome.fair.model,
        _chart(rows, names=names),
        len(outcome.fair.parts),
        [] if found.alpha is None else [alpha_words(found), *needed_words(found)],
        len(outcome.books),
        sum(book.filled for book in outcome.books),
    )


def _chart(rows: Sequence[AssessorRow], *, names: bool) -> Any:
    shown = [row for row in rows if row.severity is not None]
    if not shown:
        return None
    return intervals(
        [
            Interval(
                f"{row.assessor.serial} · {row.assessor.user.name}"
                if names
                else _("Assessor %(number)s") % {"number": row.assessor.serial},
                row.severity.points,
                row.severity.low,
                row.severity.high,
                tone="warn" if row.notable else "laurel",
                note=(_("stricter") if row.severity.points > 0 else _("milder"))
                if row.notable
                else "",
            )
            for row in shown
            if row.severity is not None
        ],
        title=_("How strict the assessors are"),
        columns=(_("Assessor"), _("Points"), _("Interval 90 %"), _("Note")),
        line=(_("average"), Decimal(0)),
        lang=language(),
    )
