"""Confidence sets for ranks, without a prior.

Mogstad, Romano, Shaikh & Wilhelm (2024), "Inference for ranks with applications to mobility across
neighbourhoods and academic achievement across countries", Review of Economic Studies 91:476-518.
A rank is bounded by how many others are significantly better and worse: differences are tested
together, with critical values of the largest studentised difference, step by step (Romano & Wolf).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair.data import Floats, Ints

LARGEST = 400
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class RankSets:
    """Ranks from `low` to `high` are in the confidence set; 1 is best."""

    low: Ints
    high: Ints
    level: float
    kind: str


def rank_sets(
    estimate: Floats,
    covariance: Floats,
    *,
    level: float = 0.9,
    kind: Literal["marginal", "simultaneous"] = "marginal",
    count: int = 2000,
    seed: int = 0,
) -> RankSets:
    """Marginal: each set holds its entry's true rank with probability `level`. Simultaneous: all do."""
    estimate, covariance = _checked(estimate, covariance, level)
    n = estimate.size
    noise = _noise(covariance, count, seed)
    variance = np.diag(covariance)
    sd = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0.0))
    np.fill_diagonal(sd, 1.0)
    sd = np.maximum(sd, 1e-12)
    t = (estimate[:, None] - estimate) / sd
    off = ~np.eye(n, dtype=bool)
    if kind == "simultaneous":
        rejected = _stepdown(np.abs(t), noise, sd, off, level)
    elif kind == "marginal":
        rejected = np.zeros((n, n), bool)
        for j in range(n):
            row = np.zeros((n, n), bool)
            row[j] = off[j]
            rejected[j] = _stepdown(np.abs(t), noise, sd, row, level)[j]
    else:
        raise ValueError(f"kind {kind!r}: expected marginal or simultaneous")
    low = 1 + (rejected & (t < 0)).sum(axis=1)
    high = n - (rejected & (t > 0)).sum(axis=1)
    return RankSets(low, high, level, kind)


def best_set(
    estimate: Floats,
    covariance: Floats,
    places: int,
    *,
    level: float = 0.9,
    count: int = 2000,
    seed: int = 0,
) -> Ints:
    """The tau-best set: positions that hold all truly best `places` with probability `level`."""
    estimate, covariance = _checked(estimate, covariance, level)
    n = estimate.size
    if not 1 <= places <= n:
        raise ValueError(f"best {places} of {n}: expected 1 to {n}")
    noise = _noise(covariance, count, seed)
    variance = np.diag(covariance)
    sd = np.maximum(np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0)), 1e-12)
    t = (estimate[:, None] - estimate) / sd  # row significantly below column: out
    open_pairs = ~np.eye(n, dtype=bool)
    worse = np.zeros((n, n), bool)
    while True:
        largest = np.full(count, -np.inf)
        for j in range(n):
            if open_pairs[j].any():
                z = (noise[:, [j]] - noise[:, open_pairs[j]]) / sd[j, open_pairs[j]]
                largest = np.maximum(largest, (-z).max(axis=1))
        found = open_pairs & (-t > np.quantile(largest, level))
        if not found.any():
            break
        worse |= found
        open_pairs &= ~found
    return np.flatnonzero(1 + worse.sum(axis=1) <= places)


def _stepdown(t: Floats, noise: Floats, sd: Floats, tested: Bools, level: float) -> Bools:
    """Reject what exceeds the quantile of the largest |difference|, then test the rest again."""
    open_pairs = tested.copy()
    rejected = np.zeros_like(tested)
    rows = np.flatnonzero(tested.any(axis=1))
    while open_pairs.any():
        largest = np.zeros(noise.shape[0])
        for j in rows:
            mine = open_pairs[j]
            if mine.any():
                z = np.abs(noise[:, [j]] - noise[:, mine]) / sd[j, mine]
                largest = np.maximum(largest, z.max(axis=1))
        found = open_pairs & (t > np.quantile(largest, level))
        if not found.any():
            break
        rejected |= found
        open_pairs &= ~found
    return rejected


def _checked(estimate: Floats, covariance: Floats, level: float) -> tuple[Floats, Floats]:
    estimate, covariance = np.asarray(estimate, float), np.asarray(covariance, float)
    if covariance.ndim == 1:
        covariance = np.diag(covariance)
    n = estimate.size
    if covariance.shape != (n, n):
        raise ValueError(f"covariance {covariance.shape} for {n} estimates: expected ({n}, {n})")
    if not (np.all(np.isfinite(estimate)) and np.all(np.isfinite(covariance))):
        raise ValueError("estimates and covariance: expected finite numbers only")
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a share between 0 and 1")
    if n > LARGEST:
        raise ValueError(f"{n} entries: all pairs are compared, expected at most {LARGEST}")
    return estimate, covariance


def _noise(covariance: Floats, count: int, seed: int) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(np.random.default_rng(seed).standard_normal((count, values.size)) @ root.T)
