"""Teams: assigned by hand, answered, released (proposed: `proposing`)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks, notices
from laureat.assessment.actions.fitting import entry_said, fits, own_open, room
from laureat.assessment.models import (
    ASSIGNMENT_TRANSITIONS,
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
)
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage


@transaction.atomic
def assign(
    stage: Stage,
    entry: Entry,
    assessor: Assessor,
    lead: bool = False,
    *,
    by: User | None,
    why: str = "by-hand",
) -> Assignment:
    """Ask `assessor` to judge `entry` at `stage` (or change who leads). Raises Denied, Refused."""
    if by is not None:
        permissions.change_teams.require(by, stage)
    own_open(stage)
    fits(stage, entry, assessor, lead)
    team = list(
        Assignment.objects.filter(stage=stage, entry=entry, state__in=LIVE).select_related(
            "assessor"
        )
    )
    row = Assignment.objects.filter(stage=stage, entry=entry, assessor=assessor).first()
    if row is None or row.state not in LIVE:
        room(stage, team, assessor)
    leads = [each for each in team if each.lead and each.assessor_id != assessor.pk]
    if lead and len(leads) >= stage.rules.team.lead:
        Assignment.objects.filter(pk__in=[each.pk for each in leads]).update(lead=False)
    if row is None:
        row = Assignment.objects.create(
            stage=stage, entry=entry, assessor=assessor, lead=lead, why=why, moved_at=now()
        )
        asked = True
    else:
        asked = row.state not in LIVE
        if asked:
            move(row, AssignmentState.PROPOSED)
            row.reason, row.why, row.conflict = "", why, None
        row.lead = lead
        row.save(update_fields=["state", "lead", "reason", "why", "conflict", "moved_at"])
    ledger.append(
        stage.edition.chain,
        "assignment.made",
        subject=row.uid,
        by=by,
        data={**entry_said(stage, entry), "assessor": assessor.uid, "lead": lead},
    )
    if asked:
        notices.tell_asked(stage, [row])
    return row


def move(row: Assignment, state: AssignmentState) -> None:
    if state not in ASSIGNMENT_TRANSITIONS[row.state]:
        raise Refused(
            _("The assignment is “%(state)s”: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    row.state = state
    row.moved_at = now()


@transaction.atomic
def release(assignment: Assignment, reason: str, *, by: User | None) -> Assignment:
    """Take an assessor out of a team; what they wrote stays, but no longer counts.

    Raises Denied, Refused.
    """
    if by is not None:
        permissions.change_teams.require(by, assignment.stage)
    if not reason.strip():
        raise Refused(_("Say why the assessor is released."), field="reason")
    stage = own_open(assignment.stage)
    row = locks.assignment(assignment, stage)
    move(row, AssignmentState.REMOVED)
    row.reason, row.lead = reason.strip(), False
    row.save(update_fields=["state", "reason", "lead", "moved_at"])
    ledger.append(
        row.stage.edition.chain,
        "assignment.removed",
        subject=row.uid,
        by=by,
        data={"reason_sha256": ledger.words(row.reason)},
    )
    number = row.entry.number
    shown = "" if permissions.blind(stage) else f" ({number})"
    notices.tell(
        row.assessor.user,
        "released",
        stage,
        lambda: (
            _("You no longer need to judge one entry%(entry)s") % {"entry": shown},
            f"{notices.contest(stage)}\n"
            + _("Stage: %(stage)s") % {"stage": localised(stage, "title")}
            + "\n"
            + _("Reason: %(reason)s") % {"reason": row.reason}
            + f"\n\n{notices.address('assessment:mine')}\n",
        ),
    )
    return row
