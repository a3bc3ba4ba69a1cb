"""The linear crossed model for percent scores, by REML with BLUPs.

    score = mu + entry + assessor + criterion (+ entry x assessor) + e

Entries, assessors and their interaction are normal, criteria fixed (sum zero). Entries and
interaction are taken out block by block (Woodbury), so that only the assessors and criteria stay in
a dense system. REML log likelihood after Patterson & Thompson (1971):

    -2 l = log|V| + log|X'V^-1 X| + y'Py + (N - rank X) log 2 pi

and predictions are Henderson's (1975) BLUPs with their prediction error variance.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped,unused-ignore]
from scipy.optimize import minimize  # type: ignore[import-untyped,unused-ignore]
from scipy.sparse import csr_array, issparse  # type: ignore[import-untyped,unused-ignore]

from laureat.saying import say
from laureat.science.fair.data import Floats, NotEstimableError, Ratings
from laureat.science.fair.result import (
    Entries,
    Facet,
    Joint,
    Result,
    Thresholds,
    plain,
    quantile,
)


@dataclass(frozen=True)
class LinearResult(Result):
    components_of_variance: dict[str, float] = field(default_factory=dict)
    expected: Floats = field(default_factory=lambda: np.zeros(0))
    residual: Floats = field(default_factory=lambda: np.zeros(0))
    error_variance: Floats = field(default_factory=lambda: np.zeros(0))
    pairs: int = 0
    unshrunk: Floats = field(default_factory=lambda: np.zeros(0))
    """Fair scores with entries fixed: where nobody is stricter than others, the raw mean."""
    unshrunk_se: Floats = field(default_factory=lambda: np.zeros(0))

    def to_dict(self) -> dict[str, object]:
        """As of every model, and the fair scores that are not drawn to the mean."""
        found = super().to_dict()
        both = zip(self.entries.rows(), self.unshrunk, self.unshrunk_se, strict=True)
        return found | {
            "entries": [
                row | {"unshrunk": plain(fair), "unshrunk_se": plain(se)} for row, fair, se in both
            ],
            "variances": {
                name: plain(value) for name, value in self.components_of_variance.items()
            },
        }


DENSE = 500_000
"""Up to so many cells a full array is several times faster than a sparse one."""


class Solved(NamedTuple):
    value: float
    """-2 x REML log likelihood."""
    fixed: Floats
    """Criteria, then assessors."""
    covariance: Floats
    pull: Floats
    """Of each pair: sigma_e^2-scaled weight of its residual sum."""


@dataclass(frozen=True)
class LinearScores:
    """`LinearScores(interaction=True).fit(ratings)`: any scale of equal steps, percent above all."""

    interaction: bool = False
    level: float = 0.9

    def fit(
        self, ratings: Ratings, *, weights: Mapping[Hashable, float] | None = None
    ) -> LinearResult:
        system = System(ratings, interaction=self.interaction)
        variances = system.maximise()
        return _report(system, variances, self.level, system.weights(weights))


class System:
    """Sums of the data that the likelihood needs, by pair (entry x assessor) and by entry."""

    def __init__(self, ratings: Ratings, *, interaction: bool) -> None:
        self.ratings, self.interaction = ratings, interaction
        r = ratings
        self.I, self.J, self.N = len(r.criteria), len(r.assessors), len(r.entries)
        if self.N < 2 or len(ratings) < self.I + 3:
            raise NotEstimableError(
                say(
                    "%(ratings)s ratings of %(entries)s entries: too few for variance components",
                    ratings=len(ratings),
                    entries=self.N,
                )
            )
        if np.ptp(r.score) == 0:
            raise NotEstimableError(
                say(
                    "every score is %(value)s: no differences to be explained",
                    value=f"{r.score[0]:g}",
                )
            )
        if r.components > 1:
            raise NotEstimableError(
                say(
                    "the ratings fall into %(count)s subsets that share no assessor: their entries cannot be compared; add a common assessor",
                    count=r.components,
                )
            )
        pair = r.entry * self.J + r.assessor
        self.pair_ids, self.pair = np.unique(pair, return_inverse=True)
        self.pair_entry, self.pair_assessor = np.divmod(self.pair_ids, self.J)
        self.size = np.bincount(self.pair).astype(float)
        if interaction and self.size.max() < 2:
            raise NotEstimableError(
                say("one rating a pair: entry x assessor cannot be told from the residual")
            )
        self.shift = float(r.score.mean())
        self.y = r.score - self.shift
        rows = np.arange(len(r))
        ones = np.ones(len(r))
        width = self.I + self.J
        X = csr_array((ones, (rows, r.criterion)), shape=(len(r), width))
        X = X + csr_array((ones, (rows, self.I + r.assessor)), shape=(len(r), width))
        by_pair = csr_array((ones, (self.pair, rows)), shape=(self.size.size, len(r)))
        self.by_entry = csr_array(
            (np.ones(self.size.size), (self.pair_entry, np.arange(self.size.size))),
            shape=(self.N, self.size.size),
        )
        of_pairs = csr_array(by_pair @ X)
        self.NX = of_pairs if np.prod(of_pairs.shape) > DENSE else of_pairs.toarray()
        self.X, self.Ny = X, by_pair @ self.y
        self.XX, self.Xy, self.yy = (X.T @ X).toarray(), X.T @ self.y, float(self.y @ self.y)

    def weights(self, weights: Mapping[Hashable, float] | None) -> Floats:
        from laureat.science.fair.measures import weights_of  # noqa: PLC0415

        return weights_of(self.ratings.criteria, weights)

    def solve(
        self, entry: float, assessor: float, inter: float, error: float, *, all_of_it: bool = True
    ) -> Solved:
        """Generalised least squares with the assessors' prior as a ridge.

        Entries of infinite variance are fixed: they take up the level, and criteria sum to zero.
        The covariance is found only where `all_of_it` is asked for: a search needs the value.
        """
        fixed = np.isinf(entry)
        kappa = inter / (error + self.size * inter)
        rate = 1.0 / (error + self.size * inter)
        total = self.by_entry @ (self.size * rate)
        shrink = shrinkage(entry, total)
        T = self.by_entry @ _times(self.NX, rate)
        Ty = self.by_entry @ (rate * self.Ny)
        A = self.XX / error - _full(T.T @ _times(T, shrink))
        if inter:
            A -= _full(self.NX.T @ _times(self.NX, kappa / error))
        b = self.Xy / error - self.NX.T @ (kappa / error * self.Ny) - T.T @ (shrink * Ty)
        c = (
            self.yy / error
            - float(np.sum(kappa / error * self.Ny**2))
            - float(np.sum(shrink * Ty**2))
        )
        A[range(self.I, self.I + self.J), range(self.I, self.I + self.J)] += 1.0 / assessor
        level = float(np.trace(self.XX[: self.I, : self.I])) / self.I / error if fixed else 0.0
        A[: self.I, : self.I] += level
        factor = cho_factor(A, lower=True)
        beta = cho_solve(factor, b)
        n = self.y.size
        log_v = (
            n * np.log(error) + float(np.sum(np.log1p(self.size * inter / error)))
            + (0.0 if fixed else float(np.sum(np.log1p(entry * total)))) + self.J * np.log(assessor)
        )  # fmt: skip
        log_det = 2.0 * float(np.sum(np.log(np.diag(factor[0]))))
        value = log_v + log_det + c - float(b @ beta) + (n - self.I) * np.log(2 * np.pi)
        if not all_of_it:
            return Solved(float(value), np.asarray(beta), np.zeros((0, 0)), np.asarray(rate))
        covariance = np.asarray(cho_solve(factor, np.eye(A.shape[0])))
        if fixed:
            covariance[: self.I, : self.I] -= 1.0 / (level * self.I**2)
        return Solved(float(value), np.asarray(beta), covariance, np.asarray(rate))

    def maximise(self) -> tuple[float, float, float, float]:
        """REML variances: entry, assessor, entry x assessor, error."""
        spread = float(np.var(self.y))
        least, most = np.log(spread * 1e-7), np.log(spread * 100.0)

        def unpack(x: Floats) -> tuple[float, float, float, float]:
            v = np.exp(x)
            return float(v[0]), float(v[1]), float(v[3]) if self.interaction else 0.0, float(v[2])

        start = np.log(spread * np.array([0.4, 0.2, 0.3, 0.1])[: 4 if self.interaction else 3])
        found = minimize(
            lambda x: self.solve(*unpack(x), all_of_it=False).value, start, method="L-BFGS-B",
            bounds=[(least, most)] * start.size, options={"ftol": 1e-13, "gtol": 1e-7},
        )  # fmt: skip
        return unpack(found.x)


Matrix: TypeAlias = Any
"""Sparse, or an array."""


def _times(matrix: Matrix, by: Floats) -> Matrix:
    """Each row of the matrix times its own number; sparse stays sparse."""
    return matrix.multiply(by[:, None]).tocsr() if issparse(matrix) else matrix * by[:, None]


def _full(matrix: Matrix) -> Floats:
    return np.asarray(matrix.toarray() if issparse(matrix) else matrix)


def shrinkage(entry: float, total: Floats) -> Floats:
    """What of an entry's residual sum is its own: all of the mean where entries are fixed."""
    return np.asarray(1.0 / total if np.isinf(entry) else entry / (1.0 + entry * total))


class Placed(NamedTuple):
    """Entries at mean severity, and what they rest on."""

    fair: Floats
    effect: Floats
    shrink: Floats
    link: csr_array
    solved: Solved

    @property
    def se(self) -> Floats:
        """Root of the prediction error variance."""
        extra = np.asarray(self.link.multiply(self.link @ self.solved.covariance).sum(axis=1))
        return np.asarray(np.sqrt(self.shrink + np.maximum(extra.ravel(), 0.0)))


def _placed(
    system: System, variances: tuple[float, float, float, float], weights: Floats
) -> Placed:
    solved, entry, J = system.solve(*variances), variances[0], system.J
    # Blup of entries given the rest, and how it moves with the rest.
    total = system.by_entry @ (system.size * solved.pull)
    shrink = shrinkage(entry, total)
    left = system.by_entry @ (solved.pull * (system.Ny - system.NX @ solved.fixed))
    u = np.asarray(shrink * left)
    L = csr_array(_times(system.by_entry @ _times(system.NX, solved.pull), -shrink))
    # Origin: the mean assessor and the mean criterion are part of the mean.
    m = np.concatenate([weights, np.full(J, 1.0 / J)])
    link = csr_array(L + csr_array(np.tile(m, (system.N, 1))))
    fair = np.asarray(system.shift + float(m @ solved.fixed) + u)
    return Placed(fair, u, np.asarray(shrink), link, solved)


def _report(
    system: System, variances: tuple[float, float, float, float], level: float, weights: Floats
) -> LinearResult:
    r = system.ratings
    entry, assessor, inter, error = variances
    placed = _placed(system, variances, weights)
    free = _placed(system, (np.inf, *variances[1:]), weights)
    I, J = system.I, system.J  # noqa: E741 - criteria and assessors, as in the formulas
    beta, cov, u = placed.solved.fixed, placed.solved.covariance, placed.effect
    severity = beta[I:] - beta[I:].mean()
    C = np.eye(J) - 1.0 / J
    cov_a = C @ cov[I:, I:] @ C
    D = np.eye(I) - 1.0 / I
    difficulty, cov_c = D @ beta[:I], D @ cov[:I, :I] @ D
    fair, se = placed.fair, placed.se
    mean = float(np.mean(fair - u))
    joint = Joint(fair, np.sqrt(placed.shrink), placed.link, cov)
    z = quantile(level)
    expected = system.shift + system.X @ beta + u[r.entry]
    residual = r.score - expected
    unexplained = error + inter
    fits = [_fit(codes, residual, unexplained) for codes in (r.entry, r.assessor, r.criterion)]
    raw = np.bincount(r.entry, r.score) / np.bincount(r.entry)
    entries = Entries(
        r.entries, fair, se, np.bincount(r.entry), fits[0], fits[0], level,
        fair=fair, fair_low=fair - z * se, fair_high=fair + z * se, raw=raw,
        wle=raw, wle_se=np.sqrt(unexplained / np.bincount(r.entry)), component=r.component,
    )  # fmt: skip
    none = np.zeros(0)
    components = {"entry": entry, "assessor": assessor, "residual": error}
    if system.interaction:
        components["entry x assessor"] = inter
    else:
        components["entry x assessor"] = 0.0
    return LinearResult(
        model="linear", estimator="reml", grid="none", level=level,
        log_likelihood=-placed.solved.value / 2, parameters=I + len(components) - (not system.interaction),
        entry_mean=np.array([mean]), entry_variance=entry,
        halo_sd=float(np.sqrt(inter)) if system.interaction else None, assessor_variance=assessor,
        entries=entries,
        assessors=Facet(r.assessors, -severity, np.sqrt(np.maximum(np.diag(cov_a), 0)),
                        np.bincount(r.assessor), fits[1], fits[1], level),
        criteria=Facet(r.criteria, -difficulty, np.sqrt(np.maximum(np.diag(cov_c), 0)),
                       np.bincount(r.criterion), fits[2], fits[2], level),
        thresholds=Thresholds((), none, none, none, none, none),
        reliability=max(0.0, 1.0 - float(np.mean(se**2)) / entry), wle_reliability=np.nan,
        components=r.components, notes=(), iterations=0, joint=joint,
        components_of_variance=components, expected=expected, residual=residual,
        error_variance=np.full(len(r), unexplained), pairs=int(system.size.size),
        unshrunk=free.fair, unshrunk_se=free.se,
    )  # fmt: skip


def _fit(
    codes: np.ndarray[tuple[int], np.dtype[np.int64]], residual: Floats, variance: float
) -> Floats:
    """Mean squared residual over its variance: infit and outfit are one when V is the same for all."""
    return np.asarray(np.bincount(codes, residual**2) / np.bincount(codes) / variance)
