"""Teams: proposed, assigned by hand, answered, released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks, notices
from laureat.assessment.models import (
    ASSIGNMENT_TRANSITIONS,
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
)
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema import AssessmentStage
from laureat.science.assignment import Job, Member, Person, Proposal, TeamRule, propose


@dataclass(frozen=True)
class TeamReport:
    """What a proposal did: new assignments, and the science's account of gaps and loads."""

    created: tuple[Assignment, ...]
    proposal: Proposal


def rule_of(stage: Stage) -> TeamRule:
    """The stage's rule for teams as science reads it."""
    rules: AssessmentStage = stage.rules
    team = rules.team
    return TeamRule(team.size[0], team.size[1], team.lead, team.newcomers, team.same_region)


def _in_stage(assessors: Iterable[Assessor], stage: Stage) -> list[Assessor]:
    return [
        each
        for each in assessors
        if each.active
        and (not each.stages or stage.key in each.stages)
        and (not stage.region or not each.region or each.region == stage.region)
    ]


def plan_teams(
    stage: Stage, entries: Sequence[Entry] | None = None, *, demand: int | None = None
) -> Proposal:
    """What would be proposed, without writing anything. Keys are primary keys as text."""
    if entries is None:
        passages = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
        entries = [
            row.entry for row in passages.select_related("entry__organisation", "entry__category")
        ]
    assessors = _in_stage(
        Assessor.objects.filter(edition=stage.edition).prefetch_related("sectors"), stage
    )
    rows = Assignment.objects.filter(stage=stage).values_list(
        "entry_id", "assessor_id", "lead", "state"
    )
    load: dict[int, int] = {}
    teams: dict[str, list[Member]] = {}
    barred: set[tuple[str, str]] = set()
    for entry_id, assessor_id, lead, state in rows:
        if state in LIVE:
            load[assessor_id] = load.get(assessor_id, 0) + 1
            teams.setdefault(str(entry_id), []).append(Member(str(assessor_id), lead, kept=True))
        else:
            barred.add((str(assessor_id), str(entry_id)))
    conflicts: dict[int, set[int]] = {}
    for assessor_id, organisation_id in Conflict.objects.filter(
        assessor__edition=stage.edition, lifted_at__isnull=True
    ).values_list("assessor_id", "organisation_id"):
        conflicts.setdefault(organisation_id, set()).add(assessor_id)
    for entry in entries:
        barred |= {(str(who), str(entry.pk)) for who in conflicts.get(entry.organisation_id, ())}
    return propose(
        [
            Job(
                str(entry.pk),
                entry.region,
                entry.organisation.sector_id or "",
                entry.category.key if entry.category else "",
            )
            for entry in entries
        ],
        [
            Person(
                str(each.pk),
                each.region,
                frozenset(sector.pk for sector in each.sectors.all()),
                each.may_lead,
                each.newcomer,
                each.max_load,
                load.get(each.pk, 0),
            )
            for each in assessors
        ],
        rule_of(stage),
        conflicts=barred,
        teams=teams,
        demand=demand,
        preferred=_earlier(stage),
    )


def _earlier(stage: Stage) -> dict[str, list[str]]:
    """The teams of the stage that this one takes its teams from: the lead first."""
    key = stage.rules.team.taken_from
    if not key:
        return {}
    found: dict[str, list[str]] = {}
    rows = Assignment.objects.filter(
        stage__edition=stage.edition, stage__key=key, state=AssignmentState.ACCEPTED
    ).order_by("-lead", "assessor__newcomer", "assessor__serial")
    for entry_id, assessor_id in rows.values_list("entry_id", "assessor_id"):
        found.setdefault(str(entry_id), []).append(str(assessor_id))
    return found


@transaction.atomic
def propose_teams(stage: Stage, *, by: User | None, demand: int | None = None) -> TeamReport:
    """Propose assessors for every entry of the stage that lacks some, and ask them by mail.

    Nobody already asked is moved. What cannot be filled is in the report, with the reasons.
    Raises Denied, Refused (stage closed).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    _lock(stage)
    proposal = plan_teams(stage, demand=demand)
    created = Assignment.objects.bulk_create(
        Assignment(
            stage=stage,
            entry_id=int(entry),
            assessor_id=int(member.person),
            lead=member.lead,
            why=" ".join(member.why),
            moved_at=now(),
        )
        for entry, members in proposal.teams.items()
        for member in members
        if not member.kept
    )
    rows = list(
        Assignment.objects.filter(pk__in=[each.pk for each in created]).select_related(
            "entry", "assessor__user"
        )
    )
    if rows:
        ledger.append(
            stage.edition.chain,
            "teams.proposed",
            subject=stage.uid,
            by=by,
            data={"assignments": sorted(each.uid for each in rows)},
        )
        notices.tell_asked(stage, rows)
    return TeamReport(tuple(rows), proposal)


def fill_gaps(stage: Stage, entries: Sequence[Entry]) -> tuple[list[Assignment], bool]:
    """Ask somebody for every gap that others left; whether somebody is still missing.

    The caller owns the stage and tells the secretary.
    """
    proposal = plan_teams(stage, entries)
    rows = Assignment.objects.bulk_create(
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
    )
    for row in rows:
        ledger.append(
            stage.edition.chain,
            "assignment.made",
            subject=row.uid,
            by=None,
            data={"entry": row.entry.uid, "assessor": row.assessor.uid, "lead": row.lead},
        )
    notices.tell_asked(stage, rows)
    return rows, bool(proposal.gaps)


def _lock(stage: Stage) -> Stage:
    row = locks.own(stage.pk)[stage.pk]
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: its teams can no longer change."))
    return row


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
        permissions.manage_stage.require(by, stage)
    _lock(stage)
    _fits(stage, entry, assessor, lead)
    team = list(
        Assignment.objects.filter(stage=stage, entry=entry, state__in=LIVE).select_related(
            "assessor"
        )
    )
    row = Assignment.objects.filter(stage=stage, entry=entry, assessor=assessor).first()
    if row is None or row.state not in LIVE:
        _room(stage, team, assessor)
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
            row.reason, row.why = "", why
        row.lead = lead
        row.save(update_fields=["state", "lead", "reason", "why", "moved_at"])
    ledger.append(
        stage.edition.chain,
        "assignment.made",
        subject=row.uid,
        by=by,
        data={"entry": entry.uid, "assessor": assessor.uid, "lead": lead},
    )
    if asked:
        notices.tell_asked(stage, [row])
    return row


def _fits(stage: Stage, entry: Entry, assessor: Assessor, lead: bool) -> None:
    """Raise Refused where the pair is against the rules."""
    name = {"number": assessor.serial, "entry": entry.number}
    if assessor.edition_id != stage.edition_id or not _in_stage([assessor], stage):
        raise Refused(_("Assessor %(number)s does not work at this stage.") % name)
    if not Passage.objects.filter(stage=stage, entry=entry, state=PassageState.ACTIVE).exists():
        raise Refused(_("Entry %(entry)s is not in this stage now.") % name)
    if Conflict.objects.filter(
        assessor=assessor, organisation_id=entry.organisation_id, lifted_at__isnull=True
    ).exists():
        raise Refused(
            _("Assessor %(number)s has a conflict of interest with this organisation.") % name
        )
    if not stage.rules.team.same_region and assessor.region and assessor.region == entry.region:
        raise Refused(_("Assessor %(number)s is of the applicant's region.") % name)
    if lead and not assessor.may_lead:
        raise Refused(_("Assessor %(number)s may not lead a team.") % name, field="lead")


def _room(stage: Stage, team: Sequence[Assignment], assessor: Assessor) -> None:
    rule = stage.rules.team
    if len(team) >= rule.size[1]:
        raise Refused(
            _("The team is complete: at most %(most)s assessors. Release somebody first.")
            % {"most": rule.size[1]}
        )
    newcomers = sum(each.assessor.newcomer for each in team)
    if assessor.newcomer and rule.newcomers is not None and newcomers >= rule.newcomers:
        raise Refused(_("At most %(most)s newcomer(s) in a team.") % {"most": rule.newcomers})
    load = Assignment.objects.filter(stage=stage, assessor=assessor, state__in=LIVE).count()
    if load >= assessor.max_load:
        raise Refused(
            _("Assessor %(number)s has %(load)s entries already, the most they take.")
            % {"number": assessor.serial, "load": load}
        )


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
        permissions.manage_stage.require(by, assignment.stage)
    if not reason.strip():
        raise Refused(_("Say why the assessor is released."), field="reason")
    _lock(assignment.stage)
    row = locks.assignment(assignment.pk)
    move(row, AssignmentState.REMOVED)
    row.reason, row.lead = reason.strip(), False
    row.save(update_fields=["state", "reason", "lead", "moved_at"])
    ledger.append(row.stage.edition.chain, "assignment.removed", subject=row.uid, by=by, data={})
    stage, number = row.stage, row.entry.number
    shown = "" if permissions.blind(stage) else f" ({number})"
    notices.tell(
        row.assessor.user,
        "released",
        stage.edition,
        lambda: (
            _("You no longer need to judge one entry%(entry)s") % {"entry": shown},
            f"{localised(stage, 'title')}\n"
            + _("Reason: %(reason)s") % {"reason": row.reason}
            + f"\n\n{notices.address('assessment:mine')}\n",
        ),
    )
    return row
