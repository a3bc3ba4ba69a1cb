"""Where each parameter stands in the vector, what is anchored and what is centred.

Severities, difficulties and the thresholds of a group are each fixed only up to a constant. Instead
of leaving one out, a ridge on the sum of each such block keeps the sum at zero: along a direction
in which the likelihood is flat, the ridge moves nothing but the origin.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from laureat.saying import say
from laureat.science.fair.data import (
    Floats,
    Ints,
    NotEstimableError,
    Ratings,
    Scale,
    Unused,
    scales,
)

Model = Literal["rsm", "pcm"]
StepsBy = Literal["criterion", "assessor"]
NEVER = 20.0
"""Logits by which an unused category lies below its neighbours: a chance of e^-20."""
_NO_SUCH = {
    "entry": say("anchor of entry %(name)s: no such entry in the ratings"),
    "assessor": say("anchor of assessor %(name)s: no such assessor in the ratings"),
    "criterion": say("anchor of criterion %(name)s: no such criterion in the ratings"),
}
_NOT_FINITE = {
    "entry": say("anchor of entry %(name)s: expected a finite measure"),
    "assessor": say("anchor of assessor %(name)s: expected a finite measure"),
    "criterion": say("anchor of criterion %(name)s: expected a finite measure"),
}


@dataclass(frozen=True)
class Anchors:
    """Known measures in logits: they are not estimated, and carry the origin."""

    entries: Mapping[Hashable, float] = field(default_factory=dict)
    assessors: Mapping[Hashable, float] = field(default_factory=dict)
    criteria: Mapping[Hashable, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.assessors or self.criteria)


@dataclass
class Layout:
    """The parameter vector: assessors, criteria, thresholds, means and spread of entries, halo."""

    ratings: Ratings
    category: Ints
    scale: list[Scale]
    names: list[str]
    by_criterion: Ints
    by_assessor: Ints
    anchors: Anchors
    subset: Ints
    halo: bool
    notes: list[str]

    def __post_init__(self) -> None:
        r = self.ratings
        self.tops = np.array([s.top for s in self.scale], np.int64)
        self.step_at = np.concatenate(([0], np.cumsum(self.tops)[:-1])).astype(np.int64)
        self.n_assessors, self.n_criteria = len(r.assessors), len(r.criteria)
        self.first_criterion = self.n_assessors
        self.first_step = self.n_assessors + self.n_criteria
        self.structural = self.first_step + int(self.tops.sum())
        self.n_subsets = int(self.subset.max()) + 1
        self.i_spread = self.structural + self.n_subsets
        self.i_halo = self.i_spread + 1 if self.halo else -1
        self.size = self.i_spread + 1 + int(self.halo)
        self.entry_at = _starts(r.entry, len(r.entries))
        pair = r.entry * self.n_assessors + r.assessor
        new = np.concatenate(([True], pair[1:] != pair[:-1]))
        self.rating_at = np.append(np.flatnonzero(new), len(r)).astype(np.int64)
        self.block_assessor = r.assessor[new]
        self.block_entry = r.entry[new]
        self.block_at = _starts(self.block_entry, len(r.entries))
        self.free, self.fixed_entry = self._anchored(r.entries, self.anchors.entries, "entry")
        self.link_at = self._link_room()
        self.tied, self.offset = self._tied()

    @staticmethod
    def _anchored(
        ids: tuple[Hashable, ...], known: Mapping[Hashable, float], what: str
    ) -> tuple[Ints, Floats]:
        place = {identifier: i for i, identifier in enumerate(ids)}
        free, value = np.ones(len(ids), np.int64), np.zeros(len(ids))
        for identifier, measure in known.items():
            if identifier not in place:
                raise ValueError(say(_NO_SUCH[what], name=repr(identifier)))
            if not np.isfinite(measure):
                raise ValueError(say(_NOT_FINITE[what], name=repr(identifier)))
            free[place[identifier]], value[place[identifier]] = 0, measure
        return free, value

    def _link_room(self) -> Ints:
        """Room for each entry's link to the parameters that it touches."""
        blocks = np.diff(self.block_at)
        rated = np.diff(self.entry_at)
        steps = int(self.tops.sum())
        most = np.minimum(rated, self.n_criteria) + np.minimum(steps, rated * int(self.tops.max()))
        return np.concatenate(([0], np.cumsum(blocks + most + 3))).astype(np.int64)

    def _tied(self) -> tuple[list[slice], Floats]:
        """Steps over unused categories: thresholds that move together, and how they differ.

        Over m steps with the sum S they are S/m + NEVER, S/m, ..., S/m - NEVER: what lies between is
        never reached, and only S is estimated.
        """
        tied: list[slice] = []
        offset = np.zeros(int(self.tops.sum()))
        for at, scale in zip(self.step_at.tolist(), self.scale, strict=True):
            used = [k for k in range(scale.top + 1) if k not in set(scale.unused)]
            for a, b in pairwise(used):
                if b - a > 1:
                    tied.append(slice(at + a, at + b))
                    offset[at + a], offset[at + b - 1] = NEVER, -NEVER
        return tied, offset

    @property
    def group(self) -> Ints:
        """Threshold group of each rating."""
        r = self.ratings
        return np.asarray(self.by_criterion[r.criterion] + self.by_assessor[r.assessor], np.int64)

    def fixed(self) -> tuple[Ints, Floats]:
        """Positions and values of the anchored structural parameters."""
        r = self.ratings
        free_a, value_a = self._anchored(r.assessors, self.anchors.assessors, "assessor")
        free_c, value_c = self._anchored(r.criteria, self.anchors.criteria, "criterion")
        at = np.flatnonzero(np.concatenate((free_a, free_c)) == 0)
        return at, np.concatenate((value_a, value_c))[at]

    def constraints(self) -> Floats:
        """One row a centred block: its sum is kept at zero, for random severities too: entries are
        measured against the mean of these assessors, not of all that might have been asked.
        """
        rows: list[Floats] = []

        def add(at: Ints) -> None:
            row = np.zeros(self.size)
            row[at] = 1.0
            rows.append(row)

        if not (self.anchors.assessors or self.anchors.entries):
            labels = self.ratings.assessor_component
            for s in range(self.n_subsets):
                add(np.flatnonzero(labels == s) if self.n_subsets > 1 else np.arange(labels.size))
        if not self.anchors.criteria:
            add(np.arange(self.first_criterion, self.first_step))
        for at, top in zip(self.first_step + self.step_at, self.tops, strict=True):
            add(np.arange(at, at + top))
        for run in self.tied:
            for at in range(self.first_step + run.start, self.first_step + run.stop - 1):
                row = np.zeros(self.size)
                row[at], row[at + 1] = 1.0, -1.0
                rows.append(row)
        return np.array(rows)

    def refuse_extremes(self, advice: str, *, assessors: bool = True) -> None:
        """Assessors (where they are not random) and criteria with only lowest or highest scores."""
        r, top = self.ratings, self.tops[self.group]
        facets = [(r.criterion, r.criteria, self.anchors.criteria, "criterion")]
        if assessors:
            facets.insert(0, (r.assessor, r.assessors, self.anchors.assessors, "assessor"))
        for codes, ids, known, what in facets:
            low = np.bincount(codes, self.category, minlength=len(ids))
            high = np.bincount(codes, top - self.category, minlength=len(ids))
            for i in np.flatnonzero((low == 0) | (high == 0)):
                if ids[i] not in known and len(ids) > 1:
                    raise NotEstimableError(
                        say(
                            "assessor %(name)s gave only the lowest or only the highest score: %(advice)s",
                            name=repr(ids[i]),
                            advice=advice,
                        )
                        if what == "assessor"
                        else say(
                            "criterion %(name)s was given only the lowest or only the highest score: %(advice)s",
                            name=repr(ids[i]),
                            advice=advice,
                        )
                    )

    def steps(self, vector: Floats) -> tuple[Floats, Floats]:
        """exp(-F) and cumulated F by group and category."""
        width = int(self.tops.max()) + 1
        F = np.zeros((self.tops.size, width))
        for g, (at, top) in enumerate(zip(self.first_step + self.step_at, self.tops, strict=True)):
            F[g, 1 : top + 1] = vector[at : at + top]
        return np.exp(-F), np.cumsum(F, axis=1)


def _starts(codes: Ints, size: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=size)))).astype(np.int64)


def layout(
    ratings: Ratings,
    model: Model = "rsm",
    *,
    steps_by: StepsBy = "criterion",
    anchors: Anchors | None = None,
    halo: bool = False,
    unused: Unused = "keep",
    subsets: Literal["refuse", "apart"] = "refuse",
) -> Layout:
    """Check that the model can be estimated and lay its parameters out."""
    anchors = anchors or Anchors()
    by_criterion = np.zeros(len(ratings.criteria), np.int64)
    by_assessor = np.zeros(len(ratings.assessors), np.int64)
    names: list[str] = [say("all criteria")]
    if model == "pcm" and steps_by == "criterion":
        by_criterion = np.arange(by_criterion.size)
        names = [say("criterion %(name)s", name=c) for c in ratings.criteria]
    elif model == "pcm":
        by_assessor = np.arange(by_assessor.size)
        names = [say("assessor %(name)s", name=a) for a in ratings.assessors]
    group = by_criterion[ratings.criterion] + by_assessor[ratings.assessor]
    scale, category, notes = scales(ratings, group, names, unused=unused)
    if len(ratings) < 2 or len(ratings.entries) < 2:
        raise NotEstimableError(
            say(
                "%(ratings)s rating(s) of %(entries)s entry: expected several ratings of at least two entries",
                ratings=len(ratings),
                entries=len(ratings.entries),
            )
        )
    if len(ratings) == len(ratings.entries) and not anchors:
        raise NotEstimableError(
            say(
                "every entry has one rating only: its quality cannot be told from severity and chance; expected several ratings of most entries, or anchors"
            )
        )
    subset = np.zeros(len(ratings.entries), np.int64)
    if ratings.components > 1 and not anchors.assessors and not anchors.entries:
        if subsets == "refuse":
            raise NotEstimableError(_disconnected(ratings))
        subset = ratings.component
        notes.append(
            say(
                "%(count)s subsets share no assessor: their measures cannot be compared",
                count=ratings.components,
            )
        )
    if not ratings.crossed:
        notes.append(
            say(
                "no entry connects all criteria: their difference rests on the assumption that the entries of each criterion are equally good on average"
            )
        )
    return Layout(
        ratings, category, scale, names, by_criterion, by_assessor, anchors, subset, halo, notes
    )


def _disconnected(ratings: Ratings) -> str:
    sizes = np.bincount(ratings.component)
    examples = [
        ratings.entries[int(np.argmax(ratings.component == s))] for s in range(min(3, sizes.size))
    ]
    return say(
        "the ratings fall into %(count)s subsets that share no assessor (sizes %(sizes)s; for instance %(examples)s): entries of different subsets cannot be compared. Add a common assessor, anchor measures, or measure the subsets apart",
        count=sizes.size,
        sizes=f"{', '.join(map(str, sizes[:5]))}{' …' if sizes.size > 5 else ''}",
        examples=", ".join(repr(e) for e in examples),
    )
