"""Entries that are compared should hang together by common assessors: else strictness cannot be told
from quality. Teams that do are preferred to even loads; where there are none, the pairs that would
join them are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from laureat.science import assigning
from laureat.science.assigning import Assignment, Infeasible, Problem
from laureat.science.assigning.connect import components
from laureat.science.assigning.problem import Bools, Ints
from laureat.science.teaming.plain import Bridge, Member
from laureat.science.teaming.task import Task

TRIES = 12
"""How many pairs are tried, one at a time, where moving one or two does not join the parts."""
LARGE, FEW = 20_000, 8
"""Pairs of entry and assessor from which on that would take too long; how many of each entry are
looked at then."""


def apart(task: Task, chosen: Bools) -> int:
    """How many joins are missing, over all groups of entries that are compared."""
    whole = _whole(task, chosen)
    label, _people, _count = components(whole)
    places: dict[str, set[int]] = {}
    for i, group in enumerate(_groups(task)):
        if whole[i].any():
            places.setdefault(group, set()).add(int(label[i]))
    return sum(len(parts) - 1 for parts in places.values())


def _whole(task: Task, chosen: Bools) -> Bools:
    """With the teams that stay: entries also hang together through others."""
    return np.vstack([chosen, task.elsewhere])


def _groups(task: Task) -> tuple[str, ...]:
    """In which group each row of `_whole` is compared."""
    return (*(job.compared for job in task.jobs), *task.groups)


def joined(task: Task, found: Assignment, solve: Callable[[Problem], Assignment]) -> Assignment:
    """The same, or teams in which fewer joins are missing: within the loads that people take, not
    the even ones; then around a pair that is fixed.
    """
    best, missing = found, apart(task, found.matrix)
    for floor in (True, False):
        if not missing:
            break
        again = assigning.connect(replace(best, problem=task.problem), floor=floor)
        if (left := apart(task, again.matrix)) < missing:
            best, missing = again, left
    problem = task.problem
    while missing and problem.value.size <= LARGE:
        for i, j in _candidates(task, best.matrix)[:TRIES]:
            pinned = problem.pinned.copy()
            pinned[i, j] = True
            try:
                again = assigning.connect(solve(replace(problem, pinned=pinned)))
            except Infeasible:
                continue
            if (left := apart(task, again.matrix)) < missing:
                best, missing = again, left
                break
        else:
            break
    # What is joined at a cost is not the best there is: the bound stays that of all teams.
    return replace(best, bound=max(found.bound, best.objective))


def _candidates(task: Task, chosen: Bools) -> list[tuple[int, int]]:
    """Pairs that lead from a part to another that it is compared with, the worthiest first; of large
    tasks the worthiest few of each entry.
    """
    label, people, count = components(_whole(task, chosen))
    root = np.full(count, -1)
    for part, same in _compared(task, label, chosen).items():
        root[part] = same
    label = label[: len(task.jobs)]
    real = task.problem
    fits = (
        real.allowed
        & ~chosen
        & (label[:, None] != people[None, :])
        & (root[label][:, None] == root[people][None, :])
        & (root[people] >= 0)[None, :]
        & (chosen.sum(axis=1) > 0)[:, None]
        & (real.most > 0)[None, :]
    )
    if fits.size > LARGE and fits.shape[1] > FEW:
        worth = np.where(fits, real.value, -np.inf)
        best = np.argpartition(-worth, FEW, axis=1)[:, :FEW]
        few = np.zeros_like(fits)
        np.put_along_axis(few, best, True, axis=1)
        fits &= few
    pairs = [(int(i), int(j)) for i, j in np.argwhere(fits)]
    return sorted(pairs, key=lambda pair: (-real.value[pair], pair))


def _compared(task: Task, label: Ints, chosen: Bools) -> dict[int, int]:
    """Parts by what they must be joined with: parts with entries of one group, over all groups."""
    root: dict[int, int] = {}

    def find(part: int) -> int:
        while root.setdefault(part, part) != part:
            part = root[part]
        return part

    first: dict[str, int] = {}
    whole = _whole(task, chosen)
    for i, group in enumerate(_groups(task)):
        if whole[i].any():
            part = find(int(label[i]))
            root[part] = find(first.setdefault(group, part))
    return {part: find(part) for part in list(root)}


def bridges(
    task: Task,
    chosen: Bools,
    teams: Mapping[int, Sequence[Member]],
    loads: Mapping[int, int],
) -> tuple[Bridge, ...]:
    """The cheapest pairs that, asked besides the teams, would join what is compared.

    Cheapest: what needs no change of a limit before what needs one, then what fits best.
    """
    if not apart(task, chosen):
        return ()
    label, people, count = components(_whole(task, chosen))
    same = _compared(task, label, chosen)
    offers = []
    for i, j in _candidates(task, chosen):
        job, person = task.jobs[i], task.people[j]
        needs = []
        if loads[person.key] >= person.most:
            needs.append("load")
        if len(teams[job.key]) >= task.rule.most:
            needs.append("size")
        inside = [each for each in task.people if any(m.person == each.key for m in teams[job.key])]
        new = sum(each.newcomer for each in inside)
        if person.newcomer and task.rule.newcomers is not None and new >= task.rule.newcomers:
            needs.append("newcomer")
        if any(person.institutions & each.institutions for each in inside):
            continue
        offers.append((len(needs), -float(task.problem.value[i, j]), i, j, needs))
    root = list(range(count))

    def find(part: int) -> int:
        while root[part] != part:
            part = root[part]
        return part

    found = []
    for _cost, _worth, i, j, limits in sorted(offers):
        one, other = find(int(label[i])), find(int(people[j]))
        if one != other and same[int(label[i])] == same[int(people[j])]:
            root[one] = other
            found.append(Bridge(task.jobs[i].key, task.people[j].key, tuple(limits)))
    return tuple(found)
