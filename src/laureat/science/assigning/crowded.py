"""The largest floor where half of the entries stand at it together: all want the same assessors.

There the linear program of `fair` is slow and its solution whole nearly nowhere. Instead:

1. **A bound.** For weights y ≥ 0 of the entries, Σ y_i = 1, and prices v of the assessors no floor
   can pass  Σ_i top_{d_i}(y_i a_ij − v_j) + Σ_j (c_j v_j⁺ − l_j v_j⁻),  over all pairs (weak
   duality). y and v come from the saddle point of Σ_i y_i Σ_j a_ij x_ij over fractional teams, by a
   primal-dual method (Chambolle & Pock 2011) that restarts from its means, on the best pairs.
2. **Whole teams.** Entry by entry takes its best team of at least the floor at prices that rise
   with every place too many (augmented Lagrangian, by turns); the last places that stand wrong are
   passed on from entry to entry. Where loads do not come right, the floor gives way a little.
3. **The sum** at that floor is bounded in the same way, from the prices of the plain optimum on.

Whole teams lie some tenths of a percent below both bounds: with a worth of their own for each pair,
few teams of an entry are worth just the floor, and every place counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from laureat.science.assigning import _teams
from laureat.science.assigning.flow import Flow, Network, candidates
from laureat.science.assigning.problem import Bools, Floats, Ints, Problem

WIDTH = 24
"""Of each entry: so many best pairs at the prices of the optimum, fewer at lower ones and at none."""
ROUNDS, STEPS = 3, 100
BELOW = (0.001, 0.002, 0.003, 0.004, 0.006, 0.01, 0.02, 0.04, 0.08)
"""Floors to try: so far below the bound, as a share."""
SWEEPS, HOPELESS = 14, 0.003
"""Rounds over all entries; after half of them more places than this share wrong: give up."""
GROWTH = 1.15
SLIP = 1e-12


@dataclass(frozen=True, eq=False)
class Crowded:
    """Whole teams (without pinned pairs), what no floor and at this floor no sum can pass; prices."""

    chosen: Bools
    floor_bound: float
    bound: float
    entry: Floats
    assessor: Floats


@dataclass(frozen=True, eq=False)
class _Table:
    """Entries that need somebody, and their candidates."""

    net: Network
    rows: Ints
    cols: Ints
    val: Floats
    count: Ints
    need: Ints
    own: Floats
    """What pinned pairs bring already."""
    unit: float
    """How far worths differ."""

    @classmethod
    def of(cls, task: Problem, net: Network, plain: Flow) -> _Table:
        rows = np.flatnonzero(net.demand > 0)
        half = max(WIDTH // 2, 2 * int(net.demand.max()))
        chosen = candidates(net, net.value - plain.assessor, 2 * half)
        chosen |= candidates(net, net.value - 0.7 * plain.assessor, half)
        chosen |= candidates(net, net.value, half // 2)
        chosen[plain.rows, plain.columns] = True
        chosen = chosen[rows]
        count = chosen.sum(axis=1)
        width = int(count.max())
        cols = np.argsort(~chosen, axis=1, kind="stable")[:, :width].astype(np.int64)
        val = np.take_along_axis(net.value[rows], cols, axis=1)
        own = np.where(task.pinned, task.value, 0.0).sum(axis=1)
        unit = float(np.ptp(val)) or 1.0
        return cls(net, rows, cols, val, count.astype(np.int64), net.demand[rows], own[rows], unit)


@dataclass(frozen=True, eq=False)
class _Saddle:
    """Fractions, weights of entries, prices of assessors."""

    x: Floats
    weight: Floats
    price: Floats


def fairest(task: Problem, net: Network, plain: Flow, cap: float, unit: float) -> Crowded | None:
    """Teams with nearly the largest floor, or None when loads do not come right.

    unit: of which all worths are multiples; 0 for none.
    """
    table = _Table.of(task, net, plain)
    n, width = table.cols.shape
    even = np.where(np.arange(width) < table.count[:, None], (table.need / table.count)[:, None], 0)
    fraction = _saddle(table, _Saddle(even, np.ones(n), plain.assessor.copy()), None)
    everyone = _bound(table, fraction, None)
    limit = min(cap, everyone)
    scale = max(abs(limit), table.unit)
    floors = [limit - share * scale for share in BELOW]
    if unit:
        limit = float(np.floor(limit / unit + 1e-6) * unit)
        floors += [limit - unit * step for step in range(6)]
        floors = sorted({float(np.floor(each / unit + 1e-6) * unit) for each in floors})[::-1]
    # Where most stand at the floor, they count for it about as much as for the sum; else few count.
    steep = _Saddle(fraction.x, fraction.weight, 2.0 * fraction.price)
    flat = _Saddle(fraction.x, np.zeros(n), plain.assessor.copy())
    starts = (flat, steep) if cap < everyone else (steep, flat)
    team = _lifted(table, starts, [floor - SLIP * scale for floor in floors])
    if team is None:
        return None
    chosen = np.zeros(task.shape, dtype=np.bool_)
    rows, places = np.nonzero(team >= 0)
    chosen[table.rows[rows], table.cols[rows, team[rows, places]]] = True
    reached = float(_sums(table, team).min())
    sum_of = _saddle(table, flat, reached)
    bound = min(plain.bound, _bound(table, sum_of, reached))
    return Crowded(chosen, limit, bound, _levels(table, sum_of), sum_of.price)


def _saddle(table: _Table, begin: _Saddle, floor: float | None) -> _Saddle:
    """Near the saddle point: of the largest floor, or of the largest sum with this floor."""
    net, n = table.net, table.rows.size
    pace = 3.0 / table.unit
    room = np.arange(table.cols.shape[1]) < table.count[:, None]
    many = np.bincount(table.cols[room], minlength=net.most.size)
    up = 1.0 / (pace * np.maximum(many, 1))
    lift = 1.0 / (pace * np.maximum((np.abs(table.val) * room).sum(axis=1), 1e-9))
    x, weight, price = begin.x.copy(), begin.weight.copy(), begin.price.copy()
    height, load, sums = np.zeros(n), np.zeros(net.most.size), np.zeros(n)
    scratch = np.zeros(table.cols.shape[1])
    for _ in range(ROUNDS):
        mean_x, mean_weight, mean_price = np.zeros_like(x), np.zeros(n), np.zeros(price.size)
        for _ in range(STEPS):
            _teams.towards(
                x, height, table.cols, table.val, table.count, table.need,
                weight if floor is None else 1.0 + weight, price, pace / 2, scratch, load, sums,
            )  # fmt: skip
            raised = price / up + load
            price = up * (raised - np.clip(raised, net.least, net.most))
            if floor is None:
                weight = _simplex(weight - lift.mean() * (sums + table.own), float(n))
            else:
                weight = np.maximum(0.0, weight + lift * (floor - sums - table.own))
            mean_x += x / STEPS
            mean_weight += weight / STEPS
            mean_price += price / STEPS
        x, weight, price = mean_x, mean_weight, mean_price
    return _Saddle(x, weight, price)


def _simplex(weight: Floats, total: float) -> Floats:
    """The nearest weights of at least 0 that add up to `total`."""
    down = np.sort(weight)[::-1]
    over = (np.cumsum(down) - total) / np.arange(1, down.size + 1)
    return np.asarray(np.maximum(weight - over[np.flatnonzero(down > over)[-1]], 0.0))


def _bound(table: _Table, saddle: _Saddle, floor: float | None) -> float:
    """Over all pairs: what no floor, or with this floor no sum, can pass."""
    net, aim = table.net, 0.0 if floor is None else 1.0
    told = float(np.sum(net.most * np.maximum(saddle.price, 0.0)))
    told -= float(np.sum(net.least * np.maximum(-saddle.price, 0.0)))
    worth = _weighed(table, saddle, aim)
    for size in np.unique(table.need):
        some = worth[table.need == size]
        told += float(np.partition(some, -size, axis=1)[:, -size:].sum())
    if floor is not None:
        return told - float(saddle.weight @ (floor - table.own))
    return (told + float(saddle.weight @ table.own)) / float(saddle.weight.sum())


def _weighed(table: _Table, saddle: _Saddle, aim: float) -> Floats:
    value, allowed = table.net.value[table.rows], table.net.allowed[table.rows]
    worth = (aim + saddle.weight)[:, None] * value - saddle.price
    return np.where(allowed, worth, -np.inf)


def _levels(table: _Table, saddle: _Saddle) -> Floats:
    """The price of one more place in each team: what the last of its best is worth."""
    levels = np.zeros(table.net.demand.size)
    worth = _weighed(table, saddle, 1.0)
    for size in np.unique(table.need):
        some = table.need == size
        levels[table.rows[some]] = np.partition(worth[some], -size, axis=1)[:, -size]
    return levels


def _lifted(table: _Table, starts: tuple[_Saddle, ...], floors: list[float]) -> Ints | None:
    """Whole teams at the first of the floors that can be had."""
    for start in starts:
        saddle = _saddle(table, start, floors[0])
        for floor in floors:
            if (team := _whole(table, saddle, floor)) is not None:
                return team
    return None


def _whole(table: _Table, saddle: _Saddle, floor: float) -> Ints | None:
    """Teams within all loads that keep the floor: positions among the candidates, −1 for none."""
    net, n = table.net, table.rows.size
    team = np.full((n, int(table.need.max())), -1, dtype=np.int64)
    load, weight = np.zeros(net.most.size, dtype=np.int64), saddle.weight.copy()
    rate, luck = 0.003 * table.unit, np.random.default_rng(0)
    for turn in range(SWEEPS):
        failed = _teams.sweep(
            luck.permutation(n), table.cols, table.val, table.count, table.need, floor - table.own,
            net.most, net.least, saddle.price, rate, weight, team, load,
        )  # fmt: skip
        wrong = int((np.maximum(load - net.most, 0) + np.maximum(net.least - load, 0)).sum())
        if not failed and not wrong:
            return team
        if 2 * turn >= SWEEPS and (failed or wrong > HOPELESS * table.need.sum()):
            return None
        rate = min(rate * GROWTH, table.unit)
    return team if _settled(table, floor - table.own, team, load) else None


def _settled(table: _Table, floor: Floats, team: Ints, load: Ints) -> bool:
    """Pass the last places that stand wrong on, from entry to entry."""
    net = table.net
    while True:
        over, under = load > net.most, load < net.least
        if not over.any() and not under.any():
            return True
        giving = over if over.any() else load > net.least
        taking = under if under.any() else load < net.most
        if not _teams.passed_on(
            table.cols, table.val, table.count, table.need, floor, giving, taking, team, load
        ):
            return False


def _sums(table: _Table, team: Ints) -> Floats:
    worth = np.take_along_axis(table.val, np.maximum(team, 0), axis=1)
    return np.asarray(np.where(team >= 0, worth, 0.0).sum(axis=1) + table.own)
