"""What a proposal of teams is made from: read, never written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import FilteredRelation, Q

from laureat.assessment.actions.fairness import compared_per, fair_model, group_name, kept
from laureat.assessment.actions.fitting import in_stage, may_taste
from laureat.assessment.actions.ties import Known, tie_of
from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
    Pairing,
)
from laureat.assessment.permissions import still_judged
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.access.models import Role
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import AssessmentStage
from laureat.science import teaming
from laureat.science.teaming import Job, Member, Person, Proposal, TeamRule

Pair = tuple[int, int]
"""(entry, assessor), primary keys."""


@dataclass(frozen=True)
class Task:
    """Everything a proposal is made from; the same task has the same answer."""

    jobs: tuple[Job, ...]
    people: tuple[Person, ...]
    rule: TeamRule
    barred: frozenset[Pair]
    """A conflict of interest, or a tie."""
    gone: frozenset[Pair]
    """Asked before, and declined or released."""
    never: frozenset[Pair]
    must: frozenset[Pair]
    teams: tuple[tuple[int, tuple[Member, ...]], ...]
    earlier: tuple[tuple[int, tuple[int, ...]], ...]
    demand: int | None
    elsewhere: tuple[tuple[str, tuple[int, ...]], ...]
    """Teams of the stage's other entries, with the group in which each is compared."""
    seed: str

    def solved(self) -> Proposal:
        """The proposal; computed once."""
        return kept.get(
            ("teams", self),
            lambda: teaming.propose(
                self.jobs,
                self.people,
                self.rule,
                conflicts=self.barred | self.gone | self.never,
                teams=dict(self.teams),
                demand=self.demand,
                preferred=dict(self.earlier),
                pinned=self.must,
                elsewhere=self.elsewhere,
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
    """What would be proposed, without writing anything. Seven queries at any size.

    entries: only these get somebody; the teams of all others stay as they are, but show what is
    joined already.
    """
    if entries is None:
        passages = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
        entries = [
            row.entry
            for row in passages.select_related("entry__organisation", "entry__category").order_by(
                "entry__serial", "entry_id"
            )
        ]
    assessors = in_stage(may_taste(stage).select_related("user"), stage)
    facts = _facts(stage)
    here = {entry.pk for entry in entries}
    compared, per = fair_model(stage) != "raw", compared_per(stage)
    rows, earlier = _assigned(stage, here)
    load: dict[int, int] = {}
    teams: dict[int, list[Member]] = {}
    gone: set[Pair] = set()
    for entry_id, assessor_id, lead, state, judged in rows:
        if state in LIVE:
            load[assessor_id] = load.get(assessor_id, 0) + judged
            teams.setdefault(entry_id, []).append(Member(assessor_id, lead, kept=True))
        else:
            gone.add((entry_id, assessor_id))
    wishes = [
        each
        for each in Pairing.objects.filter(stage=stage)
        .select_related("assessor__user")
        .order_by("entry__serial", "entry_id", "assessor__serial")
        if each.entry_id in here
    ]
    asked = {(entry, member.person) for entry, team in teams.items() for member in team}
    wanted = [each for each in wishes if (each.entry_id, each.assessor_id) not in asked]
    task = Task(
        jobs=tuple(
            Job(
                entry.pk,
                entry.number or entry.uid,
                entry.region,
                entry.organisation.sector_id or "",
                entry.category.key if entry.category else "",
                group_name(per, entry) if compared else str(entry.pk),
            )
            for entry in entries
        ),
        people=tuple(
            Person(
                each.pk,
                str(each.serial),
                each.region,
                frozenset(facts[each.pk].sectors),
                frozenset(facts[each.pk].works_for),
                each.may_lead,
                each.newcomer,
                each.max_load,
                load.get(each.pk, 0),
            )
            for each in assessors
        ),
        rule=rule_of(stage),
        barred=_barred(stage, entries, assessors, facts),
        gone=frozenset(pair for pair in gone if pair[0] in here),
        never=_wished(wanted, Pairing.Wish.NEVER),
        must=_wished(wanted, Pairing.Wish.MUST),
        teams=tuple((entry, tuple(teams[entry])) for entry in sorted(here & set(teams))),
        earlier=earlier,
        demand=demand,
        elsewhere=_elsewhere(stage, per, teams, here) if compared else (),
        # Whoever knows the numbers on paper can repeat the lot between equals.
        seed=f"{stage.edition.award.key}/{stage.edition.key} {stage} {len(rows)}",
    )
    return Plan(
        task, {each.pk: each for each in entries}, {each.pk: each for each in assessors},
        tuple(each for each in wishes if each in wanted or each.wish == Pairing.Wish.NEVER),
    )  # fmt: skip


def _elsewhere(
    stage: Stage, per: str, teams: Mapping[int, Sequence[Member]], here: set[int]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The teams of entries that walk in the stage and are not `here`. One query, if there are any."""
    others = sorted(set(teams) - here)
    if not others:
        return ()
    rows = Passage.objects.filter(stage=stage, entry__in=others, state=PassageState.ACTIVE)
    return tuple(
        (group_name(per, row.entry), tuple(member.person for member in teams[row.entry_id]))
        for row in rows.select_related("entry__category").order_by("entry_id")
    )


def _wished(wishes: Sequence[Pairing], wish: str) -> frozenset[Pair]:
    return frozenset((each.entry_id, each.assessor_id) for each in wishes if each.wish == wish)


def _barred(
    stage: Stage,
    entries: Sequence[Entry],
    assessors: Iterable[Assessor],
    facts: Mapping[int, Facts],
) -> frozenset[Pair]:
    """Pairs with a conflict of interest, kept or about to be found. One query."""
    lifted: dict[Pair, bool] = {}
    for assessor_id, organisation_id, since in Conflict.objects.filter(
        assessor__edition=stage.edition
    ).values_list("assessor_id", "organisation_id", "lifted_at"):
        pair = (organisation_id, assessor_id)
        lifted[pair] = lifted.get(pair, True) and since is not None
    known = {
        each.pk: Known(each.user.email, facts[each.pk].works_for, facts[each.pk].acts_for)
        for each in assessors
    }
    makers = {entry.organisation_id: entry.organisation for entry in entries}
    tied = {
        (maker, who)
        for maker, organisation in makers.items()
        for who, each in known.items()
        if not lifted.get((maker, who), tie_of(each, organisation) is None)
    }
    tied |= {pair for pair, over in lifted.items() if not over}
    by_maker: dict[int, set[int]] = {}
    for maker, who in tied:
        by_maker.setdefault(maker, set()).add(who)
    return frozenset(
        (entry.pk, who) for entry in entries for who in by_maker.get(entry.organisation_id, ())
    )


@dataclass
class Facts:
    """What an assessor knows, and whom they are tied to."""

    sectors: set[str] = field(default_factory=set)
    works_for: dict[int, str] = field(default_factory=dict)
    acts_for: set[str] = field(default_factory=set)


def _facts(stage: Stage) -> dict[int, Facts]:
    """Of all assessors. One query."""
    found: dict[int, Facts] = {}
    rows = Assessor.objects.filter(edition=stage.edition).order_by()
    applicant = Q(user__grants__role=Role.APPLICANT, user__grants__ended_at__isnull=True)
    for key, sector, organisation, inn, acts_for in rows.annotate(
        acting=FilteredRelation("user__grants", condition=applicant)
    ).values_list("pk", "sectors", "works_for", "works_for__inn", "acting__organisation"):
        each = found.setdefault(key, Facts())
        if sector is not None:
            each.sectors.add(sector)
        if organisation is not None:
            each.works_for[organisation] = inn
        if acts_for:
            each.acts_for.add(acts_for)
    return found


Asked = tuple[int, int, bool, str, bool]
"""Entry, assessor, whether they lead, state, whether the entry is still to be judged."""


def _assigned(
    stage: Stage, here: set[int]
) -> tuple[list[Asked], tuple[tuple[int, tuple[int, ...]], ...]]:
    """Who was asked at the stage, and the teams of the stage that it takes its teams from, the lead
    first. One query.
    """
    key = stage.rules.team.taken_from or ""
    rows = (
        Assignment.objects.filter(
            Q(stage=stage)
            | Q(stage__edition=stage.edition, stage__key=key, state=AssignmentState.ACCEPTED)
        )
        .order_by("-lead", "assessor__newcomer", "assessor__serial", "pk")
        .annotate(judged=still_judged())
        .values_list("stage_id", "entry_id", "assessor_id", "lead", "state", "judged")
    )
    asked: list[Asked] = []
    before: dict[int, list[int]] = {}
    for stage_id, entry_id, assessor_id, lead, state, judged in rows:
        if stage_id == stage.pk:
            asked.append((entry_id, assessor_id, lead, state, judged))
        elif entry_id in here:
            before.setdefault(entry_id, []).append(assessor_id)
    return asked, tuple((entry, tuple(team)) for entry, team in sorted(before.items()))
