"""A proposal of teams before anybody is asked: who, why, what is missing, what wishes changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import Http404

from laureat.assessment.actions.planning import Plan, plan_teams
from laureat.assessment.actions.wishes import Unkept, unkept
from laureat.assessment.models import Assessor, Pairing
from laureat.assessment.queries.teams import Wanted
from laureat.assessment.queries.words import bridge_words, gap_words, way_words, why_words
from laureat.intake.models import Entry
from laureat.platform.i18n.search import search_key
from laureat.rulebook.models import Stage
from laureat.science.teaming import Bridge


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
    kept: bool
    """Whether the proposal follows it."""


@dataclass
class ProposedTeam:
    """An entry with the team it would have."""

    entry: Entry
    members: list[Proposed]
    lacks: str
    wishes: list[Wish]
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def new(self) -> int:
        """How many would be newly asked."""
        return sum(not member.kept for member in self.members)

    @property
    def changes(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.new or self.lacks or self.wishes)


@dataclass(frozen=True)
class Swap:
    """An entry whose team the wishes change: serials of assessors."""

    entry: Entry
    come: list[int]
    go: list[int]


@dataclass(frozen=True)
class Join:
    """A pair that would join entries which are compared and share nobody."""

    entry: Entry
    assessor: Assessor
    needs: str
    """What would have to change first, in words; empty: they can be asked at once."""


@dataclass
class ProposalPage:
    """Everything the page shows."""

    teams: list[ProposedTeam]
    asked: int
    people: int
    lacking: int
    ways: list[str]
    apart: int
    """How many joins are missing between entries that are compared."""
    joins: list[Join]
    still_apart: int
    by_fair: bool
    """Whether fair points decide at the stage."""
    busiest: int
    idlest: int
    digest: str
    seed: str
    optimal: bool
    swaps: list[Swap]
    wishes: int
    unkept: list[Unkept]
    cost: float
    """Share of the fit that the wishes cost."""
    assessors: list[Assessor]
    same_region: bool

    def chosen(self, wanted: Wanted) -> list[ProposedTeam]:
        """The teams that the reader asked for, of those with anything to look at."""
        words, person = search_key(wanted.search).split(), search_key(wanted.assessor).strip()
        exact = [each for each in self.teams if each.entry.number == wanted.search.strip()]
        return [
            team
            for team in exact or self.teams
            if team.changes
            and (wanted.show != "gaps" or team.lacks)
            and (wanted.show != "wishes" or team.wishes)
            and all(
                word in f"{team.entry.organisation.search} {search_key(team.entry.number or '')}"
                for word in words
            )
            and (not person or any(_is(each.assessor, person) for each in team.members))
        ]

    def team(self, uid: str) -> ProposedTeam:
        """One of the teams with whom one could wish for there; 404 if there is none."""
        team = next((each for each in self.teams if each.entry.uid == uid), None)
        if team is None:
            raise Http404
        inside = {member.assessor.pk for member in team.members}
        inside |= {each.assessor.pk for each in team.wishes}
        team.choices = [
            (each.uid, f"{each.serial} · {each.user.called}")
            for each in self.assessors
            if each.pk not in inside
            and (self.same_region or not each.region or each.region != team.entry.region)
        ]
        return team


def _is(assessor: Assessor, text: str) -> bool:
    if text.isdecimal():
        return assessor.serial == int(text)
    return text in search_key(f"{assessor.user.called} {assessor.user.email}")


def proposal_page(stage: Stage) -> ProposalPage:
    """The proposal as it would be made now. Six queries at any size."""
    plan = plan_teams(stage)
    found = plan.proposal
    lacks = {gap.job: gap_words(gap) for gap in found.gaps}
    broken = unkept(plan)
    not_kept = {each.wish.pk for each in broken}
    wishes: dict[int, list[Wish]] = {}
    for each in plan.wishes:
        wished = Wish(each.assessor, each.wish == Pairing.Wish.MUST, each.pk not in not_kept)
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
        found.apart,
        [_join(plan, each) for each in found.bridges],
        found.still_apart,
        stage.rules.result == "fair",
        max(busy, default=0),
        min(busy, default=0),
        plan.digest,
        plan.task.seed,
        found.complete and found.bound - found.worth <= 0.0005 * max(1.0, abs(found.bound)),
        _swaps(plan),
        len(plan.wishes),
        broken,
        _cost(plan),
        list(plan.people.values()),
        plan.task.rule.same_region,
    )


def _join(plan: Plan, bridge: Bridge) -> Join:
    return Join(
        plan.entries[bridge.job],
        plan.people[bridge.person],
        bridge_words(bridge, plan.people[bridge.person].serial),
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
