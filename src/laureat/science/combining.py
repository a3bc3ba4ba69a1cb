"""Several assessors, one figure: mean, median, trimmed mean, and fair points.

Exact where it can be exact (fractions in, a decimal rounded half to even at 0.01 out). Missing is
never zero: a missing value takes no part, and nothing at all stays nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Method = Literal["mean", "median", "trimmed"]
Value = Decimal | Fraction | int
E = TypeVar("E", bound=Hashable)
A = TypeVar("A", bound=Hashable)
Floats = NDArray[np.float64]


def round_half_even(value: Fraction, places: int = 2) -> Decimal:
    """`value` as a decimal, rounded half to even, exactly.

    >>> round_half_even(Fraction(1, 8))
    Decimal('0.12')
    """
    return Decimal(round(value * 10**places)).scaleb(-places)


def combine(values: Iterable[Value | None], method: Method) -> Decimal | None:
    """One figure for what several assessors gave; None if nobody gave anything.

    mean: the arithmetic mean · median: the middle one, or the mean of the two middle ones ·
    trimmed: the mean without the highest and the lowest value, from three values on (the mean of
    fewer).
    """
    exact = sorted(Fraction(value) for value in values if value is not None)
    if not exact:
        return None
    if method == "median":
        half, odd = divmod(len(exact), 2)
        exact = exact[half : half + 1] if odd else exact[half - 1 : half + 1]
    elif method == "trimmed" and len(exact) >= 3:
        exact = exact[1:-1]
    return round_half_even(sum(exact, Fraction(0)) / len(exact))


# ---------------------------------------------------------------------------- fair points


@dataclass(frozen=True)
class Rating(Generic[E, A]):
    """What one assessor gave one entry in total."""

    entry: E
    assessor: A
    points: Decimal


@dataclass(frozen=True)
class FairScore:
    """An entry's points at mean severity, with an interval of 90 %.

    `points` is None where the design gives no answer: nobody judged this entry and another one.
    Only scores of the same component may be compared.
    """

    points: Decimal | None
    low: Decimal | None
    high: Decimal | None
    component: int
    ratings: int


@dataclass(frozen=True)
class Severity:
    """By how many points an assessor is stricter than the average (negative: milder)."""

    points: Decimal
    low: Decimal
    high: Decimal
    component: int
    ratings: int


@dataclass(frozen=True)
class Fair(Generic[E, A]):
    """Fair points of all entries and severities of all assessors."""

    scores: Mapping[E, FairScore]
    severities: Mapping[A, Severity]
    components: int
    """How many parts of the design are not tied together by common assessors."""


def fair_points(
    ratings: Sequence[Rating[E, A]],
    *,
    least: Decimal | None = None,
    most: Decimal | None = None,
) -> Fair[E, A]:
    """Points freed from the assessors' severity: points = entry + assessor + error.

    Entries are fixed, assessors are random effects whose variance is found by restricted maximum
    likelihood, so severities are shrunken and nothing changes when all are equally strict. Each
    connected component of the design is solved on its own; a component without two entries and
    two assessors gives no fair points. Intervals cover 90 % under the model. `least` and `most`
    bound what is returned. The order of `ratings` does not matter.
    """
    entries = _ordered(rating.entry for rating in ratings)
    assessors = _ordered(rating.assessor for rating in ratings)
    found = components((rating.entry, rating.assessor) for rating in ratings)
    numbers = {entry: number for number, (names, _) in enumerate(found) for entry in names}
    by_component: dict[int, list[Rating[E, A]]] = {}
    for rating in ratings:
        by_component.setdefault(numbers[rating.entry], []).append(rating)
    scores: dict[E, FairScore] = {}
    severities: dict[A, Severity] = {}
    for number, part in sorted(by_component.items()):
        part_scores, part_severities = _solve(part, number, least, most)
        scores.update(part_scores)
        severities.update(part_severities)
    return Fair(
        {entry: scores[entry] for entry in entries},
        {assessor: severities[assessor] for assessor in assessors if assessor in severities},
        len(found),
    )


def components(pairs: Iterable[tuple[E, A]]) -> list[tuple[list[E], list[A]]]:
    """The parts of the bipartite graph of entries and assessors that hang together."""
    unique = sorted(set(pairs), key=lambda pair: (str(pair[0]), str(pair[1])))
    parent: dict[tuple[str, Hashable], tuple[str, Hashable]] = {}

    def root(node: tuple[str, Hashable]) -> tuple[str, Hashable]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for entry, assessor in unique:
        one, other = root(("entry", entry)), root(("assessor", assessor))
        if one != other:
            parent[other] = one
    parts: dict[tuple[str, Hashable], tuple[dict[E, None], dict[A, None]]] = {}
    for entry, assessor in unique:
        names, people = parts.setdefault(root(("entry", entry)), ({}, {}))
        names[entry] = None
        people[assessor] = None
    return [(list(names), list(people)) for names, people in parts.values()]


def _ordered(keys: Iterable[Any]) -> list[Any]:
    return sorted(set(keys), key=str)


def _solve(
    ratings: Sequence[Rating[E, A]], number: int, least: Decimal | None, most: Decimal | None
) -> tuple[dict[E, FairScore], dict[A, Severity]]:
    entries = _ordered(rating.entry for rating in ratings)
    assessors = _ordered(rating.assessor for rating in ratings)
    counted = Counter(rating.entry for rating in ratings)
    if len(entries) < 2 or len(assessors) < 2 or len(ratings) <= len(entries):
        return {entry: FairScore(None, None, None, number, counted[entry]) for entry in entries}, {}
    place = {entry: index for index, entry in enumerate(entries)}
    seat = {assessor: index for index, assessor in enumerate(assessors)}
    ordered = sorted(ratings, key=lambda r: (place[r.entry], seat[r.assessor], r.points))
    rows = np.array([place[r.entry] for r in ordered])
    cols = np.array([seat[r.assessor] for r in ordered])
    y = np.array([float(r.points) for r in ordered])
    counts: Floats = np.zeros((len(entries), len(assessors)))
    np.add.at(counts, (rows, cols), 1.0)
    per_entry = counts.sum(axis=1)
    means = np.bincount(rows, y, len(entries)) / per_entry
    within = y - means[rows]
    shares = counts / per_entry[:, None]
    # Assessors with the entries taken out: K = Z'QZ, b = Z'Qy.
    k: Floats = np.diag(counts.sum(axis=0)) - counts.T @ shares
    b: Floats = np.zeros(len(assessors))
    np.add.at(b, cols, within)
    freedom = len(y) - len(entries)
    ratio, error = _variances(k, b, float(within @ within), freedom)
    if ratio == 0.0:
        effects = np.zeros(len(assessors))
        inverse: Floats = np.zeros_like(k)
    else:
        inverse = np.asarray(np.linalg.inv(k + np.eye(len(assessors)) / ratio), dtype=np.float64)
        effects = inverse @ b
    # At the average severity of these assessors, not of assessors in general.
    middle = 1 / len(assessors)
    effects = effects - effects.mean()
    apart, own = shares - middle, np.eye(len(assessors)) - middle
    fair = means - shares @ effects
    spread = np.sqrt(error * (1 / per_entry + np.einsum("ij,jk,ik->i", apart, inverse, apart)))
    wide = np.sqrt(error * np.einsum("ij,jk,ik->i", own, inverse, own))
    z = _quantile(freedom)

    def bounded(value: float) -> Decimal:
        exact = round_half_even(Fraction(float(value)))
        if least is not None:
            exact = max(exact, least)
        return exact if most is None else min(exact, most)

    scores = {
        entry: FairScore(
            bounded(fair[i]),
            bounded(fair[i] - z * spread[i]),
            bounded(fair[i] + z * spread[i]),
            number,
            counted[entry],
        )
        for i, entry in enumerate(entries)
    }
    severities = {
        assessor: Severity(
            _cents(-effects[j]),
            _cents(-effects[j] - z * wide[j]),
            _cents(-effects[j] + z * wide[j]),
            number,
            int(counts[:, j].sum()),
        )
        for j, assessor in enumerate(assessors)
    }
    return scores, severities


def _cents(value: float) -> Decimal:
    return round_half_even(Fraction(float(value))) + 0  # no minus zero


def _variances(k: Floats, b: Floats, total: float, freedom: int) -> tuple[float, float]:
    """Variance of assessors as a multiple of the error's, and the error's, by REML."""
    values, vectors = np.linalg.eigh((k + k.T) / 2)
    values = np.clip(values, 0.0, None)
    squares = (vectors.T @ b) ** 2

    def rest(ratio: float) -> float:
        return max(total - float(np.sum(ratio * squares / (1 + ratio * values))), 1e-9)

    def deviance(ratio: float) -> float:
        return float(np.sum(np.log1p(ratio * values))) + freedom * float(np.log(rest(ratio)))

    grid = [0.0, *np.logspace(-4, 4, 65)]
    heights = [deviance(ratio) for ratio in grid]
    best = int(np.argmin(heights))
    if best == 0:
        return 0.0, rest(0.0) / freedom
    low, high = np.log(grid[max(best - 1, 1)]), np.log(grid[min(best + 1, len(grid) - 1)])
    golden = (np.sqrt(5.0) - 1) / 2
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if deviance(float(np.exp(left))) < deviance(float(np.exp(right))):
            high = right
        else:
            low = left
    ratio = float(np.exp((low + high) / 2))
    return ratio, rest(ratio) / freedom


def _quantile(freedom: int) -> float:
    """The 95 % quantile of Student's t (Cornish–Fisher, good from two degrees on)."""
    z = 1.6448536269514722
    return float(
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
