"""An assessment stage as its secretary sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.results import Found, Outcome, decide, outcome_of
from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Result,
    Sample,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.assessment.permissions import blind
from laureat.assessment.queries.words import METHODS, part_label, unfinished_words
from laureat.intake.models import Entry, Passage
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import Interval, intervals
from laureat.platform.ui.text import language
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema import Gate
from laureat.science.gates import Decision

MOST_IN_CHART = 40


@dataclass
class EntryRow:
    """How far one entry is."""

    entry: Entry
    code: str = ""
    asked: int = 0
    accepted: int = 0
    begun: int = 0
    signed: int = 0
    consensus: str = ""
    waits: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Nothing is missing."""
        return not self.waits


@dataclass
class Progress:
    """How far a stage is."""

    rows: list[EntryRow]
    signed: int
    wanted: int
    unanswered: int

    @property
    def done(self) -> int:
        """Entries with nothing missing."""
        return sum(row.done for row in self.rows)

    @property
    def left(self) -> int:
        """Entries that wait for something."""
        return len(self.rows) - self.done


def progress_of(stage: Stage, *, codes: bool = True) -> Progress:
    """Every entry of the stage with what it waits for; with the `codes` of a blind stage only for
    those who may know them. Seven queries at any size.
    """
    outcome = outcome_of(stage, parts=False)
    rows = {each.entry.pk: EntryRow(each.entry) for each in outcome.found}
    if stage.state != StageState.CLOSED:
        for item in outcome.unfinished:
            rows[item.entry.pk].waits.append(unfinished_words(item))
    for entry, state in Assignment.objects.filter(stage=stage, state__in=LIVE).values_list(
        "entry_id", "state"
    ):
        if entry in rows:
            rows[entry].asked += 1
            rows[entry].accepted += state == AssignmentState.ACCEPTED
    for entry, kind, state in Scorebook.objects.filter(stage=stage).values_list(
        "entry_id", "kind", "state"
    ):
        if entry not in rows:
            continue
        if kind == ScorebookKind.CONSENSUS:
            rows[entry].consensus = state
        else:
            rows[entry].begun += 1
            rows[entry].signed += state == ScorebookState.SIGNED
    if codes and blind(stage):
        for entry, code in Sample.objects.filter(stage=stage).values_list("entry_id", "code"):
            if entry in rows:
                rows[entry].code = code
    found = list(rows.values())
    return Progress(
        found,
        sum(row.signed for row in found),
        sum(max(row.accepted, stage.rules.team.size[0]) for row in found)
        if stage.rules.scorebook.individual
        else 0,
        sum(row.asked - row.accepted for row in found),
    )


# ---------------------------------------------------------------------------- results


@dataclass
class ResultRow:
    """What was found for an entry, and what the gate says of it."""

    entry: Entry
    points: Decimal | None
    beside: Mapping[str, Decimal | None]
    low: Decimal | None
    high: Decimal | None
    scorebooks: int
    rank: int | None
    passes: bool | None
    reason: str
    tied: bool
    places: int | None
    last_above: bool = False
    """The line of decision runs below this row."""

    @property
    def shown_beside(self) -> list[Decimal | None]:
        """Points by the other methods, in the order of the headings."""
        return [self.beside[name] for name in sorted(self.beside)]


@dataclass
class GroupResults:
    """The results of one category or region, ranked."""

    title: str
    rows: list[ResultRow]
    line: Decimal | None
    chart: Any = None
    chart_cut: bool = False


@dataclass
class SeverityRow:
    """How strict an assessor is."""

    serial: int
    name: str
    points: Decimal
    low: Decimal
    high: Decimal
    books: int
    notable: bool
    """The interval does not contain zero."""


@dataclass
class ResultsPage:
    """Everything the results page shows."""

    stage: Stage
    groups: list[GroupResults]
    severities: list[SeverityRow]
    components: int
    unfinished: list[tuple[Entry, str]]
    undecided: list[ResultRow]
    refused: str = ""
    beside: list[tuple[str, str]] = field(default_factory=list)

    @property
    def passing(self) -> int:
        """How many walk on."""
        return sum(row.passes is True for group in self.groups for row in group.rows)

    @property
    def stopping(self) -> int:
        """How many stop."""
        return sum(row.passes is False for group in self.groups for row in group.rows)

    @property
    def by_people(self) -> bool:
        """Whether people may decide against the rule."""
        return bool(self.stage.rules.gate.decided_by != "rule")

    @property
    def entries(self) -> int:
        """All entries of the stage."""
        return sum(len(group.rows) for group in self.groups)


def results_page(stage: Stage) -> ResultsPage:
    """Results and the gate's decisions: live while the stage is open, frozen afterwards."""
    outcome = outcome_of(stage, parts=False)
    closed = stage.state == StageState.CLOSED
    refused = ""
    try:
        decisions = decide(stage, outcome.found)
    except Refused as error:
        decisions, refused = [], str(error)
    by_key = {each.key: each for each in decisions}
    frozen = {row.entry_id: row for row in Result.objects.filter(stage=stage)} if closed else {}
    passed = (
        dict(Passage.objects.filter(stage=stage).values_list("entry_id", "state")) if closed else {}
    )
    names = sorted({*stage.rules.beside, stage.rules.result} - {stage.rules.result})
    rows: dict[str, list[ResultRow]] = {}
    for each in outcome.found:
        decision = by_key.get(each.entry.uid)
        row = _row(each, decision, frozen.get(each.entry.pk))
        if each.entry.pk in passed:
            row.passes = {"passed": True, "stopped": False}.get(passed[each.entry.pk])
        rows.setdefault(_group_title(stage, each.entry), []).append(row)
    lines = {_group_title(stage, each.entry): by_key.get(each.entry.uid) for each in outcome.found}
    groups = [
        _group(stage, title, members, lines.get(title)) for title, members in sorted(rows.items())
    ]
    return ResultsPage(
        stage,
        groups,
        _severities(stage, outcome),
        outcome.fair.components,
        [] if closed else [(each.entry, unfinished_words(each)) for each in outcome.unfinished],
        [] if closed else [r for group in groups for r in group.rows if r.passes is None],
        refused,
        [(name, str(METHODS[name])) for name in names],
    )


def _row(found: Found, decision: Decision | None, frozen: Result | None) -> ResultRow:
    beside: Mapping[str, Decimal | None] = found.beside
    if frozen:
        beside = {
            key: None if value is None else Decimal(value) for key, value in frozen.beside.items()
        }
    source: Any = frozen or found
    return ResultRow(
        found.entry,
        source.points,
        beside,
        source.low,
        source.high,
        source.scorebooks,
        frozen.rank if frozen else decision.rank if decision else None,
        decision.passes if decision else None,
        localised(decision.reason) if decision else "",
        frozen.tied_at_line if frozen else bool(decision and decision.tied),
        decision.places if decision else None,
    )


def _group_title(stage: Stage, entry: Entry) -> str:
    rule: Gate = stage.rules.gate
    if rule.per == "category" and entry.category:
        return localised(entry.category, "title")
    if rule.per == "region":
        return entry.region
    return ""


def _group(
    stage: Stage, title: str, rows: list[ResultRow], sample: Decision | None
) -> GroupResults:
    rows.sort(
        key=lambda row: (row.points is None, -(row.points or Decimal(0)), row.entry.serial or 0)
    )
    line = sample.line if sample else None
    if line is not None:
        above = [row for row in rows if row.points is not None and row.points >= line]
        if above and len(above) < len(rows):
            above[-1].last_above = True
    shown = [row for row in rows if row.points is not None][:MOST_IN_CHART]
    chart = None
    if shown:
        chart = intervals(
            [_interval(row) for row in shown],
            title=_("Points with the interval of fair points and the line of decision"),
            columns=(_("Entry"), _("Points"), _("Interval 90 %"), _("Decision")),
            line=(_("line"), line) if line is not None else None,
            lang=language(),
        )
    scored = sum(row.points is not None for row in rows)
    return GroupResults(title, rows, line, chart, len(shown) < scored)


def _interval(row: ResultRow) -> Interval:
    assert row.points is not None
    return Interval(
        f"{row.entry.number}",
        row.points,
        row.points if row.low is None else row.low,
        row.points if row.high is None else row.high,
        tone="laurel" if row.passes else "warn" if row.passes is None else "quiet",
        note=row.reason,
    )


def _severities(stage: Stage, outcome: Outcome) -> list[SeverityRow]:
    if not outcome.fair.severities:
        return []
    people = {
        each.pk: each
        for each in Assessor.objects.filter(pk__in=outcome.fair.severities).select_related("user")
    }
    rows = [
        SeverityRow(
            people[key].serial,
            people[key].user.name,
            each.points,
            each.low,
            each.high,
            each.ratings,
            each.low > 0 or each.high < 0,
        )
        for key, each in outcome.fair.severities.items()
    ]
    return sorted(rows, key=lambda row: (-row.points, row.serial))


def results_table(stage: Stage) -> list[tuple[str, list[list[str | Decimal | int | None]]]]:
    """Results and scorebooks for a spreadsheet: (title of the sheet, rows). Names of assessors
    stay out.
    """
    page = results_page(stage)
    names = [label for _name, label in page.beside]
    results: list[list[str | Decimal | int | None]] = [
        [_("Entry"), _("Organisation"), _("Group"), _("Rank"), _("Points"), *names,
         _("Interval from"), _("Interval to"), _("Scorebooks"), _("Decision")]
    ]  # fmt: skip
    for group in page.groups:
        for row in group.rows:
            entry = row.entry
            results.append(
                [
                    entry.number or "",
                    localised(entry.organisation, "name"),
                    group.title,
                    row.rank,
                    row.points,
                    *(row.beside.get(name) for name, _label in page.beside),
                    row.low,
                    row.high,
                    row.scorebooks,
                    row.reason,
                ]
            )
    parts = list(model_of(stage).parts())
    books: list[list[str | Decimal | int | None]] = [
        [_("Entry"), _("Assessor"), _("Kind"), _("State"), _("Points"),
         *(part_label(part) for part in parts)]
    ]  # fmt: skip
    rows = (
        Scorebook.objects.filter(stage=stage)
        .select_related("entry", "assessor")
        .prefetch_related("marks")
        .order_by("entry__serial", "kind", "assessor__serial")
    )
    for book in rows:
        points = {mark.part: mark.points for mark in book.marks.all()}
        books.append(
            [
                book.entry.number or "",
                book.assessor.serial,
                book.get_kind_display(),
                book.get_state_display(),
                book.points,
                *(points.get(part.key) for part in parts),
            ]
        )
    return [(_("Results"), results), (_("Scorebooks"), books)]
