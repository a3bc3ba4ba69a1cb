"""Small changes of teams that keep demands, loads, conflicts and rules: moves and exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from laureat.science.assigning.problem import Bools, Floats, Ints, Problem
from laureat.science.assigning.result import Assignment

_EACH = 200
_OFFERED = 200


@dataclass(frozen=True)
class Move:
    """Pairs that go and pairs that come, and the worth lost by it."""

    out: tuple[tuple[int, int], ...]
    into: tuple[tuple[int, int], ...]
    loss: float


@dataclass(eq=False)
class Table:
    """Teams while they are being changed."""

    task: Problem
    chosen: Bools
    floor: float | None
    worth: float

    @classmethod
    def of(cls, found: Assignment, floor: float | None) -> Table:
        """A copy to work on."""
        return cls(found.problem, found.matrix.copy(), floor, found.objective)

    @property
    def n(self) -> int:
        """Entries."""
        return self.task.shape[0]

    @property
    def m(self) -> int:
        """Assessors."""
        return self.task.shape[1]

    @property
    def demand(self) -> Ints:
        """Places of each entry."""
        return self.task.demand

    def apply(self, move: Move) -> None:
        """Make a change."""
        for pair in move.out:
            self.chosen[pair] = False
        for pair in move.into:
            self.chosen[pair] = True
        self.worth -= move.loss

    def undo(self, move: Move) -> None:
        """Take it back."""
        self.apply(Move(move.into, move.out, -move.loss))

    def fine(self, move: Move) -> bool:
        """Whether team rules and the floor hold after the change."""
        self.apply(move)
        touched = sorted({i for i, _ in (*move.out, *move.into)})
        good = all(self._team_fine(i) for i in touched)
        self.undo(move)
        return good

    def _team_fine(self, i: int) -> bool:
        team = self.chosen[i]
        if self.floor is not None and self.task.value[i, team].sum() < self.floor - 1e-9:
            return False
        for rule in self.task.rules:
            count = int((team & rule.members[i]).sum())
            if not rule.least[i] <= count <= rule.most[i]:
                return False
        return True


def joins(table: Table, part_i: Bools, part_j: Bools) -> Iterator[Move]:
    """Changes that tie a part to the rest, the cheapest first."""
    found = [*_moves(table, part_i, part_j), *_exchanges(table, part_i, part_j)]
    found.sort(key=lambda move: (move.loss, move.out, move.into))
    for move in found:
        if table.fine(move):
            yield move


def _moves(table: Table, part_i: Bools, part_j: Bools) -> list[Move]:
    """Somebody on one side is replaced by somebody with room on the other."""
    task, load = table.task, table.chosen.sum(axis=0)
    i, j = np.nonzero(table.chosen & ~task.pinned & (load > task.least)[None, :])
    room = np.flatnonzero(load < task.most)
    if not i.size or not room.size:
        return []
    across = part_i[i][:, None] != part_j[room][None, :]
    open_ = across & task.allowed[np.ix_(i, room)] & ~table.chosen[np.ix_(i, room)]
    loss = np.where(open_, task.value[i, j][:, None] - task.value[np.ix_(i, room)], np.inf)
    best = np.argmin(loss, axis=1)
    low = loss[np.arange(i.size), best]
    order = np.argsort(low, kind="stable")[:_OFFERED]
    return [
        Move(((int(i[k]), int(j[k])),), ((int(i[k]), int(room[best[k]])),), float(low[k]))
        for k in order
        if np.isfinite(low[k])
    ]


def _exchanges(table: Table, part_i: Bools, part_j: Bools) -> list[Move]:
    """Two pairs, one on each side, exchange their assessors."""
    task = table.task
    i, j = np.nonzero(table.chosen & ~task.pinned)
    here = part_i[i]
    left = _cheapest(table, i[here], j[here], ~part_j)
    right = _cheapest(table, i[~here], j[~here], part_j)
    return _pairings(table, left, right)


def _cheapest(table: Table, i: Ints, j: Ints, others: Bools) -> tuple[Ints, Ints]:
    """The pairs that lose least with the best of `others` in their place."""
    if i.size <= _EACH:
        return i, j
    task = table.task
    rows, place = np.unique(i, return_inverse=True)
    fit = np.where(task.allowed[rows] & others, task.value[rows], -np.inf).max(axis=1)
    order = np.argsort(task.value[i, j] - fit[place], kind="stable")[:_EACH]
    return i[order], j[order]


def _pairings(
    table: Table, left: tuple[Ints, Ints], right: tuple[Ints, Ints], bonus: Floats | None = None
) -> list[Move]:
    task = table.task
    (i, j), (k, l) = left, right  # noqa: E741
    if not i.size or not k.size:
        return []
    came = task.value[np.ix_(i, l)] + task.value[np.ix_(k, j)].T
    gone = task.value[i, j][:, None] + task.value[k, l][None, :]
    may = task.allowed[np.ix_(i, l)] & task.allowed[np.ix_(k, j)].T
    may &= ~table.chosen[np.ix_(i, l)] & ~table.chosen[np.ix_(k, j)].T
    loss = gone - came
    score = np.where(may, loss if bonus is None else -bonus / (np.maximum(loss, 0) + 1e-3), np.inf)
    flat = score.ravel()
    count = min(_OFFERED, flat.size)
    best = np.argpartition(flat, count - 1)[:count]
    best = best[np.argsort(flat[best], kind="stable")]
    moves = []
    for spot in best[np.isfinite(flat[best])]:
        x, y = divmod(int(spot), k.size)
        out = ((int(i[x]), int(j[x])), (int(k[y]), int(l[y])))
        into = ((int(i[x]), int(l[y])), (int(k[y]), int(j[x])))
        moves.append(Move(out, into, float(loss[x, y])))
    return moves


def best_exchange(table: Table, fiedler: Floats, budget: float, fresh: Bools) -> Move | None:
    """The exchange of `fresh` assessors that raises fᵀSf most for the worth it loses, if any does."""
    task = table.task
    i, j = np.nonzero(table.chosen & ~task.pinned & fresh)
    order = np.lexsort((i, fiedler[j]))
    low, high = order[:_EACH], order[-_EACH:]
    left, right = (i[low], j[low]), (i[high], j[high])
    gain = _spread_gain(table, fiedler, left, right)
    for move in _pairings(table, left, right, bonus=np.maximum(gain, 0.0)):
        (a, b), (c, d) = move.out
        if table.worth - move.loss < budget or a == c:
            continue
        if _gain_of(table, fiedler, (a, b, d)) + _gain_of(table, fiedler, (c, d, b)) <= 1e-12:
            continue
        if table.fine(move):
            return move
    return None


def _spread_gain(
    table: Table, f: Floats, left: tuple[Ints, Ints], right: tuple[Ints, Ints]
) -> Floats:
    """Change of Σ within-team squares of f, for each exchange of left and right pairs."""
    (i, j), (k, l) = left, right  # noqa: E741
    total = table.chosen @ f
    step = f[l][None, :] - f[j][:, None]

    def change(entry: Ints, old: Floats, move: Floats) -> Floats:
        size = table.demand[entry].astype(float)[:, None]
        own = total[entry][:, None]
        square = move**2
        return np.asarray(
            2 * old[:, None] * move + square - (2 * own * move + square) / size, dtype=np.float64
        )

    return change(i, f[j], step) + change(k, f[l], -step.T).T


def _gain_of(table: Table, f: Floats, swap: tuple[int, int, int]) -> float:
    entry, old, new = swap
    step = float(f[new] - f[old])
    total, size = float(f[table.chosen[entry]].sum()), float(table.demand[entry])
    return 2 * float(f[old]) * step + step**2 - (2 * total * step + step**2) / size
