"""Habits of single assessors: drift over time, halo, restricted range, too alike.

`scipy.stats` loads at its first use: it takes a quarter of a start of the site, which needs it not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats, Ratings

MIN_RATINGS = 8


@dataclass(frozen=True)
class Finding:
    """A number for the statistician, a sentence for the secretary."""

    habit: str
    assessor: Hashable
    other: Hashable | None
    value: float
    expected: float
    p_value: float
    count: int
    words: str


def adjusted(findings: list[Finding], rate: float) -> list[Finding]:
    """Those that stand against the false discovery rate (Benjamini & Hochberg 1995)."""
    if not findings:
        return []
    p = np.array([f.p_value for f in findings])
    kept = scipy.stats.false_discovery_control(p) <= rate
    return sorted((f for f, k in zip(findings, kept, strict=True) if k), key=lambda f: f.p_value)


def drift(
    ratings: Ratings, when: Sequence[float], *, residual: Floats, rate: float = 0.05
) -> list[Finding]:
    """Did an assessor become stricter or milder? Kendall's tau of residual against time.

    `when`: the time of each row of the input, in the order of the input; `residual` in the order of
    the ratings: score less what was expected.
    """
    time = np.asarray(when, float)
    if time.size < int(ratings.row.max()):
        raise ValueError(f"{time.size} times for {int(ratings.row.max())} rows: expected as many")
    bad = np.flatnonzero(~np.isfinite(time))
    if bad.size:
        raise ValueError(f"row {bad[0] + 1}: no time, expected a finite number")
    time = time[ratings.row - 1]
    found = []
    for a, name in enumerate(ratings.assessors):
        mine = ratings.assessor == a
        if mine.sum() < MIN_RATINGS or np.ptp(time[mine]) == 0 or np.ptp(residual[mine]) == 0:
            continue
        tau, p = scipy.stats.kendalltau(time[mine], residual[mine])
        word = "milder" if tau > 0 else "stricter"
        found.append(Finding(
            "drift", name, None, float(tau), 0.0, float(p), int(mine.sum()),
            f"Assessor {name} became {word} in the course of the season "
            f"(Kendall's tau {tau:+.2f} over {mine.sum()} ratings).",
        ))  # fmt: skip
    return adjusted(found, rate)


def halo(ratings: Ratings, *, residual: Floats, rate: float = 0.05) -> list[Finding]:
    """One impression for all criteria? Intraclass correlation of an assessor's residuals within an
    entry; without halo residuals of different criteria have none (one-way analysis of variance).
    """
    found = []
    for a, name in enumerate(ratings.assessors):
        mine = ratings.assessor == a
        entry, value = ratings.entry[mine], residual[mine]
        groups, code, size = np.unique(entry, return_inverse=True, return_counts=True)
        n, k = groups.size, value.size / max(1, groups.size)
        if n < 3 or k < 2:
            continue
        mean = np.bincount(code, value) / size
        between = np.sum(size * (mean - value.mean()) ** 2) / (n - 1)
        within = np.sum((value - mean[code]) ** 2) / (value.size - n)
        if within <= 0:
            continue
        ratio = between / within
        rho = (ratio - 1) / (ratio - 1 + k)
        p = float(scipy.stats.f.sf(ratio, n - 1, value.size - n))
        found.append(Finding(
            "halo", name, None, float(rho), 0.0, p, int(value.size),
            f"Assessor {name} gives an entry much the same on every criterion: {rho:.0%} of what "
            "is left after quality and severity is one general impression.",
        ))  # fmt: skip
    return adjusted(found, rate)


def restricted(
    ratings: Ratings, *, expected: Floats, variance: Floats, rate: float = 0.05
) -> list[Finding]:
    """Does an assessor use only part of the scale? Sum of squared distances from the assessor's own
    mean, against what the model expects; small is restricted (chi-square approximation).
    """
    found = []
    for a, name in enumerate(ratings.assessors):
        mine = ratings.assessor == a
        n = int(mine.sum())
        if n < MIN_RATINGS:
            continue
        seen = float(np.sum((ratings.score[mine] - ratings.score[mine].mean()) ** 2))
        wanted = float(variance[mine].sum() + np.sum((expected[mine] - expected[mine].mean()) ** 2))
        ratio = seen / wanted
        p = float(scipy.stats.chi2.cdf(ratio * (n - 1), n - 1))
        found.append(Finding(
            "restricted range", name, None, ratio, 1.0, p, n,
            f"Assessor {name} uses a narrow part of the scale: the scores spread "
            f"{np.sqrt(ratio):.0%} as far as those of others would on the same entries.",
        ))  # fmt: skip
    return adjusted(found, rate)


def too_alike(
    ratings: Ratings, *, residual: Floats, rate: float = 0.01, least: int = 12
) -> list[Finding]:
    """Pairs whose residuals go together: more alike than the quality of the entries explains."""
    unit = ratings.entry * len(ratings.criteria) + ratings.criterion
    place = [np.flatnonzero(ratings.assessor == a) for a in range(len(ratings.assessors))]
    found = []
    for a, one in enumerate(place):
        for b in range(a + 1, len(place)):
            _, i, j = np.intersect1d(unit[one], unit[place[b]], return_indices=True)
            if i.size < least:
                continue
            x, y = residual[one[i]], residual[place[b][j]]
            if np.ptp(x) == 0 or np.ptp(y) == 0:
                continue
            r, p = scipy.stats.pearsonr(x, y, alternative="greater")
            same = float(np.mean(ratings.score[one[i]] == ratings.score[place[b][j]]))
            found.append(Finding(
                "too alike", ratings.assessors[a], ratings.assessors[b], float(r), 0.0, float(p),
                int(i.size),
                f"Assessors {ratings.assessors[a]} and {ratings.assessors[b]} deviate alike on "
                f"{i.size} common ratings ({same:.0%} are the same score): ask whether they talked.",
            ))  # fmt: skip
    return adjusted(found, rate)
