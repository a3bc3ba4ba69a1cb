"""Chosen pairs told as teams: who leads, why each, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from laureat.science import assigning
from laureat.science.assigning.problem import Bools
from laureat.science.teaming.joining import apart, bridges
from laureat.science.teaming.plain import Bridge, Gap, Job, Member, Person, Proposal, Way
from laureat.science.teaming.task import Task


def told(
    task: Task, chosen: Bools, ways: tuple[Way, ...], worth: float, bound: float, seed: str
) -> Proposal:
    loads = {person.key: person.load for person in task.people}
    for i, job in enumerate(task.jobs):
        for j in np.flatnonzero(chosen[i]):
            loads[task.people[j].key] += task.people[j].key not in task.kept[job.key]
    leading = {person.key: 0 for person in task.people}
    for team in task.kept.values():
        for person, lead in team.items():
            leading[person] += lead
    teams = {}
    for i, job in enumerate(task.jobs):
        members = [task.people[j] for j in np.flatnonzero(chosen[i])]
        leads = _leads(task, job, members, leading)
        teams[job.key] = tuple(
            sorted(
                (_member(task, i, person, person.key in leads, loads) for person in members),
                key=lambda member: (not member.lead, member.person),
            )
        )
    gaps = tuple(
        gap for i, job in enumerate(task.jobs) if (gap := _gap(task, i, job, teams, loads))
    )
    parts = assigning.parts(chosen) if chosen.any() else len(task.jobs)
    alone = int((~chosen.any(axis=1)).sum()) if chosen.any() else 0
    found = bridges(task, chosen, teams, loads)
    return Proposal(
        teams,
        gaps,
        ways,
        loads,
        parts + alone,
        apart(task, chosen),
        found,
        _after(task, chosen, found),
        worth,
        bound,
        seed,
    )


def _after(task: Task, chosen: Bools, found: Sequence[Bridge]) -> int:
    """How many joins are missing when these pairs are asked, too."""
    wide = chosen.copy()
    row = {job.key: i for i, job in enumerate(task.jobs)}
    column = {person.key: j for j, person in enumerate(task.people)}
    for each in found:
        wide[row[each.job], column[each.person]] = True
    return apart(task, wide)


def _leads(task: Task, job: Job, members: Sequence[Person], leading: dict[int, int]) -> set[int]:
    """Who leads: whoever did, then those who lead the fewest others."""
    found = {person for person, lead in task.kept[job.key].items() if lead}
    able = [p for p in members if p.may_lead and p.key not in task.kept[job.key]]
    before = set(task.earlier.get(job.key, ()))
    able.sort(key=lambda p: (p.key not in before, leading[p.key] / max(1, p.most), p.key))
    for person in able[: max(0, task.rule.leads - len(found))]:
        found.add(person.key)
        leading[person.key] += 1
    return found


def _member(task: Task, i: int, person: Person, lead: bool, loads: Mapping[int, int]) -> Member:
    job, real = task.jobs[i], task.problem
    j = next(place for place, each in enumerate(task.people) if each.key == person.key)
    may = real.allowed[i] & (real.most > 0)
    # The lot decides between equals; it is no reason.
    value = np.floor(real.value[i])
    rank, of = 1 + int((may & (value > value[j])).sum()), int(may.sum())
    why = [
        *(["pinned"] if (job.key, person.key) in task.pinned else []),
        *(["lead"] if lead else []),
        *(["earlier"] if person.key in task.earlier.get(job.key, ()) else []),
        *(["sector"] if {job.sector, job.group} & person.sectors - {""} else []),
        *(["only"] if of == real.demand[i] else [f"rank:{rank}/{of}"]),
        *(["newcomer"] if person.newcomer else []),
        f"load:{loads[person.key]}/{person.most}",
    ]
    return Member(person.key, lead, person.key in task.kept[job.key], tuple(why))


def _gap(
    task: Task,
    i: int,
    job: Job,
    teams: Mapping[int, Sequence[Member]],
    loads: Mapping[int, int],
) -> Gap | None:
    team = teams[job.key]
    rule = task.rule
    members = max(0, rule.least - len(team))
    leads = max(0, min(rule.leads, rule.least) - sum(member.lead for member in team))
    if not members and not leads:
        return None
    inside = {member.person for member in team}
    new = sum(person.newcomer for person in task.people if person.key in inside)
    because: dict[str, int] = {}
    for j, person in enumerate(task.people):
        if person.key in inside:
            continue
        if (job.key, person.key) in task.conflicts:
            code = "conflict"
        elif not task.problem.allowed[i, j]:
            code = "region"
        elif leads and not members and not person.may_lead:
            code = "no-lead"
        elif person.newcomer and rule.newcomers is not None and new >= rule.newcomers:
            code = "newcomer"
        elif loads[person.key] >= person.most:
            code = "full"
        else:
            continue
        because[code] = because.get(code, 0) + 1
    return Gap(job.key, members, leads, because)
