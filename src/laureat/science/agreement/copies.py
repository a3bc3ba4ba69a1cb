"""Do two assessors give the same marks more often than is usual here? Works in teams of two as well.

Of each entry that two judged together: the share of their common marks that are equal, marks at an end
of the scale left out (where everybody gives 100 %, all are equal). Shares are made stable by Anscombe's
(1948) arcsine. What is usual, how far pairs differ (some honest ones have the same taste) and
how far the entries of a pair differ is taken from all *other* pairs. A pair's mean is then a
t statistic,

    t = (mean − usual) / sqrt(between + within / entries),

and the whole list is wrong at most once in `1 / rate` seasons (Holm 1979).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore]

from laureat.science.agreement.habits import FEWEST, Finding, adjusted
from laureat.science.fair.data import Floats, Ratings

MIN_MARKS = 4
"""Common marks of an entry below which a share says nothing."""
OTHERS = 6
"""So many other pairs are needed to know what is usual."""
MIN_COPIED = 0.3
"""Below such a share of copied marks likeness may be certain, yet is nothing to ask about."""
HALF, CHANCE = 0.5, 1.2816
"""What should be noticed: half of the marks copied, nine times of ten."""
MOST = 200


@dataclass(frozen=True)
class Reach:
    """What can be told here about copying."""

    pairs: int
    """How many judged at least `FEWEST` entries together."""
    needs: int | None
    """Common entries from which on a pair that copies half of its marks is noticed with a chance of
    90 %; None: no number of them suffices, too few pairs to compare with or too coarse a scale."""


@dataclass(frozen=True)
class _Usual:
    """What all pairs but some look like."""

    mean: float
    between: float
    within: float
    free: int

    def spread(self, entries: float) -> float:
        return float(np.sqrt(self.between + self.within / entries))


def copies(ratings: Ratings, *, rate: float = 0.01) -> tuple[list[Finding], Reach]:
    """Pairs whose marks coincide too often, the surest first; and what could have been told."""
    shares, marks = _shares(ratings)
    keys = sorted(shares)
    enough = [key for key in keys if len(shares[key]) >= FEWEST]
    named: dict[tuple[int, int], Finding] = {}
    while True:  # who was named is no measure of what is usual
        tests = []
        for key in enough:
            if key in named:
                continue
            usual = _usual([shares[other] for other in keys if other != key and other not in named])
            if usual is not None:
                tests.append(_tested(ratings, key, shares[key], marks[key], usual))
        fresh = [f for f in adjusted(tests, rate) if f.value >= MIN_COPIED]
        if not fresh:
            break
        place = {name: i for i, name in enumerate(ratings.assessors)}
        named |= {(place[f.assessor], place[f.other]): f for f in fresh if f.other is not None}
    rest = _usual([shares[key] for key in keys if key not in named])
    found = sorted(named.values(), key=lambda f: f.p_value)
    return found, Reach(len(enough), _needs(rest, max(1, len(enough)), rate))


def _shares(
    ratings: Ratings,
) -> tuple[dict[tuple[int, int], Floats], dict[tuple[int, int], int]]:
    """Of each pair: the stable shares of equal marks by entry, and how many marks these are."""
    low, high = float(ratings.score.min()), float(ratings.score.max())
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    marks: dict[tuple[int, int], int] = defaultdict(int)
    starts = np.flatnonzero(np.r_[True, ratings.entry[1:] != ratings.entry[:-1], True])
    for begin, end in pairwise(starts):
        who, code = np.unique(ratings.assessor[begin:end], return_inverse=True)
        table = np.full((who.size, len(ratings.criteria)), np.nan)
        table[code, ratings.criterion[begin:end]] = ratings.score[begin:end]
        for i in range(who.size):
            for j in range(i + 1, who.size):
                one, two = table[i], table[j]
                equal = one == two
                told = ~np.isnan(one) & ~np.isnan(two)
                told &= ~(equal & ((one == low) | (one == high)))
                count = int(told.sum())
                if count < MIN_MARKS:
                    continue
                pair = (int(who[i]), int(who[j]))
                found[pair].append(_stable(float(equal[told].sum()), count))
                marks[pair] += count
    return {key: np.array(values) for key, values in found.items()}, dict(marks)


def _stable(equal: float, count: float) -> float:
    return float(np.arcsin(np.sqrt((equal + 0.375) / (count + 0.75))))


def _usual(pairs: list[Floats]) -> _Usual | None:
    """Mean and variances between and within pairs (one-way analysis of variance, unequal sizes)."""
    sizes = np.array([pair.size for pair in pairs], dtype=float)
    within_free = float(sizes.sum()) - sizes.size
    if sizes.size < OTHERS:
        return None
    means = np.array([pair.mean() for pair in pairs])
    if within_free < OTHERS:  # hardly two meet twice: all that differs may be the pairs themselves
        mean, spread = float(means.mean()), float(means.var(ddof=1))
        return _Usual(mean, spread, 0.0, int(sizes.size) - 1)
    within = sum(float(((pair - pair.mean()) ** 2).sum()) for pair in pairs) / within_free
    mean = float(sizes @ means / sizes.sum())
    squares = float(sizes @ (means - mean) ** 2) / (sizes.size - 1)
    per = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (sizes.size - 1)
    return _Usual(mean, max(0.0, float((squares - within) / per)), within, int(sizes.size) - 1)


def _tested(
    ratings: Ratings, key: tuple[int, int], shares: Floats, marks: int, usual: _Usual
) -> Finding:
    away = float(shares.mean()) - usual.mean
    spread = usual.spread(shares.size)
    p = float(scipy.stats.t.sf(away / spread, usual.free)) if spread > 0 else float(away <= 0)
    same, expected = float(np.sin(shares.mean()) ** 2), float(np.sin(usual.mean) ** 2)
    one, two = ratings.assessors[key[0]], ratings.assessors[key[1]]
    return Finding(
        "too alike", one, two, (same - expected) / max(1.0 - expected, 1e-9), 0.0, p, marks,
        f"Assessors {one} and {two} gave {same:.0%} equal marks on {shares.size} common entries; "
        f"{expected:.0%} are usual here; by itself this proves nothing.",
    )  # fmt: skip


def _needs(usual: _Usual | None, pairs: int, rate: float) -> int | None:
    if usual is None:
        return None
    expected = float(np.sin(usual.mean) ** 2)
    away = float(np.arcsin(np.sqrt(expected + HALF * (1.0 - expected)))) - usual.mean
    limit = float(scipy.stats.t.isf(rate / pairs, usual.free)) + CHANCE
    fits = (n for n in range(FEWEST, MOST + 1) if away >= limit * usual.spread(n))
    return next(fits, None)
