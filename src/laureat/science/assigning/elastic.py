"""What would help when team rules or a floor stand in the way: a program with slack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from laureat.science.assigning import flow, mixed
from laureat.science.assigning import rows as side
from laureat.science.assigning.problem import Floats, Ints, Problem
from laureat.science.assigning.result import Change
from laureat.science.assigning.rows import FLOOR, Rows

_NODES = 200


def ways(task: Problem, floor: float | None, weights: Mapping[str, float]) -> list[Change]:
    """Changes that make the task solvable, one kind at a time."""
    kinds = ["raise loads", "lower demand"]
    kinds += ["waive rules"] if task.rules else []
    kinds += ["lift conflicts"] if task.allowed.size <= mixed.SMALL else []
    found = []
    for kind in kinds:
        amounts = _least(task, floor, kind)
        if amounts:
            total = sum(amounts.values())
            sign = 1 if kind in {"raise loads", "lift conflicts"} else -1
            items = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
            told = tuple((name, sign * count) for name, count in items)
            found.append(Change(kind, weights[kind] * total, total, told))
    return found


def _least(task: Problem, floor: float | None, kind: str) -> Counter[str]:
    """How much of `kind` is needed; empty when it does not help (or nothing is needed)."""
    net = flow.remaining(task)
    allowed = ~task.pinned if kind == "lift conflicts" else net.allowed
    chosen = allowed if allowed.size <= mixed.SMALL else flow.candidates(net, net.value, flow.KEPT)
    ii, jj = np.nonzero(chosen)
    every = side.every_row(task, floor)
    rows = Rows(every.kind, every.entry, every.sign, mixed.right_sides(task, every))
    extra, names, cost, whole = _slack(task, net, kind, rows, ii, jj)
    amounts: Counter[str] = Counter()
    if not ii.size + cost.size:
        return amounts  # no pair may meet, and nothing of this kind is there to be changed
    everyone = np.arange(task.shape[0])
    limits = mixed.constraints(task, net, rows, ii, jj, everyone)
    wide = [
        LinearConstraint(sparse.hstack([each.A, block]).tocsc(), each.lb, each.ub)
        for each, block in zip(limits, extra, strict=False)
    ]
    found = milp(
        np.concatenate([(~net.allowed[ii, jj]).astype(float), cost]),
        constraints=wide,
        integrality=np.concatenate([np.ones(ii.size), whole]),
        bounds=Bounds(0, np.concatenate([np.ones(ii.size), np.full(cost.size, np.inf)])),
        options={"node_limit": _NODES},
    )
    if found.x is None:
        return amounts
    x = np.asarray(found.x)
    for place in np.flatnonzero(x[ii.size :] > 1e-6):
        amounts[names[place]] += int(np.ceil(x[ii.size + place] - 1e-6))
    for place in np.flatnonzero((x[: ii.size] > 0.5) & ~net.allowed[ii, jj]):
        amounts[f"{task.entries[ii[place]]} – {task.assessors[jj[place]]}"] += 1
    return amounts


def _slack(
    task: Problem,
    net: flow.Network,
    kind: str,
    rows: Rows,
    ii: Ints,
    jj: Ints,
) -> tuple[list[sparse.csr_matrix], list[str], Floats, Floats]:
    """Columns of slack for demand, loads and rows; their names, costs and wholeness."""
    n, m = task.shape
    sizes = (n, m, len(rows))
    place: Ints = np.zeros(0, dtype=np.int64)
    which, names = 2, list[str]()
    if kind == "raise loads":
        which, place, names = 1, np.arange(m), list(task.assessors)
    elif kind == "lower demand":
        which, place, names = 0, np.arange(n), list(task.entries)
    elif kind == "waive rules":
        place = np.flatnonzero(rows.kind != FLOOR)
        names = [_row_name(task, rows, int(number)) for number in place]
    unit = -1.0 if which == 1 else 1.0
    blocks = [sparse.csr_matrix((size, place.size)) for size in sizes]
    blocks[which] = sparse.csr_matrix(
        (np.full(place.size, unit), (place, np.arange(place.size))),
        shape=(sizes[which], place.size),
    )
    return blocks, names, np.ones(place.size), np.ones(place.size)


def _row_name(task: Problem, rows: Rows, number: int) -> str:
    return f"{task.rules[rows.kind[number]].name}: {task.entries[rows.entry[number]]}"
