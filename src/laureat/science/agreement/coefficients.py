"""How far assessors agree: Krippendorff's alpha and the intraclass correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import krippendorff  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats, NotEstimableError, Ratings

FEW = 30
Level = Literal["nominal", "ordinal", "interval", "ratio"]


def table(ratings: Ratings) -> Floats:
    """Assessors in rows, units (entry and criterion) in columns, NaN where nobody rated."""
    unit = ratings.entry * len(ratings.criteria) + ratings.criterion
    found, column = np.unique(unit, return_inverse=True)
    cells = np.full((len(ratings.assessors), found.size), np.nan)
    cells[ratings.assessor, column] = ratings.score
    return cells


def alpha(ratings: Ratings, level: Level = "ordinal") -> float:
    """Krippendorff's alpha (package `krippendorff`): 1 perfect agreement, 0 as by chance."""
    cells = table(ratings)
    if (np.sum(~np.isnan(cells), axis=0) < 2).all():
        raise NotEstimableError("no entry was rated by two assessors on the same criterion")
    if np.unique(ratings.score).size < 2:
        raise NotEstimableError("every rating is the same: agreement cannot be told from chance")
    if level == "interval" and np.unique(ratings.score).size > FEW:
        return interval_alpha(cells)
    return float(krippendorff.alpha(reliability_data=cells, level_of_measurement=level))


def interval_alpha(cells: Floats) -> float:
    """The same for squared differences, in one pass: the package's tables grow with the number of
    different values. Do = sum_u 2 m_u SS_u / (m_u - 1) / n, De = 2 SS / (n - 1).
    """
    m = np.sum(~np.isnan(cells), axis=0)
    cells, m = cells[:, m > 1], m[m > 1]
    mean = np.nansum(cells, axis=0) / m
    n = int(m.sum())
    observed = 2 * float(np.sum(m / (m - 1) * np.nansum((cells - mean) ** 2, axis=0))) / n
    expected = 2 * float(np.nansum((cells - np.nansum(cells) / n) ** 2)) / (n - 1)
    return 1.0 - observed / expected


@dataclass(frozen=True)
class Intraclass:
    """Shrout & Fleiss (1979), McGraw & Wong (1996): (1) one-way, (A) agreement, (C) consistency;
    for a single assessor and for the mean of k.
    """

    one_way: float
    agreement: float
    consistency: float
    one_way_mean: float
    agreement_mean: float
    consistency_mean: float
    assessors: int
    p_value: float


def intraclass(cells: Floats) -> Intraclass:
    """From a complete table, entries in rows and assessors in columns, by mean squares."""
    cells = np.asarray(cells, float)
    if cells.ndim != 2 or min(cells.shape) < 2:
        raise ValueError("expected a table of at least two entries and two assessors")
    bad = np.argwhere(~np.isfinite(cells))
    if bad.size:
        raise ValueError(
            f"row {bad[0][0] + 1}: a score is missing; expected a complete table "
            "(with gaps use the G-study)"
        )
    n, k = cells.shape
    grand = cells.mean()
    rows = k * np.sum((cells.mean(axis=1) - grand) ** 2) / (n - 1)
    columns = n * np.sum((cells.mean(axis=0) - grand) ** 2) / (k - 1)
    total = np.sum((cells - grand) ** 2)
    within = (total - rows * (n - 1)) / (n * (k - 1))
    error = (total - rows * (n - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
    if total == 0:
        raise NotEstimableError("every score is the same: agreement cannot be told from chance")
    one = (rows - within) / (rows + (k - 1) * within)
    consistency = (rows - error) / (rows + (k - 1) * error)
    agreement = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    mean = (rows - error) / (rows + (columns - error) / n)
    p = float(scipy.stats.f.sf(rows / error, n - 1, (n - 1) * (k - 1))) if error > 0 else 0.0
    return Intraclass(
        one, agreement, consistency, (rows - within) / rows, mean, (rows - error) / rows, k, p
    )
