"""How the assessors judge: agreement, how many it takes, and the habits of each.

Shares of variance come from the linear model of the totals (entry + severity + error), so gaps are
welcome. The D-study (Brennan 2001) asks how well k assessors tell entries apart: by raw means
ve / (ve + (va + vr) / k), by fair scores, freed from severity, ve / (ve + vr / k).
Habits are read from single marks against what the linear model of the marks expects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # type: ignore[import-untyped,unused-ignore]

from laureat.science.agreement import Finding, drift, halo, restricted, table, too_alike
from laureat.science.agreement.coefficients import interval_alpha
from laureat.science.agreement.copies import Reach, copies
from laureat.science.agreement.habits import FEWEST, adjusted
from laureat.science.fair import LinearResult, LinearScores, NotEstimableError, Ratings
from laureat.science.fair.data import Floats
from laureat.science.judging.scores import Book, Mark, components

TARGET = 0.8
MOST = 12
ERRATIC, SMOOTH, ENOUGH = 1.5, 0.5, 20
"""Mean squared residual against that of all marks, and how many marks it takes to say so
(Wright & Linacre 1994 use the same limits)."""
ONE_IMPRESSION = 0.5
"""Share of an assessor's deviations that is one impression of the entry."""
NARROW = 0.4
"""Spread of an assessor's marks against what colleagues' would be, as a ratio of squares."""
RATE = 0.01
"""In one season of a hundred somebody honest may be named for a habit (by each of its tests)."""


@dataclass(frozen=True)
class Habit:
    """Something to ask an assessor about. It is never a proof.

    erratic: marks far from what colleagues give · smooth: closer than chance leaves them ·
    halo: one impression for all parts · narrow: part of the scale only · alike: like `other`'s
    (value: 0 as usual, 1 wholly) ·
    stricter, milder: in the course of the stage.
    """

    code: Literal["erratic", "smooth", "halo", "narrow", "alike", "stricter", "milder"]
    assessor: int
    value: float
    marks: int
    other: int | None = None


@dataclass(frozen=True)
class Study:
    """How well so many assessors tell entries apart: 0 not at all, 1 perfectly."""

    assessors: int
    raw: float
    fair: float


@dataclass(frozen=True)
class Panel:
    """Figures for the statistician; None where there is no answer, `why` says why."""

    alpha: float | None = None
    """Krippendorff's, of single marks, for distances."""
    icc_agreement: float | None = None
    """Intraclass correlation of one assessor's total: ve / (ve + va + vr)."""
    icc_consistency: float | None = None
    """The same without severity: ve / (ve + vr)."""
    shares: Mapping[str, float] | None = None
    """Shares of the variance of totals: entry, assessor, residual."""
    assessors_now: float | None = None
    raw_now: float | None = None
    fair_now: float | None = None
    needed: int | None = None
    """Assessors an entry needs for a reliability of .8 of fair scores; None if over 50."""
    study: tuple[Study, ...] = ()
    spread: Mapping[int, float] | None = None
    """Of each assessor: mean squared residual of marks against that of all."""
    habits: tuple[Habit, ...] = ()
    alike: Reach | None = None
    """What could be told about copying here: pairs compared, common entries it takes."""
    entries: int = 0
    """Entries the figures rest on: those of the largest part of the design."""
    why: str = ""


def panel(marks: Sequence[Mark], books: Sequence[Book]) -> Panel:
    """Read the largest part of the design; the order of rows does not matter."""
    parts = components(books)
    if not parts:
        return Panel(why="nothing")
    entries, _ = max(parts, key=lambda part: (len(part[0]), -min(part[0])))
    totals = sorted(
        (book for book in books if book.entry in entries), key=lambda b: (b.entry, b.assessor)
    )
    rows = sorted(
        (mark for mark in marks if mark.entry in entries),
        key=lambda m: (m.entry, m.assessor, m.part),
    )
    try:
        found = LinearScores().fit(
            Ratings.from_columns(
                np.array([book.entry for book in totals]),
                np.array([book.assessor for book in totals]),
                np.array([float(book.points) for book in totals]),
            )
        )
    except NotEstimableError as error:
        return Panel(entries=len(entries), why=str(error))
    v = found.components_of_variance
    ve, va, vr = v["entry"], v["assessor"], v["residual"]
    whole = ve + va + vr
    now = len(totals) / len(entries)

    def raw(k: float) -> float:
        return ve / (ve + (va + vr) / k)

    def fair(k: float) -> float:
        return ve / (ve + vr / k)

    needed = next((k for k in range(1, 51) if fair(k) >= TARGET), None)
    agreed, spread, habits = _marks(rows, totals)
    # Whether marks are equal needs no common ruler: pairs that judge with nobody else are told, too.
    equal, reach = copies(_columns(marks), rate=RATE) if marks else ([], None)
    return Panel(
        alpha=agreed,
        icc_agreement=ve / whole,
        icc_consistency=ve / (ve + vr),
        shares={"entry": ve / whole, "assessor": va / whole, "residual": vr / whole},
        assessors_now=now,
        raw_now=raw(now),
        fair_now=fair(now),
        needed=needed,
        study=tuple(Study(k, raw(k), fair(k)) for k in range(1, max(MOST, round(now)) + 1)),
        spread=spread,
        habits=_once(habits, equal),
        alike=reach,
        entries=len(entries),
    )


def _marks(
    marks: Sequence[Mark], books: Sequence[Book]
) -> tuple[float | None, dict[int, float] | None, list[Habit]]:
    """Alpha, spreads and habits from single marks, as far as they can be estimated."""
    if not marks:
        return None, None, []
    ratings = _columns(marks)
    agreed = _agreed(ratings)
    try:
        fitted = LinearScores(interaction=True).fit(ratings)
    except NotEstimableError:
        return agreed, None, []
    wide = fitted.residual**2
    each = np.bincount(ratings.assessor, wide) / np.bincount(ratings.assessor) / wide.mean()
    spread = {int(str(a)): float(each[i]) for i, a in enumerate(ratings.assessors)}
    found = _uneven(ratings, wide, each)
    signed = {(book.entry, book.assessor): book.signed for book in books}
    when = [signed[mark.entry, mark.assessor] for mark in marks]
    found += _habits(ratings, fitted, fitted.residual, when)
    return agreed, spread, found


def _columns(marks: Sequence[Mark]) -> Ratings:
    return Ratings.from_columns(
        np.array([mark.entry for mark in marks]),
        np.array([mark.assessor for mark in marks]),
        np.array([round(float(mark.share * 100), 6) for mark in marks]),
        [mark.part for mark in marks],
    )


def _uneven(ratings: Ratings, wide: Floats, each: Floats) -> list[Habit]:
    """Who is far from what is expected, or suspiciously near, scorebook after scorebook.

    One odd entry makes one scorebook wide, so scorebooks are compared, not marks: logarithms of
    their mean squares, less what is usual for the entry, against the spread of all scorebooks.
    """
    pair = ratings.entry * len(ratings.assessors) + ratings.assessor
    books, code, size = np.unique(pair, return_inverse=True, return_counts=True)
    entry, assessor = books // len(ratings.assessors), books % len(ratings.assessors)
    height = np.log(np.bincount(code, wide) / size + 0.01 * wide.mean())
    count = np.bincount(assessor, minlength=len(ratings.assessors))
    height -= (np.bincount(entry, height) / np.maximum(np.bincount(entry), 1))[entry]
    level = np.bincount(assessor, height) / count
    free = books.size - count.size - np.unique(entry).size + 1
    if free < 1:
        return []
    sd = float(np.sqrt(np.sum((height - level[assessor]) ** 2) / free))
    if sd == 0:
        return []
    marks = np.bincount(ratings.assessor)
    found = [
        Finding("", name, None, float(each[i]), 1.0, float(p), int(marks[i]), "")
        for i, name in enumerate(ratings.assessors)
        if count[i] >= FEWEST and marks[i] >= ENOUGH
        for p in [2 * scipy.stats.t.sf(abs(level[i]) * np.sqrt(count[i]) / sd, free)]
    ]
    return [
        Habit("erratic" if f.value > ERRATIC else "smooth", int(str(f.assessor)), f.value, f.count)
        for f in adjusted(found, RATE)
        if not SMOOTH <= f.value <= ERRATIC
    ]


def _habits(
    ratings: Ratings, fitted: LinearResult, residual: Floats, when: Sequence[float]
) -> list[Habit]:
    codes: dict[str, Literal["halo", "narrow", "alike"]] = {
        "halo": "halo",
        "restricted range": "narrow",
        "too alike": "alike",
    }
    told = [
        *halo(ratings, residual=residual, rate=RATE, above=_usual_impression(fitted)),
        *(
            f
            for f in restricted(
                ratings, expected=fitted.expected, variance=fitted.error_variance, rate=RATE
            )
            if f.value <= NARROW
        ),
        *too_alike(ratings, residual=residual, rate=RATE),
    ]
    found = [
        Habit(
            codes[f.habit],
            int(str(f.assessor)),
            f.value,
            f.count,
            None if f.other is None else int(str(f.other)),
        )
        for f in told
    ]
    if len(set(when)) > 1:
        found += [
            Habit("milder" if f.value > 0 else "stricter", int(str(f.assessor)), f.value, f.count)
            for f in drift(ratings, when, residual=residual, rate=RATE)
        ]
    return found


def _once(habits: Sequence[Habit], equal: Sequence[Finding]) -> tuple[Habit, ...]:
    """In order; a pair that deviates alike is not named again for equal marks."""
    named = {(each.assessor, each.other) for each in habits if each.code == "alike"}
    found = list(habits)
    for each in equal:
        pair = int(str(each.assessor)), int(str(each.other))
        if pair not in named:
            found.append(Habit("alike", pair[0], each.value, each.count, pair[1]))
    return tuple(sorted(found, key=lambda h: (h.assessor, h.code, h.other or 0)))


def _usual_impression(fitted: LinearResult) -> float:
    """What share of deviations is one impression with everybody here, at least `ONE_IMPRESSION`."""
    v = fitted.components_of_variance
    left = v["entry x assessor"] + v["residual"]
    return max(ONE_IMPRESSION, min(0.95, v["entry x assessor"] / left)) if left else ONE_IMPRESSION


def _agreed(ratings: Ratings) -> float | None:
    """Krippendorff's alpha for distances; none where nobody shares a mark or all are equal."""
    cells = table(ratings)
    shared = cells[:, np.sum(~np.isnan(cells), axis=0) > 1]
    if shared.size == 0 or np.nanmin(shared) == np.nanmax(shared):
        return None
    return float(interval_alpha(cells))
