"""Opening, closing and moving stages; moving editions along."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import (
    EDITION_TRANSITIONS,
    STAGE_TRANSITIONS,
    Edition,
    EditionState,
    Stage,
    StageKind,
    StageState,
)
from laureat.rulebook.permissions import run_edition, run_stage


@transaction.atomic
def open_stage(stage: Stage, *, by: User | None) -> Stage:
    """Let people work in `stage` (again).

    Raises Denied, Refused; a person is also refused when the deadline is over or when a stage
    before it has never been opened.
    """
    return _move_stage(stage, StageState.OPEN, by)


@transaction.atomic
def close_stage(stage: Stage, *, by: User | None) -> Stage:
    """End work in `stage`. Rooms that own the work (assessment, council) call this from their own
    closing actions, which also apply the gate. Raises Denied, Refused.
    """
    return _move_stage(stage, StageState.CLOSED, by)


_OVER = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def _move_stage(stage: Stage, state: StageState, by: User | None) -> Stage:
    if by is not None:
        run_stage.require(by, stage)
    if state == StageState.OPEN:  # this may start the edition, which is locked before its stages
        Edition.objects.select_for_update(no_key=True).get(pk=stage.edition_id)
    row = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    if state not in STAGE_TRANSITIONS[row.state]:
        raise Refused(
            _("The stage is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    if state == StageState.OPEN and row.edition.state in _OVER:
        raise Refused(_("The results are published: no stage of this contest is opened again."))
    if state == StageState.OPEN and by is not None:
        _check_opening(row)
    row.state = state
    if state == StageState.OPEN:
        row.opened_at = now()
    else:
        row.closed_at = now()
    row.save(update_fields=["state", "opened_at", "closed_at"])
    if state == StageState.OPEN and row.edition.state == EditionState.PREPARED:
        move_edition(row.edition, EditionState.RUNNING, by=None)
    ledger.append(
        row.edition.chain, f"stage.{state.value}", subject=row.uid, by=by, data={"stage": str(row)}
    )
    stage.state, stage.opened_at, stage.closed_at = row.state, row.opened_at, row.closed_at
    return row


def _check_opening(row: Stage) -> None:
    if row.last_moment is not None and now() > row.last_moment:
        raise Refused(_("The deadline of this stage is over. Move its dates first, then open it."))
    before = row.edition.stages.filter(order__lt=row.order)
    if row.region:
        before = before.filter(region__in=("", row.region))
    begun = set(before.exclude(state=StageState.PLANNED).values_list("key", flat=True))
    for earlier in before.order_by("order"):
        if earlier.key not in begun:
            raise Refused(
                _("«%(earlier)s» comes before and was never opened: open it first.")
                % {"earlier": localised(earlier, "title")}
            )


_YEARS = range(2000, 2101)
_TYPING = timedelta(minutes=5)
"""Who closes at once names this minute, and it is past when the form is sent."""


def _check_dates(
    row: Stage, opens_at: datetime | None, closes_at: datetime | None, grace: timedelta
) -> None:
    for field, instant in (("opens_at", opens_at), ("closes_at", closes_at)):
        if instant is not None and instant.year not in _YEARS:
            raise Refused(
                _("Check the year: expected one from %(first)s to %(last)s.")
                % {"first": _YEARS[0], "last": _YEARS[-1]},
                field=field,
            )
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused(_("A stage closes after it opens."), field="closes_at")
    if row.edition.state in _OVER:
        raise Refused(
            _("The results are published: the dates of this contest are history and stay.")
        )
    if row.kind == StageKind.INTAKE and closes_at is None and row.closes_at is not None:
        raise Refused(_("Applications need a deadline."), field="closes_at")
    over = closes_at is not None and closes_at + grace <= now()
    if row.state == StageState.CLOSED and (over or closes_at is None):
        raise Refused(
            _(
                "The stage is closed: its dates stay. To give more time, choose a deadline that "
                "is still to come and then open the stage again."
            ),
            field="closes_at",
        )
    long_over = closes_at is not None and closes_at + grace <= now() - _TYPING
    if row.state == StageState.OPEN and long_over and closes_at != row.closes_at:
        raise Refused(
            _("This moment is past. To end earlier, choose one that is still to come."),
            field="closes_at",
        )


@transaction.atomic
def move_dates(
    stage: Stage,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    grace: timedelta,
    by: User,
) -> Stage:
    """Set when `stage` opens and closes. A closed stage can only be given more time.

    Raises Denied, Refused (closing before opening; no year of ours; applications without a
    deadline; an open stage with a deadline in the past; the results are published).
    """
    run_stage.require(by, stage)
    row = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    _check_dates(row, opens_at, closes_at, grace)
    before = {
        "opens": str(row.opens_at),
        "closes": str(row.closes_at),
        "grace": str(row.grace),
    }
    Stage.objects.filter(pk=stage.pk).update(opens_at=opens_at, closes_at=closes_at, grace=grace)
    stage.refresh_from_db()
    ledger.append(
        stage.edition.chain,
        "stage.dates",
        subject=stage.uid,
        by=by,
        data={
            "before": before,
            "opens": str(opens_at),
            "closes": str(closes_at),
            "grace": str(grace),
        },
    )
    return stage


@transaction.atomic
def move_edition(edition: Edition, state: EditionState, *, by: User | None) -> Edition:
    """Move an edition along its states. Raises Denied, Refused."""
    if by is not None:
        run_edition.require(by, edition)
    row = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if state not in EDITION_TRANSITIONS[row.state]:
        raise Refused(
            _("The edition is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    row.state = state
    row.save(update_fields=["state"])
    ledger.append(row.chain, f"edition.{state.value}", subject=row.uid, by=by, data={})
    if state == EditionState.PUBLISHED:
        ledger.open_to_public(row.chain)
    edition.state = row.state
    return row
