"""The road that TAM takes on its grid, to its stop: for numbers as its users have printed them.

TAM (Robitzsch, Kiefer, Wu) maximises by EM on 21 nodes and stops while the slowest parameter still
moves by up to 1e-4 a step, so its printed digits depend on the road. Described here from its manual
and its behaviour: each facet and each group of thresholds has one parameter less than levels (the
last is minus the sum of the others); parameters start from the log odds of their sufficient
statistics; an E-step is followed by the mean and variance of the entries and by up to ten Newton
steps, each parameter by itself, an increment that grows being halved. It stops when no parameter
changed by more than 1e-4 and the deviance by at most .001, or after 1,000 steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints
from laureat.science.fair.layout import Layout
from laureat.science.fair.newton import covariance
from laureat.science.fair.passes import State, one_pass

NODES = np.linspace(-6.0, 6.0, 21)
WIDTH = 0.6
STEPS, INNER, CHANGE, DEVIANCE = 1000, 10, 1e-4, 1e-3
LARGEST = 4_000_000
"""Cells times categories times parameters: larger tasks go to the optimum of the grid at once."""


Inner = tuple[Floats, Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class Cells:
    """Assessor x criterion as far as they occur, and what each parameter does in each category."""

    design: Floats
    """Cells x categories x parameters."""
    outside: Floats
    """0, or minus infinity for a category that the cell does not have."""
    of_rating: Ints
    expand: Floats
    """From free parameters to severities, difficulties and thresholds."""


@dataclass(frozen=True)
class Road:
    """Where it stopped: structure, mean and variance of entries, number of steps."""

    vector: Floats
    mean: float
    variance: float
    steps: int


def followed(lay: Layout) -> bool:
    """Is this a task that TAM's programme knows, and small enough to go its way?"""
    plain = not lay.anchors and not lay.halo and lay.n_subsets == 1 and not lay.tied
    r = lay.ratings
    cells = np.unique(r.assessor * lay.n_criteria + r.criterion).size
    return bool(plain and cells * int(lay.tops.max() + 1) * lay.structural <= LARGEST)


def cells_of(lay: Layout) -> Cells:
    """Severities and difficulties count k times against category k, thresholds once from theirs on."""
    r = lay.ratings
    found, of_rating = np.unique(r.assessor * lay.n_criteria + r.criterion, return_inverse=True)
    a, c = np.divmod(found, lay.n_criteria)
    g = lay.by_criterion[c] + lay.by_assessor[a]
    most = int(lay.tops.max())
    whole = np.zeros((found.size, most + 1, lay.structural))
    order = np.arange(found.size)
    for k in range(1, most + 1):
        whole[order, k, a] -= k
        whole[order, k, lay.first_criterion + c] -= k
        for j in range(k):
            there = order[j < lay.tops[g]]
            whole[there, k, (lay.first_step + lay.step_at[g] + j)[there]] -= 1
    blocks = [(0, lay.n_assessors), (lay.first_criterion, lay.n_criteria)]
    blocks += list(zip((lay.first_step + lay.step_at).tolist(), lay.tops.tolist(), strict=True))
    expand = np.zeros((lay.structural, lay.structural - len(blocks)))
    column = 0
    for first, size in blocks:
        expand[first : first + size - 1, column : column + size - 1] = np.eye(size - 1)
        expand[first + size - 1, column : column + size - 1] = -1.0
        column += size - 1
    outside = np.where(np.arange(most + 1) > lay.tops[g][:, None], -np.inf, 0.0)
    return Cells(whole @ expand, outside, np.asarray(of_rating, np.int64), expand)


def probabilities(cells: Cells, free: Floats) -> Floats:
    """Cells x categories x nodes."""
    logs = (cells.design @ free + cells.outside)[..., None]
    logs = logs + np.arange(cells.outside.shape[1])[:, None] * NODES
    logs -= logs.max(axis=1, keepdims=True)
    p = np.exp(logs)
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def newton(cells: Cells, free: Floats, p: Floats, count: Floats, score: Floats) -> Floats:
    """Up to ten steps of each parameter by itself; count: expected entries by cell and node."""
    limit = np.ones(free.size)
    for turn in range(INNER):
        if turn:
            p = probabilities(cells, free)
        expected = np.einsum("ukq,uq->uk", p, count)
        mean = np.einsum("ukq,ukp->uqp", p, cells.design, optimize=True)
        first = np.einsum("uk,ukp->p", expected, cells.design)
        second = np.einsum("uk,ukp->p", expected, cells.design**2)
        spread = second - np.einsum("uq,uqp->p", count, mean**2, optimize=True)
        step = (score - first) / np.maximum(np.abs(spread), 1e-20)
        times = np.ceil(np.abs(step) / (np.abs(limit) + 1e-10))
        step = np.where(np.abs(step) > np.abs(limit), step / (2.0 * np.maximum(times, 1)), step)
        limit = step
        free = free + step
        if np.abs(step).max(initial=0.0) < CHANGE:
            break
    return free


def road(lay: Layout) -> Road | None:
    """Go TAM's way; None when it does not arrive in 1,000 steps."""
    cells, r = cells_of(lay), lay.ratings
    score = cells.design[cells.of_rating, lay.category].sum(axis=0)
    rated = np.bincount(cells.of_rating, minlength=cells.design.shape[0]).astype(float)
    most = np.einsum("u,ukp->p", rated, cells.design * (cells.outside == 0)[..., None])
    free = -np.log(np.abs((score + 0.5) / (most - score + 0.5)))
    free = np.where(np.isfinite(free), free, 0.0)
    mean, variance, deviance = 0.0, 1.0, 0.0
    settled = [False, False]
    for step in range(1, STEPS + 1):
        p = probabilities(cells, free)
        with np.errstate(divide="ignore"):
            logs = np.log(p)[cells.of_rating, lay.category]
        inside = np.add.reduceat(logs, lay.entry_at[:-1], axis=0)
        prior = -0.5 * (NODES - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)
        inside += prior
        top = inside.max(axis=1, keepdims=True)
        weight = np.exp(inside - top)
        total = weight.sum(axis=1, keepdims=True)
        weight /= total
        before, deviance = deviance, -2.0 * float(np.sum(np.log(total * WIDTH) + top))
        old_mean, old_variance, old_free = mean, variance, free
        mean = float((weight @ NODES).mean())
        variance = max(1e-3, float((weight @ NODES**2).mean()) - mean * mean)
        count = np.zeros(rated.shape + NODES.shape)
        np.add.at(count, cells.of_rating, weight[r.entry])
        free = newton(cells, free, p, count, score)
        settled[0] = settled[0] or abs(mean - old_mean) < CHANGE
        settled[1] = settled[1] or abs(variance - old_variance) < CHANGE
        change = float(np.abs(free - old_free).max(initial=0.0))
        if all(settled) and change <= CHANGE and abs(deviance - before) <= DEVIANCE:
            return Road(cells.expand @ free, mean, variance, step)
        if not np.all(np.isfinite(free)):
            return None
    return None


def where_tam_stops(lay: Layout, top: State, inner: Inner) -> State:
    """The state at TAM's stop, a little below the optimum `top` of its grid; `top` where TAM has no
    way there.
    """
    found = road(lay) if followed(lay) else None
    if found is None:
        lay.notes.append(say("the optimum of TAM's grid; its EM was not followed"))
        return top
    vector = top.vector.copy()
    vector[: lay.structural] = found.vector
    vector[lay.structural] = found.mean
    vector[lay.i_spread] = 0.5 * np.log(found.variance)
    state = one_pass(lay, vector, top.nodes, inner, top.centre, joint=False)
    if abs(state.value - top.value) > 0.5:
        lay.notes.append(
            say("TAM's EM stops far from the optimum of its grid, which is reported here")
        )
        return top
    lay.notes.append(
        say(
            "TAM's EM stops after %(steps)s steps, %(less)s below the optimum of its grid in log-likelihood",
            steps=found.steps,
            less=f"{top.value - state.value:.1e}",
        )
    )
    state.iterations = found.steps
    none = np.zeros(lay.size)
    state.covariance = covariance(state, lay.constraints(), lay.fixed()[0], none)
    return state
