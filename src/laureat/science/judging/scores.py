"""Fair scores of a stage, by the model that its rules name, with honest fallbacks.

linear      totals of scorebooks = entry + severity + error (`LinearScores`). Severities are drawn to
            zero as far as the data leave them open; entries are not drawn to the mean, so that
            nothing changes where all are equally strict. Weights of parts hold exactly.
rsm, pcm    Rasch models of the marks (`FairScores`), severities and halo as random effects.
raw         no correction.

Each connected part of the design is measured by itself; only its own entries may be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Literal, cast

import numpy as np

from laureat.science.combining import round_half_even
from laureat.science.fair import FairScores, LinearScores, NotEstimableError, Ratings
from laureat.science.fair.data import Floats
from laureat.science.fair.measures import fair_score, weights_of
from laureat.science.fair.result import Joint, quantile

Model = Literal["raw", "linear", "rsm", "pcm"]
Why = Literal["", "one-entry", "one-assessor", "one-rating", "same-marks", "ends", "not-estimable"]
LEVEL = 0.9
END, CROWDED = Fraction(1, 40), Fraction(1, 4)
"""Where so large a share of totals lies within 2.5 % of an end of the scale, the linear model orders
entries worse than raw means do: who is strict takes less from the best, and they are paid back more
than they lost (docs/fair-scores.md, limits)."""


@dataclass(frozen=True)
class Book:
    """A signed scorebook: its total, and when it was signed (seconds)."""

    entry: int
    assessor: int
    points: Decimal
    signed: float = 0.0


@dataclass(frozen=True)
class Mark:
    """What one assessor gave one entry for one part: the share 0..1 of what the part can earn."""

    entry: int
    assessor: int
    part: str
    share: Fraction


@dataclass(frozen=True)
class Score:
    """Points at mean severity with an interval of 90 %; none where there is no answer."""

    points: Decimal | None
    low: Decimal | None
    high: Decimal | None
    part: int
    books: int


@dataclass(frozen=True)
class Severity:
    """By how many points an assessor is stricter than the average (negative: milder).

    In Rasch models: on an entry of mean quality.
    """

    points: Decimal
    low: Decimal
    high: Decimal
    part: int
    books: int
    infit: float
    outfit: float
    """Mean squared residuals against what the model leaves open: 1 is usual."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What ranks and chances are drawn from: entries on the model's own ruler."""

    ids: tuple[int, ...]
    posterior: Joint
    one_more: float
    """Information (1 / variance) that one more assessor adds to an entry."""
    reliability: float
    variances: Mapping[str, float]
    ruler: tuple[Floats, Floats] | None = None
    """Places on the ruler and their points; without it the ruler is points."""

    def place(self, points: Decimal) -> float:
        """Where `points` lie on the ruler."""
        if self.ruler is None:
            return float(points)
        places, worth = self.ruler
        return float(np.interp(float(points), worth, places))


@dataclass(frozen=True, eq=False)
class Part:
    """Entries and assessors that hang together by common assessors."""

    number: int
    entries: tuple[int, ...]
    assessors: tuple[int, ...]
    why: Why = ""
    """Why there are no fair scores."""
    said: str = ""
    """The engine's own words."""
    fit: Fit | None = None


@dataclass(frozen=True, eq=False)
class Fair:
    """Fair scores of entries, severities of assessors, and the parts of the design."""

    model: Model
    scores: Mapping[int, Score]
    severities: Mapping[int, Severity]
    parts: tuple[Part, ...]

    def comparable(self, entries: Sequence[int]) -> Part | None:
        """The part in which all of `entries` that were judged have fair scores; None if none."""
        numbers = {self.scores[each].part for each in entries if each in self.scores}
        if len(numbers) != 1:
            return None
        part = self.parts[numbers.pop()]
        return None if part.why or self.model == "raw" else part


def fair_scores(
    books: Sequence[Book],
    model: Model,
    weights: Mapping[str, Decimal],
    marks: Callable[[], Sequence[Mark]] = tuple,
) -> Fair:
    """Measure every part of the design by `model`; the order of `books` does not matter.

    weights: the most points of each part of a scorebook. marks: asked for by Rasch models only.
    """
    ordered = sorted(books, key=lambda each: (each.entry, each.assessor))
    parts: list[Part] = []
    scores: dict[int, Score] = {}
    severities: dict[int, Severity] = {}
    most = sum(weights.values(), Decimal(0))
    rated = sorted(marks(), key=lambda m: (m.entry, m.assessor, m.part)) if _rasch(model) else []
    for number, (entries, assessors) in enumerate(components(ordered)):
        own = [book for book in ordered if book.entry in entries]
        why = _unfit(own) or ("ends" if model == "linear" and _at_the_ends(own, most) else "")
        part = Part(number, tuple(sorted(entries)), tuple(sorted(assessors)), why)
        found: Found | None = None
        if model != "raw" and not part.why:
            try:
                if _rasch(model):
                    mine = [mark for mark in rated if mark.entry in entries]
                    found = _rasch_fit(mine, cast("Literal['rsm', 'pcm']", model), weights)
                else:
                    found = _linear_fit(own)
            except NotEstimableError as error:
                part = replace(part, why="not-estimable", said=str(error))
        counts = Counter(book.entry for book in own)
        judged = Counter(book.assessor for book in own)
        if found is None:
            for entry in part.entries:
                scores[entry] = Score(None, None, None, number, counts[entry])
        else:
            part = replace(part, fit=found.fit)
            for i, entry in enumerate(found.fit.ids):
                points, low, high = (_cents(value, most) for value in found.scores[i])
                scores[entry] = Score(points, low, high, number, counts[entry])
            for j, assessor in enumerate(found.assessors):
                more, least, greatest = (_cents(value) for value in found.severities[j])
                infit, outfit = (float(value) for value in found.fits[j])
                severities[assessor] = Severity(
                    more, least, greatest, number, judged[assessor], infit, outfit
                )
        parts.append(part)
    return Fair(model, scores, severities, tuple(parts))


def components(books: Sequence[Book]) -> list[tuple[set[int], set[int]]]:
    """Entries and assessors that hang together, the part of the lowest entry first."""
    of_entry: dict[int, set[int]] = {}
    of_assessor: dict[int, set[int]] = {}
    for book in books:
        of_entry.setdefault(book.entry, set()).add(book.assessor)
        of_assessor.setdefault(book.assessor, set()).add(book.entry)
    left, found = set(of_entry), []
    for first in sorted(of_entry):
        if first not in left:
            continue
        entries, assessors, todo = {first}, set[int](), [first]
        while todo:
            for assessor in of_entry[todo.pop()] - assessors:
                assessors.add(assessor)
                todo += of_assessor[assessor] - entries
                entries |= of_assessor[assessor]
        left -= entries
        found.append((entries, assessors))
    return found


@dataclass(frozen=True, eq=False)
class Found:
    """What a model says of one part, before rounding. Columns: figure, low, high."""

    fit: Fit
    scores: Floats
    assessors: tuple[int, ...]
    severities: Floats
    fits: Floats


def _rasch(model: Model) -> bool:
    return model in ("rsm", "pcm")


def _unfit(books: Sequence[Book]) -> Why:
    """What stands in the way before anything is estimated."""
    if len({book.entry for book in books}) < 2:
        return "one-entry"
    if len({book.assessor for book in books}) < 2:
        return "one-assessor"
    if len(books) <= len({book.entry for book in books}):
        return "one-rating"
    if len({book.points for book in books}) < 2:
        return "same-marks"
    return ""


def _at_the_ends(books: Sequence[Book], most: Decimal) -> bool:
    """Whether the scale leaves no room for severity."""
    margin = Fraction(most) * END
    ends = sum(not margin < Fraction(book.points) < Fraction(most) - margin for book in books)
    return ends > CROWDED * len(books)


def _linear_fit(books: Sequence[Book]) -> Found:
    ratings = Ratings.from_columns(
        np.array([book.entry for book in books]),
        np.array([book.assessor for book in books]),
        np.array([float(book.points) for book in books]),
    )
    result = LinearScores(level=LEVEL).fit(ratings)
    ids = tuple(int(str(each)) for each in result.entries.ids)
    freedom = len(books) - len(ids)
    wide = _student(freedom)
    middle = result.unshrunk
    assert result.joint is not None
    variances = result.components_of_variance
    blur = float(np.mean(result.assessors.se**2))
    severity, se = result.assessors.measure, result.assessors.se
    return Found(
        Fit(
            ids,
            result.joint,
            1.0 / (variances["residual"] + blur),
            result.reliability,
            variances,
        ),
        np.stack(
            [middle, middle - wide * result.unshrunk_se, middle + wide * result.unshrunk_se], 1
        ),
        tuple(int(str(each)) for each in result.assessors.ids),
        np.stack([severity, severity - wide * se, severity + wide * se], 1),
        np.stack([result.assessors.infit, result.assessors.outfit], 1),
    )


def units(marks: Sequence[Mark], model: Model) -> dict[str, int]:
    """By part: into how many equal steps the scale falls; a mark is a whole number of them.

    The rating scale model has one for all parts.
    """
    found: dict[str, int] = {}
    for mark in marks:
        found[mark.part] = lcm(found.get(mark.part, 1), mark.share.denominator)
    whole = lcm(*found.values()) if model == "rsm" else 0
    return {key: whole or count for key, count in found.items()}


def _rasch_fit(
    marks: Sequence[Mark], model: Literal["rsm", "pcm"], weights: Mapping[str, Decimal]
) -> Found:
    # A part on which everybody got the same tells nobody apart: its points are simply added.
    given: dict[str, set[Fraction]] = {}
    for mark in marks:
        given.setdefault(mark.part, set()).add(mark.share)
    same = {key: next(iter(found)) for key, found in given.items() if len(found) == 1}
    kept = [mark for mark in marks if mark.part not in same] if model == "pcm" else list(marks)
    plain = {} if model == "rsm" else same
    base = float(sum((share * Fraction(weights[key]) for key, share in plain.items()), Fraction(0)))
    unit = units(kept, model)
    worth: dict[Hashable, float] = {key: float(weights[key]) / count for key, count in unit.items()}
    total = sum(worth.values())
    ratings = Ratings.from_columns(
        np.array([mark.entry for mark in kept]),
        np.array([mark.assessor for mark in kept]),
        np.array([int(mark.share * unit[mark.part]) for mark in kept]),
        [mark.part for mark in kept],
    )
    result = FairScores(model=model, assessors="random", halo=len(worth) > 1, level=LEVEL).fit(
        ratings, weights=worth
    )
    entries, structure = result.entries, result.structure
    assert result.joint is not None
    assert structure is not None
    ids = tuple(int(str(each)) for each in entries.ids)

    def points(category: Floats) -> Floats:
        return np.asarray(base + category * total)

    share_of = weights_of(result.criteria.ids, worth)
    low, high = float(entries.measure.min()) - 12, float(entries.measure.max()) + 12
    places = np.linspace(low, high, 1201)
    worths = np.maximum.accumulate(points(fair_score(structure, places, share_of)))
    z, severity, se = quantile(LEVEL), result.assessors.measure, result.assessors.se
    middle = float(entries.measure.mean())
    typical = float(np.interp(middle, places, worths))

    def lost(by: Floats) -> Floats:
        return np.asarray(typical - np.interp(middle - by, places, worths))

    blocks = np.maximum(1.0, entries.count / len(result.criteria.ids))
    each = float(np.mean(1.0 / np.maximum(entries.wle_se, 1e-6) ** 2 / blocks))
    blur = float(np.mean(se**2)) + (result.halo_sd or 0.0) ** 2
    return Found(
        Fit(
            ids,
            result.joint,
            1.0 / (1.0 / each + blur),
            result.reliability,
            {
                "entry": result.entry_variance,
                "assessor": result.assessor_variance or 0.0,
                "entry x assessor": (result.halo_sd or 0.0) ** 2,
            },
            (places, worths),
        ),
        points(np.stack([entries.fair, entries.fair_low, entries.fair_high], 1)),
        tuple(int(str(each_id)) for each_id in result.assessors.ids),
        np.stack([lost(severity), lost(severity - z * se), lost(severity + z * se)], 1),
        np.stack([result.assessors.infit, result.assessors.outfit], 1),
    )


def _cents(value: float, most: Decimal | None = None) -> Decimal:
    """Rounded half to even at 0.01; points of an entry stay within the scale."""
    exact = round_half_even(Fraction(float(value))) + 0  # no minus zero
    return exact if most is None else min(max(exact, Decimal("0.00")), most)


def _student(freedom: int) -> float:
    """The 95 % quantile of Student's t (Cornish–Fisher, good from two degrees on)."""
    z = quantile(LEVEL)
    return float(
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
