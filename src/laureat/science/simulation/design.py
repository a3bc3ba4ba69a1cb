"""What a season is like: how many of whom, and how people judge."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite

import numpy as np

from laureat.saying import say
from laureat.science.fair.data import Floats

LONG = 11
"""Steps of a scale up to which Rasch models are fitted."""
REACH = 1.5
"""Thresholds of five categories lie evenly between -REACH and REACH logits, those of more steps
wider by the root of their number: on percents in steps of five, entries then differ by 14 points
(SD 1 logit) and marks of one entry by 8, with few at the ends.
"""


@dataclass(frozen=True)
class Design:
    """A contest to be played. Spreads are standard deviations in logits."""

    entries: int = 100
    assessors: int = 30
    criteria: int = 8
    categories: int = 5
    laureates: int = 12
    spread: float = 1.0
    """Quality of entries."""
    difficulty: float = 0.4
    """Difficulty of criteria."""
    severity: float = 0.5
    """Severity of assessors."""
    noise: float = 0.0
    """Whim in each single mark, beyond the chance that the model has anyway."""
    halo: float = 0.3
    """General impression that an assessor has of an entry, in all their marks of it."""
    centrality: float = 0.2
    """Log of how far an assessor's thresholds are stretched: wide ones shun the ends of the scale,
    narrow ones seek them."""
    careless: float = 0.05
    """Share of assessors who throw dice."""

    def __post_init__(self) -> None:
        least = {"entries": 3, "assessors": 1, "criteria": 1, "categories": 2, "laureates": 1}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in least:
                if (
                    isinstance(value, bool)
                    or not isinstance(value, int)
                    or value < least[field.name]
                ):
                    raise ValueError(
                        say(
                            "%(name)s %(value)s: expected a whole number from %(least)s up",
                            name=field.name,
                            value=repr(value),
                            least=least[field.name],
                        )
                    )
            elif not isfinite(value) or not 0 <= value <= 5:
                raise ValueError(
                    say(
                        "%(name)s %(value)s: expected a number from 0 to 5",
                        name=field.name,
                        value=repr(value),
                    )
                )
        if self.careless >= 1:
            raise ValueError(
                say("careless %(value)s: expected a share below 1", value=repr(self.careless))
            )
        if self.spread == 0:
            raise ValueError(say("spread 0: expected entries that differ"))
        if self.laureates >= self.entries:
            raise ValueError(
                say(
                    "laureates %(laureates)s: expected fewer than the %(entries)s entries",
                    laureates=self.laureates,
                    entries=self.entries,
                )
            )
        if self.categories > 101:
            raise ValueError(
                say("categories %(categories)s: expected at most 101", categories=self.categories)
            )

    @property
    def linear(self) -> bool:
        """Scales as long as percents are measured by the linear model, as the pages do."""
        return self.categories > LONG

    @property
    def thresholds(self) -> Floats:
        """Where each category overtakes the one before."""
        if self.categories == 2:
            return np.zeros(1)
        reach = REACH * ((self.categories - 1) / 4.0) ** 0.5
        return np.linspace(-reach, reach, self.categories - 1)
