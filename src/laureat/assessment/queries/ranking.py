"""One entry's result as the secretary reads it, and how a group of them is ranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from laureat.assessment.actions.fairness import deciding_honour
from laureat.assessment.actions.gating import places_of
from laureat.assessment.actions.results import Found
from laureat.assessment.queries.frozen import Frozen
from laureat.intake.models import Entry
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import Gate
from laureat.science.gates import Decision

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Standing


@dataclass
class ResultRow:
    """What was found for an entry, how sure that is, and what the gate says."""

    entry: Entry
    group: str
    points: Decimal | None
    raw: Decimal | None
    fair: Decimal | None
    low: Decimal | None
    high: Decimal | None
    beside: Mapping[str, Decimal | None]
    scorebooks: int
    fallback: str
    rank_low: int | None
    rank_high: int | None
    chance: Decimal | None
    zone: str
    right: Decimal | None
    gain: Decimal | None
    passes: bool | None
    reason: str
    tied: bool
    rank: int | None = None
    raw_rank: int | None = None
    fair_rank: int | None = None
    crosses: str = ""
    """up or down, where the correction takes the entry over the line."""
    waits: bool = False
    """No result yet, or one of fewer scorebooks than the rules ask for: `reason` says what is missing."""
    last_above: bool = False
    """The line of decision runs below this row."""

    @property
    def correction(self) -> Decimal | None:
        """What freeing from severity adds."""
        return None if self.fair is None or self.raw is None else self.fair - self.raw

    @property
    def moved(self) -> int:
        """By how many places the correction raises the entry."""
        if self.raw_rank is None or self.fair_rank is None:
            return 0
        return self.raw_rank - self.fair_rank

    @property
    def fallen(self) -> int:
        """The same downwards."""
        return -self.moved

    @property
    def then(self) -> Decimal | None:
        """Chance of a right decision after one more assessor."""
        return None if self.right is None or self.gain is None else self.right + self.gain

    @property
    def below(self) -> Decimal | None:
        """Chance that the entry is truly below the line."""
        return None if self.chance is None else 1 - self.chance

    @property
    def helps(self) -> bool:
        """Whether one more assessor would make the decision surer by a per cent or more."""
        return self.gain is not None and self.gain >= Decimal("0.005")

    @property
    def decision(self) -> str:
        """pass, stop, open or waits: as the filter calls it."""
        if self.waits:
            return "waits"
        return {True: "pass", False: "stop", None: "open"}[self.passes]

    @property
    def shown_beside(self) -> list[Decimal | None]:
        """Points by methods that have no column of their own, in the order of the headings."""
        return [self.beside[name] for name in sorted(self.beside) if name not in ("mean", "fair")]


@dataclass
class GroupResults:
    """The results of those who are compared with each other, ranked."""

    key: str
    title: str
    rows: list[ResultRow]
    line: Decimal | None
    places: int | None


def by_place(row: ResultRow) -> tuple[bool, int, bool, int, tuple[int, int]]:
    """The best first; before the points that decide are there, by fair points."""
    known = row.rank is None, row.rank or 0
    return *known, row.fair_rank is None, row.fair_rank or 0, by_number(row)


def by_number(row: ResultRow) -> tuple[int, int]:
    return row.entry.serial or 0, row.entry.pk


def live(found: Found, group: str, decision: Decision | None, stands: Standing | None) -> ResultRow:
    return ResultRow(
        found.entry,
        group,
        found.points,
        found.raw,
        found.fair,
        found.low,
        found.high,
        found.beside,
        found.scorebooks,
        found.fallback,
        stands.rank_low if stands else None,
        stands.rank_high if stands else None,
        stands.chance if stands else None,
        stands.zone if stands else "",
        stands.right if stands else None,
        stands.gain if stands else None,
        decision.passes if decision else None,
        localised(decision.reason) if decision else "",
        bool(decision and decision.tied),
    )


def frozen(found: Found, group: str, decision: Decision | None, result: Frozen) -> ResultRow:
    return ResultRow(
        found.entry,
        group,
        result.points,
        result.raw,
        result.fair,
        result.low,
        result.high,
        {name: None if value is None else Decimal(value) for name, value in result.beside.items()},
        result.scorebooks,
        result.fallback,
        result.rank_low,
        result.rank_high,
        result.chance,
        result.zone,
        None,
        None,
        decision.passes if decision else None,
        localised(decision.reason) if decision else "",
        result.tied_at_line,
    )


def group_title(stage: Stage, per: str, entry: Entry) -> str:
    if per == "category" and entry.category:
        return localised(entry.category, "title")
    if per == "region":
        region = stage.edition.rules.regions.get(entry.region)
        return localised(region, "title") if region else entry.region
    return ""


def ranked_group(
    stage: Stage, name: str, title: str, rows: list[ResultRow], decisions: Mapping[str, Decision]
) -> GroupResults:
    for attribute, value in (
        ("rank", lambda row: row.points),
        ("raw_rank", lambda row: row.raw),
        ("fair_rank", lambda row: None if row.fallback else row.fair),
    ):
        _rank(rows, attribute, value)
    rows.sort(key=by_place)
    line, places = _line(stage, rows, decisions)
    if line is not None:
        above = [row for row in rows if row.points is not None and row.points >= line]
        if above and len(above) < len(rows):
            above[-1].last_above = True
    for row in rows:
        row.crosses = _crosses(row, places, stage.rules.gate)
    return GroupResults(name, title, rows, line, places)


def _rank(
    rows: Sequence[ResultRow], attribute: str, value: Callable[[ResultRow], Decimal | None]
) -> None:
    """Places from 1 on; equal values share one."""
    known = sorted((each for row in rows if (each := value(row)) is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, each in enumerate(known, 1):
        first.setdefault(each, place)
    for row in rows:
        found = value(row)
        setattr(row, attribute, None if found is None else first[found])


def _line(
    stage: Stage, rows: Sequence[ResultRow], decisions: Mapping[str, Decision]
) -> tuple[Decimal | None, int | None]:
    """The points that are enough in the group, and the number of places if that is the rule."""
    rule: Gate = stage.rules.gate
    if rule.rule == "threshold":
        return rule.at_least, None
    scored = [row for row in rows if row.points is not None]
    honour = deciding_honour(stage)
    if honour is not None:
        places = places_of(honour, rows[0].group, len(scored))
        if not places or not scored:
            return None, places
        return scored[min(places, len(scored)) - 1].points, places
    said = [decisions[row.entry.uid] for row in rows if row.entry.uid in decisions]
    lines = {each.line for each in said if each.line is not None}
    if rule.rule not in ("top", "share", "quota"):
        return None, None
    tied = next((each.places or 0 for each in said if each.tied), 0)
    return max(lines, default=None), sum(each.passes is True for each in said) + tied


def _crosses(row: ResultRow, places: int | None, rule: Gate) -> str:
    """Whether the correction takes the entry over the line."""
    if row.raw is None or row.fair is None or row.raw_rank is None or row.fair_rank is None:
        return ""
    if rule.rule == "threshold" and rule.at_least is not None:
        before, after = row.raw >= rule.at_least, row.fair >= rule.at_least
    elif places:
        before, after = row.raw_rank <= places, row.fair_rank <= places
    else:
        return ""
    return "" if before == after else "up" if after else "down"
