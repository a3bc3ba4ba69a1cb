"""What comes out: who judges what, how good that is, and how good it could be at best."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from laureat.saying import Said, listed, say
from laureat.science.assigning.flow import Flow
from laureat.science.assigning.mixed import Mixed
from laureat.science.assigning.problem import Bools, Floats, Ints, Problem

TOGETHER = say("demands, loads and conflicts cannot be met together")


class Infeasible(ValueError):
    """What is asked cannot be met; `changes` would help, the cheapest first."""

    def __init__(self, message: str, changes: tuple[Change, ...] = ()) -> None:
        """Put the changes into the message."""
        self.changes = changes
        advice = listed(
            (listed([f"\n  {n}. ", each.said], "") for n, each in enumerate(changes, start=1)), ""
        )
        super().__init__(
            say(
                "%(problem)s. What would help, the cheapest first:%(advice)s",
                problem=message,
                advice=advice,
            )
            if advice
            else message
        )


KINDS = (
    say("raise loads"),
    say("lower demand"),
    say("lift conflicts"),
    say("lower minimum loads"),
    say("waive rules"),
    say("more assessors"),
    say("lower the floor"),
)
"""What may be changed, as messages call it."""


@dataclass(frozen=True)
class Change:
    """One way out: what to change, for whom, and by how much."""

    kind: str
    """raise loads, lower demand, lift conflicts, lower minimum loads, waive rules, more assessors."""
    cost: float
    amount: int
    items: tuple[tuple[str, int], ...]
    """(name, by how much)."""

    @property
    def said(self) -> Said:
        """Read as advice."""
        shown = listed(
            (
                listed([name, f"({count:+d})"], " ") if count else name
                for name, count in self.items[:10]
            ),
            ", ",
        )
        kind = say(self.kind)
        if not any(count for _, count in self.items):
            return listed([kind, shown], ": ")
        if len(self.items) > 10:
            shown = say("%(shown)s and %(count)s more", shown=shown, count=len(self.items) - 10)
        return say(
            "%(kind)s by %(amount)s in all: %(shown)s",
            kind=kind,
            amount=self.amount,
            shown=shown,
        )

    def __str__(self) -> str:
        """The same in English."""
        return str(self.said)


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers that prove the bound.

    entry[i]: worth of one more place in team i; assessor[j]: worth of one more place with j
    (negative at the least load).
    """

    entry: Floats
    assessor: Floats


@dataclass(frozen=True, eq=False)
class Assignment:
    """Teams with their proof. `pairs` are (entry, assessor) positions, sorted."""

    problem: Problem
    pairs: Ints
    bound: float
    """No assignment that keeps the rules is worth more than this."""
    prices: Prices | None = None
    floor: float | None = None
    floor_bound: float | None = None
    """No assignment has a smallest entry sum above this."""
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def matrix(self) -> Bools:
        """Entries × assessors."""
        chosen = np.zeros(self.problem.shape, dtype=np.bool_)
        chosen[self.pairs[:, 0], self.pairs[:, 1]] = True
        return chosen

    @cached_property
    def objective(self) -> float:
        """Sum of affinities and granted wishes."""
        return math.fsum(self.problem.value[self.pairs[:, 0], self.pairs[:, 1]])

    @property
    def gap(self) -> float:
        """How much better it could be at most, as a share of the bound."""
        return max(0.0, self.bound - self.objective) / max(abs(self.bound), 1e-300)

    @cached_property
    def entry_sums(self) -> Floats:
        """Worth of each team."""
        values = self.problem.value[self.pairs[:, 0], self.pairs[:, 1]]
        sums = np.bincount(self.pairs[:, 0], values, self.problem.shape[0])
        return np.asarray(sums, dtype=np.float64)

    @property
    def smallest(self) -> float:
        """Worth of the team that is worst off, among entries that need one."""
        needy = self.problem.demand > 0
        return float(self.entry_sums[needy].min()) if needy.any() else 0.0

    @cached_property
    def loads(self) -> Ints:
        """Entries of each assessor."""
        return np.bincount(self.pairs[:, 1], minlength=self.problem.shape[1])

    def amounts(self) -> tuple[Ints, Ints, Floats]:
        """Entries, assessors and ones, as programs want them."""
        return self.pairs[:, 0], self.pairs[:, 1], np.ones(self.pairs.shape[0])

    def team(self, entry: int) -> tuple[int, ...]:
        """The assessors of one entry."""
        return tuple(int(j) for j in self.pairs[self.pairs[:, 0] == entry, 1])

    def named(self) -> tuple[tuple[str, str], ...]:
        """The pairs by name."""
        task = self.problem
        return tuple((task.entries[i], task.assessors[j]) for i, j in self.pairs)


def from_flow(task: Problem, found: Flow) -> Assignment:
    """The plain optimum, pinned pairs included."""
    pairs = np.stack([found.rows, found.columns], axis=1)
    worth = float(task.value[task.pinned].sum())
    every = as_pairs(np.concatenate([pairs, np.argwhere(task.pinned)]))
    return Assignment(task, every, found.bound + worth, Prices(found.entry, found.assessor))


def from_mixed(task: Problem, found: Mixed) -> Assignment:
    """The optimum with rules, pinned pairs included."""
    worth = float(task.value[task.pinned].sum())
    every = as_pairs(np.argwhere(found.chosen | task.pinned))
    own = math.fsum(task.value[every[:, 0], every[:, 1]])
    bound = max(found.bound + worth, own)
    return Assignment(task, every, bound, Prices(found.entry, found.assessor))


def as_pairs(pairs: Iterable[tuple[int, int]] | Ints) -> Ints:
    """Sorted, as an array of two columns."""
    found = np.asarray(list(pairs) if not isinstance(pairs, np.ndarray) else pairs, dtype=np.int64)
    found = found.reshape(-1, 2)
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def kept(assignment: Assignment) -> list[str]:
    """Everything that the assignment breaks, in words; empty when it keeps every rule."""
    task, chosen = assignment.problem, assignment.matrix
    wrong = []
    if (assignment.pairs.shape[0]) != int(chosen.sum()):
        wrong.append("a pair stands twice")
    wrong += [
        f"entry {task.entries[i]!r}: {chosen[i].sum()} members, not {task.demand[i]}"
        for i in np.flatnonzero(chosen.sum(axis=1) != task.demand)
    ]
    loads = assignment.loads
    for j in np.flatnonzero((loads > task.most) | (loads < task.least)):
        limits = f"{task.least[j]} to {task.most[j]}"
        wrong.append(f"assessor {task.assessors[j]!r}: {loads[j]} entries, not {limits}")
    for i, j in np.argwhere(chosen & ~task.allowed):
        wrong.append(f"{task.entries[i]!r} and {task.assessors[j]!r} must not meet")
    for i, j in np.argwhere(task.pinned & ~chosen):
        wrong.append(f"{task.entries[i]!r} and {task.assessors[j]!r} must meet")
    for rule in task.rules:
        count = (chosen & rule.members).sum(axis=1)
        wrong += [
            f"entry {task.entries[i]!r}: rule {rule.name!r} counts {count[i]}"
            for i in np.flatnonzero((count < rule.least) | (count > rule.most))
        ]
    return wrong
