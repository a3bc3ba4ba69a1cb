"""What a stage found for every entry, raw and fair, and how sure the line is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.fairness import compared_per, deciding_honour, group_name
from laureat.assessment.actions.gating import decide, standings_of
from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.results import Found, Unfinished, outcome_of
from laureat.assessment.queries.frozen import Decided, decided_at
from laureat.assessment.queries.ranking import (
    GroupResults,
    ResultRow,
    by_number,
    by_place,
    frozen,
    group_title,
    live,
    ranked_group,
)
from laureat.assessment.queries.words import (
    METHODS,
    lacking_words,
    unfinished_words,
    waiting_words,
    why_no_fair_points,
)
from laureat.intake.models import Entry
from laureat.platform import clock
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.charts import Interval, intervals
from laureat.platform.ui.text import language
from laureat.rulebook.models import Stage, StageState

MOST_IN_CHART = 40


@dataclass(frozen=True)
class Wanted:
    """What the reader asked to see."""

    group: str = ""
    zone: str = ""
    decision: str = ""
    search: str = ""
    sort: str = "rank"

    @property
    def narrows(self) -> bool:
        """Whether anything but the search was asked for."""
        return bool(self.group or self.zone or self.decision) or self.sort != "rank"


@dataclass
class ResultsPage:
    """Everything the results page shows."""

    stage: Stage
    groups: list[GroupResults]
    unfinished: list[tuple[Entry, str]]
    refused: str
    model: str
    honour: str
    """Whose places the line is, where the gate has none of its own."""
    lacking: list[tuple[str, int, str]]
    """Why fair points are missing or do not count: words, how many entries, code."""
    beside: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[ResultRow]:
        """All rows, by group and rank."""
        return [row for group in self.groups for row in group.rows]

    @property
    def undecided(self) -> list[ResultRow]:
        """What a person must decide."""
        if self.stage.state == StageState.CLOSED:
            return []
        return [row for row in self.rows if row.passes is None and not row.waits]

    @cached_property
    def waiting(self) -> list[ResultRow]:
        """What has no result that could stand, because scorebooks are missing."""
        return [row for row in self.rows if row.waits]

    @property
    def without(self) -> list[ResultRow]:
        """Those of them about which the rule says nothing: who closes all the same decides."""
        return [row for row in self.waiting if row.passes is None]

    @property
    def placed(self) -> bool:
        """Whether any entry has the points that decide, and so a place."""
        return any(row.rank is not None for row in self.rows)

    @property
    def closable(self) -> bool:
        """Whether there is something to close: a result, or the time for judging is over."""
        last = self.stage.last_moment
        over = last is not None and clock.now() > last
        return over or len(self.without) < len(self.rows)

    @property
    def passing(self) -> int:
        """How many walk on."""
        return sum(row.decision == "pass" for row in self.rows)

    @property
    def stopping(self) -> int:
        """How many stop."""
        return sum(row.decision == "stop" for row in self.rows)

    @cached_property
    def zones(self) -> Counter[str]:
        """How many entries lie in each zone."""
        return Counter(row.zone for row in self.rows if row.zone)

    @property
    def by_people(self) -> bool:
        """Whether people may decide against the rule."""
        return bool(self.stage.rules.gate.decided_by != "rule")

    @property
    def entries(self) -> int:
        """All entries of the stage."""
        return len(self.rows)

    @property
    def by_fair(self) -> bool:
        """Whether fair points decide."""
        return bool(self.stage.rules.result == "fair")

    @cached_property
    def movers(self) -> list[ResultRow]:
        """Whom the correction takes to another place: over the line first, then the farthest."""
        found = [row for row in self.rows if row.moved or row.crosses]
        return sorted(found, key=lambda row: (not row.crosses, -abs(row.moved), row.entry.pk))

    @property
    def crossing(self) -> int:
        """How many the correction takes over the line."""
        return sum(bool(row.crosses) for row in self.rows)

    def chosen(self, wanted: Wanted) -> list[ResultRow]:
        """The rows the reader asked for, in their order."""
        rows = [
            row
            for row in _named(self.rows, search_key(wanted.search))
            if (not wanted.group or row.group == wanted.group)
            and (not wanted.zone or row.zone == wanted.zone)
            and (not wanted.decision or row.decision == wanted.decision)
        ]
        return sorted(rows, key=SORTS.get(wanted.sort, SORTS["rank"]))

    def chart(self, group: GroupResults) -> Any:
        """Fair points with their intervals and the line; those nearest to the line if many."""
        shown = [row for row in group.rows if row.points is not None or row.fair is not None]
        if len(shown) > MOST_IN_CHART:
            line = group.line
            middle = sum(line is not None and (_middle(row) or 0) >= line for row in shown)
            start = min(max(0, middle - MOST_IN_CHART // 2), len(shown) - MOST_IN_CHART)
            shown = shown[start : start + MOST_IN_CHART]
        if not shown:
            return None
        return intervals(
            [_interval(row) for row in shown],
            title=_("Fair points with their interval and the line of decision"),
            columns=(_("Entry"), _("Points"), _("Interval 90 %"), _("Zone")),
            line=(_("line"), group.line) if group.line is not None else None,
            lang=language(),
        )


def _falling(value: Callable[[ResultRow], Decimal | int | None]) -> Callable[[ResultRow], Any]:
    """Largest first, unknown last, then by number."""

    def key(row: ResultRow) -> Any:
        found = value(row)
        return found is None, -(found or 0), by_number(row)

    return key


SORTS: dict[str, Callable[[ResultRow], Any]] = {
    "rank": lambda row: (row.group, by_place(row)),
    "number": by_number,
    "points": _falling(lambda row: row.points),
    "raw": _falling(lambda row: row.raw),
    "fair": _falling(lambda row: row.fair),
    "correction": _falling(lambda row: row.correction),
    "chance": _falling(lambda row: row.chance),
    "gain": _falling(lambda row: row.gain),
}


def _named(rows: list[ResultRow], asked: str) -> list[ResultRow]:
    """The entry with this very number, else all that have these words: digits of a number are also
    found in tax numbers.
    """
    exact = [row for row in rows if asked and search_key(row.entry.number or "") == asked]
    words = asked.split()
    return exact or [row for row in rows if all(word in _searched(row.entry) for word in words)]


def _searched(entry: Entry) -> str:
    return f"{entry.organisation.search} {search_key(entry.number or '')}"


def results_page(stage: Stage) -> ResultsPage:
    """Results and the gate's decisions: live while the stage is open, frozen afterwards."""
    closed = stage.state == StageState.CLOSED
    by_parts = stage.rules.gate.rule == "passed"
    rows = decided_at(stage, parts=by_parts) if closed else []
    stored = {row.entry.pk: row.result for row in rows}
    passed = {row.entry.pk: row.passed for row in rows}
    outcome = None if stored else outcome_of(stage, parts=False)
    found = outcome.found if outcome else [_found(stage, row) for row in rows]
    refused = ""
    try:
        decisions = decide(stage, found)
    except Refused as error:
        decisions, refused = [], str(error)
    by_key = {each.key: each for each in decisions}
    live_ = outcome if outcome and not closed else None
    stands = standings_of(stage, live_, decisions) if live_ else {}
    unfinished = live_.unfinished if live_ else ()
    signed = Counter(book.entry_id for book in live_.books) if live_ else Counter()
    per = compared_per(stage)
    missing: dict[int, list[Unfinished]] = {}
    for item in unfinished:
        missing.setdefault(item.entry.pk, []).append(item)
    members: dict[str, list[ResultRow]] = {}
    titles: dict[str, str] = {}
    for each in found:
        name = group_name(per, each.entry)
        titles[name] = group_title(stage, per, each.entry)
        decision = by_key.get(each.entry.uid)
        result = stored.get(each.entry.pk)
        row = (
            frozen(each, name, decision, result)
            if result
            else live(each, name, decision, stands.get(each.entry.pk))
        )
        if each.entry.pk in missing:
            _say_missing(row, missing[each.entry.pk], enough=_enough(stage, signed[each.entry.pk]))
        if each.entry.pk in passed:
            row.passes = passed[each.entry.pk]
        members.setdefault(name, []).append(row)
    order = {category.key: n for n, category in enumerate(stage.edition.rules.categories)}
    groups = [
        ranked_group(stage, name, titles[name], members[name], by_key)
        for name in sorted(members, key=lambda name: (order.get(name, len(order)), name))
    ]
    honour = deciding_honour(stage)
    return ResultsPage(
        stage,
        groups,
        [(each.entry, unfinished_words(each)) for each in unfinished],
        refused,
        str(outcome.fair.model) if outcome else rows[0].result.model or "raw",
        localised(honour, "title") if honour else "",
        _lacking(row for group in groups for row in group.rows),
        [
            (name, str(METHODS[name]))
            for name in sorted({*stage.rules.beside} - {stage.rules.result, "mean", "fair"})
        ],
    )


def _enough(stage: Stage, signed: int) -> bool:
    """Whether so many signed scorebooks are as many as the rules ask for."""
    rules = stage.rules
    return not rules.scorebook.individual or signed >= rules.team.size[0]


def _say_missing(row: ResultRow, items: Sequence[Unfinished], *, enough: bool) -> None:
    """What the entry still waits for: before that is there, too few scorebooks decide nothing."""
    if row.points is None and row.passes is not None:
        return
    if row.points is None or not enough:
        row.waits, row.reason = True, waiting_words(items)
    else:
        row.reason = " · ".join(filter(None, [row.reason, lacking_words(items)]))


def _found(stage: Stage, row: Decided) -> Found:
    """A frozen result as the gate reads it."""
    checks = None
    if row.parts and row.result.scorebooks:
        points = {key: value and Decimal(value) for key, value in row.parts.items()}
        full = model_of(stage).weights()
        checks = all(points.get(key) == full[key] for key in full)
    return Found(
        row.entry, points=row.result.points, scorebooks=row.result.scorebooks, checks=checks
    )


def _lacking(rows: Iterable[ResultRow]) -> list[tuple[str, int, str]]:
    codes = Counter(row.fallback for row in rows if row.fallback)
    return [(why_no_fair_points(code), count, code) for code, count in sorted(codes.items())]


def _middle(row: ResultRow) -> Decimal | None:
    """Fair points where they can be compared, else the points that decide."""
    return row.points if row.fair is None or row.fallback else row.fair


def _interval(row: ResultRow) -> Interval:
    middle = _middle(row)
    assert middle is not None
    low = middle if row.low is None or row.fallback else row.low
    high = middle if row.high is None or row.fallback else row.high
    tones: dict[str, Any] = {"yes": "laurel", "discuss": "warn", "no": "quiet"}
    other = "laurel" if row.passes else "warn" if row.passes is None else "quiet"
    words = {
        "yes": _("clearly above the line"),
        "discuss": _("discuss"),
        "no": _("clearly below the line"),
        "": row.reason,
    }
    return Interval(
        f"{row.entry.number}",
        middle,
        low,
        high,
        tone=tones.get(row.zone, other),
        note=words[row.zone],
    )
