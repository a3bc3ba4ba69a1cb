"""Many seasons, summed up: how often the right ones win, and whether the intervals keep their word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from laureat.saying import say
from laureat.science.simulation.design import Design
from laureat.science.simulation.season import BINS, DRAWS, LEVEL, Seen, play_season

MARGIN = 0.05
Measure = Literal["each", "clear", "all"]


@dataclass(frozen=True)
class Row:
    """One number of assessors per entry, over all seasons."""

    per_entry: int
    load: float
    """Entries per assessor."""
    right: float
    """Chance that a true laureate is chosen (which is the chance that a chosen one is right)."""
    right_se: float
    right_raw: float
    right_raw_se: float
    clear: float
    """Share of seasons in which nobody was passed over who is clearly better than one chosen."""
    clear_raw: float
    all_right: float
    """Share of seasons in which all the chosen were right."""
    all_right_raw: float
    coverage: float | None
    """Share of entries whose interval (level .9) holds the truth; None: no season was measured."""
    coverage_assessors: float | None
    careless: int
    careless_found: int
    honest: int
    falsely: int
    unmeasured: int
    """Seasons in which the model could not be fitted and raw means decided."""

    def chance(self, measure: Measure) -> float:
        return {"each": self.right, "clear": self.clear, "all": self.all_right}[measure]


@dataclass(frozen=True)
class Bin:
    """Of entries whose chance to be among the best was said to be about this: how many were."""

    said: float
    was: float
    entries: int


@dataclass(frozen=True)
class Answer:
    """How many assessors per entry it takes."""

    measure: Measure
    goal: float
    needed: int | None
    """The smallest number played from which on the goal is reached; None: none of them."""
    trend: int | None
    """Where none is: by the trend of the errors, about so many. None: more than there are people."""
    best: float
    """The highest chance seen."""
    sure: bool
    """Two standard errors of simulation would not change the answer."""


@dataclass(frozen=True)
class Study:
    """What was played and what was seen, season by season."""

    design: Design
    seed: int
    seasons: int
    per_entry: tuple[int, ...]
    margin: float
    seen: tuple[Seen, ...]

    def rows(self) -> list[Row]:
        return [self._row(each) for each in self.per_entry]

    def _row(self, each: int) -> Row:
        seen = [one for one in self.seen if one.each == each]
        d, count = self.design, len(seen)
        right, raw = (
            np.array([getattr(one, name) for one in seen]) / d.laureates
            for name in ("right", "right_raw")
        )
        measured = [one for one in seen if one.measured]
        judged = min(d.assessors, d.entries * each)  # loads are even: all judge, if there is enough

        def share(name: str, of: int) -> float | None:
            total = sum(getattr(one, name) for one in measured)
            return total / (of * len(measured)) if measured else None

        return Row(
            each, d.entries * each / d.assessors, float(right.mean()), _se(right),
            float(raw.mean()), _se(raw),
            sum(one.clear for one in seen) / count, sum(one.clear_raw for one in seen) / count,
            float(np.mean(right == 1.0)), float(np.mean(raw == 1.0)),
            share("inside", d.entries),
            None if d.linear else share("inside_assessors", judged),
            sum(one.careless for one in measured), sum(one.careless_found for one in measured),
            sum(judged - one.careless for one in measured),
            sum(one.falsely for one in measured), count - len(measured),
        )  # fmt: skip

    def calibration(self) -> list[Bin]:
        """Over all seasons and numbers of assessors: chances said, and what came true."""
        found = []
        for k in range(BINS):
            entries = sum(one.counted[k] for one in self.seen)
            if entries:
                said = sum(one.said[k] for one in self.seen) / (DRAWS * entries)
                found.append(Bin(said, sum(one.was[k] for one in self.seen) / entries, entries))
        return found

    def answer(self, goal: float = 0.95, measure: Measure = "each") -> Answer:
        """How many assessors per entry give at least the chance `goal`."""
        check_goal(goal)
        rows = self.rows()
        chances = np.array([row.chance(measure) for row in rows])
        errors = np.array(
            [row.right_se if measure == "each" else _binomial(row.chance(measure), self.seasons)
             for row in rows]
        )  # fmt: skip
        needed = _reached(self.per_entry, chances, goal)
        sure = {_reached(self.per_entry, chances + k * errors, goal) for k in (-2, 2)} == {needed}
        trend = None if needed is not None else _trend(self.per_entry, chances, goal)
        if trend is not None and trend > self.design.assessors:
            trend = None
        return Answer(measure, goal, needed, trend, float(chances.max()), sure)

    def to_dict(self, goal: float = 0.95) -> dict[str, object]:
        """Everything as plain values for JSON."""
        measures: tuple[Measure, ...] = ("each", "clear", "all")
        return {
            "design": asdict(self.design), "seed": self.seed, "seasons": self.seasons,
            "margin": self.margin, "level": LEVEL,
            "answers": [asdict(self.answer(goal, measure)) for measure in measures],
            "rows": [asdict(row) for row in self.rows()],
            "calibration": [asdict(each) for each in self.calibration()],
        }  # fmt: skip


def check_goal(goal: float) -> None:
    """Raises ValueError unless it is a chance; to be asked before hours of play."""
    if not 0 < goal < 1:
        raise ValueError(say("goal %(goal)s: expected a chance between 0 and 1", goal=goal))


def _se(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else 0.0


def _binomial(chance: float, count: int) -> float:
    """Standard error of a share; not zero at the ends (Agresti & Coull)."""
    p = (chance * count + 2) / (count + 4)
    return float(np.sqrt(p * (1 - p) / (count + 4)))


def _reached(per_entry: Sequence[int], chances: Iterable[float], goal: float) -> int | None:
    needed = None
    for each, chance in sorted(zip(per_entry, chances, strict=True), reverse=True):
        if chance < goal:
            break
        needed = each
    return needed


def _trend(per_entry: Sequence[int], chances: Iterable[float], goal: float) -> int | None:
    """Errors fall as a power of the number of assessors: a line through their logarithms."""
    points = [
        (np.log(each), np.log(1 - chance))
        for each, chance in zip(per_entry, chances, strict=True)
        if chance < 1
    ]
    if len(points) < 3:
        return None
    x, y = np.array(points).T
    slope, start = np.polyfit(x, y, 1)
    if slope > -0.1:
        return None
    return int(np.ceil(np.exp((np.log(1 - goal) - start) / slope) - 1e-9))


def simulate(
    design: Design,
    per_entry: Iterable[int],
    *,
    seasons: int = 100,
    seed: int = 1,
    margin: float = MARGIN,
    executor: Executor | None = None,
    tick: Callable[[], object] | None = None,
) -> Study:
    """Play `seasons` seasons with each number of assessors per entry.

    margin: what counts as clearly better, as a share of the scale · executor: anything with the
    interface of concurrent.futures (see `workers`); its size does not change the result ·
    tick: called after each season.
    """
    numbers = tuple(sorted(set(per_entry)))
    if not numbers or not 1 <= numbers[0] <= numbers[-1] <= design.assessors:
        raise ValueError(
            say(
                "assessors per entry %(numbers)s: expected numbers from 1 to %(assessors)s, as many as there are assessors",
                numbers=", ".join(map(str, numbers)),
                assessors=design.assessors,
            )
        )
    if seasons < 1:
        raise ValueError(say("seasons %(seasons)s: expected at least 1", seasons=seasons))
    if seed < 0:
        raise ValueError(say("seed %(seed)s: expected a whole number from 0 up", seed=seed))
    if not 0 <= margin <= 1:
        raise ValueError(
            say("margin %(margin)s: expected a share of the scale from 0 to 1", margin=margin)
        )
    told = tick or (lambda: None)
    found: list[list[Seen]] = [[] for _ in range(seasons)]
    if executor is None:
        for number in range(seasons):
            found[number] = play_season(design, seed, number, numbers, margin)
            told()
    else:
        jobs = {
            executor.submit(play_season, design, seed, number, numbers, margin): number
            for number in range(seasons)
        }
        try:
            for job in as_completed(jobs):
                found[jobs[job]] = job.result()
                told()
        finally:
            for job in jobs:
                job.cancel()
    seen = tuple(one for each in found for one in each)
    return Study(design, seed, seasons, numbers, margin, seen)
