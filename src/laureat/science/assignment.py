"""Teams for entries: balanced loads, no conflicts, leads, newcomers, regions, fields of work.

Entries with the fewest possible assessors choose first; each takes the least loaded fitting
person; where a place stays empty, assessors already placed move over (augmenting paths) until no
move helps. Deterministic: the same input gives the same teams, whatever its order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Job:
    """An entry that needs a team."""

    key: str
    region: str = ""
    sector: str = ""
    group: str = ""
    """Its category, to tell fields of work where there is no sector."""


@dataclass(frozen=True)
class Person:
    """An assessor. `most` is how many entries they can take in all, `load` how many they have."""

    key: str
    region: str = ""
    sectors: frozenset[str] = frozenset()
    may_lead: bool = False
    newcomer: bool = False
    most: int = 10
    load: int = 0


@dataclass(frozen=True)
class TeamRule:
    """How a team is made up."""

    least: int
    most: int
    leads: int = 1
    newcomers: int | None = None
    same_region: bool = True


@dataclass(frozen=True)
class Member:
    """A person in a team, and why they: codes such as lead, sector, kept, load:3/10, connects."""

    person: str
    lead: bool = False
    kept: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What an entry still lacks, and what stands in the way: code → number of assessors."""

    job: str
    members: int
    leads: int
    because: Mapping[str, int]


@dataclass(frozen=True)
class Shortage:
    """Supply against demand, before any pair is looked at."""

    code: str
    """places or leads."""
    needed: int
    available: int


@dataclass(frozen=True)
class Proposal:
    """Teams by entry, what is missing, and loads afterwards."""

    teams: Mapping[str, tuple[Member, ...]]
    gaps: tuple[Gap, ...]
    shortages: tuple[Shortage, ...]
    loads: Mapping[str, int]
    components: int
    """How many groups of entries share no assessor with the others."""

    @property
    def complete(self) -> bool:
        """Whether every entry has what the rule asks for."""
        return not self.gaps


@dataclass
class _State:
    jobs: dict[str, Job]
    people: dict[str, Person]
    rule: TeamRule
    barred: frozenset[tuple[str, str]]
    fixed: dict[str, dict[str, bool]]
    teams: dict[str, dict[str, bool]] = field(default_factory=dict)
    """job → person → lead."""
    load: dict[str, int] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)

    def root(self, node: str) -> str:
        self.tied.setdefault(node, node)
        while self.tied[node] != node:
            self.tied[node] = self.tied[self.tied[node]]
            node = self.tied[node]
        return node

    def put(self, job: str, person: str, *, lead: bool) -> None:
        self.teams[job][person] = lead
        self.load[person] += 1
        self.tied[self.root(f"job {job}")] = self.root(f"person {person}")

    def take(self, job: str, person: str) -> bool:
        self.load[person] -= 1
        return self.teams[job].pop(person)

    def leads(self, job: str) -> int:
        return sum(self.teams[job].values())

    def newcomers(self, job: str) -> int:
        return sum(self.people[person].newcomer for person in self.teams[job])

    def obstacle(self, job: str, person: str, *, lead: bool, leaving: str = "") -> str:
        """Why `person` cannot join (code), "" if they can; load is not looked at."""
        who = self.people[person]
        if person in self.teams[job]:
            return "member"
        if (person, job) in self.barred:
            return "conflict"
        home = self.jobs[job].region
        if not self.rule.same_region and who.region and who.region == home:
            return "region"
        if lead and not who.may_lead:
            return "no-lead"
        if who.newcomer and self.rule.newcomers is not None:
            gone = bool(leaving) and self.people[leaving].newcomer
            if self.newcomers(job) - gone >= self.rule.newcomers:
                return "newcomer"
        return ""

    def free(self, person: str) -> bool:
        return self.load[person] < self.people[person].most

    def rank(self, job: str, person: str, *, lead: bool) -> tuple[float, ...]:
        """The better, the smaller: load first, then field of work, then tying entries together."""
        who = self.people[person]
        fits = bool({self.jobs[job].sector, self.jobs[job].group} & who.sectors)
        ties = self.root(f"job {job}") != self.root(f"person {person}")
        spare = 0.0 if lead or not who.may_lead else 0.15  # leads are kept for leading
        return (self.load[person] / who.most + spare - 0.2 * fits - 0.05 * ties,)


def propose(
    jobs: Iterable[Job],
    people: Iterable[Person],
    rule: TeamRule,
    *,
    conflicts: Collection[tuple[str, str]] = (),
    teams: Mapping[str, Sequence[Member]] | None = None,
    demand: int | None = None,
    preferred: Mapping[str, Sequence[str]] | None = None,
) -> Proposal:
    """Fill the teams of `jobs` from `people`.

    conflicts: pairs (person, job) that must never meet (also those who declined).
    teams: who is there already (kept; their load is in `Person.load`).
    demand: how many members each team should get, `rule.least` unless told.
    preferred: people to take first, e.g. the team of an earlier stage.
    """
    by_job = {job.key: job for job in sorted(jobs, key=lambda each: each.key)}
    by_person = {person.key: person for person in sorted(people, key=lambda each: each.key)}
    kept = {
        job: {m.person: m.lead for m in (teams or {}).get(job, ()) if m.person in by_person}
        for job in by_job
    }
    state = _State(by_job, by_person, rule, frozenset(conflicts), kept)
    state.load = {key: person.load for key, person in by_person.items()}
    for job, members in kept.items():
        state.teams[job] = dict(members)
        for person in members:
            state.tied[state.root(f"job {job}")] = state.root(f"person {person}")
    wanted = max(rule.least, min(rule.most, demand or rule.least))
    short = _shortages(state, wanted)
    order = sorted(by_job, key=lambda job: (_eligible(state, job), job))
    for job in order:
        for person in (preferred or {}).get(job, ()):
            full = len(state.teams[job]) >= rule.most
            if full or person not in by_person or not state.free(person):
                continue
            lead = state.leads(job) < rule.leads and by_person[person].may_lead
            if not state.obstacle(job, person, lead=lead):
                state.put(job, person, lead=lead)
    for job in order:
        while state.leads(job) < min(rule.leads, wanted) and _fill(state, job, lead=True):
            pass
    for size in range(1, wanted + 1):
        for job in order:
            # A place is kept for a lead who could not be found.
            room = wanted - max(0, rule.leads - state.leads(job))
            if len(state.teams[job]) < min(size, room):
                _fill(state, job, lead=False)
    return Proposal(
        {job: _members(state, job, (preferred or {}).get(job, ())) for job in by_job},
        tuple(_gap(state, job) for job in by_job if _lacks(state, job)),
        short,
        dict(state.load),
        len({state.root(f"job {job}") for job in by_job}),
    )


def _eligible(state: _State, job: str) -> int:
    return sum(not state.obstacle(job, person, lead=False) for person in state.people)


def _shortages(state: _State, wanted: int) -> tuple[Shortage, ...]:
    needed = sum(max(0, wanted - len(team)) for team in state.teams.values())
    leads = sum(max(0, state.rule.leads - state.leads(job)) for job in state.jobs)
    free = {key: max(0, who.most - state.load[key]) for key, who in state.people.items()}
    leading = sum(places for key, places in free.items() if state.people[key].may_lead)
    found = []
    if needed > sum(free.values()):
        found.append(Shortage("places", needed, sum(free.values())))
    if leads > leading:
        found.append(Shortage("leads", leads, leading))
    return tuple(found)


def _fill(state: _State, job: str, *, lead: bool) -> bool:
    """Add one member to `job`, moving others over where nobody is free."""
    free = [
        person
        for person in state.people
        if state.free(person) and not state.obstacle(job, person, lead=lead)
    ]
    if free:
        best = min(free, key=lambda person: (state.rank(job, person, lead=lead), person))
        state.put(job, best, lead=lead)
        return True
    return _move_over(state, job, lead=lead)


def _move_over(state: _State, job: str, *, lead: bool) -> bool:
    """A chain: a full person comes here, somebody else takes their place there, and so on."""
    start = (job, "")
    came: dict[tuple[str, str], tuple[tuple[str, str], bool]] = {}
    queue: deque[tuple[tuple[str, str], bool]] = deque([(start, lead)])
    seen = {start}
    while queue:
        (place, leaving), as_lead = queue.popleft()
        for person in state.people:
            if state.obstacle(place, person, lead=as_lead, leaving=leaving):
                continue
            if state.free(person):
                if not _simple(came, ((place, leaving), as_lead), person):
                    continue
                _shift(state, came, ((place, leaving), as_lead), person)
                return True
            for other, team in state.teams.items():
                step = (other, person)
                if other == place or person not in team or person in state.fixed[other]:
                    continue
                if step not in seen:
                    seen.add(step)
                    came[step] = ((place, leaving), as_lead)
                    queue.append((step, team[person]))
    return False


def _simple(
    came: Mapping[tuple[str, str], tuple[tuple[str, str], bool]],
    last: tuple[tuple[str, str], bool],
    person: str,
) -> bool:
    """Whether no team and no person occurs twice in the chain."""
    places, people = [], [person]
    (place, leaving), _lead = last
    while leaving:
        places.append(place)
        people.append(leaving)
        (place, leaving), _lead = came[place, leaving]
    places.append(place)
    return len(set(places)) == len(places) and len(set(people)) == len(people)


def _shift(
    state: _State,
    came: Mapping[tuple[str, str], tuple[tuple[str, str], bool]],
    last: tuple[tuple[str, str], bool],
    person: str,
) -> None:
    (place, leaving), lead = last
    while True:
        if leaving:
            state.take(place, leaving)
        state.put(place, person, lead=lead)
        if not leaving:
            return
        person = leaving
        (place, leaving), lead = came[place, leaving]


def _members(state: _State, job: str, preferred: Sequence[str]) -> tuple[Member, ...]:
    fixed = state.fixed[job]
    found = []
    for person, lead in state.teams[job].items():
        who = state.people[person]
        why = [
            *(["lead"] if lead else []),
            *(["earlier"] if person in preferred else []),
            *(["sector"] if {state.jobs[job].sector, state.jobs[job].group} & who.sectors else []),
            *(["newcomer"] if who.newcomer else []),
            f"load:{state.load[person]}/{who.most}",
        ]
        found.append(Member(person, lead, person in fixed, tuple(why)))
    return tuple(sorted(found, key=lambda member: (not member.lead, member.person)))


def _lacks(state: _State, job: str) -> bool:
    return len(state.teams[job]) < state.rule.least or state.leads(job) < state.rule.leads


def _gap(state: _State, job: str) -> Gap:
    because: dict[str, int] = {}
    leads = max(0, state.rule.leads - state.leads(job))
    for person in state.people:
        code = state.obstacle(job, person, lead=bool(leads))
        if not code and not state.free(person):
            code = "full"
        if code and code != "member":
            because[code] = because.get(code, 0) + 1
    return Gap(job, max(0, state.rule.least - len(state.teams[job])), leads, because)
