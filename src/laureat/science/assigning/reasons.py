"""Why this pair: what a secretary can tell the assessor, the applicant and the appeal.

Each reason is a code with its figure, so that pages put it into words in their own language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from laureat.science.assigning.result import Assignment


@dataclass(frozen=True)
class PassedOver:
    """Somebody who fits better and was not taken, and what stood in the way."""

    assessor: str
    affinity: float
    why: str
    """conflict (or forbidden), full (at the most load), needed (elsewhere for more), rule."""


@dataclass(frozen=True)
class Reason:
    """One pair. Codes: pinned, wish, best, rank, only, rule, least-load, floor."""

    entry: str
    assessor: str
    affinity: float
    rank: int
    """Place of the assessor among those who may judge the entry, 1 for the best."""
    of: int
    codes: tuple[tuple[str, str], ...]
    advantage: float | None
    """By prices: what the whole gains by this pair; 0 where another would do as well."""
    passed_over: tuple[PassedOver, ...]


def reasons(found: Assignment, shown: int = 3) -> tuple[Reason, ...]:
    """A reason for every pair, in the order of `pairs`; the `shown` best passed over for each."""
    return tuple(_reason(found, int(i), int(j), shown) for i, j in found.pairs)


def _reason(found: Assignment, i: int, j: int, shown: int) -> Reason:
    task = found.problem
    may = task.allowed[i] & (task.most > 0)
    rank = 1 + int((may & (task.value[i] > task.value[i, j])).sum())
    codes: list[tuple[str, str]] = []
    if task.pinned[i, j]:
        codes.append(("pinned", ""))
    if task.wishes is not None and task.wishes[i, j]:
        codes.append(("wish", f"{task.wishes[i, j]:g}"))
    codes.append(("best", "") if rank == 1 else ("rank", str(rank)))
    if may.sum() == task.demand[i]:
        codes.append(("only", str(int(may.sum()))))
    for rule in task.rules:
        count = int((found.matrix[i] & rule.members[i]).sum())
        if rule.members[i, j] and 0 < rule.least[i] == count:
            codes.append(("rule", rule.name))
    if 0 < task.least[j] == found.loads[j]:
        codes.append(("least-load", str(int(task.least[j]))))
    if found.floor is not None and found.entry_sums[i] <= found.floor + 1e-6:
        codes.append(("floor", f"{found.floor:g}"))
    advantage = None
    if found.prices is not None:
        advantage = float(
            max(0.0, task.value[i, j] - found.prices.entry[i] - found.prices.assessor[j])
        )
    return Reason(
        task.entries[i],
        task.assessors[j],
        float(task.affinity[i, j]),
        rank,
        int(may.sum()),
        tuple(codes),
        advantage,
        _passed(found, i, j, shown),
    )


def _passed(found: Assignment, i: int, j: int, shown: int) -> tuple[PassedOver, ...]:
    task = found.problem
    better = (task.value[i] > task.value[i, j]) & ~found.matrix[i]
    order = np.flatnonzero(better)
    order = order[np.argsort(-task.value[i, order], kind="stable")][:shown]
    told = []
    for other in order:
        if not task.allowed[i, other]:
            why = "conflict"
        elif found.loads[other] >= task.most[other]:
            why = "full"
        elif _breaks(found, i, j, int(other)):
            why = "rule"
        else:
            why = "needed"
        told.append(PassedOver(task.assessors[other], float(task.affinity[i, other]), why))
    return tuple(told)


def _breaks(found: Assignment, i: int, j: int, other: int) -> bool:
    """Whether taking `other` instead of j would break a team rule."""
    for rule in found.problem.rules:
        count = int((found.matrix[i] & rule.members[i]).sum())
        count += int(rule.members[i, other]) - int(rule.members[i, j])
        if not rule.least[i] <= count <= rule.most[i]:
            return True
    return False
