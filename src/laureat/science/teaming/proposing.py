"""The best teams, or as many places filled as can be with the ways to fill the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from laureat.science import assigning
from laureat.science.assigning import Assignment, Infeasible, Problem
from laureat.science.assigning.problem import Bools
from laureat.science.assigning.supply import WEIGHTS
from laureat.science.teaming.joining import joined
from laureat.science.teaming.plain import Gap, Job, Member, Person, Proposal, TeamRule, Way
from laureat.science.teaming.task import Task, task_of
from laureat.science.teaming.telling import told

GHOST, GHOST_LEAD = -1000.0, -1400.0
"""Worth of an empty place, of a missing lead: so low that nobody free is passed over for it."""


def propose(
    jobs: Iterable[Job],
    people: Iterable[Person],
    rule: TeamRule,
    *,
    conflicts: Collection[tuple[int, int]] = (),
    teams: Mapping[int, Sequence[Member]] | None = None,
    demand: int | None = None,
    preferred: Mapping[int, Sequence[int]] | None = None,
    pinned: Collection[tuple[int, int]] = (),
    elsewhere: Sequence[tuple[str, Collection[int]]] = (),
    seed: str = "",
) -> Proposal:
    """Fill the teams of `jobs` from `people`. The order of what is given does not matter.

    conflicts, pinned: pairs (entry, assessor) that must never, must by all means meet; a pinned
        pair does not raise anybody's load, nor the size of a team, nor its number of newcomers.
    teams: who is there already (kept; their load is in `Person.load`).
    demand: how many members each team should get, `rule.least` unless told.
    preferred: people to take first, e.g. the team of an earlier stage.
    elsewhere: the teams of other entries, which stay as they are, each with the group in which it is
        compared (`Job.compared`): what hangs together through them need not be joined.
    """
    wanted = max(rule.least, min(rule.most, demand or rule.least))
    listed = tuple(sorted(jobs, key=lambda each: each.key))
    everyone = tuple(sorted(people, key=lambda each: each.key))
    if not listed:
        return Proposal({}, (), (), {each.key: each.load for each in everyone}, 0, seed=seed)
    if not everyone:
        gaps = tuple(Gap(job.key, wanted, rule.leads, {}) for job in listed)
        way = Way("more assessors", wanted, ())
        return Proposal({job.key: () for job in listed}, gaps, (way,), {}, len(listed), seed=seed)
    given = (
        listed, everyone, rule, frozenset(conflicts), teams or {}, wanted, preferred or {},
        frozenset(pinned), seed,
    )  # fmt: skip
    # A team of an earlier stage goes on as a whole where there is room, else as far as is needed.
    for whole in (True, False) if preferred else (False,):
        task = task_of(*given, whole=whole, elsewhere=elsewhere)
        try:
            found = joined(task, _solve(task.problem, mixed=not elsewhere), _solved)
        except Infeasible as error:
            if not whole:
                chosen = _as_many_as_possible(task)
                worth = float(task.problem.value[chosen].sum())
                return told(task, chosen, _ways(task, error, chosen), worth, worth, seed)
        else:
            return told(task, found.matrix, (), found.objective, found.bound, seed)
    raise AssertionError  # one of the two returns


def _solve(task: Problem, *, mixed: bool) -> Assignment:
    """The best teams with loads as even as they can be; `mixed`, if that costs little."""
    need, hold = int(task.demand.sum()), task.pinned.sum(axis=0)
    able = np.sort(task.most)
    # The least common limit under which all places can be filled, and a little room.
    level, left = 0, need
    for count, limit in zip(range(able.size, 0, -1), able, strict=True):
        if limit * count >= left:
            level = -(-left // count)
            break
        left -= int(limit)
        level = int(limit)
    for room, sure in ((1, 2), (1, level), (3, level)):
        most = np.minimum(task.most, np.maximum(level + room, hold))
        even = replace(task, most=most, least=np.minimum(most, max(0, level - sure)))
        try:
            best = assigning.assign(even, floor="max")
        except Infeasible:
            continue
        return replace(assigning.connect(best) if mixed else best, problem=task)
    best = _solved(task)
    return assigning.connect(best) if mixed else best


def _solved(task: Problem) -> Assignment:
    """The best teams, whatever the loads."""
    try:
        return assigning.assign(task, floor="max")
    except Infeasible:  # the search for a floor may end without teams; the plain optimum does not
        return assigning.assign(task)


def _as_many_as_possible(task: Task) -> Bools:
    """Teams with empty places, as few as can be: each is taken by a ghost."""
    real = task.problem
    n, m = real.shape
    leads = max((int(rule.least.max()) for rule in real.rules if rule.name == "lead"), default=0)
    places = int(real.demand.max())
    worth = np.hstack([real.value, np.full((n, leads), GHOST_LEAD), np.full((n, places), GHOST)])
    ghosts = leads + places
    free = np.ones((n, ghosts), dtype=np.bool_)
    none = np.zeros((n, ghosts), dtype=np.bool_)
    rules = []
    for rule in real.rules:
        extra = none.copy()
        if rule.name == "lead":
            extra[:, :leads] = True
        rules.append(replace(rule, members=np.hstack([rule.members, extra])))
    wide = Problem(
        real.entries,
        (*real.assessors, *(f"ghost {k}" for k in range(ghosts))),
        worth,
        real.demand,
        np.concatenate([real.most, np.full(ghosts, n, dtype=np.int64)]),
        np.zeros(m + ghosts, dtype=np.int64),
        np.hstack([real.allowed, free]),
        np.hstack([real.pinned, none]),
        None,
        tuple(rules),
    )
    return assigning.assign(wide).matrix[:, :m]


def _ways(task: Task, error: Infeasible, chosen: Bools) -> tuple[Way, ...]:
    """The three cheapest changes, by what one step of each costs; more people always help."""
    found = []
    for change in error.changes or assigning.changes(task.problem):
        items = [_item(name, count) for name, count in change.items if count]
        found.append(Way(change.kind, change.amount, tuple(items)))
    if all(way.kind != "more assessors" for way in found):
        open_places = task.problem.demand - chosen.sum(axis=1)
        each = max(1, int(np.median(task.problem.most)))
        count = max(-(-int(open_places.sum()) // each), int(open_places.max()))
        found.append(Way("more assessors", count, ()))
    return tuple(sorted(found, key=lambda way: (WEIGHTS[way.kind] * way.amount, way.kind))[:3])


def _item(name: str, count: int) -> tuple[int | None, int | None, int]:
    """`e7`, `a3`, `e7 – a3`, `lead: e7` as keys."""
    entry = person = None
    for word in name.replace("–", " ").replace(":", " ").split():
        if word[0] == "e" and word[1:].isdecimal():
            entry = int(word[1:])
        elif word[0] == "a" and word[1:].isdecimal():
            person = int(word[1:])
    return entry, person, count
