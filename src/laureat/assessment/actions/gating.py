"""What the gate says of results, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from laureat.assessment.actions.fairness import (
    Grouped,
    compared_per,
    deciding_honour,
    group_name,
    kept,
)
from laureat.assessment.actions.results import Found, Outcome, outcome_of
from laureat.assessment.models import Result
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema import Gate, Honour
from laureat.saying import reason, translated
from laureat.science import judging, selection
from laureat.science.gates import Candidate, Decision, gate

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Line, Standing


@dataclass(frozen=True)
class Preview:
    """What closing would do."""

    outcome: Outcome
    decisions: tuple[Decision, ...]
    entries: Mapping[str, Entry]

    @property
    def undecided(self) -> list[Decision]:
        """Ties at the line and entries without a result."""
        return [each for each in self.decisions if each.passes is None]


class Keyed(Grouped, Protocol):
    """An entry, as far as the gate knows it."""

    @property
    def uid(self) -> str:
        """Its public identifier."""


class Weighed(Protocol):
    """What a stage found for an entry, as far as the gate asks."""

    @property
    def entry(self) -> Keyed:
        """Which entry."""

    @property
    def points(self) -> Decimal | None:
        """By the stage's method."""

    @property
    def checks(self) -> bool | None:
        """Whether every part has all its points."""


def decide(stage: Stage, found: Iterable[Weighed]) -> list[Decision]:
    """What the stage's gate says of the results. Raises Refused where it cannot be applied.

    At a stage opened again they stand beside what it found for those decided about before; these
    keep their places and are not decided about anew.
    """
    rule: Gate = stage.rules.gate
    candidates = [
        Candidate(each.entry.uid, each.points, group_name(rule.per, each.entry), each.checks)
        for each in found
    ]
    before = [
        Candidate(row.entry.uid, row.points, group_name(rule.per, row.entry))
        for row in _decided_before(stage)
    ]
    try:
        decisions = gate([*candidates, *before], rule)
    except ValueError as error:
        why = translated(reason(error), _)
        raise Refused(_("The gate cannot be applied: %(why)s.") % {"why": why}) from error
    here = {each.key for each in candidates}
    return [each for each in decisions if each.key in here]


def _decided_before(stage: Stage) -> list[Result]:
    """The frozen results of those who went on or stopped when a stage opened again was closed."""
    if stage.state == StageState.CLOSED or stage.closed_at is None:
        return []
    decided = Passage.objects.filter(
        stage=stage, state__in=(PassageState.PASSED, PassageState.STOPPED)
    )
    rows = Result.objects.filter(stage=stage, entry__in=decided.values("entry"))
    return list(rows.select_related("entry__category"))


def decide_ranks(stage: Stage, found: Sequence[Found]) -> list[Decision]:
    """Ranks alone, for results that are not decided about yet."""
    per = stage.rules.gate.per
    rows: list[Found | Result] = [*found, *_decided_before(stage)]
    return gate(
        [Candidate(each.entry.uid, each.points, group_name(per, each.entry)) for each in rows],
        Gate(rule="all", per=per),
    )


def preview_gate(stage: Stage) -> Preview:
    """What closing the stage would do now; writes nothing. Raises Refused."""
    outcome = outcome_of(stage, parts=False)
    decisions = decide(stage, outcome.found)
    return Preview(
        outcome, tuple(decisions), {each.entry.uid: each.entry for each in outcome.found}
    )


def standings_of(
    stage: Stage, outcome: Outcome, decisions: Sequence[Decision]
) -> dict[int, Standing]:
    """How sure the line is for every entry, by primary key; computed once for what is signed.

    The line is the gate's own; of a gate without one, the places of the honour that the points
    decide. Entries without comparable fair points are not in the answer.
    """
    per = compared_per(stage)
    groups: dict[str, list[int]] = {}
    rows: list[Found | Result] = [*outcome.found, *_decided_before(stage)]
    for each in rows:
        groups.setdefault(group_name(per, each.entry), []).append(each.entry.pk)
    lines = _lines(stage, outcome, decisions, groups)
    key = (
        "standings",
        outcome.digest,
        tuple((name, tuple(entries)) for name, entries in sorted(groups.items())),
        tuple(sorted(lines.items(), key=lambda item: item[0])),
    )
    return kept.get(key, lambda: judging.standings(outcome.fair, groups, lines))


def places_of(honour: Honour, group: str, size: int) -> int | None:
    """How many of `size` judged entries of a group can get the honour; None: any number."""
    limits = selection.Rule(honour.key, honour.at_most, honour.share, honour.top, per=honour.per)
    return selection.capacity(limits, group, size)


def _lines(
    stage: Stage,
    outcome: Outcome,
    decisions: Sequence[Decision],
    groups: Mapping[str, Sequence[int]],
) -> dict[str, Line]:
    rule: Gate = stage.rules.gate
    if rule.rule == "threshold":
        return {name: judging.Line(at_least=rule.at_least) for name in groups}
    honour = deciding_honour(stage)
    if honour is not None:
        judged = {each.entry.pk for each in outcome.found if each.points is not None}
        return {
            name: judging.Line(
                places=places_of(honour, name, sum(each in judged for each in entries))
            )
            for name, entries in groups.items()
        }
    if rule.rule not in ("top", "share", "quota"):
        return {}
    # As many places as the gate gives: those who walk on, and the places of those tied at the line.
    walks: dict[str, int] = {}
    tied: dict[str, int] = {}
    for each in decisions:
        walks[each.group] = walks.get(each.group, 0) + (each.passes is True)
        if each.tied:
            tied[each.group] = each.places or 0
    return {name: judging.Line(places=count + tied.get(name, 0)) for name, count in walks.items()}
