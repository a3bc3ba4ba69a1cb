"""Teams proposed: the best that the rules allow, asked by mail; wishes of the secretary."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import notices
from laureat.assessment.actions.fairness import kept
from laureat.assessment.actions.fitting import (
    entry_said,
    fits,
    in_stage,
    own_open,
    room_for_wish,
)
from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
    Pairing,
)
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import AssessmentStage
from laureat.science.teaming import Job, Member, Person, Proposal, TeamRule, propose

Pair = tuple[int, int]
"""(entry, assessor), primary keys."""


@dataclass(frozen=True)
class TeamReport:
    """What a proposal did: new assignments, and the science's account of gaps and loads."""

    created: tuple[Assignment, ...]
    proposal: Proposal


@dataclass(frozen=True)
class Task:
    """Everything a proposal is made from; the same task has the same answer."""

    jobs: tuple[Job, ...]
    people: tuple[Person, ...]
    rule: TeamRule
    barred: frozenset[Pair]
    never: frozenset[Pair]
    must: frozenset[Pair]
    teams: tuple[tuple[int, tuple[Member, ...]], ...]
    earlier: tuple[tuple[int, tuple[int, ...]], ...]
    demand: int | None
    seed: str

    def solved(self) -> Proposal:
        """The proposal; computed once."""
        return kept.get(
            ("teams", self),
            lambda: propose(
                self.jobs,
                self.people,
                self.rule,
                conflicts=self.barred | self.never,
                teams=dict(self.teams),
                demand=self.demand,
                preferred=dict(self.earlier),
                pinned=self.must,
                seed=self.seed,
            ),
        )


@dataclass(frozen=True)
class Plan:
    """A proposal that nobody has been asked by yet, with what it rests on."""

    task: Task
    entries: Mapping[int, Entry]
    people: Mapping[int, Assessor]
    wishes: tuple[Pairing, ...]

    @cached_property
    def proposal(self) -> Proposal:
        """The teams."""
        return self.task.solved()

    @cached_property
    def without_wishes(self) -> Proposal:
        """The teams if the secretary wished for nothing."""
        if not self.wishes:
            return self.proposal
        return replace(self.task, never=frozenset(), must=frozenset()).solved()

    @property
    def fresh(self) -> list[tuple[int, Member]]:
        """Everybody who would be newly asked, by entry."""
        return [
            (entry, member)
            for entry, team in sorted(self.proposal.teams.items())
            for member in team
            if not member.kept
        ]

    @property
    def digest(self) -> str:
        """Names the proposal, so that one asks for what one saw."""
        text = "\n".join(f"{entry} {m.person} {m.lead}" for entry, m in self.fresh)
        return hashlib.sha256(f"{self.task.seed}\n{text}".encode()).hexdigest()[:16]


def rule_of(stage: Stage) -> TeamRule:
    """The stage's rule for teams as science reads it."""
    rules: AssessmentStage = stage.rules
    team = rules.team
    return TeamRule(team.size[0], team.size[1], team.lead, team.newcomers, team.same_region)


def plan_teams(
    stage: Stage, entries: Sequence[Entry] | None = None, *, demand: int | None = None
) -> Plan:
    """What would be proposed, without writing anything. Seven queries at any size."""
    if entries is None:
        passages = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
        entries = [
            row.entry
            for row in passages.select_related("entry__organisation", "entry__category").order_by(
                "entry__serial", "entry_id"
            )
        ]
    assessors = in_stage(
        Assessor.objects.filter(edition=stage.edition).select_related("user"), stage
    )
    sectors, institutions = _ties(stage)
    rows = list(
        Assignment.objects.filter(stage=stage).values_list(
            "entry_id", "assessor_id", "lead", "state"
        )
    )
    load: dict[int, int] = {}
    teams: dict[int, list[Member]] = {}
    barred: set[Pair] = set()
    for entry_id, assessor_id, lead, state in rows:
        if state in LIVE:
            load[assessor_id] = load.get(assessor_id, 0) + 1
            teams.setdefault(entry_id, []).append(Member(assessor_id, lead, kept=True))
        else:
            barred.add((entry_id, assessor_id))
    conflicts: dict[int, set[int]] = {}
    for assessor_id, organisation_id in Conflict.objects.filter(
        assessor__edition=stage.edition, lifted_at__isnull=True
    ).values_list("assessor_id", "organisation_id"):
        conflicts.setdefault(organisation_id, set()).add(assessor_id)
    for entry in entries:
        barred |= {(entry.pk, who) for who in conflicts.get(entry.organisation_id, ())}
    here = {entry.pk for entry in entries}
    wishes = [
        each
        for each in Pairing.objects.filter(stage=stage)
        if each.entry_id in here
        and not any(m.person == each.assessor_id for m in teams.get(each.entry_id, ()))
    ]
    task = Task(
        jobs=tuple(
            Job(
                entry.pk,
                entry.number or entry.uid,
                entry.region,
                entry.organisation.sector_id or "",
                entry.category.key if entry.category else "",
            )
            for entry in entries
        ),
        people=tuple(
            Person(
                each.pk,
                str(each.serial),
                each.region,
                frozenset(sectors.get(each.pk, ())),
                frozenset(institutions.get(each.pk, ())),
                each.may_lead,
                each.newcomer,
                each.max_load,
                load.get(each.pk, 0),
            )
            for each in assessors
        ),
        rule=rule_of(stage),
        barred=frozenset(pair for pair in barred if pair[0] in here),
        never=_wished(wishes, Pairing.Wish.NEVER),
        must=_wished(wishes, Pairing.Wish.MUST),
        teams=tuple((entry, tuple(teams[entry])) for entry in sorted(here & set(teams))),
        earlier=_earlier(stage, here),
        demand=demand,
        # Whoever knows the numbers on paper can repeat the lot between equals.
        seed=f"{stage.edition.award.key}/{stage.edition.key} {stage} {len(rows)}",
    )
    return Plan(
        task, {each.pk: each for each in entries}, {each.pk: each for each in assessors},
        tuple(wishes),
    )  # fmt: skip


def _wished(wishes: Sequence[Pairing], wish: str) -> frozenset[Pair]:
    return frozenset((each.entry_id, each.assessor_id) for each in wishes if each.wish == wish)


def _ties(stage: Stage) -> tuple[dict[int, set[str]], dict[int, set[int]]]:
    """Lines of business and institutions of the assessors. One query."""
    sectors: dict[int, set[str]] = {}
    institutions: dict[int, set[int]] = {}
    rows = Assessor.objects.filter(edition=stage.edition).order_by()
    for assessor, sector, organisation in rows.values_list("pk", "sectors", "works_for"):
        if sector is not None:
            sectors.setdefault(assessor, set()).add(sector)
        if organisation is not None:
            institutions.setdefault(assessor, set()).add(organisation)
    return sectors, institutions


def _earlier(stage: Stage, entries: set[int]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The teams of the stage that this one takes its teams from: the lead first."""
    key = stage.rules.team.taken_from
    if not key:
        return ()
    found: dict[int, list[int]] = {}
    rows = Assignment.objects.filter(
        stage__edition=stage.edition, stage__key=key, state=AssignmentState.ACCEPTED
    ).order_by("-lead", "assessor__newcomer", "assessor__serial")
    for entry_id, assessor_id in rows.values_list("entry_id", "assessor_id"):
        if entry_id in entries:
            found.setdefault(entry_id, []).append(assessor_id)
    return tuple((entry, tuple(team)) for entry, team in sorted(found.items()))


@transaction.atomic
def propose_teams(
    stage: Stage, *, by: User | None, demand: int | None = None, seen: str = ""
) -> TeamReport:
    """Propose assessors for every entry of the stage that lacks some, and ask them by mail.

    Nobody already asked is moved. What cannot be filled is in the report, with the reasons. seen:
    digest of the plan that was looked at. Raises Denied, Refused (closed; the plan has changed).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
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
    return TeamReport(tuple(rows), plan.proposal)


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


def fill_gaps(stage: Stage, entries: Sequence[Entry]) -> tuple[list[Assignment], bool]:
    """Ask somebody for every gap that others left; whether somebody is still missing.

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
    return rows, bool(plan.proposal.gaps)


@transaction.atomic
def wish(stage: Stage, entry: Entry, assessor: Assessor, want: str, *, by: User | None) -> None:
    """Say of a pair, before anybody is asked, that it must (or must never) be proposed; "" takes
    that back. Raises Denied, Refused.
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    own_open(stage)
    if want not in ("", *Pairing.Wish.values):
        raise Refused(_("Choose whether the pair must meet or must not."))
    team = list(
        Assignment.objects.filter(stage=stage, entry=entry, state__in=LIVE).values_list(
            "assessor_id", flat=True
        )
    )
    if want and assessor.pk in team:
        raise Refused(
            _("Assessor %(number)s has been asked already. Release them to change the team.")
            % {"number": assessor.serial}
        )
    if want == Pairing.Wish.MUST:
        fits(stage, entry, assessor, lead=False)
        room_for_wish(stage, entry, assessor)
    if want:
        Pairing.objects.update_or_create(
            stage=stage, entry=entry, assessor=assessor, defaults={"wish": want, "at": now()}
        )
    else:
        Pairing.objects.filter(stage=stage, entry=entry, assessor=assessor).delete()
    ledger.append(
        stage.edition.chain,
        "pairing.wished",
        subject=stage.uid,
        by=by,
        data={"entry": entry.uid, "assessor": assessor.uid, "wish": want},
    )
