"""From parameters to what is printed: Warm's measures, fit, fair scores."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from laureat.saying import say
from laureat.science.fair._entries import draw, standardised, warm
from laureat.science.fair.data import Floats, Ints
from laureat.science.fair.layout import Layout


@dataclass(frozen=True)
class Structure:
    """Severities, difficulties, thresholds of a fitted layout, as the compiled loops want them."""

    lay: Layout
    vector: Floats

    @property
    def severity(self) -> Floats:
        return self.vector[: self.lay.n_assessors].copy()

    @property
    def difficulty(self) -> Floats:
        return self.vector[self.lay.first_criterion : self.lay.first_step].copy()

    def warm(self, category: Ints | None = None) -> tuple[Floats, Floats]:
        """Warm's (1989) weighted likelihood estimates and their standard errors 1/sqrt(sum V)."""
        lay, r = self.lay, self.lay.ratings
        return warm(
            np.zeros(len(r.entries)), lay.entry_at, r.assessor, r.criterion,
            lay.category if category is None else category, lay.by_criterion, lay.by_assessor,
            lay.tops, self.severity, self.difficulty, *lay.steps(self.vector),
        )  # fmt: skip

    def expected(self, theta: Floats) -> tuple[Floats, Floats]:
        """Expectation and variance of each rating's category."""
        lay, r = self.lay, self.lay.ratings
        return standardised(
            theta, r.entry, r.assessor, r.criterion, lay.category, lay.by_criterion,
            lay.by_assessor, lay.tops, self.severity, self.difficulty, *lay.steps(self.vector),
        )  # fmt: skip

    def draw_at(self, place: Floats, uniform: Floats) -> Ints:
        """New categories from the model for the same design; `place`: B (+ halo) of each rating."""
        lay, r = self.lay, self.lay.ratings
        return draw(
            place, uniform, r.assessor, r.criterion, lay.by_criterion, lay.by_assessor,
            lay.tops, self.severity, self.difficulty, *lay.steps(self.vector),
        )  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """infit = sum r^2 / sum V, outfit = mean of r^2 / V (Wright & Masters 1982)."""

    entry: tuple[Floats, Floats]
    assessor: tuple[Floats, Floats]
    criterion: tuple[Floats, Floats]


def fit(structure: Structure, theta: Floats, category: Ints | None = None) -> Fit:
    r = structure.lay.ratings
    x = structure.lay.category if category is None else category
    expected, variance = structure.expected(theta)
    variance = np.maximum(variance, 1e-12)
    square = (x - expected) ** 2
    z2 = square / variance

    def by(codes: Ints, size: int) -> tuple[Floats, Floats]:
        infit = np.bincount(codes, square, size) / np.bincount(codes, variance, size)
        return infit, np.bincount(codes, z2, size) / np.bincount(codes, minlength=size)

    return Fit(
        by(r.entry, len(r.entries)),
        by(r.assessor, len(r.assessors)),
        by(r.criterion, len(r.criteria)),
    )


def split_fit(structure: Structure, theta: Floats) -> tuple[Floats, Floats]:
    """Fit of each threshold: residuals of 1[x >= k] against P(X >= k)."""
    lay, r = structure.lay, structure.lay.ratings
    infit, outfit = np.ones(int(lay.tops.sum())), np.ones(int(lay.tops.sum()))
    a = theta[r.entry] - structure.severity[r.assessor] - structure.difficulty[r.criterion]
    _, cum = lay.steps(structure.vector)
    group = lay.group
    for g, (at, top) in enumerate(zip(lay.step_at, lay.tops, strict=True)):
        mine = group == g
        p = probabilities(a[mine], cum[g, : top + 1])
        above = np.cumsum(p[:, ::-1], axis=1)[:, ::-1][:, 1:]
        v = np.maximum(above * (1 - above), 1e-12)
        square = ((lay.category[mine, None] >= np.arange(1, top + 1)) - above) ** 2
        infit[at : at + top] = square.sum(axis=0) / v.sum(axis=0)
        outfit[at : at + top] = (square / v).mean(axis=0)
    return infit, outfit


def probabilities(a: Floats, cum: Floats) -> Floats:
    """P(X = k) for each place, stable for any size of a."""
    logs = np.asarray(a)[..., None] * np.arange(cum.size) - cum
    p = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def weights_of(ids: tuple[Hashable, ...], weights: Mapping[Hashable, float] | None) -> Floats:
    """Weights of the criteria in the fair score, summing to one."""
    if weights is None:
        return np.full(len(ids), 1.0 / len(ids))
    for key in weights:
        if key not in ids:
            raise ValueError(
                say(
                    "weight of criterion %(name)s: no such criterion in the ratings",
                    name=repr(key),
                )
            )
    missing = [c for c in ids if c not in weights]
    if missing:
        raise ValueError(
            say(
                "criterion %(name)s has no weight: expected one for each criterion",
                name=repr(missing[0]),
            )
        )
    values = np.array([float(weights[c]) for c in ids])
    if not np.all(np.isfinite(values)) or (values < 0).any() or values.sum() <= 0:
        raise ValueError(
            say("weights of criteria: expected numbers of at least 0, not all of them 0")
        )
    return np.asarray(values / values.sum())


def fair_score(structure: Structure, theta: Floats, weights: Floats) -> Floats:
    """Score expected at mean severity: sum_i w_i E[score | B - D_i - mean(C)]."""
    lay = structure.lay
    level = structure.severity.mean()
    _, cum = lay.steps(structure.vector)
    total = np.zeros(theta.shape)
    used = lay.tops.size if lay.by_assessor.any() else 1
    for i, w in enumerate(weights):
        if w == 0.0:
            continue
        for g in range(used) if used > 1 else (int(lay.by_criterion[i]),):
            scale = np.array(lay.scale[g].values)
            p = probabilities(theta - structure.difficulty[i] - level, cum[g, : scale.size])
            total += w / used * (p @ scale)
    return total
