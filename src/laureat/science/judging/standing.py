"""Where entries stand against a line: rank intervals, chances, zones, what one more look brings.

Chances come from joint draws of all entries and severities (`ranks.posterior_draws`), entries drawn
to the mean as far as their scores are luck; so that of entries said to pass with 80 % about
four in five would pass in truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from laureat.science.combining import round_half_even
from laureat.science.judging.scores import Fair, Part
from laureat.science.ranks import RankReport
from laureat.science.ranks.lines import chances_right
from laureat.science.ranks.report import DRAWS, posterior_draws, report_of

SURE = 0.95
Zone = Literal["yes", "discuss", "no", ""]


@dataclass(frozen=True)
class Line:
    """What decides in a group: at least so many points, or so many places; or nothing."""

    at_least: Decimal | None = None
    places: int | None = None


@dataclass(frozen=True)
class Standing:
    """An entry within its group. Shares of 1; chances are None where there is no line."""

    rank_low: int
    rank_high: int
    """Interval of ranks of 90 %."""
    chance: Decimal | None = None
    """That the entry is truly above the line."""
    zone: Zone = ""
    right: Decimal | None = None
    """That a decision taken now about this entry is right."""
    gain: Decimal | None = None
    """By how much one more assessor raises that, on average."""


def standings(
    fair: Fair, groups: Mapping[str, Sequence[int]], lines: Mapping[str, Line], *, seed: int = 0
) -> dict[int, Standing]:
    """Of every entry whose group can be compared; the others are not in the answer."""
    found: dict[int, Standing] = {}
    drawn: dict[int, np.ndarray[tuple[int, int], np.dtype[np.float64]]] = {}
    for name in sorted(groups):
        entries = [each for each in groups[name] if each in fair.scores]
        part = fair.comparable(entries)
        if part is None or part.fit is None:
            continue
        if part.number not in drawn:
            drawn[part.number] = posterior_draws(part.fit.posterior, DRAWS, seed=seed)
        place = {entry: i for i, entry in enumerate(part.fit.ids)}
        columns = [place[entry] for entry in entries]
        found |= _group(part, entries, drawn[part.number][:, columns], lines.get(name, Line()))
    return found


def _group(
    part: Part,
    entries: Sequence[int],
    draws: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    line: Line,
) -> dict[int, Standing]:
    assert part.fit is not None
    places = min(max(line.places or 1, 1), len(entries))
    report = report_of(tuple(entries), draws, places)
    chance, edge = _chances(part, report, line)
    if chance is None:
        return {
            entry: Standing(int(report.low[i]), int(report.high[i]))
            for i, entry in enumerate(entries)
        }
    right = then = np.maximum(chance, 1.0 - chance)
    if edge is not None:
        variance = np.maximum(draws.var(axis=0), 1e-12)
        now, later = chances_right(draws.mean(axis=0) - edge, variance, part.fit.one_more)
        right, then = now, later
    return {
        entry: Standing(
            int(report.low[i]),
            int(report.high[i]),
            _share(chance[i]),
            "yes" if chance[i] >= SURE else "no" if chance[i] <= 1 - SURE else "discuss",
            _share(right[i]),
            _share(then[i]) - _share(right[i]),
        )
        for i, entry in enumerate(entries)
    }


def _chances(
    part: Part, report: RankReport, line: Line
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]] | None, float | None]:
    """Of each entry to be above the line, and the line on the ruler."""
    assert part.fit is not None
    n = len(report.ids)
    if line.at_least is not None:
        edge = part.fit.place(line.at_least)
        return np.mean(report.draws >= edge, axis=0), edge
    if line.places is None:
        return None, None
    if line.places <= 0:
        return np.zeros(n), None
    if line.places >= n:
        return np.ones(n), None
    ordered = -np.sort(-report.draws, axis=1)
    edge = float(np.mean((ordered[:, line.places - 1] + ordered[:, line.places]) / 2))
    return report.top, edge


def _share(value: float) -> Decimal:
    return round_half_even(Fraction(float(value)), 3)
