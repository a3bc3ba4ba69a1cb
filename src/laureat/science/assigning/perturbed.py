"""Probabilities that are as even as worth allows: perturbed maximisation with squares.

    max Σ a_ij (x_ij − β x_ij²)   Σ_j x_ij = d_i,   l_j ≤ Σ_i x_ij ≤ c_j,   0 ≤ x_ij ≤ Q

(Xu, Jecmen, Song, Fang 2023, "A one-size-fits-all approach to improving randomness in paper
assignment", PM-Quadratic.) For prices v of the assessors and u of the entries each pair decides
alone, x_ij = clip((a_ij − u_i − v_j) / (2 β a_ij), 0, Q), and u_i solves one increasing piecewise
linear equation exactly (its bends sorted); so the dual is a smooth convex function of v alone, with
gradient c_j − Σ_i x_ij, which L-BFGS-B minimises. Pairs of no worth are given a tiny curvature.

The result is put on the grid of 2⁻²⁰ by a flow (controlled rounding: row sums exact, loads kept),
so that `randomised.draw` draws with exactly the probabilities shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from laureat.science.assigning import flow
from laureat.science.assigning.network import CheapestFlow
from laureat.science.assigning.problem import Floats, Ints, Problem
from laureat.science.assigning.randomised import Lottery, plain_task

FINE = 2**20
_TINY = 1e-6


@dataclass(frozen=True, eq=False)
class _Dual:
    """The best answer to prices v."""

    x: Floats
    value: float
    slope: Floats


def perturbed(task: Problem, beta: float, cap: float = 1.0, start: Floats | None = None) -> Lottery:
    """The even probabilities for one β. Affinities must not be negative."""
    x, _ = _optimum(_checked(task, beta, cap), beta, cap, start)
    return _on_grid(task, x, cap)


def most_even(
    task: Problem, keep: float, cap: float = 1.0, tolerance: float = 1e-4, steps: int = 10
) -> tuple[float, Lottery]:
    """The largest β (of k/2^steps) that keeps a share `keep − tolerance` of the largest sum."""
    best = flow.solve(flow.remaining(_checked(task, 0.5, cap)))
    assert best is not None
    low, high, price = 0.0, 1.0, None
    kept: Floats | None = None
    for _ in range(steps):
        beta = (low + high) / 2
        x, price = _optimum(task, beta, cap, price)
        if float((task.value * x).sum()) >= (keep - tolerance) * best.value:
            low, kept = beta, x
        else:
            high = beta
    if kept is None:
        kept, _ = _optimum(task, 2.0**-steps / 4, cap, price)
    return low, _on_grid(task, kept, cap)


def _checked(task: Problem, beta: float, cap: float) -> Problem:
    if not beta > 0 or not np.isfinite(beta):
        raise ValueError(f"beta: expected a number above 0, got {beta}")
    if not 0 < cap <= 1:
        raise ValueError(f"cap: expected a probability above 0 and up to 1, got {cap}")
    if (task.value < 0).any():
        i, j = np.argwhere(task.value < 0)[0]
        raise ValueError(f"affinity row {i + 1}, column {j + 1}: expected 0 or more")
    reach = task.allowed.sum(axis=1) * cap
    if (wrong := reach < task.demand).any():
        row = int(np.argmax(wrong))
        raise ValueError(f"cap {cap}: entry row {row + 1} can expect {reach[row]:g} members only")
    return plain_task(task)


def _optimum(task: Problem, beta: float, cap: float, start: Floats | None) -> tuple[Floats, Floats]:
    scale = float(task.value.max()) or 1.0
    a = task.value / scale
    curve = 2 * beta * np.maximum(a, _TINY)
    m = task.shape[1]
    # v = up − down: the price of the most and of the least load.
    needs_low = task.least > 0

    def dual(v: Floats) -> tuple[float, Floats]:
        found = _answer(task, a, curve, cap, v)
        limit = np.where(v >= 0, task.most, task.least)
        return found.value + float(limit @ v), limit - found.slope

    first = np.zeros(m) if start is None else start
    found = minimize(
        dual,
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None if low else 0.0, None) for low in needs_low],
        options={"maxiter": 3000, "maxfun": 4000, "ftol": 1e-15, "gtol": 1e-7, "maxcor": 30},
    )
    v = np.asarray(found.x)
    return _answer(task, a, curve, cap, v).x, v


def _answer(task: Problem, a: Floats, curve: Floats, cap: float, v: Floats) -> _Dual:
    """Every entry's best probabilities at prices v, by sorting the bends of its equation."""
    n, m = task.shape
    margin = np.where(task.allowed, a - v, -1e30)
    low = margin - curve * cap  # at u ≤ low the pair stands at the cap, at u ≥ margin at 0
    bends = np.concatenate([low, margin], axis=1)
    change = np.concatenate([1 / curve, -1 / curve], axis=1)
    change[:, :m][~task.allowed] = 0.0
    change[:, m:][~task.allowed] = 0.0
    order = np.argsort(bends, axis=1)
    at = np.take_along_axis(bends, order, axis=1)
    steep = np.cumsum(np.take_along_axis(change, order, axis=1), axis=1)
    drop = np.zeros_like(at)
    np.cumsum(steep[:, :-1] * np.diff(at, axis=1), axis=1, out=drop[:, 1:])
    most = cap * task.allowed.sum(axis=1)
    need = most - task.demand
    place = np.minimum((drop < need[:, None]).sum(axis=1), 2 * m - 1)
    before = np.maximum(place - 1, 0)
    line = np.arange(n)
    slope = steep[line, before]
    step = np.where(slope > 1e-15, (need - drop[line, before]) / np.where(slope > 0, slope, 1), 0.0)
    u = at[line, before] + np.maximum(step, 0.0)
    x = np.clip((margin - u[:, None]) / curve, 0.0, cap)
    x[~task.allowed] = 0.0
    worth = np.where(task.allowed, (margin - 0.5 * curve * x) * x, 0.0)
    return _Dual(x, float(worth.sum()), x.sum(axis=0))


def _on_grid(task: Problem, x: Floats, cap: float) -> Lottery:
    amounts = _rounded(task, x * FINE, int(np.floor(cap * FINE + 1e-6)))
    value = float((task.value * amounts).sum()) / FINE
    return Lottery(task, amounts, FINE, cap, value, value)


def _rounded(task: Problem, target: Floats, cap: int) -> Ints:
    """Whole units near `target` with exact row sums and loads within limits."""
    n, m = task.shape
    base = np.maximum(np.floor(target).astype(np.int64) - 1, 0)
    rows, columns = np.nonzero((target > 1e-3) & task.allowed)
    base[target <= 1e-3] = 0
    start, load = base[rows, columns], base.sum(axis=0)
    need = task.demand * FINE - base.sum(axis=1)
    least = np.maximum(task.least * FINE - load, 0)
    spare = np.maximum(task.most * FINE - load - least, 0)
    solver, arcs = CheapestFlow(), []
    # The first three units cost what they are off the target, all further ones far more.
    for unit in range(4):
        here = np.flatnonzero(cap - start > unit)
        miss = np.abs(start + unit + 1 - target[rows, columns])[here]
        room = 1 if unit < 3 else cap - start[here] - unit
        cost = np.rint(1000 * (miss + unit)) if unit < 3 else np.full(here.size, 10**6)
        arcs.append((here, solver.arcs(rows[here], columns[here] + n, room, cost)))
    solver.arcs(np.arange(n, n + m), np.full(m, n + m), spare)
    if not solver.solve(np.concatenate([need, -least, [least.sum() - need.sum()]])):
        raise ArithmeticError(f"probabilities cannot be put on the grid of 1/{FINE}")
    for here, made in arcs:
        np.add.at(base, (rows[here], columns[here]), solver.amounts(made))
    return base
