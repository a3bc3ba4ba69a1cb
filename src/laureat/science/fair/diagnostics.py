"""Limits of fit by parametric bootstrap, bias cells, and the data behind a Wright map."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore] # its `stats` load at their first use
from scipy.sparse import coo_array  # type: ignore[import-untyped,unused-ignore]
from scipy.special import ndtr  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats, Ints, NotEstimableError, Ratings
from laureat.science.fair.measures import Fit, fit, probabilities
from laureat.science.fair.result import Result, quantile


@dataclass(frozen=True)
class Limits:
    """Interval in which a statistic falls with probability `level` when the model is true."""

    infit_low: Floats
    infit_high: Floats
    outfit_low: Floats
    outfit_high: Floats


@dataclass(frozen=True)
class FitLimits:
    entries: Limits
    assessors: Limits
    criteria: Limits
    level: float
    count: int


def fit_limits(
    result: Result, *, count: int = 200, level: float = 0.95, seed: int = 0
) -> FitLimits:
    """Draw new ratings from the fitted model, measure the entries again, take the statistics.

    The limits belong to this design: a fixed 0.7 to 1.3 is too wide for 500 ratings and too narrow
    for 8. With halo, each entry x assessor gets its own draw; so the limits ask whether there is more
    misfit than halo. Structural parameters are kept at their estimates (their error is small against
    that of the entries); entries are estimated anew each time, as the statistics are.
    """
    structure = result.structure
    if structure is None:
        raise NotEstimableError("limits of fit need a Rasch model (rsm or pcm)")
    if count < 20:
        raise ValueError(f"{count} replications: expected at least 20")
    g = np.random.default_rng(seed)
    lay, r = structure.lay, structure.lay.ratings
    centre, sd = result.entries.measure, result.entries.se
    found: list[Fit] = []
    pair = np.repeat(np.arange(lay.block_entry.size), np.diff(lay.rating_at))
    for _ in range(count):
        theta = centre + sd * g.standard_normal(centre.size)
        place = theta[r.entry]
        if result.halo_sd:
            place = place + (result.halo_sd * g.standard_normal(lay.block_entry.size))[pair]
        x = structure.draw_at(place, g.random(len(r)))
        wle, _ = structure.warm(x)
        found.append(fit(structure, np.where(lay.free == 1, wle, lay.fixed_entry), x))
    tails = np.array([(1 - level) / 2, (1 + level) / 2])

    def limits(which: str) -> Limits:
        both = [np.quantile([getattr(f, which)[k] for f in found], tails, axis=0) for k in (0, 1)]
        return Limits(both[0][0], both[0][1], both[1][0], both[1][1])

    return FitLimits(limits("entry"), limits("assessor"), limits("criterion"), level, count)


@dataclass(frozen=True)
class BiasCell:
    """How much an assessor favours a group of entries, in logits and in score points."""

    assessor: Hashable
    group: Hashable
    count: int
    bias: float
    se: float
    low: float
    high: float
    p_value: float
    adjusted_p: float
    """Benjamini & Hochberg over all cells."""
    points: float
    """Mean of observed less expected score."""


def bias_cells(
    result: Result, ratings: Ratings, group: Mapping[Hashable, Hashable], *, least: int = 6
) -> list[BiasCell]:
    """Assessor x group (region, sector, size class), largest |t| first.

    bias = sum(x - E) / V*: the first Newton step of a term for the cell, everything else as
    estimated (FACETS divides by sum V); V* is what is left of the information sum V after entries and
    assessors were fitted to the same ratings. Positive favours the group. Cells of fewer than `least` ratings are left out of the list.
    """
    structure = result.structure
    if structure is None:
        raise NotEstimableError("bias cells need a Rasch model (rsm or pcm)")
    missing = [e for e in ratings.entries if e not in group]
    if missing:
        raise ValueError(f"entry {missing[0]!r} has no group: expected one for each entry")
    names = sorted({group[e] for e in ratings.entries}, key=str)
    code = {name: i for i, name in enumerate(names)}
    of_entry = np.array([code[group[e]] for e in ratings.entries], np.int64)
    expected, variance = structure.expected(result.entries.wle)
    cell = ratings.assessor * len(names) + of_entry[ratings.entry]
    size = len(ratings.assessors) * len(names)
    number = np.bincount(cell, minlength=size)
    points = _points(result, ratings)
    residual = structure.lay.category - expected
    left = _left(ratings, cell, variance, size)
    kept = np.flatnonzero((number >= least) & (left > 1e-3 * np.bincount(cell, variance, size)))
    step = np.bincount(cell, residual, size)[kept] / left[kept]
    se = 1.0 / np.sqrt(left[kept])
    p = 2.0 * ndtr(-np.abs(step / se))
    q = scipy.stats.false_discovery_control(p) if p.size else p
    z = quantile(result.level)
    mean = np.bincount(cell, points, size)[kept] / number[kept]
    found = [
        BiasCell(
            ratings.assessors[k // len(names)], names[k % len(names)], int(number[k]),
            float(step[i]), float(se[i]), float(step[i] - z * se[i]), float(step[i] + z * se[i]),
            float(p[i]), float(q[i]), float(mean[i]),
        )
        for i, k in enumerate(kept)
    ]  # fmt: skip
    return sorted(found, key=lambda b: (-abs(b.bias / b.se), str(b.assessor), str(b.group)))


def _left(ratings: Ratings, cell: Ints, variance: Floats, size: int) -> Floats:
    """Information of each cell after entries and assessors were fitted: z'Vz - z'VX (X'VX)^+ X'Vz,
    z the indicator of the cell, X those of entries and assessors; entries taken out first.
    """
    n, m = len(ratings.entries), len(ratings.assessors)
    of_entry = np.bincount(ratings.entry, variance, n)
    W = coo_array((variance, (ratings.assessor, ratings.entry)), shape=(m, n)).tocsr()
    Z = coo_array((variance, (ratings.entry, cell)), shape=(n, size)).tocsr()
    scaled = Z.multiply(1.0 / of_entry[:, None]).tocsr()
    schur = np.diag(np.bincount(ratings.assessor, variance, m)) - (
        W @ W.T.multiply(1.0 / of_entry[:, None]).tocsr()
    )
    own = coo_array((variance, (ratings.assessor, cell)), shape=(m, size)).toarray()
    rest = own - (W @ scaled).toarray()
    cells = np.bincount(cell, variance, size)
    taken = np.asarray(Z.multiply(scaled).sum(axis=0)).ravel()
    taken = taken + np.einsum("mc,mk,kc->c", rest, np.linalg.pinv(schur), rest, optimize=True)
    return np.asarray(np.maximum(cells - taken, 0.0))


def _points(result: Result, ratings: Ratings) -> Floats:
    """Observed less expected score, on the original scale."""
    structure = result.structure
    assert structure is not None
    lay, r = structure.lay, ratings
    _, cum = lay.steps(structure.vector)
    a = (
        result.entries.wle[r.entry]
        - structure.severity[r.assessor]
        - structure.difficulty[r.criterion]
    )
    group, wanted = lay.group, np.zeros(len(r))
    for g, scale in enumerate(lay.scale):
        mine = group == g
        values = np.array(scale.values)
        wanted[mine] = np.asarray(probabilities(a[mine], cum[g, : values.size]) @ values)
    return np.asarray(r.score - wanted)


@dataclass(frozen=True)
class WrightMap:
    """Everything on one ruler of logits: bars of entries, and places with their names."""

    edges: Floats
    entries: Ints
    """Entries between one edge and the next."""
    assessors: list[tuple[Hashable, float]]
    criteria: list[tuple[Hashable, float]]
    thresholds: list[tuple[str, float, float]]
    """Group, score that begins there, place."""


def wright_map(result: Result, *, bins: int = 24) -> WrightMap:
    if result.structure is None:
        raise NotEstimableError("a Wright map needs a Rasch model (rsm or pcm)")
    if bins < 2:
        raise ValueError(f"{bins} bins: expected at least 2")
    t = result.thresholds
    known = np.isfinite(t.measure)  # a step over unused categories has one place for all of them
    places = t.measure[known]
    every = [result.entries.measure, result.assessors.measure, result.criteria.measure, places]
    low, high = min(v.min() for v in every), max(v.max() for v in every)
    edges = np.linspace(np.floor(low * 2) / 2, np.ceil(high * 2) / 2, bins + 1)
    bars, _ = np.histogram(result.entries.measure, edges)
    by_place = [
        sorted(zip(f.ids, f.measure.tolist(), strict=True), key=lambda pair: -pair[1])
        for f in (result.assessors, result.criteria)
    ]
    groups = [name for name, there in zip(t.group, known, strict=True) if there]
    steps = list(zip(groups, t.category[known].tolist(), places.tolist(), strict=True))
    return WrightMap(edges, bars.astype(np.int64), by_place[0], by_place[1], steps)


def sensitivity(model_fit: Result, without: Result, *, places: int) -> dict[str, list[Hashable]]:
    """Both rankings side by side: who is among the best with all ratings, and who without some.

    An assessor is never deleted silently: fit twice, and show both.
    """

    def best(result: Result) -> list[Hashable]:
        order = np.argsort(-result.entries.measure, kind="stable")[:places]
        return [result.entries.ids[i] for i in order]

    both, left = best(model_fit), best(without)
    return {
        "all": both, "without": left,
        "enter": [e for e in left if e not in both], "leave": [e for e in both if e not in left],
    }  # fmt: skip


def without_assessor(ratings: Ratings, assessor: Hashable) -> Ratings:
    """The ratings less those of one assessor (for the second of the two rankings)."""
    if assessor not in ratings.assessors:
        raise ValueError(f"assessor {assessor!r}: no such assessor in the ratings")
    a = ratings.assessors.index(assessor)
    keep = ratings.assessor != a
    names = tuple(x for x in ratings.assessors if x != assessor)
    code = ratings.assessor[keep]
    left = np.unique(ratings.entry[keep])
    if left.size < len(ratings.entries):
        gone = next(i for i in range(len(ratings.entries)) if i not in set(left.tolist()))
        raise NotEstimableError(
            f"entry {ratings.entries[gone]!r} was rated by assessor {assessor!r} alone"
        )
    return replace(
        ratings, assessors=names, entry=ratings.entry[keep], assessor=code - (code > a),
        criterion=ratings.criterion[keep], score=ratings.score[keep], row=ratings.row[keep],
    )  # fmt: skip
