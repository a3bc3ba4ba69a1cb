"""What the clock does: stages open on time, applications close, drafts are reminded."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.intake.actions import notices
from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.intake.queries.stages import in_both_zones, is_intake
from laureat.intake.queries.working import working_copy
from laureat.platform import clock
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.actions import close_stage, move_dates, open_stage
from laureat.rulebook.models import EditionState, Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage

_LOG = logging.getLogger(__name__)

REMINDERS = (3, 1)
"""Days before the deadline on which people with a draft are reminded."""


@dataclass
class Ticked:
    """What a tick of the clock did."""

    opened: list[Stage] = field(default_factory=list)
    closed: list[Stage] = field(default_factory=list)
    reminded: int = 0


def _drafts(stage: Stage) -> list[Entry]:
    rows = Entry.objects.filter(edition=stage.edition, state=EntryState.DRAFT)
    if stage.region:
        rows = rows.filter(region=stage.region)
    return list(rows.select_related("organisation", "good", "edition__award"))


def _changed(stage: Stage) -> list[Entry]:
    """Submitted entries whose changes wait to be handed in."""
    rows = Entry.objects.filter(
        edition=stage.edition, state=EntryState.SUBMITTED, amendments__ended_at__isnull=True,
        amendments__isnull=False,
    )  # fmt: skip
    if stage.region:
        rows = rows.filter(region=stage.region)
    rows = rows.select_related("organisation", "good", "edition__award").distinct()
    return [entry for entry in rows if working_copy(entry).changed]


@transaction.atomic
def close_intake(stage: Stage, *, by: User | None) -> int:
    """Close applications; people whose drafts or changes were not submitted are told.

    Returns how many drafts. Raises Denied, Refused (before the published deadline and its grace are over).
    """
    if by is not None:
        run_stage.require(by, stage)
    if not is_intake(stage):
        raise Refused(_("«%(stage)s» is not a stage of applications.") % {"stage": stage.key})
    last = stage.last_moment
    if last is not None and now() <= last:
        raise Refused(
            _(
                "Applications are accepted until %(when)s, as it was announced. "
                "To close earlier, move the date first."
            )
            % {"when": in_both_zones(last, stage.edition)}
        )
    close_stage(stage, by=by)
    drafts = _drafts(stage)
    notices.not_submitted(drafts)
    notices.changes_left(_changed(stage))
    return len(drafts)


@transaction.atomic
def open_by_hand(stage: Stage, *, by: User) -> Stage:
    """Open a stage, or open it again where an entry waits in it: for an appeal, the entry is first
    taken back into the contest. Raises Denied, Refused.
    """
    waits = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
    if stage.state == StageState.CLOSED and not is_intake(stage) and not waits.exists():
        run_stage.require(by, stage)
        raise Refused(
            _("No entry waits in this stage. First take one back into the contest, on its page.")
        )
    return open_stage(stage, by=by)


@transaction.atomic
def move_stage_dates(
    stage: Stage,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    grace: timedelta,
    by: User,
) -> int:
    """Set when `stage` opens and closes; who still works on an entry is told of another deadline.

    Returns how many messages. Raises Denied, Refused (see `rulebook.actions.move_dates`).
    """
    before = stage.closes_at
    moved = move_dates(stage, opens_at=opens_at, closes_at=closes_at, grace=grace, by=by)
    deadline = moved.closes_at
    if not is_intake(moved) or moved.state != StageState.OPEN:
        return 0
    if deadline is None or deadline == before:
        return 0

    def when() -> tuple[str, str]:
        old = in_both_zones(before, moved.edition) if before else ""
        return in_both_zones(deadline, moved.edition), old

    return notices.deadline_moved([*_drafts(moved), *_changed(moved)], when, once=str(now()))


def tick(*, at: datetime | None = None) -> Ticked:
    """Open stages whose opening has come, close applications after their last moment, remind.

    Each stage in a transaction of its own, so that one that fails does not hold up the others.
    `at` replays an instant. Safe to run as often as one likes.
    """
    done = Ticked()
    with clock.at(at) if at else nullcontext():
        stages = (
            Stage.objects.select_related("edition__award", "edition__version")
            .filter(edition__state__in=[EditionState.PREPARED, EditionState.RUNNING])
            .exclude(state=StageState.CLOSED)
            .order_by("edition", "order", "region")
        )
        for stage in stages:
            try:
                _tick_stage(stage, done)
            except Refused as error:  # somebody else was faster, or it cannot be done now
                _LOG.warning("%s %s: %s", stage.edition, stage, error)
            except Exception:  # noqa: BLE001 - one contest must not stop the clock of all others
                _LOG.exception("%s %s: the clock could not do what is due", stage.edition, stage)
    return done


@transaction.atomic
def _tick_stage(stage: Stage, done: Ticked) -> None:
    last = stage.last_moment
    over = last is not None and now() > last
    if stage.state == StageState.PLANNED:
        if stage.opens_at and stage.opens_at <= now() and not over:
            open_stage(stage, by=None)
            done.opened.append(stage)
    elif stage.kind == StageKind.INTAKE and over:
        close_intake(stage, by=None)
        done.closed.append(stage)
    elif stage.kind == StageKind.INTAKE and stage.closes_at:
        done.reminded += _remind(stage, stage.closes_at)


def _remind(stage: Stage, closes_at: datetime) -> int:
    """Once per draft for each of the days before the deadline."""
    left = closes_at - now()
    due = [days for days in REMINDERS if timedelta(0) < left <= timedelta(days=days)]
    if not due:
        return 0

    def when() -> str:
        return in_both_zones(closes_at, stage.edition)

    days = min(due)
    told = notices.deadline_near(_drafts(stage), when, days=days)
    return told + notices.changes_near(_changed(stage), when, days=days)
