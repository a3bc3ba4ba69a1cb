"""Ratings as columns, checked: codes, categories, components."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array  # type: ignore[import-untyped,unused-ignore]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped,unused-ignore]
    connected_components,
)

from laureat.saying import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Column = Sequence[Hashable] | NDArray[np.generic]


class NotEstimableError(ValueError):
    """The data cannot answer the question; the message says why, and what would help."""


@dataclass(frozen=True)
class Ratings:
    """One row a rating, sorted by entry, assessor and criterion: the order of input is forgotten.

    `entry`, `assessor` and `criterion` are codes into the tuples of identifiers. `row` is the row
    of the input that a rating came from (counted from 1).
    """

    entries: tuple[Hashable, ...]
    assessors: tuple[Hashable, ...]
    criteria: tuple[Hashable, ...]
    entry: Ints
    assessor: Ints
    criterion: Ints
    score: Floats
    row: Ints

    @classmethod
    def from_columns(
        cls,
        entry: Column,
        assessor: Column,
        score: Column,
        criterion: Column | None = None,
        *,
        low: float | None = None,
        high: float | None = None,
        missing: Literal["refuse", "skip"] = "refuse",
    ) -> Ratings:
        """Check and sort the columns. Missing ratings are rows that are not there.

        With `missing="skip"` empty scores (None, NaN, "") are rows that are not there, too.
        """
        size = len(score)
        named = {"entry": entry, "assessor": assessor}
        if criterion is not None:
            named["criterion"] = criterion
        for name, column in named.items():
            if len(column) != size:
                raise ValueError(
                    f"column {name} has {len(column)} rows, score has {size}: expected as many"
                )
        values, kept = _numbers(score, missing)
        _within(values, kept, low, high)
        if not kept.size:
            raise NotEstimableError(say("no ratings: expected at least one row with a score"))
        columns = [_coded(name, column, kept) for name, column in named.items()]
        if criterion is None:
            columns.append((("score",), np.zeros(kept.size, np.int64)))
        (entries, e), (assessors, a), (criteria, c) = columns
        key = (e * len(assessors) + a) * len(criteria) + c
        order = np.argsort(key, kind="stable")
        key = key[order]
        twice = np.flatnonzero(key[1:] == key[:-1])
        if twice.size:
            one, two = order[twice[0]], order[twice[0] + 1]
            raise ValueError(
                f"row {kept[two] + 1}: entry {entries[e[two]]!r}, assessor {assessors[a[two]]!r}, "
                f"criterion {criteria[c[two]]!r} was rated in row {kept[one] + 1} already; "
                "expected one rating each"
            )
        return cls(
            entries,
            assessors,
            criteria,
            e[order],
            a[order],
            c[order],
            values[order],
            kept[order] + 1,
        )

    def __len__(self) -> int:
        return int(self.score.size)

    @cached_property
    def component(self) -> Ints:
        """Of each entry: the number of its component in the graph of entries and assessors."""
        return self._components(self.assessor, len(self.assessors))[0]

    @cached_property
    def assessor_component(self) -> Ints:
        return self._components(self.assessor, len(self.assessors))[1]

    @cached_property
    def crossed(self) -> bool:
        """Do entries connect the criteria? (Not so when every entry has one criterion of its own.)"""
        return int(self._components(self.criterion, len(self.criteria))[1].max()) == 0

    def _components(self, other: Ints, size: int) -> tuple[Ints, Ints]:
        n = len(self.entries)
        total = n + size
        ones = np.ones(other.size, np.int8)
        graph = coo_array((ones, (self.entry, n + other)), shape=(total, total))
        labels = connected_components(graph, directed=False)[1].astype(np.int64)
        _, first, labels = np.unique(labels, return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first))
        labels = rank[labels]
        return labels[:n], labels[n:]

    @property
    def components(self) -> int:
        return int(self.component.max()) + 1


def _numbers(score: Column, missing: str) -> tuple[Floats, Ints]:
    """Scores as numbers, and the rows that have one."""
    array = np.asarray(score)
    if array.dtype.kind in "iufb":
        values = array.astype(np.float64)
        empty = np.isnan(values)
    else:
        texts = ["" if value is None else str(value).strip() for value in score]
        empty = np.array([text in {"", "NaN", "nan", "NA"} for text in texts], bool)
        values = np.full(len(texts), np.nan)
        for row, text in enumerate(texts):
            if not empty[row]:
                try:
                    values[row] = float(text)
                except ValueError:
                    raise ValueError(f"row {row + 1}: score {text!r}, expected a number") from None
        empty |= np.isnan(values)
    if missing == "refuse" and empty.any():
        row = int(np.flatnonzero(empty)[0])
        raise ValueError(f"row {row + 1}: no score, expected a number (or leave the row out)")
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise ValueError(
            f"row {infinite[0] + 1}: score {values[infinite[0]]}, expected a finite number"
        )
    kept = np.flatnonzero(~empty)
    return values[kept] + 0.0, kept  # -0 is 0


def _within(values: Floats, kept: Ints, low: float | None, high: float | None) -> None:
    wrong = np.zeros(values.size, bool)
    if low is not None:
        wrong |= values < low
    if high is not None:
        wrong |= values > high
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"row {kept[i] + 1}: score {values[i]:g} is outside the scale, expected "
            f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        )


def natural(value: Hashable) -> tuple[object, ...]:
    """Sort 2 before 10, also inside of texts: rater_2, rater_10."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return (0, value)
    parts = re.split(r"(\d+)", str(value))
    return (1, *((int(part), "") if i % 2 else (0, part) for i, part in enumerate(parts)))


def _coded(name: str, column: Column, kept: Ints) -> tuple[tuple[Hashable, ...], Ints]:
    array = column if isinstance(column, np.ndarray) else None
    if array is not None and array.dtype.kind in "iu":
        found, codes = np.unique(array[kept], return_inverse=True)
        return tuple(found.tolist()), codes.astype(np.int64)
    listed: Iterable[Hashable] = column.tolist() if isinstance(column, np.ndarray) else column
    items = list(listed)
    if len(items) != kept.size:
        items = [items[i] for i in kept]
    for i, item in enumerate(items):
        if item is None or item == "" or item != item:  # noqa: PLR0124 - NaN differs from itself
            raise ValueError(f"row {kept[i] + 1}: no {name}, expected an identifier")
    ordered = sorted(set(items), key=natural)
    code = {item: i for i, item in enumerate(ordered)}
    return tuple(ordered), np.fromiter((code[item] for item in items), np.int64, len(items))


Unused = Literal["keep", "renumber", "refuse"]
"""What becomes of categories between others that nobody used."""
LONGEST = 101
"""Steps of a scale: percent as categories."""


@dataclass(frozen=True)
class Scale:
    """What the numbers of a scale group stand for: category 0..top and its value."""

    values: tuple[float, ...]
    unused: tuple[int, ...] = ()
    """Categories that nobody used."""

    @property
    def top(self) -> int:
        return len(self.values) - 1


def scales(
    ratings: Ratings, group: Ints, names: Sequence[str], *, unused: Unused
) -> tuple[list[Scale], Ints, list[str]]:
    """Category of each rating, from 0; by group of ratings that share thresholds.

    Categories run over the equal steps from the lowest to the highest score given. One in between
    that nobody used has no finite thresholds of its own, but the likelihood has its maximum: it keeps
    its number, and the step over it is measured as a whole (Wilson & Masters 1993).
    """
    notes: list[str] = []
    found: list[Scale] = []
    category = np.zeros(len(ratings), np.int64)
    for g, name in enumerate(names):
        mine = group == g
        used = np.unique(ratings.score[mine])
        if used.size < 2:
            raise NotEstimableError(
                say(
                    "%(scale)s: every rating is %(value)s; one category only tells nothing about anybody",
                    scale=name,
                    value=f"{used[0]:g}",
                )
            )
        unit = step_of(used)
        if unused != "renumber" and not used[-1] - used[0] < LONGEST * unit:
            raise NotEstimableError(
                say(
                    "%(scale)s: scores from %(low)s to %(high)s in steps of %(unit)s are more than %(most)s categories: use the linear model, or renumber the categories",
                    scale=name,
                    low=f"{used[0]:g}",
                    high=f"{used[-1]:g}",
                    unit=f"{unit:g}",
                    most=LONGEST,
                )
            )
        places = (
            np.arange(used.size)
            if unused == "renumber"
            else np.round((used - used[0]) / unit).astype(np.int64)
        )
        gaps = [(a, b) for a, b in pairwise(used) if b - a > 1.5 * unit]
        if gaps:
            a, b = gaps[0]
            gap = say(
                "%(scale)s: no rating between %(low)s and %(high)s on a scale in steps of %(unit)s",
                scale=name,
                low=f"{a:g}",
                high=f"{b:g}",
                unit=f"{unit:g}",
            )
            if unused == "refuse":
                raise NotEstimableError(
                    say(
                        "%(gap)s; a category nobody used has no finite threshold: keep its number, renumber the categories, or use the linear model",
                        gap=gap,
                    )
                )
            notes.append(
                say("%(gap)s: the categories that were used are numbered anew", gap=gap)
                if unused == "renumber"
                else say("%(gap)s: the step over unused categories is measured as a whole", gap=gap)
            )
        if places[-1] >= LONGEST:
            raise NotEstimableError(
                say(
                    "%(scale)s: %(count)s different scores, expected at most %(most)s: use the linear model",
                    scale=name,
                    count=places[-1] + 1,
                    most=LONGEST,
                )
            )
        category[mine] = places[np.searchsorted(used, ratings.score[mine])]
        values = used if unused == "renumber" else used[0] + unit * np.arange(places[-1] + 1)
        found.append(
            Scale(
                tuple(np.round(values, 9).tolist()),
                tuple(sorted(set(range(int(places[-1]))) - set(places.tolist()))),
            )
        )
    return found, category, notes


def step_of(used: Floats) -> float:
    """The step of a scale: the largest of which all distances are multiples (three decimals)."""
    fine = np.minimum(used - used[0], 1e15) * 1000.0
    thousands = np.round(fine)
    if np.abs(used).max() < 1e12 and np.all(np.abs(fine - thousands) < 1e-6):
        return float(np.gcd.reduce(thousands.astype(np.int64))) / 1000.0
    return float(np.diff(used).min())
