"""Habits of single assessors: drift over time, halo, restricted range, too alike.

A finding names a person. So each test takes marks of one scorebook as what they are, marks of one
impression; it asks for several scorebooks; and the whole list of a habit is wrong at most once in
`1 / rate` seasons (Holm 1979), however many assessors or pairs of them there are.

`scipy.stats` loads at its first use: it takes a quarter of a start of the site, which needs it not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats, Ints, Ratings

MIN_RATINGS = 8
FEWEST = 6
"""Scorebooks of an assessor, or entries of a pair, below which a habit cannot be told from chance."""
MIN_TEAM = 3
"""With two assessors to an entry nobody can say what is usual for it."""
MIN_CORRELATION = 0.6
"""Of deviations of a pair. Below it likeness may be certain, yet is nothing to ask about."""


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
    """Those that stand however many were looked at (Holm 1979), the surest first."""
    standing = []
    for done, each in enumerate(sorted(findings, key=lambda f: f.p_value)):
        if each.p_value * (len(findings) - done) > rate:
            break
        standing.append(each)
    return standing


def _enough(entries: Ints) -> bool:
    """Whether somebody judged enough entries to have a habit."""
    return np.unique(entries).size >= FEWEST


def drift(
    ratings: Ratings, when: Sequence[float], *, residual: Floats, rate: float = 0.05
) -> list[Finding]:
    """Did an assessor become stricter or milder? Kendall's tau of the mean residual of
    an entry against time: marks of one scorebook are one impression, not so many proofs.

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
        if mine.sum() < MIN_RATINGS or not _enough(ratings.entry[mine]):
            continue
        _, code, size = np.unique(ratings.entry[mine], return_inverse=True, return_counts=True)
        at = np.bincount(code, time[mine]) / size
        left = np.bincount(code, residual[mine]) / size
        if np.ptp(at) == 0 or np.ptp(left) == 0:
            continue
        tau, p = scipy.stats.kendalltau(at, left)
        word = "milder" if tau > 0 else "stricter"
        found.append(Finding(
            "drift", name, None, float(tau), 0.0, float(p), int(mine.sum()),
            f"Assessor {name} became {word} in the course of the season "
            f"(Kendall's tau {tau:+.2f} over {size.size} entries).",
        ))  # fmt: skip
    return adjusted(found, rate)


def halo(
    ratings: Ratings, *, residual: Floats, rate: float = 0.05, above: float = 0.0
) -> list[Finding]:
    """One impression for all criteria? Intraclass correlation of an assessor's residuals within an
    entry; without halo residuals of different criteria have none (one-way analysis of variance). `above`: the correlation that is usual.
    """
    found = []
    for a, name in enumerate(ratings.assessors):
        mine = ratings.assessor == a
        entry, value = ratings.entry[mine], residual[mine]
        groups, code, size = np.unique(entry, return_inverse=True, return_counts=True)
        n, k = groups.size, value.size / max(1, groups.size)
        if n < FEWEST or k < 2:
            continue
        mean = np.bincount(code, value) / size
        between = np.sum(size * (mean - value.mean()) ** 2) / (n - 1)
        within = np.sum((value - mean[code]) ** 2) / (value.size - n)
        if within <= 0:
            continue
        ratio = between / within
        rho = (ratio - 1) / (ratio - 1 + k)
        usual = 1 + k * above / (1 - above)
        p = float(scipy.stats.f.sf(ratio / usual, n - 1, value.size - n))
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
    mean, against what the model expects; small is restricted (chi-square approximation, with as many
    degrees of freedom as there are entries: marks of one scorebook go together).
    """
    found = []
    for a, name in enumerate(ratings.assessors):
        mine = ratings.assessor == a
        n = int(mine.sum())
        if n < MIN_RATINGS or not _enough(ratings.entry[mine]):
            continue
        seen = float(np.sum((ratings.score[mine] - ratings.score[mine].mean()) ** 2))
        wanted = float(variance[mine].sum() + np.sum((expected[mine] - expected[mine].mean()) ** 2))
        ratio = seen / wanted
        free = np.unique(ratings.entry[mine]).size - 1
        p = float(scipy.stats.chi2.cdf(ratio * free, free))
        found.append(Finding(
            "restricted range", name, None, ratio, 1.0, p, n,
            f"Assessor {name} uses a narrow part of the scale: the scores spread "
            f"{np.sqrt(ratio):.0%} as far as those of others would on the same entries.",
        ))  # fmt: skip
    return adjusted(found, rate)


def too_alike(
    ratings: Ratings, *, residual: Floats, rate: float = 0.01, least: int = 24
) -> list[Finding]:
    """Pairs who leave what others say of the same entry on the same criterion in the same way.

    What the whole team sees in an entry, how strict somebody is on a criterion and a general
    impression of an entry are taken out first: honest assessors share these. What is left of two
    honest ones of a team goes apart rather than together, so the test errs to their side.
    """
    kept, left = _own(ratings, residual)
    entry, assessor = ratings.entry[kept], ratings.assessor[kept]
    unit, score = entry * len(ratings.criteria) + ratings.criterion[kept], ratings.score[kept]
    place = [np.flatnonzero(assessor == a) for a in range(len(ratings.assessors))]
    found = []
    for a, one in enumerate(place):
        for b in range(a + 1, len(place)):
            _, i, j = np.intersect1d(unit[one], unit[place[b]], return_indices=True)
            if i.size < least or not _enough(entry[one[i]]):
                continue
            x, y = left[one[i]], left[place[b][j]]
            if np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
                continue
            r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
            # What was taken out of each entry and each criterion is no observation any more.
            free = i.size - _levels(entry[one[i]]) - _levels(unit[one[i]] % len(ratings.criteria))
            t = r * np.sqrt(max(free, 1) / max(1 - r * r, 1e-12))
            p = float(scipy.stats.t.sf(t, max(free, 1)))
            same = float(np.mean(score[one[i]] == score[place[b][j]]))
            found.append(Finding(
                "too alike", ratings.assessors[a], ratings.assessors[b], r, 0.0, p, int(i.size),
                f"Assessors {ratings.assessors[a]} and {ratings.assessors[b]} deviate alike on "
                f"{i.size} common ratings more often than chance explains ({same:.0%} are the same "
                "score); by itself this proves nothing.",
            ))  # fmt: skip
    return [each for each in adjusted(found, rate) if each.value >= MIN_CORRELATION]


def _own(ratings: Ratings, residual: Floats) -> tuple[Ints, Floats]:
    """Ratings of teams that are large enough, and what in each of them is neither the team's view of
    the entry on the criterion, nor the assessor's general impression of it, nor the assessor's own
    view of the criterion (by turns, until nothing of them is left).
    """
    criteria = len(ratings.criteria)
    unit = np.unique(ratings.entry * criteria + ratings.criterion, return_inverse=True)[1]
    kept = np.flatnonzero(np.bincount(unit)[unit] >= MIN_TEAM)
    assessor, left = ratings.assessor[kept], residual[kept].astype(float)
    views = [unit[kept], assessor * criteria + ratings.criterion[kept]]
    if criteria >= MIN_TEAM:
        views.append(assessor * len(ratings.entries) + ratings.entry[kept])
    codes = [np.unique(view, return_inverse=True)[1] for view in views]
    for _ in range(30 if kept.size else 0):
        for code in codes:
            left = left - (np.bincount(code, left) / np.bincount(code))[code]
    return kept, left


def _levels(codes: Ints) -> int:
    return int(np.unique(codes).size)
