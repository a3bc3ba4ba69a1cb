"""One season played and judged: what the fair scores and the raw means made of it.

All that comes back are whole numbers, so that sums do not depend on who computed what first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from laureat.science.fair import FairScores, LinearScores, NotEstimableError, Ratings, Result
from laureat.science.fair.data import Floats, Ints
from laureat.science.ranks import rank_report
from laureat.science.simulation.design import Design
from laureat.science.simulation.world import Season, season, stream

DRAWS = 400
BINS = 10
LEVEL = 0.9
INFIT, OUTFIT = 1.5, 2.0


@dataclass(frozen=True)
class Seen:
    """One season with one number of assessors per entry."""

    season: int
    each: int
    measured: bool
    """False: the model could not be fitted, and raw means took the place of fair scores."""
    right: int
    """True laureates among those chosen by fair score."""
    right_raw: int
    clear: bool
    """Nobody was passed over who is better by more than the margin than one who was chosen."""
    clear_raw: bool
    inside: int
    """Entries whose interval holds the truth."""
    inside_assessors: int
    said: tuple[int, ...]
    """By tenth of the chance to be among the best: how often the draws said so (of DRAWS each)."""
    was: tuple[int, ...]
    counted: tuple[int, ...]
    careless: int
    careless_found: int
    falsely: int


def play_season(
    design: Design, seed: int, number: int, per_entry: Sequence[int], margin: float
) -> list[Seen]:
    """The season with each of these numbers of assessors per entry."""
    played = season(design, seed, number, max(per_entry))
    return [_judged(played, seed, number, each, margin) for each in per_entry]


def _judged(played: Season, seed: int, number: int, each: int, margin: float) -> Seen:
    design, truth = played.design, played.truth
    g = stream(seed, number, 1_000_000 + each)
    ratings = played.ratings(each)
    lot = g.permutation(design.entries)
    raw = np.bincount(ratings.entry, ratings.score) / np.bincount(ratings.entry)
    best = _first(truth.quality, design.laureates, lot)
    points = truth.points(design)
    found = _fitted(design, ratings)
    chosen_raw = _first(raw, design.laureates, lot)
    value = raw if found is None else found.entries.measure
    chosen = _first(value, design.laureates, lot)
    empty = (0,) * BINS
    said, was, counted = (empty, empty, empty)
    inside = inside_assessors = careless_found = falsely = 0
    if found is not None:
        e, a = found.entries, found.assessors
        target = points * (design.categories - 1) if design.linear else truth.quality
        inside = int(((e.low <= target) & (target <= e.high)).sum())
        who = np.asarray(a.ids, np.int64)
        if not design.linear:  # points of severity differ along the scale: nothing to compare with
            severity = truth.severity[who] - truth.severity[who].mean()
            inside_assessors = int(((a.low <= severity) & (severity <= a.high)).sum())
        misfit = (a.infit > INFIT) | (a.outfit > OUTFIT)
        careless_found = int((misfit & truth.careless[who]).sum())
        falsely = int((misfit & ~truth.careless[who]).sum())
        report = rank_report(
            found, design.laureates, count=DRAWS, seed=int(g.integers(2**31)), level=LEVEL
        )
        said, was, counted = _calibration(report.top, best)
    return Seen(
        number, each, found is not None,
        int(np.isin(chosen, best).sum()), int(np.isin(chosen_raw, best).sum()),
        _clear(points, chosen, margin), _clear(points, chosen_raw, margin),
        inside, inside_assessors, said, was, counted,
        int(truth.careless.sum()), careless_found, falsely,
    )  # fmt: skip


def _fitted(design: Design, ratings: Ratings) -> Result | None:
    """The model that the pages and commands recommend; None where it cannot be estimated."""
    halo = design.halo > 0
    try:
        if design.linear:
            return LinearScores(interaction=halo and design.criteria > 1, level=LEVEL).fit(ratings)
        return FairScores(assessors="random", halo=halo, level=LEVEL).fit(ratings)
    except NotEstimableError:
        return None


def _first(value: Floats, count: int, lot: Ints) -> Ints:
    """Places of the highest values; equal ones by lot."""
    return np.lexsort((lot, -value))[:count]


def _clear(points: Floats, chosen: Ints, margin: float) -> bool:
    out = np.ones(points.size, np.bool_)
    out[chosen] = False
    return bool(points[out].max() - points[chosen].min() <= margin)


def _calibration(
    top: Floats, best: Ints
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    votes = np.rint(top * DRAWS).astype(np.int64)
    tenth = np.minimum(votes * BINS // DRAWS, BINS - 1)
    truly = np.zeros(top.size, np.int64)
    truly[best] = 1
    sums = [np.bincount(tenth, weights, BINS).astype(np.int64) for weights in (votes, truly)]
    counted = np.bincount(tenth, minlength=BINS)
    return tuple(sums[0].tolist()), tuple(sums[1].tolist()), tuple(counted.tolist())
