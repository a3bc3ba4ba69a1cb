"""The marginal likelihood (MMLE): first guesses, nodes, the climb by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from laureat.saying import Said, listed, say
from laureat.science.fair._blocks import block_nodes, hermite
from laureat.science.fair.data import Floats, Ints, NotEstimableError
from laureat.science.fair.layout import Layout
from laureat.science.fair.newton import SingularError, covariance, newton_step
from laureat.science.fair.passes import State, one_pass, value_at
from laureat.science.fair.tam import where_tam_stops

Grid = Literal["adaptive", "tam"]
NO_DIFFERENCE = float(np.log(1e-4))
"""The spread of entries that do not differ."""
SMALL = float(np.log(0.03))
"""Where the likelihood still rises towards a smaller spread here, it does so down to none."""
NO_SPREAD = float(np.log(0.03))
"""A halo of .03 logits is none: the likelihood is flat below."""
RESOLVED, MOST_POINTS = 3e-4, 87
"""Of the log-likelihood, what more nodes may change; and the most nodes."""
COARSE = 5
"""Nodes of the first climb with a halo."""
UNKNOWN = 20.0
"""A standard error of so many logits: the likelihood is flat, the maximum far away or nowhere."""
FAR = 5.0
"""Logits from which a measure that is not fixed is on its way to infinity."""
NO_HALO = (np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1))


def gauss_hermite(count: int) -> tuple[Floats, Floats]:
    """Places for a standard normal centre and log weights for an integral over dx."""
    x, w = hermite(count)
    return x * np.sqrt(2.0), np.log(w) + x * x + 0.5 * np.log(2.0)


def start(lay: Layout) -> tuple[Floats, Floats]:
    """First guesses in closed form: logits of means, of categories and of raw scores."""
    vector = np.zeros(lay.size)
    r = lay.ratings
    share = (lay.category + 0.0) / lay.tops[lay.group]
    count = np.bincount(r.entry, minlength=len(r.entries))
    top = float(lay.tops.mean())

    def logit(total: Floats, number: Floats) -> Floats:
        p = (total * number + 0.25) / (number + 0.5)
        return np.asarray(np.log(p / (1.0 - p)))

    mean = np.bincount(r.entry, share, minlength=count.size) / count
    entry = logit(mean, count.astype(float) * top) * (1.0 + 0.35 * (top - 1.0) / top)
    for first, codes, size in (
        (0, r.assessor, lay.n_assessors),
        (lay.first_criterion, r.criterion, lay.n_criteria),
    ):
        number = np.bincount(codes, minlength=size)
        gap = np.bincount(codes, share - mean[r.entry], minlength=size) / number
        vector[first : first + size] = -4.0 * gap
        vector[first : first + size] -= vector[first : first + size].mean()
    for g, (at, high) in enumerate(zip(lay.first_step + lay.step_at, lay.tops, strict=True)):
        used = np.bincount(lay.category[lay.group == g], minlength=high + 1) + 0.5
        F = np.log(used[:-1] / used[1:])
        vector[at : at + high] = F
    for run in lay.tied:
        steps = slice(lay.first_step + run.start, lay.first_step + run.stop)
        vector[steps] = vector[steps].mean() + lay.offset[run]
    for at, high in zip(lay.first_step + lay.step_at, lay.tops, strict=True):
        vector[at : at + high] -= vector[at : at + high].mean()
    for row in lay.constraints():
        if (row >= 0).all():
            vector[row > 0] -= vector[row > 0].mean()
    fixed, values = lay.fixed()
    vector[fixed] = values
    entry = np.where(lay.free == 1, entry, lay.fixed_entry)
    free = lay.free == 1
    for s in range(lay.n_subsets):
        mine = free & (lay.subset == s)
        vector[lay.structural + s] = entry[mine].mean() if mine.any() else 0.0
    vector[lay.i_spread] = np.log(max(0.3, float(entry[free].std()) if free.any() else 1.0))
    if lay.i_halo >= 0:
        vector[lay.i_halo] = np.log(0.4)
    return vector, entry


@dataclass(frozen=True)
class Start:
    """Where a climb begins."""

    vector: Floats
    centre: Floats
    variance: Floats
    prior: float
    """Variance of the severities when they are random, else 0."""
    pull: Floats
    """What restricted likelihood adds to the score."""


def marginal(
    lay: Layout,
    *,
    grid: Grid = "adaptive",
    points: int | None = None,
    halo_points: int = 7,
    random_assessors: bool = False,
    tolerance: float = 1e-7,
    most: int = 200,
) -> State:
    """Maximise the marginal likelihood; the state's covariance is the inverse information."""
    sure = points is not None  # who names a number of nodes gets it
    points = points or default_points(lay)
    lay.refuse_extremes(
        say("no finite measure; make the assessors random, anchor it or leave the ratings out"),
        assessors=not random_assessors,
    )
    vector, centre = start(lay)
    variance = np.full(centre.size, 0.25)
    if grid == "adaptive":
        centre, variance = mode_of_entries(lay, vector, centre)
    prior = 0.25 if random_assessors else 0.0
    begin = Start(vector, centre, variance, prior, np.zeros(lay.size))
    try:
        top = highest(lay, begin, grid, points, halo_points, tolerance, most)
        if not sure and grid == "adaptive" and not lay.halo:
            top = resolved(lay, top, points, tolerance, most)
        return top
    except SingularError as error:
        raise NotEstimableError(
            listed([error.message, runaway(lay, error.vector)], ": ")
        ) from error


def highest(
    lay: Layout,
    begin: Start,
    grid: Grid,
    points: int,
    halo_points: int,
    tolerance: float,
    most: int,
) -> State:
    """The climb, in two steps where there is a halo."""
    if lay.halo:
        # A halo costs a quadrature inside of each node: most of the way is gone on few nodes.
        near, pull = climb(
            lay, begin, grid=grid, points=COARSE, halo_points=3, rounds=2, tolerance=1e-4, most=most
        )
        begin = Start(near.vector, near.centre, near.variance, near.prior, pull)
    top, _ = climb(
        lay, begin, grid=grid, points=points, halo_points=halo_points, rounds=0,
        tolerance=tolerance, most=most,
    )  # fmt: skip
    return where_tam_stops(lay, top, NO_HALO) if grid == "tam" and not top.prior else top


def resolved(lay: Layout, top: State, points: int, tolerance: float, most: int) -> State:
    """Twice as many nodes, until they say the same: entries near the ends of the scale have skewed
    posteriors, above all where entries differ much.
    """
    while points < MOST_POINTS:
        points = min(MOST_POINTS, 2 * points + 1)
        nodes = place_nodes(lay, top.centre, top.variance, *gauss_hermite(points), "adaptive")
        value = value_at(lay, top.vector, nodes, NO_HALO, top.centre)
        if abs(value - top.value) < RESOLVED:
            break
        begin = Start(top.vector, top.centre, top.variance, top.prior, np.zeros(lay.size))
        top, _ = climb(
            lay, begin, grid="adaptive", points=points, halo_points=1, rounds=0,
            tolerance=tolerance, most=most,
        )  # fmt: skip
    return top


def climb(
    lay: Layout,
    begin: Start,
    *,
    grid: Grid,
    points: int,
    halo_points: int,
    rounds: int,
    tolerance: float,
    most: int,
) -> tuple[State, Floats]:
    """Newton's method from `begin` on so many nodes, with `rounds` of restriction (see there);
    returns the pull of the last.
    """
    vector, centre, variance, prior = begin.vector, begin.centre, begin.variance, begin.prior
    fixed, _ = lay.fixed()
    constraints = lay.constraints()
    x, w = gauss_hermite(points)
    sev = slice(0, lay.n_assessors)
    penalised, last, damp, change = -np.inf, None, 1.0, 0.0
    pull = begin.pull
    shut: set[int] = set()
    floors = [(lay.i_spread, NO_DIFFERENCE)]
    if lay.i_halo >= 0:
        floors.append((lay.i_halo, NO_SPREAD))
    for iteration in range(1, most + 1):
        nodes = place_nodes(lay, centre, variance, x, w, grid)
        inner = block_nodes(lay, vector, centre, halo_points) if lay.halo else NO_HALO
        state = one_pass(lay, vector, nodes, inner, centre, joint=False)
        gradient, extra = state.gradient + pull, np.zeros(lay.size)
        value = state.value + float(pull @ vector)
        if prior:
            gradient[sev] -= vector[sev] / prior
            extra[sev] = 1.0 / prior
            value -= 0.5 * float(vector[sev] @ vector[sev]) / prior
        if last is not None and value < penalised - 1e-3 * (1.0 + damp) and damp > 1e-3:
            damp *= 0.25
            vector = last[0] + damp * last[1]
            centre, variance = mode_of_entries(lay, vector, last[2])
            continue
        penalised, damp = value, 1.0
        small = [(at, least) for at, least in floors
                 if at not in shut and vector[at] <= SMALL and gradient[at] < 0]  # fmt: skip
        for at, least in small:
            shut.add(at)
            vector = vector.copy()
            vector[at] = least
        held = np.append(fixed, sorted(shut)).astype(np.int64)
        gradient[held] = 0.0
        step = newton_step(state, constraints, held, gradient, extra)
        gain = float(step @ gradient)
        limit = np.ones(lay.size)
        limit[lay.i_spread :] = 0.5
        factor = float(min(1.0, (limit / np.maximum(np.abs(step), 1e-300)).min()))
        last = (vector, step * factor, state.centre)
        moved = link_product(lay, state, step * factor)
        settled = float(np.abs(state.centre - centre).max()) if grid == "adaptive" else 0.0
        if prior:
            cov = covariance(state, constraints, held, extra)
            old, before = prior, change
            told = float(vector[sev] @ vector[sev] + np.trace(cov[sev, sev]))
            prior = max(1e-4, told / max(1, lay.n_assessors - lay.n_subsets))
            change = prior - old
            still = abs(change) < 1e-4 * old
            # The same share of the way each time: take what is left of it at once (Aitken).
            share = change / before if before else 0.0
            if iteration > 3 and 0.1 < share < 0.97:
                prior, change = max(1e-4, old + change / (1.0 - share)), 0.0
            if change < 0 and prior < np.exp(2 * SMALL):
                prior = 1e-4  # equally strict: the rest of the way would never end
                still = old == prior
            penalised = -np.inf
        else:
            still = True
        state.iterations, state.prior = iteration, prior
        if gain < tolerance and still and not small and settled < 1e-3:
            if rounds == 0:
                break
            rounds, penalised = rounds - 1, -np.inf
            pull = restriction(lay, state, inner, constraints, fixed, extra)
        vector = vector + factor * step
        for at, least in floors:
            vector[at] = max(vector[at], least)
        centre = np.where(lay.free == 1, state.centre + moved, centre)
        variance = state.variance
    else:
        raise NotEstimableError(
            say("no maximum after %(steps)s steps: %(why)s", steps=most, why=runaway(lay, vector))
        )
    state.covariance = covariance(state, constraints, held, extra)
    if np.diag(state.covariance)[: lay.structural].max() > UNKNOWN**2:
        raise NotEstimableError(runaway(lay, state.vector))
    return state, pull


def restriction(
    lay: Layout,
    state: State,
    inner: tuple[Floats, Floats, Floats, Floats, Floats],
    constraints: Floats,
    fixed: Ints,
    extra: Floats,
) -> Floats:
    """What restricted likelihood adds to the score of the log spreads: -1/2 d log|I| / d log sd.

    Fitting severities, difficulties and thresholds uses up degrees of freedom, and plain maximum
    likelihood would find the halo too small. I is their information; its log determinant is the
    Laplace approximation of integrating them out (Cox & Reid 1987), as REML does exactly for normal
    models. Derivatives by central differences.
    """
    k = lay.i_spread
    A = constraints[:, :k]

    def log_det(vector: Floats) -> float:
        info = one_pass(lay, vector, state.nodes, inner, state.centre, joint=False).info[:k, :k]
        info += np.diag(extra[:k]) + A.T @ A
        info[fixed, :] = 0.0
        info[:, fixed] = 0.0
        info[fixed, fixed] = 1.0
        return float(np.linalg.slogdet(info)[1])

    pull = np.zeros(lay.size)
    for i in range(k, lay.size):
        step = np.zeros(lay.size)
        step[i] = 0.05
        pull[i] = -(log_det(state.vector + step) - log_det(state.vector - step)) / 0.2
    return pull


def default_points(lay: Layout) -> int:
    """Enough nodes for 1e-4 in the log-likelihood: few when an entry has many ratings."""
    least = float(np.diff(lay.entry_at).min())
    return 7 if least >= 60 else 11 if least >= 20 else 21


def place_nodes(
    lay: Layout, centre: Floats, variance: Floats, x: Floats, w: Floats, grid: Grid
) -> tuple[Floats, Floats]:
    """Adaptive: Gauss-Hermite around each posterior. TAM: 21 nodes on [-6, 6], width .6."""
    if grid == "tam":
        places = np.tile(np.linspace(-6.0, 6.0, 21), (centre.size, 1))
        weights = np.full(places.shape, np.log(0.6))
    else:
        sd = np.sqrt(np.maximum(variance, 1e-12))[:, None]
        places = centre[:, None] + sd * x
        weights = w + np.log(sd)
    anchored = lay.free == 0
    if anchored.any():
        places[anchored] = lay.fixed_entry[anchored, None]
        weights[anchored] = -1e300
        weights[anchored, 0] = 0.0
    return places, weights


def link_product(lay: Layout, state: State, step: Floats) -> Floats:
    """Of each entry: sum of its links times the step (how its posterior mean moves)."""
    at = state.link_of
    part = np.where(at >= 0, state.link * step[at], 0.0)
    return np.add.reduceat(part, lay.link_at[:-1])


def mode_of_entries(lay: Layout, vector: Floats, guess: Floats) -> tuple[Floats, Floats]:
    """Posterior modes and curvature by a few Newton steps with all else fixed."""
    theta = np.where(lay.free == 1, guess, lay.fixed_entry)
    i_mean = lay.structural + lay.subset
    precision = float(np.exp(-2.0 * vector[lay.i_spread]))
    info = np.ones(theta.size)
    for _ in range(4):
        residual, curvature = entry_residuals(lay, vector, theta)
        info = curvature + precision
        step = (residual - precision * (theta - vector[i_mean])) / info
        theta = np.where(lay.free == 1, theta + np.clip(step, -2.0, 2.0), theta)
        if float(np.abs(step).max()) < 0.05:
            break
    return theta, 1.0 / info


def entry_residuals(lay: Layout, vector: Floats, theta: Floats) -> tuple[Floats, Floats]:
    from laureat.science.fair._entries import residuals  # noqa: PLC0415 - one compiled loop

    return residuals(
        theta, lay.entry_at, lay.ratings.assessor, lay.ratings.criterion, lay.category,
        lay.by_criterion, lay.by_assessor, lay.tops,
        vector[: lay.n_assessors].copy(), vector[lay.first_criterion : lay.first_step].copy(),
        *lay.steps(vector),
    )  # fmt: skip


def runaway(lay: Layout, vector: Floats) -> Said:
    """Name what has no finite measure: of severities, difficulties and thresholds the farthest."""
    away = np.abs(vector[: lay.structural])
    away[lay.first_step :] = np.abs(vector[lay.first_step : lay.structural] - lay.offset)
    at = int(away.argmax())
    if at < lay.n_assessors:
        what = say("assessor %(name)s", name=repr(lay.ratings.assessors[at]))
    elif at < lay.first_step:
        what = say("criterion %(name)s", name=repr(lay.ratings.criteria[at - lay.first_criterion]))
    else:
        what = say("a threshold")
    if away[at] < FAR:
        return say("these ratings are too few to fix every measure: gather more, or anchor some")
    return say(
        "%(what)s has no finite measure (%(logits)s logits and going on): these few ratings separate completely; make the assessors random, anchor measures or gather more ratings",
        what=what,
        logits=f"{vector[at]:.1f}",
    )
