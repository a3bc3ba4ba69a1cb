"""FairScores: the many-facet Rasch model (Linacre 1989), fitted and reported.

log P_k / P_{k-1} = B_entry - D_criterion - C_assessor - F_k          rating scale (rsm)
log P_k / P_{k-1} = B_entry - D_criterion - C_assessor - F_{i,k}      partial credit (pcm)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped,unused-ignore]

from laureat.saying import say
from laureat.science.fair.conditional import conditional
from laureat.science.fair.data import Floats, Ratings, Unused
from laureat.science.fair.engine import Grid, marginal
from laureat.science.fair.joint import joint as joint_fit
from laureat.science.fair.layout import Anchors, Layout, Model, StepsBy, layout
from laureat.science.fair.measures import (
    Structure,
    fair_score,
    fit,
    probabilities,
    split_fit,
    weights_of,
)
from laureat.science.fair.passes import State
from laureat.science.fair.result import (
    Entries,
    Facet,
    Joint,
    Result,
    Thresholds,
    quantile,
    separation,
)

Estimator = Literal["mmle", "jmle", "cmle"]


@dataclass(frozen=True)
class FairScores:
    """What to fit. `FairScores(model="pcm").fit(ratings)` returns a `Result`.

    estimator   mmle: marginal likelihood, entries normal; jmle: the quick preview; cmle:
                conditional likelihood, entries of any distribution, few designs
    grid        adaptive: Gauss-Hermite around each entry's posterior; tam: 21 nodes on [-6, 6]
    assessors   fixed: severities sum to zero; random: normal and shrunk, variance estimated
    halo        a random effect of each entry x assessor (an assessor's general impression)
    steps_by    pcm: thresholds of their own for each criterion, or for each assessor
    subsets     ratings that fall apart: refuse, or measure each subset on an origin of its own
    unused      categories between others that nobody used: keep their numbers, renumber, or refuse
    """

    model: Model = "rsm"
    estimator: Estimator = "mmle"
    grid: Grid = "adaptive"
    assessors: Literal["fixed", "random"] = "fixed"
    halo: bool = False
    steps_by: StepsBy = "criterion"
    subsets: Literal["refuse", "apart"] = "refuse"
    unused: Unused = "keep"
    level: float = 0.9
    points: int | None = None

    def __post_init__(self) -> None:
        choices = {
            "model": ("rsm", "pcm"), "estimator": ("mmle", "jmle", "cmle"), "grid": ("adaptive", "tam"),
            "assessors": ("fixed", "random"), "steps_by": ("criterion", "assessor"),
            "subsets": ("refuse", "apart"), "unused": ("keep", "renumber", "refuse"),
        }  # fmt: skip
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    say(
                        "%(option)s %(given)s: expected one of %(allowed)s",
                        option=name,
                        given=repr(getattr(self, name)),
                        allowed=", ".join(allowed),
                    )
                )
        quantile(self.level)
        if self.estimator != "mmle" and (self.halo or self.assessors == "random"):
            raise ValueError(
                say(
                    "%(estimator)s has no random effects: expected estimator mmle",
                    estimator=self.estimator,
                )
            )

    def fit(
        self,
        ratings: Ratings,
        *,
        anchors: Anchors | None = None,
        weights: Mapping[Hashable, float] | None = None,
    ) -> Result:
        lay = layout(
            ratings, self.model, steps_by=self.steps_by, anchors=anchors, halo=self.halo,
            unused=self.unused, subsets=self.subsets,
        )  # fmt: skip
        share = weights_of(ratings.criteria, weights)
        if self.estimator != "mmle":
            fitted = joint_fit(lay) if self.estimator == "jmle" else conditional(lay)
            return self._report(lay, fitted, share)
        state = marginal(
            lay, grid=self.grid, points=self.points, random_assessors=self.assessors == "random"
        )
        return self._report(lay, state, share)

    def _report(self, lay: Layout, state: State, weights: Floats) -> Result:
        r = lay.ratings
        structure = Structure(lay, state.vector)
        wle, wle_se = structure.warm()
        anchored = lay.free == 0
        wle[anchored], wle_se[anchored] = lay.fixed_entry[anchored], 0.0
        statistics = fit(structure, wle)
        is_marginal = self.estimator == "mmle"
        posterior = posterior_of(lay, state) if is_marginal else None
        if posterior is not None:
            measure, se = posterior.centre, entry_se(posterior)
            structural_se = np.sqrt(np.maximum(np.diag(state.covariance), 0.0))
        else:
            measure, se = wle, wle_se
            structural_se = (
                information_se(structure, wle)
                if self.estimator == "jmle"
                else np.sqrt(np.maximum(np.diag(state.covariance), 0.0))
            )
        z = quantile(self.level)
        fair = [fair_score(structure, measure + k * se, weights) for k in (0.0, -z, z)]
        entries = Entries(
            r.entries, measure, se, np.bincount(r.entry), *statistics.entry, self.level,
            fair=fair[0], fair_low=fair[1], fair_high=fair[2],
            raw=np.bincount(r.entry, r.score) / np.bincount(r.entry),
            wle=wle, wle_se=wle_se, component=r.component,
        )  # fmt: skip
        facets = [
            Facet(
                ids, state.vector[at : at + len(ids)], structural_se[at : at + len(ids)],
                np.bincount(codes, minlength=len(ids)), *found, self.level,
            )
            for at, ids, codes, found in (
                (0, r.assessors, r.assessor, statistics.assessor),
                (lay.first_criterion, r.criteria, r.criterion, statistics.criterion),
            )
        ]  # fmt: skip
        steps = slice(lay.first_step, lay.structural)
        # Of a step over unused categories only the whole is known, written at the category reached.
        known = np.where(np.isin(np.arange(lay.offset.size), [
            at for run in lay.tied for at in range(run.start, run.stop - 1)
        ]), np.nan, 1.0)  # fmt: skip
        eap = float(np.var(state.centre)) if is_marginal else np.nan
        inside = float(np.mean(state.variance[lay.free == 1])) if is_marginal else np.nan
        return Result(
            model=self.model, estimator=self.estimator, grid=self.grid if is_marginal else "none",
            level=self.level, log_likelihood=state.value,
            parameters=_count(lay, state) - (0 if is_marginal else 1 + lay.n_subsets),
            entry_mean=state.vector[lay.structural : lay.i_spread].copy() if is_marginal
            else np.array([measure.mean()]),
            entry_variance=float(np.exp(2 * state.vector[lay.i_spread])) if is_marginal
            else separation(measure, se).true_sd ** 2,
            halo_sd=float(np.exp(state.vector[lay.i_halo])) if lay.halo else None,
            assessor_variance=state.prior or None,
            entries=entries, assessors=facets[0], criteria=facets[1],
            thresholds=Thresholds(
                tuple(name for name, s in zip(lay.names, lay.scale, strict=True) for _ in s.values[1:]),
                np.concatenate([s.values[1:] for s in lay.scale]), (state.vector[steps] - lay.offset) * known,
                structural_se[steps] * known, *(f * known for f in split_fit(structure, wle)),
            ),
            reliability=eap / max(eap + inside, 1e-300) if is_marginal else separation(measure, se).reliability,
            wle_reliability=wle_reliability(wle, wle_se),
            components=r.components, notes=tuple(lay.notes), iterations=state.iterations,
            joint=posterior, structure=structure,
        )  # fmt: skip


def wle_reliability(wle: Floats, se: Floats) -> float:
    """1 - mean squared error / variance; unknown where all measures are the same."""
    spread = float(np.var(wle, ddof=1))
    return 1.0 - float(np.mean(se**2)) / spread if spread > 0 else np.nan


def posterior_of(lay: Layout, state: State) -> Joint:
    """The entries' normal approximation given the structure, and how it moves with the structure."""
    kept = state.link_of >= 0
    rows = np.repeat(np.arange(lay.free.size), np.diff(lay.link_at))[kept]
    free = (lay.free == 1)[rows]
    link = csr_array(
        (np.where(free, state.link[kept], 0.0), (rows, state.link_of[kept])),
        shape=(lay.free.size, lay.size),
    )
    return Joint(
        state.centre, np.sqrt(np.where(lay.free == 1, state.variance, 0.0)), link, state.covariance
    )


def entry_se(posterior: Joint) -> Floats:
    """sqrt(Var(B | psi) + g' Cov(psi) g): the uncertainty of severities is in it."""
    moved = posterior.link @ posterior.covariance
    extra = np.asarray(posterior.link.multiply(moved).sum(axis=1)).ravel()
    return np.asarray(np.sqrt(posterior.conditional_sd**2 + np.maximum(extra, 0.0)))


def information_se(structure: Structure, theta: Floats) -> Floats:
    """1/sqrt(sum V), as Wright & Masters and FACETS print it (entries taken as known)."""
    lay, r = structure.lay, structure.lay.ratings
    _, variance = structure.expected(theta)
    se = np.full(lay.size, np.nan)
    se[: lay.n_assessors] = 1.0 / np.sqrt(np.bincount(r.assessor, variance, lay.n_assessors))
    se[lay.first_criterion : lay.first_step] = 1.0 / np.sqrt(
        np.bincount(r.criterion, variance, lay.n_criteria)
    )
    _, cum = lay.steps(structure.vector)
    a = theta[r.entry] - structure.severity[r.assessor] - structure.difficulty[r.criterion]

    for g, (at, top) in enumerate(zip(lay.first_step + lay.step_at, lay.tops, strict=True)):
        p = probabilities(a[lay.group == g], cum[g, : top + 1])
        above = np.cumsum(p[:, ::-1], axis=1)[:, ::-1][:, 1:]
        se[at : at + top] = 1.0 / np.sqrt((above * (1 - above)).sum(axis=0))
    fixed, _ = lay.fixed()
    se[fixed] = 0.0
    return se


def _count(lay: Layout, state: State) -> int:
    """Free parameters of the marginal model."""
    fixed, _ = lay.fixed()
    return int(lay.size - fixed.size - lay.constraints().shape[0] + bool(state.prior))
