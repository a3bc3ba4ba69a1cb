"""Assessment stages with teams and scorebooks, made through the actions that people use.

world = prize_at_desk(entries=3)         the prize of 2024 in its remote assessment
accept_all(world.stage)                  every assessor says: no conflict
book = written(assignment, value=60)     a complete scorebook, not signed
judged(world.stage, value=60)            all scorebooks and the consensus signed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from laureat.assessment import actions
from laureat.assessment.actions import MarkInput
from laureat.assessment.actions.consensus import nearest
from laureat.assessment.actions.marks import model_of, scale_of
from laureat.assessment.actions.writing import as_input
from laureat.assessment.models import Assessor, Assignment, AssignmentState, Scorebook
from laureat.intake.actions import reinstate
from laureat.intake.models import Entry, Passage
from laureat.platform import clock
from laureat.platform.accounts.models import User
from laureat.rulebook.actions import open_stage
from laureat.rulebook.models import Edition, Stage
from laureat.rulebook.schema import Text
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    OrdinalScale,
    PercentScale,
    PointsScale,
)
from tests.worlds import intake as world_of_intake
from tests.worlds.kept import kept

LINES = {1: "Одно.", 2: "Одно.\nДругое.", 3: "Первое.\nВторое.\nТретье."}


@dataclass
class World:
    """An edition with an open assessment stage."""

    edition: Edition
    stage: Stage
    entries: list[Entry]
    assessors: list[Assessor]
    secretary: User
    moment: datetime
    """An instant at which the stage is open."""

    def now(self):
        """The clock of this stage, as a context."""
        return clock.at(self.moment)


def assessors(
    edition: Edition, count: int, *, leads: int = 99, region: str = "77", **values
) -> list[Assessor]:
    """People enrolled as assessors; the first `leads` may lead."""
    return [
        actions.enrol_assessor(
            edition,
            world_of_intake.person(f"Экспертов Демо {number}"),
            region=region,
            may_lead=number < leads,
            by=None,
            **values,
        )
        for number in range(count)
    ]


def opened(edition: Edition, key: str, region: str = "") -> tuple[Stage, datetime]:
    """The stage, opened, and a moment shortly after."""
    stage = world_of_intake.stage_of(edition, key, region)
    moment = stage.opens_at + timedelta(hours=10)
    with clock.at(moment):
        open_stage(stage, by=None)
    return stage, moment


@kept
def prize_at_desk(entries: int = 2, people: int = 6) -> World:
    """The prize of 2024 in its remote assessment: nobody is assigned yet."""
    edition, handed_in = world_of_intake.entered(entries)
    world_of_intake.admitted(edition, *handed_in)
    stage, moment = opened(edition, "desk")
    return World(
        edition,
        stage,
        handed_in,
        assessors(edition, people),
        world_of_intake.secretary(edition),
        moment,
    )


@kept
def goods_at(key: str = "tasting", entries: int = 2, people: int = 5) -> World:
    """100 Best Goods of Kuzbass in the tasting or the expert matrix."""
    category = "food" if key == "tasting" else "consumer"
    edition, handed_in = world_of_intake.goods_entered(entries, category)
    for check in ("documents", "supervisors", *(["laboratory"] if key == "tasting" else [])):
        world_of_intake.admitted(edition, *handed_in, key=check, region="42")
    stage, moment = opened(edition, key, "42")
    return World(
        edition,
        stage,
        handed_in,
        assessors(edition, people, region="42"),
        world_of_intake.secretary(edition, "42"),
        moment,
    )


def team(world: World, entry: Entry | None = None, *, accepted: bool = True) -> list[Assignment]:
    """The stage's teams as proposed (and accepted); those of one entry if given."""
    with world.now():
        actions.propose_teams(world.stage, by=None)
        if accepted:
            accept_all(world.stage)
    rows = asked(world.stage).select_related("stage__edition__award", "entry", "assessor__user")
    return list(rows.filter(entry=entry) if entry else rows)


def asked(stage: Stage, **where: Any) -> QuerySet[Assignment]:
    """Who was asked at the stage, by entry, the leads first."""
    rows = Assignment.objects.filter(stage=stage, **where)
    return rows.order_by("entry__serial", "entry_id", "-lead", "assessor__serial")


def accept_all(stage: Stage) -> None:
    """Every assessor who was asked says: no conflict of interest."""
    for row in asked(stage, state=AssignmentState.PROPOSED):
        actions.answer_assignment(row, "accept", by=None)


def full_marks(stage: Stage, percent: Decimal | int = 50) -> dict[str, MarkInput]:
    """Complete marks at about `percent` of each scale, with as many comment lines as it takes."""
    found = {}
    for part in model_of(stage).parts():
        scale = scale_of(stage, part)
        comments = {
            name: LINES[count.least]
            for name in ("strengths", "improvements", "evidence", "visit_questions")
            if (count := getattr(scale.comments, name)) is not None and count.least
        }
        found[part.key] = MarkInput(_at(scale, Decimal(percent)), **comments)
    return found


def _at(scale, percent: Decimal) -> Decimal:
    share = percent / 100
    if isinstance(scale, PercentScale):
        return nearest(scale, [percent])
    if isinstance(scale, PointsScale):
        return nearest(scale, [scale.least + (scale.most - scale.least) * share])
    if isinstance(scale, OrdinalScale):
        low, high = scale.levels[0].value, scale.levels[-1].value
        return nearest(scale, [low + (high - low) * share])
    if isinstance(scale, CheckScale):
        return Decimal(int(share >= Decimal("0.5")))
    assert isinstance(scale, BandedScale)
    best = min(
        scale.bands, key=lambda band: abs(band.points / max(b.points for b in scale.bands) - share)
    )
    return best.start if best.start is not None else best.to - 1


def written(assignment: Assignment, percent: Decimal | int = 50) -> Scorebook:
    """A complete scorebook of an assessor, not signed."""
    book = actions.start_scorebook(assignment, by=None)
    return actions.save_marks(book, full_marks(book.stage, percent), version=book.version, by=None)


def signed(assignment: Assignment, percent: Decimal | int = 50) -> Scorebook:
    """A complete scorebook, signed."""
    return actions.sign_scorebook(written(assignment, percent), by=None)


def judged(world: World, percents: list[int] | None = None) -> None:
    """Everything signed: each entry at its percentage (50 unless told), the consensus too."""
    for number, entry in enumerate(world.entries):
        percent = percents[number] if percents else 50
        with world.now():
            for row in asked(world.stage, entry=entry, state=AssignmentState.ACCEPTED):
                if world.stage.rules.scorebook.individual:
                    signed(row, percent)
            if world.stage.rules.scorebook.consensus:
                agreed(world.stage, entry, percent)


def agreed(stage: Stage, entry: Entry, percent: int | None = None) -> Scorebook:
    """The team's scorebook, signed; at the means of its members unless told."""
    book = actions.start_consensus(entry, stage, by=None)
    means = {mark.part: as_input(mark) for mark in book.marks.all()}
    marks = means if percent is None else full_marks(stage, percent)
    actions.save_marks(book, marks, version=book.version, by=None)
    return actions.sign_scorebook(book, by=None)


@kept
def desk_judged(percents: list[int]) -> World:
    """The remote assessment with everything signed: an entry at each of these percentages."""
    world = prize_at_desk(entries=len(percents))
    team(world)
    judged(world, percents)
    return world


def opened_again(world: World, entry: Entry, reason: Text) -> None:
    """The closed stage, opened for an entry that was stopped and is taken back."""
    reinstate(entry, reason=reason, by=None)
    open_stage(world.stage, by=None)


def passage(world: World, number: int = 0) -> Passage:
    """The entry in the stage."""
    return Passage.objects.get(entry=world.entries[number], stage=world.stage)
