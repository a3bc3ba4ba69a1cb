"""What assessors answer: accept, decline, or a conflict of interest."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.conflicts import keep_conflict
from laureat.assessment.actions.replacing import replace
from laureat.assessment.actions.teams import move
from laureat.assessment.models import (
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.models import Organisation
from laureat.rulebook.models import Stage, StageState


@transaction.atomic
def answer_assignment(
    assignment: Assignment, answer: str, reason: str = "", *, by: User | None
) -> Assignment:
    """accept, decline or conflict: asked before any material is shown.

    A conflict is kept for the organisation and ends everything else the assessor was to judge of
    it. After a refusal somebody else is proposed at once. Raises Denied, Refused.
    """
    if by is not None and not permissions.manage_stage(by, assignment.stage):
        permissions.answer_assignment.require(by, assignment)
    states = {
        "accept": AssignmentState.ACCEPTED,
        "decline": AssignmentState.DECLINED,
        "conflict": AssignmentState.CONFLICTED,
    }
    if answer not in states:
        raise Refused(
            _("Expected one of: %(answers)s.") % {"answers": ", ".join(states)}, field="answer"
        )
    makers = [assignment.entry.organisation] if answer == "conflict" else []
    edition = assignment.stage.edition
    stage = locks.own_of(edition, makers, assignment.stage_id)[assignment.stage_id]
    stage.edition = edition
    row = locks.assignment(assignment, stage)
    if stage.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: there is nothing left to answer."))
    if answer == "conflict" and not reason.strip():
        raise Refused(_("Say what the conflict of interest is."), field="reason")
    if answer == "accept":
        _no_conflict(row)
    move(row, states[answer])
    if answer == "conflict":
        keep_conflict(row.assessor, row.entry.organisation, reason, by=by)
        row.refresh_from_db(fields=["state", "reason", "conflict", "lead", "moved_at"])
    else:
        _keep(row, reason, by)
        if answer == "decline":
            replace(stage, [row], answer, by=by)
    assignment.state, assignment.reason, assignment.lead = row.state, row.reason, row.lead
    return row


def _keep(row: Assignment, reason: str, by: User | None) -> None:
    row.reason = reason.strip()
    if row.state != AssignmentState.ACCEPTED:
        row.lead = False
    row.save(update_fields=["state", "reason", "lead", "moved_at"])
    ledger.append(
        row.stage.edition.chain, f"assignment.{row.state}", subject=row.uid, by=by, data={}
    )


def _no_conflict(row: Assignment) -> None:
    if Conflict.objects.filter(
        assessor=row.assessor_id,
        organisation=row.entry.organisation_id,
        lifted_at__isnull=True,
    ).exists():
        raise Refused(_("A conflict of interest with this organisation is known."))


@transaction.atomic
def answer_tasting(
    stage: Stage,
    assessor: Assessor,
    *,
    conflicts: Iterable[Organisation] = (),
    reason: str = "",
    decline: bool = False,
    by: User | None,
) -> list[Assignment]:
    """One answer for all samples of a blind stage, given over the list of all organisations.

    The assessor never learns which sample is whose, not even by the answer. Returns the answered
    assignments. Raises Denied, Refused.
    """
    named = list(conflicts)
    asked = Assignment.objects.filter(
        stage=stage, assessor=assessor, state=AssignmentState.PROPOSED
    )
    makers = Organisation.objects.filter(entries__assignments__in=asked).distinct()
    locks.own_of(stage.edition, [*named, *makers], stage.pk)
    rows = list(
        asked.select_related(
            "entry__organisation", "assessor__edition__award", "stage__edition__award"
        ).order_by("pk")
    )
    if not rows:
        raise Refused(_("There is nothing left to answer."))
    if by is not None:
        permissions.answer_assignment.require(by, rows[0])
    if named and not reason.strip():
        raise Refused(_("Say what the conflict of interest is."), field="reason")
    barred = {organisation.pk for organisation in named}
    for organisation in named:
        if not any(row.entry.organisation_id == organisation.pk for row in rows):
            keep_conflict(assessor, organisation, reason, by=by)
    for row in rows:
        row.refresh_from_db(fields=["state"])
        if row.state != AssignmentState.PROPOSED:
            continue
        known = Conflict.objects.filter(
            assessor=assessor, organisation_id=row.entry.organisation_id, lifted_at__isnull=True
        ).exists()
        if row.entry.organisation_id in barred or known:
            answer_assignment(row, "conflict", reason or _("A known conflict"), by=by)
        else:
            answer_assignment(row, "decline" if decline else "accept", by=by)
    return rows


@transaction.atomic
def leave_tasting(
    stage: Stage,
    assessor: Assessor,
    reason: str,
    *,
    samples: Iterable[Assignment] | None = None,
    by: User | None,
) -> list[Assignment]:
    """Step back from a blind stage after accepting: from `samples`, else from all whose sheet is not
    signed yet.

    What was written stays but no longer counts; others are asked at once, and those who run the
    stage are told of it in one letter, with the reason. Raises Denied, Refused.
    """
    accepted = Assignment.objects.filter(
        stage=stage, assessor=assessor, state=AssignmentState.ACCEPTED
    )
    given = list(accepted.select_related("entry", "assessor__user").order_by("pk"))
    if by is not None:
        for row in given[:1]:
            permissions.answer_assignment.require(by, row)
    if not reason.strip():
        raise Refused(_("Say why you step back: the secretary reads it."), field="reason")
    held = locks.own(stage.pk)[stage.pk]
    held.edition = stage.edition
    if held.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: there is nothing left to answer."))
    signed = _signed_by(assessor, held)
    wanted = None if samples is None else {each.pk for each in samples}
    gone = []
    for each in given:
        if wanted is not None and each.pk not in wanted:
            continue
        row = locks.assignment(each, held)
        if row.state == AssignmentState.ACCEPTED and row.entry_id not in signed:
            gone.append(row)
        elif wanted is not None:
            raise Refused(_("A signed scorebook counts: ask the secretary to open it again first."))
    if not gone:
        raise Refused(_("There is nothing left to step back from: your scorebooks are signed."))
    for row in gone:
        move(row, AssignmentState.DECLINED)
        _keep(row, reason, by)
    replace(held, gone, "left", reason=reason.strip(), by=by)
    return gone


def _signed_by(assessor: Assessor, stage: Stage) -> set[int]:
    """Entries whose sheet the assessor has signed: the own one, or the team's where only that is
    written.
    """
    individual = stage.rules.scorebook.individual
    kind = ScorebookKind.INDIVIDUAL if individual else ScorebookKind.CONSENSUS
    rows = Scorebook.objects.filter(
        stage=stage, assessor=assessor, kind=kind, state=ScorebookState.SIGNED
    )
    return set(rows.order_by().values_list("entry_id", flat=True))
