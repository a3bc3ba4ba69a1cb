"""Random teams against collusion: no pair can count on meeting.

**A cap on every pair** (Jecmen, Zhang, Liu, Shah, Conitzer, Fang 2020, "Mitigating manipulation in
peer review via randomized reviewer assignments", PLRA): probabilities x_ij ≤ Q of most expected
worth. With Q = k/1024 this is a flow in which each entry sends 1024 d_i units and a pair carries
at most k, so the optimum is exact and lies on the grid.

**The draw.** A matrix of units is drawn to whole teams with exactly these probabilities
(Birkhoff–von Neumann; Budish, Che, Kojima, Milgrom 2013) by halving: the pairs with an odd number
of units form a graph of even degrees (odd assessors are joined to a dummy); along each of its
closed trails every second pair is rounded up and the others down, a fair coin chooses which, and
all is halved. Each halving keeps expectations and row sums, and loads are rounded to a neighbour
of their expectation, so after ten halvings of 1024 units each pair is 0 or 1. The seed repeats it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from laureat.saying import say
from laureat.science.assigning import flow
from laureat.science.assigning.problem import Floats, Ints, Problem
from laureat.science.assigning.result import TOGETHER, Infeasible
from laureat.science.assigning.supply import changes, check_supply

UNITS = 1024


@dataclass(frozen=True, eq=False)
class Lottery:
    """Probabilities in `units` of pairs, with their expected worth and its bound."""

    problem: Problem
    amounts: Ints
    """entries × assessors, whole units."""
    units: int
    cap: float
    objective: float
    bound: float

    @property
    def probabilities(self) -> Floats:
        """Entries × assessors."""
        return self.amounts / self.units

    def draw(self, seed: int | str) -> Ints:
        """Pairs drawn with these probabilities; the same seed draws the same ones."""
        return draw(self.amounts, self.units, seed)

    def spread(self) -> Spread:
        """How far from certain the teams are."""
        return spread(self.probabilities)


@dataclass(frozen=True)
class Spread:
    """The measures of Xu et al. 2023, table 1."""

    largest: float
    mean_largest: float
    support: int
    entropy: float
    norm: float


def spread(probabilities: Floats) -> Spread:
    """Largest probability, mean of each entry's largest, support, entropy −Σ x ln x, norm √Σ x²."""
    p = np.asarray(probabilities)
    inside = p[p > 0]
    return Spread(
        float(p.max(initial=0.0)),
        float(p.max(axis=1).mean()),
        int((p >= 1e-6).sum()),
        float(-(inside * np.log(inside)).sum()),
        float(np.sqrt((p * p).sum())),
    )


def capped(task: Problem, cap: float) -> Lottery:
    """The most expected worth when no pair is likelier than `cap` (rounded down to k/1024)."""
    if not 0 < cap <= 1:
        raise ValueError(
            say("cap: expected a probability above 0 and up to 1, got %(cap)s", cap=cap)
        )
    plain = plain_task(task)
    units = int(np.floor(cap * UNITS + 1e-9))
    found = _solve(plain, units)
    if found is None:
        raise Infeasible(
            say("no probabilities up to %(units)s/%(of)s fill every place", units=units, of=UNITS),
            changes(task),
        )
    return _lottery(task, found, units)


def smallest_cap(task: Problem, keep: float, tolerance: float = 1e-4) -> float:
    """The smallest k/1024 that keeps a share `keep − tolerance` of the largest sum, by halving."""
    if not 0 < keep <= 1:
        raise ValueError(f"keep: expected a share above 0 and up to 1, got {keep}")
    plain = plain_task(task)
    best = _solve(plain, UNITS)
    if best is None:
        raise Infeasible(TOGETHER, changes(task))
    low, high = 0, UNITS
    while high - low > 1:
        middle = (low + high) // 2
        found = _solve(plain, middle)
        if found is not None and found.value >= (keep - tolerance) * best.value:
            high = middle
        else:
            low = middle
    return high / UNITS


def plain_task(task: Problem) -> Problem:
    if task.rules:
        raise ValueError(
            say(
                "rule %(rule)s: a lottery keeps no team rules; expected a task without them",
                rule=repr(task.rules[0].name),
            )
        )
    if task.pinned.any():
        i, j = np.argwhere(task.pinned)[0]
        raise ValueError(
            say(
                "pinned: %(entry)s and %(assessor)s would be certain, not random",
                entry=repr(task.entries[i]),
                assessor=repr(task.assessors[j]),
            )
        )
    check_supply(task)
    return task


def _solve(task: Problem, units: int) -> flow.Flow | None:
    if units < 1:
        return None
    net = flow.remaining(task)
    return flow.solve(
        replace(
            net,
            demand=net.demand * UNITS,
            most=net.most * UNITS,
            least=net.least * UNITS,
            cap=units,
        )
    )


def _lottery(task: Problem, found: flow.Flow, units: int) -> Lottery:
    amounts = np.zeros(task.shape, dtype=np.int64)
    amounts[found.rows, found.columns] = found.amounts
    return Lottery(task, amounts, UNITS, units / UNITS, found.value / UNITS, found.bound / UNITS)


def generator(seed: int | str) -> np.random.Generator:
    """Coins that depend on the seed alone, on every machine."""
    digest = hashlib.sha256(str(seed).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def draw(amounts: Ints, units: int, seed: int | str) -> Ints:
    """Whole teams, each pair with probability amounts/units; units is a power of two."""
    if units < 1 or units & (units - 1):
        raise ValueError(f"units: expected a power of two, got {units}")
    table = np.asarray(amounts, dtype=np.int64)
    if (table < 0).any() or (table > units).any():
        i, j = np.argwhere((table < 0) | (table > units))[0]
        raise ValueError(f"amounts row {i + 1}, column {j + 1}: expected 0 to {units}")
    if (wrong := table.sum(axis=1) % units != 0).any():
        row = int(np.argmax(wrong))
        raise ValueError(f"amounts row {row + 1}: expected a sum that is a multiple of {units}")
    coins = generator(seed)
    rows, columns = np.nonzero(table)
    left = table[rows, columns]
    while units > 1:
        odd = np.flatnonzero(left & 1)
        left[odd] += _coin_signs(rows[odd], columns[odd], table.shape, coins)
        left >>= 1
        units >>= 1
    chosen = left > 0
    return np.stack([rows[chosen], columns[chosen]], axis=1)


def _coin_signs(
    rows: Ints, columns: Ints, shape: tuple[int, int], coins: np.random.Generator
) -> Ints:
    """+1 or −1 for each pair, alternating along closed trails; a coin for each trail."""
    n, m = shape
    degree = np.bincount(columns, minlength=m)
    joined = np.flatnonzero(degree & 1)
    # The dummy assessor-side edges run from node n + m to each odd assessor.
    ends = [*zip(rows.tolist(), (columns + n).tolist(), strict=True)]
    ends += [(n + m, int(j) + n) for j in joined]
    around: list[list[int]] = [[] for _ in range(n + m + 1)]
    for number, (a, b) in enumerate(ends):
        around[a].append(number)
        around[b].append(number)
    signs = np.zeros(len(ends), dtype=np.int64)
    used = bytearray(len(ends))
    for begin in range(n + m + 1):
        while around[begin]:
            if used[around[begin][-1]]:
                around[begin].pop()
                continue
            trail = _closed_trail(begin, around, ends, used)
            sign = 1 if coins.integers(2) else -1
            for place, number in enumerate(trail):
                signs[number] = sign if place % 2 == 0 else -sign
    return signs[: rows.size]


def _closed_trail(
    begin: int, around: list[list[int]], ends: list[tuple[int, int]], used: bytearray
) -> list[int]:
    """Unused edges from `begin` back to it; of even length, as the graph has two sides."""
    trail, here = [], begin
    while True:
        while used[around[here][-1]]:
            around[here].pop()
        number = around[here].pop()
        used[number] = 1
        trail.append(number)
        a, b = ends[number]
        here = b if here == a else a
        if here == begin:
            return trail
