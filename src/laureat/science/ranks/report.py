"""Ranks under uncertainty, from joint draws of the posterior.

Each draw ranks all entries (1 is best); expected rank, SUCRA and intervals are summaries of those
ranks (Laird & Louis 1989; Lingsma et al. 2010; Salanti et al. 2011; Heyard et al. 2022).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky  # type: ignore[import-untyped,unused-ignore]

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints, NotEstimableError
from laureat.science.fair.result import Joint, Result

DRAWS = 2000


def posterior_draws(joint: Joint, count: int = DRAWS, *, seed: int = 0) -> Floats:
    """Draws of all measures (one row a draw): B = centre + link (psi - psi_hat) + noise.

    Severities, thresholds and entries vary together, as their covariance says.
    """
    if count < 100:
        raise ValueError(f"{count} draws: expected at least 100")
    g = np.random.default_rng(seed)
    used = np.unique(joint.link.indices)
    size = float(np.trace(joint.covariance)) / max(1, joint.covariance.shape[0]) or 1.0
    cov = joint.covariance[np.ix_(used, used)] + 1e-12 * size * np.eye(used.size)
    root = cholesky(cov, lower=True, check_finite=False)
    moved = joint.link[:, used] @ (root @ g.standard_normal((used.size, count)))
    found = g.standard_normal((count, joint.centre.size))
    found *= joint.conditional_sd
    found += joint.centre
    found += moved.T
    return found


def ranks_of(draws: Floats) -> NDArray[np.integer]:
    """Rank of each entry in each draw, 1 for the highest."""
    count, n = draws.shape
    kind = np.uint16 if n < 65_000 else np.int32
    places = np.arange(1, n + 1, dtype=kind)
    ranks = np.empty((count, n), kind)
    negative = -draws
    for row in range(count):
        ranks[row, np.argsort(negative[row])] = places
    return ranks


@dataclass(frozen=True)
class RankReport:
    """Columns in the order of `ids`."""

    ids: tuple[Hashable, ...]
    measure: Floats
    expected: Floats
    """Mean rank over the draws."""
    sucra: Floats
    """Share of the others that an entry is expected to beat: (N - ER) / (N - 1)."""
    low: Ints
    high: Ints
    """Interval of ranks at `level`."""
    inner_low: Ints
    inner_high: Ints
    """Interval of ranks at 50 %."""
    top: Floats
    """P(among the best `places`)."""
    places: int
    level: float
    draws: Floats
    ranks: NDArray[np.integer]

    def order(self) -> Ints:
        """Positions from the best expected rank on; equal ones by identifier."""
        names = [str(identifier) for identifier in self.ids]
        return np.array(
            sorted(range(len(names)), key=lambda i: (float(self.expected[i]), names[i])), np.int64
        )

    def above(self, first: Hashable, second: Hashable) -> float:
        """P(first is truly better than second)."""
        a, b = self.position(first), self.position(second)
        return float(np.mean(self.draws[:, a] > self.draws[:, b]))

    def position(self, identifier: Hashable) -> int:
        if identifier not in self.ids:
            raise ValueError(f"entry {identifier!r}: no such entry in the report")
        return self.ids.index(identifier)

    def rows(self) -> list[dict[str, object]]:
        return [
            {
                "id": self.ids[i], "measure": float(self.measure[i]),
                "expected_rank": float(self.expected[i]), "sucra": float(self.sucra[i]),
                "rank_low": int(self.low[i]), "rank_high": int(self.high[i]),
                "rank_50_low": int(self.inner_low[i]), "rank_50_high": int(self.inner_high[i]),
                "p_top": float(self.top[i]),
            }
            for i in self.order()
        ]  # fmt: skip


def rank_report(
    result: Result, places: int, *, level: float = 0.9, count: int = DRAWS, seed: int = 0
) -> RankReport:
    """Ranks of a fitted model's entries. Subsets without a common assessor are not ranked."""
    if result.joint is None:
        raise NotEstimableError(
            say("ranks need the joint posterior: fit with mmle, or the linear model")
        )
    if result.entry_mean.size > 1:
        raise NotEstimableError(
            say(
                "%(count)s subsets share no assessor: their entries cannot be ranked together",
                count=result.components,
            )
        )
    draws = posterior_draws(result.joint, count, seed=seed)
    return report_of(result.entries.ids, draws, places, level=level, measure=result.joint.centre)


def report_of(
    ids: tuple[Hashable, ...],
    draws: Floats,
    places: int,
    *,
    level: float = 0.9,
    measure: Floats | None = None,
) -> RankReport:
    """The same for draws from anywhere: one row a draw, one column an entry."""
    n = draws.shape[1]
    if len(ids) != n:
        raise ValueError(f"{len(ids)} identifiers for {n} columns of draws: expected as many")
    if not 1 <= places <= n:
        raise ValueError(
            say(
                "top %(places)s of %(count)s entries: expected 1 to %(count)s",
                places=places,
                count=n,
            )
        )
    if not 0 < level < 1:
        raise ValueError(say("level %(level)s: expected a share between 0 and 1", level=level))
    if not np.all(np.isfinite(draws)):
        raise ValueError("draws: expected finite numbers only")
    ranks = ranks_of(draws)
    expected = ranks.mean(axis=0, dtype=np.float64)
    ordered = np.sort(np.ascontiguousarray(ranks.T), axis=1)
    return RankReport(
        ids, draws.mean(axis=0) if measure is None else measure, expected,
        (n - expected) / max(1, n - 1), *_interval(ordered, level), *_interval(ordered, 0.5),
        np.mean(ranks <= places, axis=0), places, level, draws, ranks,
    )  # fmt: skip


def _interval(ordered: NDArray[np.integer], level: float) -> tuple[Ints, Ints]:
    """Smallest ranks that leave at most (1 - level)/2 of the draws on either side."""
    count = ordered.shape[1]
    cut = int(np.floor(count * (1 - level) / 2 + 1e-9))
    return ordered[:, cut].astype(np.int64), ordered[:, count - 1 - cut].astype(np.int64)
