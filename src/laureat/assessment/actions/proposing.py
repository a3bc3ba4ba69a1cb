"""Teams proposed: the best that the rules allow, asked by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import notices
from laureat.assessment.actions.fitting import entry_said, own_open
from laureat.assessment.actions.planning import Plan, plan_teams
from laureat.assessment.actions.wishes import Unkept, unkept
from laureat.assessment.models import Assignment
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage
from laureat.science.teaming import Proposal


@dataclass(frozen=True)
class TeamReport:
    """What a proposal did: new assignments, and the science's account of gaps and loads."""

    created: tuple[Assignment, ...]
    proposal: Proposal
    unkept: tuple[Unkept, ...] = ()
    """Wishes that it could not follow."""


@transaction.atomic
def propose_teams(
    stage: Stage, *, by: User | None, demand: int | None = None, seen: str = ""
) -> TeamReport:
    """Propose assessors for every entry of the stage that lacks some, and ask them by mail.

    Nobody already asked is moved. What cannot be filled is in the report, with the reasons. seen:
    digest of the plan that was looked at. Raises Denied, Refused (closed; the plan has changed).
    """
    if by is not None:
        permissions.change_teams.require(by, stage)
    own_open(stage)
    plan = plan_teams(stage, demand=demand)
    if seen and seen != plan.digest:
        raise Refused(
            _("Something has changed since you looked at this proposal. Look at it once more.")
        )
    rows = _asked(stage, plan)
    if rows:
        proposal = plan.proposal
        ledger.append(
            stage.edition.chain,
            "teams.proposed",
            subject=stage.uid,
            by=by,
            data={
                "assignments": sorted(each.uid for each in rows),
                "seed": plan.task.seed,
                "worth": f"{proposal.worth:.4f}",
                "bound": f"{proposal.bound:.4f}",
                "wishes": len(plan.wishes),
                "gaps": len(proposal.gaps),
            },
        )
        notices.tell_asked(stage, rows)
    return TeamReport(tuple(rows), plan.proposal, tuple(unkept(plan)))


def _asked(stage: Stage, plan: Plan, *also: str) -> list[Assignment]:
    """The new assignments, written."""
    return Assignment.objects.bulk_create(
        Assignment(
            stage=stage,
            entry=plan.entries[entry],
            assessor=plan.people[member.person],
            lead=member.lead,
            why=" ".join((*also, *member.why)),
            moved_at=now(),
        )
        for entry, member in plan.fresh
    )


def fill_gaps(stage: Stage, entries: Sequence[Entry]) -> TeamReport:
    """Ask somebody for every gap that others left.

    Everybody else stays where they are. The caller owns the stage and tells the secretary.
    """
    plan = plan_teams(stage, entries)
    rows = _asked(stage, plan, "replacement")
    for row in rows:
        ledger.append(
            stage.edition.chain,
            "assignment.made",
            subject=row.uid,
            by=None,
            data={
                **entry_said(stage, row.entry),
                "assessor": row.assessor.uid,
                "lead": row.lead,
                "seed": plan.task.seed,
            },
        )
    notices.tell_asked(stage, rows)
    return TeamReport(tuple(rows), plan.proposal, tuple(unkept(plan)))
