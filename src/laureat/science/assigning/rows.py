"""Side rows of an assignment program: floors and team rules, as sparse matrices.

Every row belongs to one entry and reads Σ_j g_j x_ij ≥ b (an upper limit is turned round), where g
is the worth of the pair (floor) or ±1 for members of a rule. Rows are added when a solution
breaks them, so that a program of five thousand entries carries only the few that matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from laureat.science.assigning.problem import Bools, Floats, Ints, Problem

FLOOR = -1
SLIP = 1e-7


@dataclass(frozen=True, eq=False)
class Rows:
    """kind (FLOOR or the number of a rule), entry, sign and right side of each row."""

    kind: Ints
    entry: Ints
    sign: Ints
    bound: Floats

    def __len__(self) -> int:
        """How many."""
        return int(self.kind.size)

    def joined(self, other: Rows) -> Rows:
        """Both, each row once, sorted."""
        kind, entry, sign = (
            np.concatenate(pair)
            for pair in (
                (self.kind, other.kind),
                (self.entry, other.entry),
                (self.sign, other.sign),
            )
        )
        bound = np.concatenate([self.bound, other.bound])
        _, first = np.unique(np.stack([kind, entry, sign], axis=1), axis=0, return_index=True)
        return Rows(kind[first], entry[first], sign[first], bound[first])

    def only(self, mask: Bools) -> Rows:
        """Those of `mask`."""
        return Rows(self.kind[mask], self.entry[mask], self.sign[mask], self.bound[mask])


def no_rows() -> Rows:
    """None yet."""
    none = np.zeros(0, dtype=np.int64)
    return Rows(none, none, none, np.zeros(0))


def every_row(task: Problem, floor: float | None) -> Rows:
    """All rows that can bind."""
    parts = [no_rows()]
    everyone = np.arange(task.shape[0])
    if floor is not None:
        needy = everyone[task.demand > 0]
        parts.append(_part(FLOOR, needy, 1, np.full(needy.size, floor)))
    for number, rule in enumerate(task.rules):
        low = everyone[rule.least > 0]
        parts.append(_part(number, low, 1, rule.least[low]))
        high = everyone[rule.most < task.demand]
        parts.append(_part(number, high, -1, -rule.most[high]))
    found = parts[0]
    for part in parts[1:]:
        found = found.joined(part)
    return found


def _part(kind: int, entries: Ints, sign: int, bound: Floats | Ints) -> Rows:
    full = np.full(entries.size, kind, dtype=np.int64)
    return Rows(full, entries, np.full(entries.size, sign), np.asarray(bound, dtype=np.float64))


def gains(task: Problem, rows: Rows, number: int) -> Floats:
    """The coefficients g of one row, over all assessors."""
    i = rows.entry[number]
    if rows.kind[number] == FLOOR:
        return np.asarray(task.value[i], dtype=np.float64)
    members = task.rules[rows.kind[number]].members[i]
    return np.asarray(members * float(rows.sign[number]), dtype=np.float64)


def matrix(task: Problem, rows: Rows, ii: Ints, jj: Ints) -> sparse.csr_matrix:
    """Rows × pairs, for pairs (ii, jj) sorted by entry."""
    start, stop = np.searchsorted(ii, rows.entry), np.searchsorted(ii, rows.entry, side="right")
    length = stop - start
    offset = np.concatenate([[0], np.cumsum(length)])
    columns = np.arange(offset[-1]) - np.repeat(offset[:-1] - start, length)
    kind, sign = np.repeat(rows.kind, length), np.repeat(rows.sign, length)
    data = np.empty(columns.size)
    for each in np.unique(rows.kind):
        here = kind == each
        i, j = ii[columns[here]], jj[columns[here]]
        data[here] = task.value[i, j] if each == FLOOR else task.rules[each].members[i, j]
    return sparse.csr_matrix((data * sign, columns, offset), shape=(len(rows), ii.size))


def broken(task: Problem, rows: Rows, ii: Ints, jj: Ints, x: Floats, margin: float = 0.0) -> Bools:
    """Which rows the amounts x break, or keep by less than a share `margin` of their right side."""
    reached = matrix(task, rows, ii, jj) @ x
    return np.asarray(reached < rows.bound + margin * np.abs(rows.bound) - SLIP, dtype=np.bool_)
