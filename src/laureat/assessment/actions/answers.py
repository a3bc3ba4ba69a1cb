"""What assessors answer: accept, decline, or a conflict of interest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import notices
from laureat.assessment.actions.assessors import LIVE, declare_conflict
from laureat.assessment.actions.teams import move, plan_teams
from laureat.assessment.models import Assessor, Assignment, AssignmentState, Conflict
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
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
    row = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("stage", "entry__organisation", "assessor__user")
        .get(pk=assignment.pk)
    )
    stage = row.stage
    if stage.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: there is nothing left to answer."))
    if answer == "conflict" and not reason.strip():
        raise Refused(_("Say what the conflict of interest is."), field="reason")
    if answer == "accept":
        _no_conflict(row)
    move(row, states[answer])
    row.reason = reason.strip()
    if answer != "accept":
        row.lead = False
    row.save(update_fields=["state", "reason", "lead", "moved_at"])
    ledger.append(stage.edition.chain, f"assignment.{row.state}", subject=row.uid, by=by, data={})
    replaced = [row.entry]
    if answer == "conflict":
        replaced = _others_of(row)
        declare_conflict(row.assessor, row.entry.organisation, reason, by=None)
    if answer != "accept":
        _replace(stage, replaced, row, answer)
    assignment.state, assignment.reason, assignment.lead = row.state, row.reason, row.lead
    return row


def _no_conflict(row: Assignment) -> None:
    if Conflict.objects.filter(
        assessor=row.assessor, organisation=row.entry.organisation, lifted_at__isnull=True
    ).exists():
        raise Refused(_("A conflict of interest with this organisation is known."))


def _others_of(row: Assignment) -> list[Entry]:
    """All entries of the organisation at the stage that the assessor leaves."""
    rows = Assignment.objects.filter(
        Q(pk=row.pk) | Q(state__in=LIVE),
        assessor=row.assessor,
        stage=row.stage,
        entry__organisation=row.entry.organisation,
    )
    return [each.entry for each in rows.select_related("entry__organisation", "entry__category")]


def _replace(stage: Stage, entries: Sequence[Entry], gone: Assignment, answer: str) -> None:
    """Propose somebody else; the secretary learns who left, and who could not be replaced."""
    proposal = plan_teams(stage, entries)
    new = [
        Assignment(
            stage=stage,
            entry_id=int(entry),
            assessor_id=int(member.person),
            lead=member.lead,
            why=" ".join(("replacement", *member.why)),
            moved_at=now(),
        )
        for entry, members in proposal.teams.items()
        for member in members
        if not member.kept
    ]
    rows = Assignment.objects.bulk_create(new)
    for row in rows:
        ledger.append(
            stage.edition.chain,
            "assignment.made",
            subject=row.uid,
            by=None,
            data={"entry": row.entry.uid, "assessor": row.assessor.uid, "lead": row.lead},
        )
    notices.tell_asked(stage, rows)
    number = gone.assessor.serial
    entry, incomplete = gone.entry, bool(proposal.gaps)

    def wording() -> tuple[str, str]:
        said = {
            "decline": _("Assessor %(number)s declines entry %(entry)s."),
            "conflict": _("Assessor %(number)s has a conflict of interest with entry %(entry)s."),
        }[answer] % {"number": number, "entry": entry.number}
        then = (
            _("Nobody could be found in their place: please complete the team.")
            if incomplete
            else _("Somebody else has been asked.")
            if rows
            else _("The team has enough members without them.")
        )
        title = localised(stage, "title")
        link = notices.address("assessment:teams", stage.uid)
        return f"{title}: {said}", f"{said}\n{then}\n\n{link}\n"

    notices.tell_secretaries(stage, "answered", wording)


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
    rows = list(
        Assignment.objects.filter(stage=stage, assessor=assessor, state=AssignmentState.PROPOSED)
        .select_related("entry", "assessor", "stage")
        .order_by("pk")
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
            declare_conflict(assessor, organisation, reason, by=by)
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
