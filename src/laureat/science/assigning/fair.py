"""The largest floor: how much the entry that is worst off can have.

    max T   such that   Σ_j a_ij x_ij ≥ T for every entry i

(Stelmakh, Shah, Singh 2021, PeerReview4All; O'Dell, Wattenhofer 2005 for the program.) T is bounded
from above by the best team of each entry alone; by the linear program over the entries that
the plain optimum leaves below that; and, where these compete with the others, by the linear
program over all, or, in tasks too large for it, by `crowded`. Worths that are multiples of some g make every team sum one, so the bound is
rounded down to the grid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from laureat.science.assigning import flow, mixed
from laureat.science.assigning import rows as side
from laureat.science.assigning.problem import Bools, Floats, Problem
from laureat.science.assigning.result import Assignment, from_mixed, kept
from laureat.science.assigning.rows import FLOOR

_PRICED = 250_000
_LARGE = 1_000_000
_COARSE = (0.0, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6)
_FEW = 2
"""Turns of `mixed.settle` for a floor that would only be a gain."""
_FINE = 0.01
"""Worths on a finer grid than this share of the scale are not tried one by one."""
_HALVES = 5
_NEAR = 0.03
"""Floors nearer to each other than this share of the scale are as good as one."""
_STEPS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.2, 0.4, 0.8, 1.6)


def fairest(
    task: Problem, net: flow.Network, plain: flow.Flow, first: Assignment
) -> Assignment | None:
    """The assignment with the largest floor, and of these the one of most worth.

    None when the team rules cannot be kept at all.
    """
    needy = task.demand > 0
    if not needy.any():
        return replace(first, floor=0.0, floor_bound=0.0)
    cap = float(_alone(task, net)[needy].min())
    start = first if not kept(first) else None
    if start is not None and start.smallest >= cap - side.SLIP:
        return replace(start, floor=start.smallest, floor_bound=start.smallest)
    low = needy & (first.entry_sums < cap + 0.05 * abs(cap))
    chosen = mixed.columns(task, net, plain, _poorest(low, first.entry_sums))
    if low.sum() < 0.5 * needy.sum():
        few = _few(task, net, chosen, low, cap)
        chosen[low], cap = few.chosen, min(cap, _grid(task, few.bound))
        if found := mixed.solve(task, net, chosen, cap):
            return _told(from_mixed(task, found), cap)
    if not task.rules and task.affinity.size >= _LARGE:
        from laureat.science.assigning import crowded  # noqa: PLC0415 - compiled, seldom needed

        if teams := crowded.fairest(task, net, plain, cap, _unit(task)):
            whole = mixed.Mixed(teams.chosen, teams.bound, teams.entry, teams.assessor)
            return _told(from_mixed(task, whole), teams.floor_bound)
    every = _all(task, net, chosen, cap)
    bound = min(cap, _grid(task, every.bound))
    if found := _highest(task, net, every.chosen, min(bound, _grid(task, every.reached)), start):
        return _told(from_mixed(task, found), bound)
    if start is None and (found := mixed.solve(task, net, chosen, None)):
        start = from_mixed(task, found)
    return _told(start, bound) if start is not None else None


def _highest(
    task: Problem, net: flow.Network, chosen: Bools, bound: float, start: Assignment | None
) -> mixed.Mixed | None:
    """The best teams with the largest floor above that of `start` for which some are found."""
    if not np.isfinite(bound):
        return None  # the linear program has no solution under any floor
    heights = _heights(task, bound, start)
    # With rules about people a try takes long, and teams without a floor are sought at the end.
    turns = _FEW if task.rules else mixed.TURNS
    missed = np.inf
    for place, height in enumerate(heights):
        if found := mixed.solve(task, net, chosen, height, turns=turns):
            return _between(task, net, chosen, (found, height), missed)
        if place == 0 and mixed.impossible(task, net, chosen, heights[-1]):
            break  # who cannot reach the lowest of them reaches none
        missed = height
    return None


def _between(
    task: Problem,
    net: flow.Network,
    chosen: Bools,
    reached: tuple[mixed.Mixed, float],
    missed: float,
) -> mixed.Mixed:
    """Better teams than those `reached`, with a floor below the `missed` one, by halving."""
    found, height = reached
    for _ in range(1 if task.rules else _HALVES):  # a proposal of teams is waited for
        if not np.isfinite(missed) or missed - height <= _NEAR * _scale(task, height):
            break
        middle = _grid(task, (height + missed) / 2)
        if not height < middle < missed:
            break
        if better := mixed.solve(task, net, chosen, middle, turns=_FEW):
            found, height = better, middle
        else:
            missed = middle
    return found


def _told(found: Assignment, bound: float) -> Assignment:
    return replace(found, floor=found.smallest, floor_bound=max(bound, found.smallest))


@dataclass(frozen=True, eq=False)
class _Height:
    """A bound on the floor, what the linear program reaches, and the pairs it looked at."""

    bound: float
    reached: float
    chosen: Bools


def _poorest(low: Bools, sums: Floats) -> Bools:
    """Of the entries `low`, a fifth of all at most: those that have least."""
    order = np.argsort(np.where(low, sums, np.inf), kind="stable")[: max(1, low.size // 5)]
    poor = np.zeros_like(low)
    poor[order] = True
    return poor & low


def _alone(task: Problem, net: flow.Network) -> Floats:
    """What each entry would have if it could choose first."""
    m = task.shape[1]
    worth = np.where(net.allowed, net.value, -np.inf)
    sums: Floats = np.where(task.pinned, task.value, 0.0).sum(axis=1)
    for size in np.unique(net.demand[net.demand > 0]):
        rows = net.demand == size
        best = np.partition(worth[rows], m - size, axis=1)[:, m - size :]
        sums[rows] += best.sum(axis=1)
    return sums


def _few(task: Problem, net: flow.Network, chosen: Bools, low: Bools, cap: float) -> _Height:
    """A bound from the entries `low` alone, as if the others did not exist."""
    some = np.flatnonzero(low)
    part = replace(
        task,
        entries=tuple(task.entries[i] for i in some),
        affinity=task.affinity[some],
        demand=task.demand[some],
        least=np.zeros_like(task.least),
        allowed=task.allowed[some],
        pinned=task.pinned[some],
        wishes=None if task.wishes is None else task.wishes[some],
        rules=(),
    )
    if not some.size:
        return _Height(cap, cap, chosen[some])
    own = replace(flow.remaining(part), most=net.most)
    return _all(part, own, chosen[some], cap)


def _all(task: Problem, net: flow.Network, chosen: Bools, cap: float) -> _Height:
    """A bound from the linear program: max T, priced over all pairs."""
    rows = side.every_row(task, 0.0)
    if chosen.size > mixed.SMALL:
        rows = rows.only(rows.kind == FLOOR)
    best, reached = cap, -np.inf
    for _ in range(int(np.clip(_PRICED // chosen.sum(), 3, 30))):
        found = mixed.relax(task, net, chosen, rows, cap=cap)
        if found is None:
            break
        reached = found.value
        bound, better = mixed.proven(task, net, rows, found, 0.0)
        share = float(found.multipliers[rows.kind == FLOOR].sum())
        best = min(best, bound / share if share > 1 else bound + cap * (1 - share))
        if best <= reached + 1e-4 * max(1.0, abs(cap)) or not (better & ~chosen).any():
            break
        chosen = chosen | better
    return _Height(best, min(best, reached), chosen)


def _unit(task: Problem) -> float:
    """The largest g of which every worth is a multiple; 0 when there is none worth using."""
    step = flow.whole(task.value)
    if step < 1e-5:
        return 0.0
    return step * int(np.gcd.reduce(np.rint(task.value / step).astype(np.int64), axis=None))


def _grid(task: Problem, bound: float) -> float:
    unit = _unit(task)
    return float(np.floor(bound / unit + 1e-6) * unit) if unit else bound


def _scale(task: Problem, height: float) -> float:
    return max(abs(height), float(np.ptp(task.value)))


def _heights(task: Problem, bound: float, start: Assignment | None) -> list[float]:
    """Floors to try, from the bound down to what is reached already: every multiple of the unit
    near the bound, or where these lie too close together, wider and wider steps.
    """
    unit, scale = _unit(task), _scale(task, bound)
    if unit >= _FINE * scale:
        tries = {bound - unit * k for k in (*range(20), 25, 32, 40, 64, 100)}
    else:
        steps = _COARSE if task.rules or task.affinity.size > _LARGE else _STEPS
        tries = {_grid(task, bound - step * scale) for step in steps}
    if start is None:
        return sorted(tries, reverse=True)
    lowest = start.smallest + side.SLIP
    last = _grid(task, start.smallest + _FINE * scale)
    return sorted(
        (height for height in {*tries, min(last, bound)} if height > lowest), reverse=True
    )
