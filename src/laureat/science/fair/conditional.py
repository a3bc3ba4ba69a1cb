"""CMLE: the conditional likelihood of Rasch models, which needs no distribution of entries.

Given its raw total R, the chance of an entry's ratings x depends on the structure alone (Andersen
1970; Fischer & Molenaar, *Rasch Models*, 1995, ch. 3):

    log P(x | R) = sum_r log e(r, x_r) - log g(R),   e(r, k) = exp(-k (C + D) - F_1 - ... - F_k)

g(R) is the elementary symmetric function of order R: the coefficient of t^R in the product of the
ratings' polynomials sum_k e(r, k) t^k. Entries rated by the same assessors on the same criteria share
their product. Leaving one rating out is the product of what stands before it and after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space  # type: ignore[import-untyped,unused-ignore]
from scipy.optimize import minimize  # type: ignore[import-untyped,unused-ignore]

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints, NotEstimableError
from laureat.science.fair.engine import UNKNOWN, runaway, start
from laureat.science.fair.layout import Layout
from laureat.science.fair.passes import State

MOST = 2_000_000
"""Ratings times ratings of an entry, summed over designs: beyond, the products take too long."""


@dataclass(frozen=True)
class Pattern:
    """Entries with the same design: its ratings' facets, and the entries' categories."""

    assessor: Ints
    criterion: Ints
    group: Ints
    x: Ints
    """Entries x ratings."""


def patterns(lay: Layout) -> list[Pattern]:
    r, group = lay.ratings, lay.group
    found: dict[bytes, list[slice]] = {}
    for n in range(len(r.entries)):
        part = slice(int(lay.entry_at[n]), int(lay.entry_at[n + 1]))
        key = r.assessor[part].tobytes() + b"|" + r.criterion[part].tobytes()
        found.setdefault(key, []).append(part)
    cost = sum((parts[0].stop - parts[0].start) ** 2 for parts in found.values())
    if cost > MOST:
        raise NotEstimableError(
            say(
                "%(count)s designs of entries are too many for conditional likelihood: use mmle",
                count=len(found),
            )
        )
    return [
        Pattern(
            r.assessor[parts[0]], r.criterion[parts[0]], group[parts[0]],
            np.array([lay.category[part] for part in parts]),
        )
        for parts in found.values()
    ]  # fmt: skip


def conditional(lay: Layout) -> State:
    """Maximise the conditional likelihood; `value` is its maximum, all entries counted."""
    if lay.anchors.entries:
        raise ValueError(
            say("conditional likelihood knows no entries: expected no anchors of entries")
        )
    if lay.ratings.components > 1:
        raise NotEstimableError(
            say(
                "the ratings fall into %(count)s subsets that share no assessor: conditional likelihood cannot connect them",
                count=lay.ratings.components,
            )
        )
    if not lay.ratings.crossed and not lay.anchors:
        raise NotEstimableError(
            say(
                "no entry connects all criteria: conditional likelihood compares ratings within an entry only; use the marginal likelihood (mmle) or anchors"
            )
        )
    lay.refuse_extremes(say("no finite conditional measure; use mmle with random assessors"))
    vector, theta = start(lay)
    structural = vector[: lay.structural]
    fixed, _ = lay.fixed()
    constraints = lay.constraints()[:, : lay.structural]
    held = np.zeros((fixed.size, lay.structural))
    held[np.arange(fixed.size), fixed] = 1.0
    free = null_space(np.vstack([constraints, held]))
    designs = patterns(lay)

    def loss(u: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(lay, designs, structural + free @ u)
        return -value, -(free.T @ gradient)

    found = minimize(
        loss, np.zeros(free.shape[1]), jac=True, method="BFGS",
        options={"gtol": 1e-6, "maxiter": 1000},
    )  # fmt: skip
    u, curvature = found.x, np.zeros((free.shape[1], free.shape[1]))
    for i in range(u.size):
        step = np.zeros(u.size)
        step[i] = 1e-4
        curvature[i] = (loss(u + step)[1] - loss(u - step)[1]) / 2e-4
    curvature = (curvature + curvature.T) / 2.0
    vector[: lay.structural] += free @ u
    least = float(np.linalg.eigvalsh(curvature).min()) if u.size else 1.0
    if least < UNKNOWN**-2:
        raise NotEstimableError(runaway(lay, vector))
    covariance = np.zeros((lay.size, lay.size))
    covariance[: lay.structural, : lay.structural] = free @ np.linalg.inv(curvature) @ free.T
    return State(
        vector, np.full(theta.size, np.nan), np.full(theta.size, np.nan), -float(found.fun),
        iterations=int(found.nit), covariance=covariance,
    )  # fmt: skip


def log_likelihood(lay: Layout, designs: list[Pattern], vector: Floats) -> tuple[float, Floats]:
    """The conditional log-likelihood at these severities, difficulties and thresholds; its gradient."""
    _, cum = lay.steps(np.concatenate([vector, np.zeros(lay.size - vector.size)]))
    value, gradient = 0.0, np.zeros(lay.structural)
    for one in designs:
        place = vector[one.assessor] + vector[lay.first_criterion + one.criterion]
        logs = [
            -np.arange(lay.tops[g] + 1) * a - cum[g, : lay.tops[g] + 1]
            for a, g in zip(place, one.group, strict=True)
        ]
        chances, log_g = _inside(logs)
        totals = one.x.sum(axis=1)
        value -= float(log_g[totals].sum())
        count = np.bincount(totals, minlength=log_g.size).astype(float)
        for r, (log, chance) in enumerate(zip(logs, chances, strict=True)):
            seen = np.bincount(one.x[:, r], minlength=log.size)
            value += float(seen @ log)
            # Ratings at or above each category: seen, less expected given the totals.
            excess = np.cumsum((seen - count @ chance)[::-1])[::-1][1:]
            gradient[one.assessor[r]] -= excess.sum()
            gradient[lay.first_criterion + one.criterion[r]] -= excess.sum()
            at = lay.first_step + lay.step_at[one.group[r]]
            gradient[at : at + excess.size] -= excess
    return value, gradient


def _inside(logs: list[Floats]) -> tuple[list[Floats], Floats]:
    """Of each rating: P(category | total), totals in rows; and log g of every total."""
    weights = [np.exp(log - log.max()) for log in logs]
    shift = sum(float(log.max()) for log in logs)
    size = len(weights)
    before, after = [(np.ones(1), 0.0)], [(np.ones(1), 0.0)]
    for w in weights:
        before.append(_times(before[-1], w))
    for w in reversed(weights):
        after.append(_times(after[-1], w))
    whole, scale = before[-1]
    with np.errstate(divide="ignore"):
        log_whole = np.log(whole) + scale
    chances = []
    for r, w in enumerate(weights):
        (left, left_scale), (right, right_scale) = before[r], after[size - 1 - r]
        with np.errstate(divide="ignore"):
            log_rest = np.log(np.convolve(left, right)) + left_scale + right_scale
        table = np.zeros((whole.size, w.size))
        for k in range(w.size):
            table[k : k + log_rest.size, k] = (
                np.exp(log_rest - log_whole[k : k + log_rest.size]) * w[k]
            )
        chances.append(table)
    return chances, log_whole + shift


def _times(product: tuple[Floats, float], w: Floats) -> tuple[Floats, float]:
    """One rating more, scaled so that the largest coefficient is 1."""
    values = np.convolve(product[0], w)
    most = float(values.max())
    return values / most, product[1] + float(np.log(most))
