"""Somebody drops out: as few pairs as possible change, and of these changes the best is made.

Every pair that stands is worth K more, K larger than anything the affinities can add up to; so the
optimum keeps as many pairs as can be kept, and among those assignments has the most worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from laureat.science.assigning.problem import Name, Problem
from laureat.science.assigning.result import Assignment
from laureat.science.assigning.solve import assign


@dataclass(frozen=True, eq=False)
class Repair:
    """The new teams, and what changed, by name (entry, assessor)."""

    assignment: Assignment
    ended: tuple[tuple[str, str], ...]
    """Pairs of the person who left."""
    removed: tuple[tuple[str, str], ...]
    """Other pairs that had to be given up."""
    added: tuple[tuple[str, str], ...]

    @property
    def changed(self) -> int:
        """Pairs that others than the leaver lose or gain."""
        return len(self.removed) + len(self.added)


def drop(found: Assignment, assessor: Name) -> Repair:
    """The least change after that person has left. Raises Infeasible when teams cannot be filled.

    The `bound` of the new teams holds among those that keep as many pairs.
    """
    task = found.problem.without(assessor)
    _, gone = task.place(0, assessor)
    stay = found.matrix.copy()
    stay[:, gone] = False
    # Minimum loads of the others hold as far as they held before.
    task = replace(task, least=np.minimum(task.least, stay.sum(axis=0)))
    extra = np.where(stay, _large(task), 0.0)
    wishes = extra if task.wishes is None else task.wishes + extra
    kept = assign(replace(task, wishes=wishes), floor=None)
    new = replace(
        kept,
        problem=task,
        bound=kept.bound - float(extra[kept.pairs[:, 0], kept.pairs[:, 1]].sum()),
        prices=None,
    )
    was, now = set(map(tuple, found.pairs.tolist())), set(map(tuple, new.pairs.tolist()))
    return Repair(
        new,
        _names(task, {pair for pair in was if pair[1] == gone}),
        _names(task, {pair for pair in was - now if pair[1] != gone}),
        _names(task, now - was),
    )


def _large(task: Problem) -> float:
    """More than all the worth that one assignment can gain over another, as a power of two."""
    spread = float(np.ptp(task.value))
    return float(2 ** np.ceil(np.log2(max(1.0, 2 * spread * int(task.demand.sum())))))


def _names(task: Problem, pairs: set[tuple[int, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((task.entries[i], task.assessors[j]) for i, j in sorted(pairs))
