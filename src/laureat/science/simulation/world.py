"""One season: who is how good, who judges how, and what they write.

Chance comes from streams of its own for the people and for each layer (the first assessor of every
entry, the second, …). So a season with four assessors an entry is that with three and one layer
more: differences between the numbers of assessors are not blurred by other luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair.data import Floats, Ints, Ratings
from laureat.science.simulation.design import Design

Bools = NDArray[np.bool_]


def stream(seed: int, season: int, part: int) -> np.random.Generator:
    """The chance of one part of one season: `SeedSequence(seed).spawn()`, named instead of counted."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(season, part)))


@dataclass(frozen=True)
class People:
    """What is true in a season."""

    quality: Floats
    severity: Floats
    stretch: Floats
    careless: Bools
    difficulty: Floats

    def points(self, design: Design) -> Floats:
        """Of each entry: the score that an assessor of mean severity gives on average, 0 to 1."""
        logs = _logs(self.quality[:, None] - self.difficulty, np.ones(()), design)
        p = np.exp(logs - logs.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        mean = (p @ np.arange(design.categories)).mean(axis=1)
        return np.asarray(mean / (design.categories - 1))


def people(design: Design, seed: int, season: int) -> People:
    g = stream(seed, season, 0)
    quality = design.spread * g.standard_normal(design.entries)
    severity = design.severity * g.standard_normal(design.assessors)
    stretch = np.exp(design.centrality * g.standard_normal(design.assessors))
    difficulty = design.difficulty * g.standard_normal(design.criteria)
    # As many as the share says; the broken one with the chance of its fraction.
    count = int(np.floor(design.careless * design.assessors + g.random()))
    careless = np.zeros(design.assessors, np.bool_)
    careless[g.permutation(design.assessors)[:count]] = True
    return People(
        quality, severity - severity.mean(), stretch, careless, difficulty - difficulty.mean()
    )


def _logs(place: Floats, stretch: Floats, design: Design) -> Floats:
    """Log weights of the categories: k a - stretch (F_1 + ... + F_k)."""
    cum = np.concatenate(([0.0], np.cumsum(design.thresholds)))
    return np.asarray(
        place[..., None] * np.arange(design.categories) - np.asarray(stretch)[..., None] * cum
    )


@dataclass(frozen=True)
class Season:
    """The truth, and by layer who judged each entry and what they gave (entries x criteria)."""

    design: Design
    truth: People
    judges: tuple[Ints, ...]
    marks: tuple[Ints, ...]

    def ratings(self, each: int) -> Ratings:
        """The marks of the first `each` assessors of every entry, as columns."""
        n, m = self.design.entries, self.design.criteria
        entry = np.tile(np.repeat(np.arange(n), m), each)
        assessor = np.concatenate([np.repeat(judges, m) for judges in self.judges[:each]])
        criterion = np.tile(np.arange(m), n * each)
        score = np.concatenate([marks.ravel() for marks in self.marks[:each]])
        return Ratings.from_columns(entry, assessor, score, criterion)


def season(design: Design, seed: int, number: int, most: int) -> Season:
    """Season `number` with `most` assessors an entry."""
    if not 1 <= most <= design.assessors:
        raise ValueError(
            f"{most} assessors per entry: expected 1 to {design.assessors}, as many as there are"
        )
    truth = people(design, seed, number)
    taken = np.zeros((design.entries, design.assessors), np.bool_)
    judges, marks = [], []
    for layer in range(most):
        g = stream(seed, number, 1 + layer)
        judges.append(_layer(taken, g))
        marks.append(_marks(design, truth, judges[-1], g))
    return Season(design, truth, tuple(judges), tuple(marks))


def _layer(taken: Bools, g: np.random.Generator) -> Ints:
    """One more assessor for every entry: who has least to do, by lot among equals."""
    n, m = taken.shape
    chosen = np.zeros(n, np.int64)
    load = taken.sum(axis=0).astype(np.float64)
    for i in g.permutation(n):
        j = int(np.argmin(np.where(taken[i], np.inf, load + 0.5 * g.random(m))))
        chosen[i] = j
        taken[i, j] = True
        load[j] += 1.0
    return chosen


def _marks(design: Design, truth: People, judges: Ints, g: np.random.Generator) -> Ints:
    shape = (design.entries, design.criteria)
    impression = design.halo * g.standard_normal(design.entries)
    place = (truth.quality + impression - truth.severity[judges])[:, None] - truth.difficulty
    place = place + design.noise * g.standard_normal(shape)
    logs = _logs(place, np.repeat(truth.stretch[judges][:, None], design.criteria, axis=1), design)
    p = np.exp(logs - logs.max(axis=-1, keepdims=True))
    below = np.cumsum(p / p.sum(axis=-1, keepdims=True), axis=-1)[..., :-1]
    marks = (below < g.random(shape)[..., None]).sum(axis=-1)
    dice = g.integers(0, design.categories, shape)
    return np.asarray(np.where(truth.careless[judges][:, None], dice, marks), np.int64)
