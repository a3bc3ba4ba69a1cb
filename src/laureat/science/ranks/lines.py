"""Lines of decision: zones, the seeded lottery, and what one more assessor would bring."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr  # type: ignore[import-untyped,unused-ignore]

from laureat.science.fair.data import Floats
from laureat.science.fair.result import Result
from laureat.science.ranks.report import RankReport

Zone = Literal["yes", "discuss", "no"]


@dataclass(frozen=True)
class Zones:
    """Who is clearly in, who is clearly out, and who is too close to the line to tell."""

    zone: dict[Hashable, Zone]
    line: float
    """Expected rank of the last that fits (rule "interval"), or the number of places."""
    yes: tuple[Hashable, ...]
    discuss: tuple[Hashable, ...]
    no: tuple[Hashable, ...]
    open: int
    """Places left for those to be discussed, or drawn by lot."""


def zones(
    report: RankReport, *, rule: Literal["interval", "probability"] = "interval", sure: float = 0.95
) -> Zones:
    """`interval`: the line is the expected rank of the last fundable entry; whose 50 % rank interval
    contains it is discussed or drawn (Heyard et al. 2022). `probability`: P(top k) of at least `sure`
    is a clear yes, of at most 1 - `sure` a clear no.
    """
    order = report.order()
    line = float(report.expected[order[report.places - 1]])
    if rule == "probability":
        if not 0.5 < sure < 1:
            raise ValueError(f"sure {sure}: expected a probability between 0.5 and 1")
        line = float(report.places)
        above, below = report.top >= sure, report.top <= 1 - sure
    else:
        above, below = report.inner_high < line, report.inner_low > line
    named: dict[Hashable, Zone] = {
        report.ids[i]: "yes" if above[i] else "no" if below[i] else "discuss" for i in order
    }
    groups = {
        z: tuple(e for e, zone in named.items() if zone == z) for z in ("yes", "discuss", "no")
    }
    return Zones(
        named, line, groups["yes"], groups["discuss"], groups["no"],
        max(0, min(report.places - len(groups["yes"]), len(groups["discuss"]))),
    )  # fmt: skip


def lottery(entries: Iterable[Hashable], places: int, seed: str) -> tuple[Hashable, ...]:
    """Draw `places` of the entries. Anybody can repeat it: SHA-256 of "seed:entry", lowest first."""
    names = list(entries)
    if len({str(e) for e in names}) != len(names):
        raise ValueError("lottery: an entry is named twice, expected each once")
    if not 0 <= places <= len(names):
        raise ValueError(
            f"lottery: {places} places for {len(names)} entries, expected 0 to {len(names)}"
        )
    if not seed:
        raise ValueError("lottery: no seed, expected a text that was published before the draw")
    drawn = sorted(names, key=lambda e: hashlib.sha256(f"{seed}:{e}".encode()).hexdigest())
    return tuple(drawn[:places])


@dataclass(frozen=True)
class OneMore:
    """What one more assessor on an entry would bring."""

    entry: Hashable
    sd_now: float
    sd_then: float
    right_now: float
    """Chance that a decision taken now about this entry is right."""
    right_then: float
    """The same after one more assessor, on average over what that assessor may say."""

    @property
    def gain(self) -> float:
        return self.right_then - self.right_now


def one_more_assessor(result: Result, report: RankReport) -> list[OneMore]:
    """For every entry, largest gain first.

    An assessor who rates each criterion once adds information I = sum of V at the entry's measure,
    blurred by the halo and by the uncertainty of severity: 1 / (1/I + tau^2 + omega^2). The line is
    the mean place between the last inside and the first outside over the draws.
    """
    n = len(report.ids)
    ordered = -np.sort(-report.draws, axis=1)
    inside = ordered[:, report.places - 1]
    line = float(
        np.mean((inside + ordered[:, report.places]) / 2 if report.places < n else inside - 9)
    )
    mean, variance = report.draws.mean(axis=0), report.draws.var(axis=0)
    blocks = np.maximum(1, _assessors_of(result))
    added = 1.0 / (1.0 / (_information(result) / blocks) + _blur(result))
    right_now, right_then = chances_right(mean - line, variance, added)
    after = 1.0 / (1.0 / variance + added)
    found = [
        OneMore(
            report.ids[i], float(np.sqrt(variance[i])), float(np.sqrt(after[i])),
            float(right_now[i]), float(right_then[i]),
        )
        for i in range(n)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-round(one.gain, 12), str(one.entry)))


def chances_right(away: Floats, variance: Floats, added: Floats | float) -> tuple[Floats, Floats]:
    """Chance that a decision about entries so far `away` from the line is right: now, and with
    `added` information (1 / variance), on average over what it may say.
    """
    now = _right(away, np.sqrt(variance))
    after = 1.0 / (1.0 / variance + added)
    x, w = np.polynomial.hermite_e.hermegauss(41)
    spread = np.sqrt(np.maximum(variance - after, 0.0))
    then = _right(away[:, None] + spread[:, None] * x, np.sqrt(after)[:, None]) @ (w / w.sum())
    return now, np.maximum(now, then)


def _right(away: Floats, sd: Floats) -> Floats:
    return np.asarray(ndtr(np.abs(away) / sd))


def _information(result: Result) -> Floats:
    """Information that the present ratings hold about each entry, severities known."""
    return np.asarray(1.0 / np.maximum(result.entries.wle_se, 1e-6) ** 2)


def _assessors_of(result: Result) -> Floats:
    return np.maximum(1.0, result.entries.count / len(result.criteria.ids))


def _blur(result: Result) -> float:
    severity = float(np.mean(result.assessors.se**2))
    return severity + (result.halo_sd or 0.0) ** 2
