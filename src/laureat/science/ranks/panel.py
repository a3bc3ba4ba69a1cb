"""Bayesian ranking of a panel's marks, as the Swiss National Science Foundation does it.

Heyard, Ott, Salanti & Egger (2022), Statistics and Public Policy 9:110-121:

    y_ij ~ N(ybar + theta_i + lambda_ij, sigma^2)
    theta_i ~ N(0, tau^2), lambda_ij ~ N(nu_j, kappa^2), nu_j ~ N(0, 1/4)
    sigma, tau, kappa ~ Uniform(0, 2)

With one mark a pair, sigma and kappa appear only as r^2 = sigma^2 + kappa^2. Given tau and r all is
normal, so the posterior is a mixture of normals over a grid of (tau, r): no Markov chain and no
Monte-Carlo error in the expected ranks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats

NU_VARIANCE = 0.25
LARGEST = 2.0


@dataclass(frozen=True)
class PanelPosterior:
    """A mixture of normals for the proposals' effects: weight, mean, covariance."""

    weight: Floats
    mean: Floats
    covariance: Floats

    def expected_ranks(self) -> Floats:
        """1 + sum over the others of P(other > this), exactly."""
        variance = np.einsum("gii->gi", self.covariance)
        spread = variance[:, :, None] + variance[:, None, :] - 2 * self.covariance
        away = self.mean[:, None, :] - self.mean[:, :, None]
        sd = np.sqrt(np.maximum(spread, 1e-300))
        above = ndtr(away / sd)
        n = self.mean.shape[1]
        above[:, np.arange(n), np.arange(n)] = 0.0
        return np.asarray(1.0 + np.einsum("g,gik->i", self.weight, above))

    def sucra(self) -> Floats:
        n = self.mean.shape[1]
        return np.asarray((n - self.expected_ranks()) / (n - 1))

    def draws(self, count: int = 10_000, *, seed: int = 0) -> Floats:
        g = np.random.default_rng(seed)
        chosen = np.sort(g.choice(self.weight.size, count, p=self.weight))
        noise = g.standard_normal((count, self.mean.shape[1]))
        roots = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(self.mean.shape[1]))
        return np.asarray(self.mean[chosen] + np.einsum("dij,dj->di", roots[chosen], noise))


def panel_posterior(marks: Floats, *, points: int = 60) -> PanelPosterior:
    """`marks`: proposals in rows, assessors in columns, NaN where somebody did not mark."""
    marks = np.asarray(marks, float)
    if marks.ndim != 2 or marks.shape[0] < 2:
        raise ValueError("marks: expected a table with at least two proposals in rows")
    if np.isinf(marks).any():
        raise ValueError(f"row {np.argwhere(np.isinf(marks))[0][0] + 1}: expected finite marks")
    given = ~np.isnan(marks)
    empty = np.flatnonzero(~given.any(axis=1))
    if empty.size:
        raise ValueError(f"row {empty[0] + 1}: no mark, expected at least one")
    i, j = np.nonzero(given)
    y = marks[i, j] - marks[given].mean()
    n, m = marks.shape
    X = np.zeros((y.size, n + m))
    X[np.arange(y.size), i] = 1.0
    X[np.arange(y.size), n + j] = 1.0
    tau = (np.arange(points) + 0.5) * LARGEST / points
    r = (np.arange(points) + 0.5) * LARGEST * np.sqrt(2.0) / points
    T, R = (a.ravel() for a in np.meshgrid(tau, r, indexing="ij"))
    inside = R[:, None, None]
    prior = np.zeros((T.size, n + m))
    prior[:, :n] = 1.0 / T[:, None] ** 2
    prior[:, n:] = 1.0 / NU_VARIANCE
    K = (X.T @ X) / inside**2
    K[:, np.arange(n + m), np.arange(n + m)] += prior
    S = np.linalg.inv(K)
    b = (X.T @ y) / R[:, None] ** 2
    mean = np.einsum("gij,gj->gi", S, b)
    log = (
        -y.size * np.log(R) - 0.5 * float(y @ y) / R**2 + 0.5 * np.einsum("gi,gi->g", b, mean)
        + 0.5 * np.linalg.slogdet(S)[1] + 0.5 * np.log(prior).sum(axis=1) + np.log(_density(R))
    )  # fmt: skip
    weight = np.exp(log - log.max())
    kept = weight > 1e-12 * weight.sum()
    weight = weight[kept] / weight[kept].sum()
    return PanelPosterior(weight, mean[kept][:, :n], S[kept][:, :n, :n])


def _density(r: Floats) -> Floats:
    """Prior density of sqrt(sigma^2 + kappa^2) when both are uniform on (0, 2), up to a factor."""
    angle = np.full(r.shape, np.pi / 2)
    far = r > LARGEST
    angle[far] -= 2 * np.arccos(LARGEST / r[far])
    return np.asarray(r * np.maximum(angle, 1e-300))
