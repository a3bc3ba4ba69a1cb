"""Entries, people and rules as a problem of `assigning`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from laureat.science import assigning
from laureat.science.assigning import Problem, Rule
from laureat.science.assigning.problem import Bools, Ints
from laureat.science.teaming.plain import Job, Member, Person, TeamRule

WORTH = {"earlier": 4.0, "sector": 2.0, "field": 1.0}
"""What a pair is worth: was in the team of the stage before, knows the line of business, the
category."""
LOT = 0.5
"""Equals are told apart by up to this; many different values keep large tasks fast."""


@dataclass(frozen=True, eq=False)
class Task:
    jobs: tuple[Job, ...]
    people: tuple[Person, ...]
    rule: TeamRule
    kept: Mapping[int, Mapping[int, bool]]
    problem: Problem
    conflicts: frozenset[tuple[int, int]]
    earlier: Mapping[int, Collection[int]]
    pinned: frozenset[tuple[int, int]]
    """Wishes that the limits allow: only these are kept by all means."""
    elsewhere: Bools
    groups: tuple[str, ...]
    """Teams of other entries, which stay, and the group in which each is compared."""


def task_of(
    jobs: tuple[Job, ...],
    people: tuple[Person, ...],
    rule: TeamRule,
    conflicts: frozenset[tuple[int, int]],
    teams: Mapping[int, Sequence[Member]],
    wanted: int,
    earlier: Mapping[int, Sequence[int]],
    pinned: frozenset[tuple[int, int]],
    seed: str,
    *,
    whole: bool,
    elsewhere: Sequence[tuple[str, Collection[int]]] = (),
) -> Task:
    seat = {person.key: j for j, person in enumerate(people)}
    kept = {
        job.key: {m.person: m.lead for m in teams.get(job.key, ()) if m.person in seat}
        for job in jobs
    }
    n, m = len(jobs), len(people)
    worth, allowed = np.zeros((n, m)), np.ones((n, m), dtype=np.bool_)
    fixed: list[tuple[int, int]] = []
    wished: list[tuple[int, int]] = []
    for i, job in enumerate(jobs):
        before = set(earlier.get(job.key, ()))
        for j, person in enumerate(people):
            worth[i, j] = _worth(job, person, before, seed)
            here = person.key in kept[job.key]
            barred = (job.key, person.key) in conflicts or (
                not rule.same_region and person.region != "" and person.region == job.region
            )
            allowed[i, j] = here or not barred
            if here:
                fixed.append((i, j))
            elif (job.key, person.key) in pinned and not barred:
                wished.append((i, j))
    inside = np.array([sum(p.key in team for team in kept.values()) for p in people])
    outside = np.array([p.load for p in people]) - inside
    # Whoever was asked stays, even past a limit; a wish never goes past one.
    most = np.maximum(np.array([p.most for p in people]) - outside, inside)
    fixed += _possible(wished, fixed, people, rule, most)
    leading = _leading(jobs, people, kept)
    size, leads = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i, job in enumerate(jobs):
        there = [j for row, j in fixed if row == i]
        able = sum(bool(leading[i, j]) for j in there)
        need = min(rule.leads, wanted)
        # Another lead is asked for where there is room for one.
        more = min(max(0, need - able), max(0, rule.most - len(there)))
        leads[i], size[i] = min(need, able) + more, len(there) + more
        if whole:
            before = {p for p in earlier.get(job.key, ()) if p in seat and allowed[i, seat[p]]}
            size[i] = max(size[i], min(rule.most, len(before | set(kept[job.key]))))
    demand = np.maximum(wanted, size)
    barred_pairs = [(int(i), int(j)) for i, j in np.argwhere(~allowed)]
    problem = assigning.problem(
        worth,
        demand=demand,
        most=most,
        conflicts=barred_pairs,
        pinned=fixed,
        entries=[f"e{job.key}" for job in jobs],
        assessors=[f"a{person.key}" for person in people],
        rules=_rules(people, rule, fixed, leading, leads),
    )
    honoured = frozenset((jobs[i].key, people[j].key) for i, j in fixed) & pinned
    others = np.zeros((len(elsewhere), m), dtype=np.bool_)
    for i, (_group, team) in enumerate(elsewhere):
        others[i, [seat[person] for person in team if person in seat]] = True
    groups = tuple(group for group, _team in elsewhere)
    return Task(jobs, people, rule, kept, problem, conflicts, earlier, honoured, others, groups)


def _possible(
    wished: Sequence[tuple[int, int]],
    there: Sequence[tuple[int, int]],
    people: Sequence[Person],
    rule: TeamRule,
    most: Ints,
) -> list[tuple[int, int]]:
    """The wishes that loads, sizes of teams and newcomers leave room for, the first ones first.

    A wish may have become too much since it was made: somebody takes fewer entries now, or others
    joined the team. Its pair may still be chosen, as any other.
    """
    team, new = Counter(i for i, _j in there), Counter(i for i, j in there if people[j].newcomer)
    load = Counter(j for _i, j in there)
    found = []
    for i, j in wished:
        full = team[i] >= rule.most or load[j] >= most[j]
        if full or (people[j].newcomer and rule.newcomers is not None and new[i] >= rule.newcomers):
            continue
        found.append((i, j))
        team[i] += 1
        load[j] += 1
        new[i] += people[j].newcomer
    return found


def _worth(job: Job, person: Person, before: Collection[int], seed: str) -> float:
    worth = WORTH["earlier"] * (person.key in before)
    worth += WORTH["sector"] * (job.sector != "" and job.sector in person.sectors)
    worth += WORTH["field"] * (job.group != "" and job.group in person.sectors)
    drawn = hashlib.sha256(f"{seed}:{job.name}:{person.name}".encode()).digest()
    return worth + round(int.from_bytes(drawn[:4]) / 2**32 * LOT, 4)


def _leading(
    jobs: Sequence[Job], people: Sequence[Person], kept: Mapping[int, Mapping[int, bool]]
) -> Bools:
    """Who can be the lead of each entry: those who do, and whoever may of the newly asked."""
    table = np.tile(np.array([person.may_lead for person in people]), (len(jobs), 1))
    seat = {person.key: j for j, person in enumerate(people)}
    for i, job in enumerate(jobs):
        for person, lead in kept[job.key].items():
            table[i, seat[person]] = lead
    return table


def _rules(
    people: Sequence[Person],
    rule: TeamRule,
    fixed: Sequence[tuple[int, int]],
    leading: Bools,
    leads: Ints,
) -> list[Rule]:
    """Leads, newcomers, institutions; what those already there break is not asked for."""
    n = len(leads)
    there = np.zeros((n, len(people)), dtype=np.bool_)
    for i, j in fixed:
        there[i, j] = True
    found = []
    if rule.leads:
        found.append(assigning.rule("lead", leading, n, least=leads))
    if rule.newcomers is not None and any(person.newcomer for person in people):
        who = np.array([person.newcomer for person in people])
        most = np.maximum(rule.newcomers, (there & who).sum(axis=1))
        found.append(assigning.rule("newcomers", who, n, most=most))
    places = sorted({place for person in people for place in person.institutions})
    for place in places:
        who = np.array([place in person.institutions for person in people])
        if who.sum() > 1:
            most = np.maximum(1, (there & who).sum(axis=1))
            found.append(assigning.rule(f"institution {place}", who, n, most=most))
    return found
