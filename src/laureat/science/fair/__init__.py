"""Fair scores: many-facet Rasch models and the linear crossed model.

ratings = Ratings.from_columns(entry, assessor, score, criterion)
result = FairScores(model="rsm", assessors="random", halo=True).fit(ratings)
result.entries.fair, result.assessors.measure
"""

from laureat.science.fair.data import NotEstimableError, Ratings
from laureat.science.fair.diagnostics import (
    BiasCell,
    FitLimits,
    WrightMap,
    bias_cells,
    fit_limits,
    sensitivity,
    without_assessor,
    wright_map,
)
from laureat.science.fair.layout import Anchors
from laureat.science.fair.linear import LinearResult, LinearScores
from laureat.science.fair.model import FairScores
from laureat.science.fair.result import Entries, Facet, Joint, Result, Separation, Thresholds

__all__ = [
    "Anchors",
    "BiasCell",
    "Entries",
    "Facet",
    "FairScores",
    "FitLimits",
    "Joint",
    "LinearResult",
    "LinearScores",
    "NotEstimableError",
    "Ratings",
    "Result",
    "Separation",
    "Thresholds",
    "WrightMap",
    "bias_cells",
    "fit_limits",
    "sensitivity",
    "without_assessor",
    "wright_map",
]  # fmt: skip
