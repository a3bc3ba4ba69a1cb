"""What a fit returns: plain arrays in dataclasses, and a plain dictionary for JSON."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped,unused-ignore]

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints

if TYPE_CHECKING:
    from laureat.science.fair.measures import Structure


@dataclass(frozen=True)
class Facet:
    """Measures of one facet. Assessors: high is strict. Criteria: high is hard. Entries: high is good.

    Separation G = true SD / RMSE with true variance = observed variance - mean SE^2; reliability
    G^2 / (1 + G^2); strata (4 G + 1) / 3 (Wright & Masters 1982).
    """

    ids: tuple[Hashable, ...]
    measure: Floats
    se: Floats
    count: Ints
    infit: Floats
    outfit: Floats
    level: float = 0.9

    @property
    def low(self) -> Floats:
        return np.asarray(self.measure - quantile(self.level) * self.se)

    @property
    def high(self) -> Floats:
        return np.asarray(self.measure + quantile(self.level) * self.se)

    @property
    def separation(self) -> Separation:
        return separation(self.measure, self.se)

    def rows(self) -> list[dict[str, object]]:
        columns = {
            "measure": self.measure, "se": self.se, "low": self.low, "high": self.high,
            "infit": self.infit, "outfit": self.outfit,
        }  # fmt: skip
        return [
            {"id": identifier, "count": int(self.count[i])}
            | {name: plain(column[i]) for name, column in columns.items()}
            for i, identifier in enumerate(self.ids)
        ]


@dataclass(frozen=True)
class Entries(Facet):
    """Measures of entries, with the fair score: the score expected from an assessor of mean
    severity, on the original scale. `wle` is Warm's estimate, which needs no prior.
    """

    fair: Floats = field(default_factory=lambda: np.zeros(0))
    fair_low: Floats = field(default_factory=lambda: np.zeros(0))
    fair_high: Floats = field(default_factory=lambda: np.zeros(0))
    raw: Floats = field(default_factory=lambda: np.zeros(0))
    wle: Floats = field(default_factory=lambda: np.zeros(0))
    wle_se: Floats = field(default_factory=lambda: np.zeros(0))
    component: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def rows(self) -> list[dict[str, object]]:
        names = ("fair", "fair_low", "fair_high", "raw", "wle", "wle_se")
        return [
            row
            | {name: plain(getattr(self, name)[i]) for name in names}
            | {"component": int(self.component[i]) + 1}
            for i, row in enumerate(super().rows())
        ]


@dataclass(frozen=True)
class Thresholds:
    """F_k of each group: where category k overtakes k - 1. Fit is that of the split at k."""

    group: tuple[str, ...]
    category: Floats
    """The score that begins at the threshold."""
    measure: Floats
    se: Floats
    infit: Floats
    outfit: Floats

    def rows(self) -> list[dict[str, object]]:
        names = ("category", "measure", "se", "infit", "outfit")
        return [
            {"group": group} | {name: plain(getattr(self, name)[i]) for name in names}
            for i, group in enumerate(self.group)
        ]


@dataclass(frozen=True)
class Separation:
    rmse: float
    true_sd: float
    separation: float
    strata: float
    reliability: float


def separation(measure: Floats, se: Floats) -> Separation:
    """Wright & Masters; zero true variance when the errors explain all that differs."""
    if measure.size < 2:
        return Separation(float(se.mean()) if se.size else np.nan, np.nan, np.nan, np.nan, np.nan)
    error = float(np.mean(se**2))
    true = max(0.0, float(np.var(measure, ddof=1)) - error)
    return separation_of(np.sqrt(error), np.sqrt(true))


def separation_of(rmse: float, true_sd: float) -> Separation:
    """From the two spreads alone, as FACETS prints them."""
    G = true_sd / rmse if rmse > 0 else np.inf
    reliability = G * G / (1 + G * G) if np.isfinite(G) else 1.0
    return Separation(float(rmse), float(true_sd), float(G), (4 * G + 1) / 3, float(reliability))


@dataclass(frozen=True)
class Joint:
    """The joint distribution of entries and structure: B = centre + link (psi - psi_hat) + noise."""

    centre: Floats
    conditional_sd: Floats
    link: csr_array
    covariance: Floats
    """Of the structural parameters; a row of zeros for what is anchored."""

    def covariance_of_entries(self) -> Floats:
        """Full covariance of the entries' measures (entries squared: for panels, not for thousands)."""
        G = self.link @ self.covariance
        return np.asarray(G @ self.link.T.toarray()) + np.diag(self.conditional_sd**2)


@dataclass(frozen=True)
class Result:
    model: str
    estimator: str
    grid: str
    level: float
    log_likelihood: float
    parameters: int
    entry_mean: Floats
    entry_variance: float
    halo_sd: float | None
    assessor_variance: float | None
    entries: Entries
    assessors: Facet
    criteria: Facet
    thresholds: Thresholds
    reliability: float
    """EAP reliability (marginal): variance of the EAPs / (that + mean posterior variance)."""
    wle_reliability: float
    components: int
    notes: tuple[str, ...]
    iterations: int
    joint: Joint | None = None
    structure: Structure | None = None
    """The fitted structure, for diagnostics."""

    @property
    def deviance(self) -> float:
        return -2.0 * self.log_likelihood

    def to_dict(self) -> dict[str, object]:
        facets = {"entries": self.entries, "assessors": self.assessors, "criteria": self.criteria}
        return {
            "model": self.model, "estimator": self.estimator, "grid": self.grid,
            "level": self.level, "ratings": int(self.entries.count.sum()),
            "log_likelihood": self.log_likelihood, "deviance": self.deviance,
            "parameters": self.parameters,
            "entry_mean": [plain(m) for m in self.entry_mean] if self.entry_mean.size > 1
            else plain(self.entry_mean[0]),
            "entry_variance": plain(self.entry_variance), "halo_sd": self.halo_sd,
            "assessor_variance": self.assessor_variance,
            "reliability": plain(self.reliability), "wle_reliability": plain(self.wle_reliability),
            "separation": {
                name: {key: plain(value) for key, value in vars(facet.separation).items()}
                for name, facet in facets.items()
            },
            "components": self.components, "iterations": self.iterations, "notes": list(self.notes),
            **{name: facet.rows() for name, facet in facets.items()},
            "thresholds": self.thresholds.rows(),
        }  # fmt: skip


def plain(value: float | np.floating) -> float | None:
    """A number for JSON: what is not finite is null."""
    return float(value) if np.isfinite(value) else None


def quantile(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise ValueError(
            say("level %(level)s: expected a share between 0 and 1, such as 0.9", level=level)
        )
    return NormalDist().inv_cdf(0.5 + level / 2.0)
