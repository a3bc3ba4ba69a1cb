"""The way of an entry as its readers may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition, Stage, StageKind, StageState


@dataclass(frozen=True)
class Step:
    """A station on the way, for the component `way`."""

    key: str
    label: str
    state: str
    when: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Known:
    """What a reader may know of an entry: its state, and that of each passage."""

    state: str
    passages: list[tuple[Passage, str]]

    @property
    def label(self) -> str:
        """The state in words."""
        return str(EntryState(self.state).label)

    @property
    def tone(self) -> str:
        """The colour of its tag."""
        return {
            EntryState.SUBMITTED: "ok",
            EntryState.STOPPED: "warn",
            EntryState.WITHDRAWN: "quiet",
            EntryState.DRAFT: "neutral",
        }.get(EntryState(self.state), "neutral")


def passages_of(entry: Entry, *, spared: bool = False) -> list[Passage]:
    """The passages in order, each with its stage; `spared`: also those that changed answers have
    spared it (one query).
    """
    manager = Passage.everything if spared else Passage.objects
    rows = list(manager.filter(entry=entry).select_related("stage").order_by("stage__order"))
    for passage in rows:
        passage.stage.edition = entry.edition
    return rows


def knows_all(reader: User | None, entry: Entry) -> bool:
    """Whether `reader` may know decisions before a stage is closed: staff and auditors."""
    scope = {
        "award": entry.edition.award.key,
        "edition": entry.edition.key,
        "region": entry.region,
    }
    return holds(reader, Role.ORGANISER, Role.SECRETARY, Role.AUDITOR, **scope)


def known(entry: Entry, passages: Sequence[Passage], *, everything: bool) -> Known:
    """What may be known. Until a stage is closed, who passed it and who did not is pending."""
    if everything:
        return Known(entry.state, [(passage, passage.state) for passage in passages])
    shown: list[tuple[Passage, str]] = []
    pending = False
    for passage in passages:
        state: str = passage.state
        if pending and state != PassageState.WITHDRAWN:
            state = PassageState.WAITING
        elif (
            state in (PassageState.PASSED, PassageState.STOPPED)
            and passage.stage.kind != StageKind.INTAKE
            and passage.stage.state != StageState.CLOSED
        ):
            pending, state = True, PassageState.ACTIVE
        shown.append((passage, state))
    decided = entry.state in (EntryState.STOPPED, EntryState.FINISHED)
    return Known(EntryState.SUBMITTED if pending and decided else entry.state, shown)


def way(
    entry: Entry, reader: User | None = None, *, passages: Sequence[Passage] | None = None
) -> list[Step]:
    """The stages of an entry as `reader` may know them (nobody: as an applicant).

    Where it was stopped or withdrawn its way ends: what would have come is not «later», and nobody
    withdrew it there.
    """
    if passages is None:
        passages = passages_of(entry)
    found = known(entry, passages, everything=knows_all(reader, entry))
    steps = []
    for passage, state in found.passages:
        steps.append(_step(passage, state, entry.edition))
        if state == PassageState.WITHDRAWN:
            return steps
    if any(state == PassageState.STOPPED for _passage, state in found.passages):
        return [step for step in steps if step.state != PassageState.WAITING]
    return steps


def _step(passage: Passage, state: str, edition: Edition) -> Step:
    stage = passage.stage
    step = planned(stage, edition)
    if state == PassageState.ACTIVE and stage.state != StageState.PLANNED:
        until = _day(stage.closes_at, edition)
        return replace(
            step, state="active", when=_("until %(day)s") % {"day": until} if until else ""
        )
    if state in (PassageState.ACTIVE, PassageState.WAITING):
        return step
    note = localised(passage, "reason") if state == PassageState.STOPPED else ""
    if state == PassageState.PASSED and ends_the_way(stage):
        state = "decided"
    return replace(step, state=state, when=_day(passage.moved_at, edition), note=note)


def ends_the_way(stage: Stage) -> bool:
    """Whether the last word is said there: nobody passes such a stage, it decides.

    Who got nothing would else read that the application passed the decision of the panel.
    """
    last = stage.edition.rules.stages[-1]
    return stage.kind == StageKind.DECISION and stage.key == last.key


def planned(stage: Stage, edition: Edition) -> Step:
    """A stage that is to come: with the day when it opens, or that it did not open then."""
    day = _day(stage.opens_at, edition)
    when = _("from %(day)s") % {"day": day} if day else ""
    if stage.state == StageState.PLANNED and stage.opens_at and stage.opens_at < now():
        when = _("not opened yet")
    return Step(key=stage.key, label=localised(stage, "title"), state="waiting", when=when)


def under_way(rows: Sequence[Stage], edition: Edition) -> Step:
    """A stage (its rows by region) as it stands for everybody."""
    step = planned(rows[0], edition)
    if all(row.state == StageState.CLOSED for row in rows):
        return replace(step, state="passed", when="")
    if any(row.state == StageState.OPEN for row in rows):
        until = _day(rows[0].closes_at, edition) if len(rows) == 1 else ""
        return replace(
            step, state="active", when=_("until %(day)s") % {"day": until} if until else ""
        )
    return step


def planned_way(stages: Sequence[Stage], edition: Edition) -> list[Step]:
    """The way of an entry that is not handed in: only the intake is under way."""
    steps = [planned(stage, edition) for stage in stages]
    if stages and stages[0].state == StageState.OPEN:
        until = _day(stages[0].closes_at, edition)
        steps[0] = replace(
            steps[0], state="active", when=_("until %(day)s") % {"day": until} if until else ""
        )
    return steps


def _day(instant: datetime | None, edition: Edition) -> str:
    """A day in the edition's zone; the year unless it is this one."""
    if instant is None:
        return ""
    local, today = (each.astimezone(edition.time_zone) for each in (instant, now()))
    return date_format(local, "j\u00a0E" if local.year == today.year else "j\u00a0E Y")
