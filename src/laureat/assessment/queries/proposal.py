"""A proposal of teams before anybody is asked: who, why, what is missing, what wishes changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from laureat.assessment.actions.planning import Plan, plan_teams
from laureat.assessment.models import Assessor, Pairing
from laureat.assessment.queries.words import gap_words, way_words, why_words
from laureat.intake.models import Entry
from laureat.rulebook.models import Stage


@dataclass
class Proposed:
    """Somebody in a proposed team."""

    assessor: Assessor
    lead: bool
    kept: bool
    words: str


@dataclass
class Wish:
    """What the secretary said of a pair."""

    assessor: Assessor
    must: bool


@dataclass
class ProposedTeam:
    """An entry with the team it would have."""

    entry: Entry
    members: list[Proposed]
    lacks: str
    wishes: list[Wish]
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def fresh(self) -> bool:
        """Whether somebody would be newly asked."""
        return any(not member.kept for member in self.members)


@dataclass(frozen=True)
class Swap:
    """An entry whose team the wishes change: serials of assessors."""

    entry: Entry
    come: list[int]
    go: list[int]


@dataclass
class ProposalPage:
    """Everything the page shows."""

    teams: list[ProposedTeam]
    asked: int
    people: int
    lacking: int
    ways: list[str]
    components: int
    busiest: int
    idlest: int
    digest: str
    seed: str
    optimal: bool
    swaps: list[Swap]
    wishes: int
    cost: float
    """Share of the fit that the wishes cost."""
    assessors: list[Assessor]
    same_region: bool

    def shown(self, *, gaps: bool) -> list[ProposedTeam]:
        """The teams with something new, or those with gaps only."""
        if gaps:
            return [team for team in self.teams if team.lacks]
        return [team for team in self.teams if team.fresh or team.lacks or team.wishes]

    def offer(self, teams: Iterable[ProposedTeam]) -> None:
        """Whom one could wish for in each of the teams that are shown."""
        for team in teams:
            inside = {member.assessor.pk for member in team.members}
            inside |= {each.assessor.pk for each in team.wishes}
            team.choices = [
                (each.uid, f"{each.serial} · {each.user.name}")
                for each in self.assessors
                if each.pk not in inside
                and (self.same_region or not each.region or each.region != team.entry.region)
            ]


def proposal_page(stage: Stage) -> ProposalPage:
    """The proposal as it would be made now. Seven queries at any size."""
    plan = plan_teams(stage)
    found = plan.proposal
    lacks = {gap.job: gap_words(gap) for gap in found.gaps}
    wishes: dict[int, list[Wish]] = {}
    for each in plan.wishes:
        if each.assessor_id in plan.people:
            wished = Wish(plan.people[each.assessor_id], each.wish == Pairing.Wish.MUST)
            wishes.setdefault(each.entry_id, []).append(wished)
    teams = [
        ProposedTeam(
            entry,
            [
                Proposed(
                    plan.people[member.person],
                    member.lead,
                    member.kept,
                    why_words(" ".join(member.why)),
                )
                for member in found.teams.get(key, ())
                if member.person in plan.people
            ],
            lacks.get(key, ""),
            wishes.get(key, []),
        )
        for key, entry in plan.entries.items()
    ]
    fresh = plan.fresh
    busy = [found.loads[key] for key in plan.people if key in found.loads]
    numbers = {key: entry.number or "" for key, entry in plan.entries.items()}
    serials = {key: each.serial for key, each in plan.people.items()}
    return ProposalPage(
        teams,
        len(fresh),
        len({member.person for _entry, member in fresh}),
        len(found.gaps),
        [way_words(way, numbers, serials) for way in found.ways],
        found.components,
        max(busy, default=0),
        min(busy, default=0),
        plan.digest,
        plan.task.seed,
        found.complete and found.bound - found.worth <= 0.0005 * max(1.0, abs(found.bound)),
        _swaps(plan),
        len(plan.wishes),
        _cost(plan),
        list(plan.people.values()),
        plan.task.rule.same_region,
    )


def _swaps(plan: Plan) -> list[Swap]:
    """What the wishes change, by entry."""
    now, before = plan.proposal.pairs(), plan.without_wishes.pairs()
    serial = {key: each.serial for key, each in plan.people.items()}
    found = []
    for key, entry in plan.entries.items():
        come = sorted(serial[who] for job, who in now - before if job == key and who in serial)
        go = sorted(serial[who] for job, who in before - now if job == key and who in serial)
        if come or go:
            found.append(Swap(entry, come, go))
    return found


def _cost(plan: Plan) -> float:
    whole = plan.without_wishes.worth
    if not plan.wishes or whole <= 0 or plan.proposal.gaps or plan.without_wishes.gaps:
        return 0.0
    return max(0.0, (whole - plan.proposal.worth) / whole)
