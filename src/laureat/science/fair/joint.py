"""JMLE: the quick preview. Full Newton on all measures at once, entries taken out by their Schur
complement. Extreme entries (all lowest, all highest) have no finite maximum: they leave before the
structural fit and are measured after it; adjusting them inside would make the equations
inconsistent. The bias of order 1/L is taken out by the factor (L - 1)/L (Wright & Douglas 1977),
L the mean number of ratings of an entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints, NotEstimableError, Ratings
from laureat.science.fair.engine import NO_HALO, runaway, start
from laureat.science.fair.layout import Layout
from laureat.science.fair.newton import newton_step
from laureat.science.fair.passes import State, one_pass

FARTHEST = 12.0
"""Logits: what goes farther goes on for ever."""


@dataclass(frozen=True)
class Core:
    """What carries information on the structure, and where it stands in the whole."""

    lay: Layout
    entry: Ints
    kept: Floats


def extremes(lay: Layout) -> Ints:
    """Entries with nothing but lowest or nothing but highest categories."""
    r = lay.ratings
    top = lay.tops[lay.group]
    n = len(r.entries)
    low = np.bincount(r.entry, lay.category, minlength=n) == 0
    high = np.bincount(r.entry, top - lay.category, minlength=n) == 0
    return np.flatnonzero((low | high) & (lay.free == 1))


def joint(lay: Layout, *, corrected: bool = True, tolerance: float = 1e-6, most: int = 60) -> State:
    """Structure and entries by joint maximum likelihood; measures of extremes are left as NaN."""
    if not lay.ratings.crossed and not lay.anchors:
        raise NotEstimableError(
            say(
                "no entry connects all criteria: joint likelihood cannot tell their difference from that of the entries; use the marginal likelihood (mmle) or anchors"
            )
        )
    out = extremes(lay)
    core = without(lay, out) if out.size else lay
    core.refuse_extremes(
        say("no finite joint measure; use mmle with random assessors, anchor it or leave it out")
    )
    vector, theta = start(core)
    fixed, _ = core.fixed()
    fixed = fixed[fixed < core.structural]
    constraints = core.constraints()[:, : core.structural]
    free = core.free == 1
    centre = np.zeros(theta.size)
    state = State(vector, theta, theta)
    for iteration in range(1, most + 1):
        nodes = (theta[:, None], np.zeros((theta.size, 1)))
        state = one_pass(core, vector, nodes, NO_HALO, centre, joint=True)
        gradient = state.gradient
        if not free.all():
            gradient, state.info = anchored_entries(core, state, free)
        step = newton_step(state, constraints, fixed, gradient, np.zeros(core.structural))
        moved = link_all(core, state, step)
        shift = np.where(free, (state.centre - moved) / state.variance, 0.0)
        size = max(float(np.abs(step).max()), float(np.abs(shift).max()))
        state.iterations = iteration
        factor = min(1.0, 1.5 / size) if size > 0 else 1.0
        vector = vector.copy()
        vector[: core.structural] += factor * step
        theta = theta + np.clip(factor * shift, -2.0, 2.0)
        if size < tolerance:
            break
        if size < 1e-3:
            # Newton converges quadratically: one more step would move nothing that is printed.
            break
    else:
        raise NotEstimableError(
            say(
                "no joint maximum after %(steps)s steps: %(why)s",
                steps=most,
                why=runaway(core, vector),
            )
        )
    away = vector[: core.structural].copy()
    away[core.first_step :] -= core.offset
    if np.abs(away).max() > FARTHEST:
        raise NotEstimableError(runaway(core, vector))
    measures = np.full(len(lay.ratings.entries), np.nan)
    keep = np.setdiff1d(np.arange(measures.size), out)
    measures[keep] = theta
    length = len(core.ratings) / len(core.ratings.entries)
    if corrected and not lay.anchors:
        steps = slice(core.first_step, core.structural)
        vector[steps] -= core.offset
        vector[: core.structural] *= (length - 1.0) / length
        vector[steps] += core.offset
    state.vector, state.centre = vector, measures
    return state


def link_all(lay: Layout, state: State, step: Floats) -> Floats:
    at = state.link_of
    part = np.where(at >= 0, state.link * step[np.minimum(at, step.size - 1)], 0.0)
    return np.add.reduceat(part, lay.link_at[:-1])


def anchored_entries(
    lay: Layout, state: State, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Floats, Floats]:
    """Put back what the Schur complement took out for entries that are not estimated."""
    gradient, info = state.gradient.copy(), state.info.copy()
    for n in np.flatnonzero(~free):
        part = slice(lay.link_at[n], lay.link_at[n + 1])
        at, c = state.link_of[part], state.link[part]
        at, c = at[at >= 0], c[at >= 0]
        gradient[at] += c * state.centre[n] / state.variance[n]
        info[np.ix_(at, at)] += np.outer(c, c) / state.variance[n]
    return gradient, info


def without(lay: Layout, out: Ints) -> Layout:
    """The layout less some entries, on the same scale."""
    r = lay.ratings
    keep = ~np.isin(r.entry, out)
    left = np.setdiff1d(np.arange(len(r.entries)), out)
    if left.size < 2:
        raise NotEstimableError(say("all entries but one have only lowest or only highest scores"))
    code = np.full(len(r.entries), -1, np.int64)
    code[left] = np.arange(left.size)
    ratings = Ratings(
        tuple(r.entries[i] for i in left), r.assessors, r.criteria, code[r.entry[keep]],
        r.assessor[keep], r.criterion[keep], r.score[keep], r.row[keep],
    )  # fmt: skip
    known = {e: v for e, v in lay.anchors.entries.items() if e in set(ratings.entries)}
    return replace(
        lay, ratings=ratings, category=lay.category[keep], subset=lay.subset[left],
        anchors=replace(lay.anchors, entries=known), halo=False,
    )  # fmt: skip
