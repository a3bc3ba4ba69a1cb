"""Everything about agreement at once: numbers for the statistician, sentences for the secretary."""

from __future__ import annotations

from dataclasses import dataclass

from laureat.science.agreement.coefficients import alpha
from laureat.science.agreement.habits import Finding, halo, restricted, too_alike
from laureat.science.fair.data import Ratings
from laureat.science.fair.linear import LinearScores

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's (2004) customary limits."""


@dataclass(frozen=True)
class Agreement:
    alpha: float
    reliability: float
    """Of an entry's mean over the assessors it had (phi of the D-study)."""
    assessors_now: float
    assessors_needed: int | None
    """For a reliability of .8; None when no number up to 50 reaches it."""
    findings: list[Finding]
    words: list[str]


def agreement(ratings: Ratings, *, target: float = 0.8) -> Agreement:
    """Read one stage. Variance components come from the linear model, so gaps are welcome."""
    fitted = LinearScores(interaction=True).fit(ratings)
    v = fitted.components_of_variance
    assessors = fitted.pairs / len(ratings.entries)
    each = len(ratings) / fitted.pairs

    def phi(k: float) -> float:
        error = (v["assessor"] + v["entry x assessor"] + v["residual"] / each) / k
        return v["entry"] / (v["entry"] + error) if v["entry"] + error > 0 else 0.0

    needed = next((k for k in range(1, 51) if phi(k) >= target), None)
    now, a = phi(assessors), alpha(ratings, "interval")
    residual, expected, variance = fitted.residual, fitted.expected, fitted.error_variance
    findings = [
        *halo(ratings, residual=residual),
        *restricted(ratings, expected=expected, variance=variance),
        *too_alike(ratings, residual=residual),
    ]
    words = [_alpha_words(a), _needed_words(assessors, now, needed, target)]
    return Agreement(a, now, assessors, needed, findings, words + [f.words for f in findings])


def _alpha_words(value: float) -> str:
    if value >= RELIABLE:
        verdict = "assessors agree well; single scores can be relied on"
    elif value >= TENTATIVE:
        verdict = "assessors agree fairly; a single score is tentative"
    elif value > 0:
        verdict = "assessors agree little; no single score should decide"
    else:
        verdict = "assessors agree no more than by chance"
    return f"Krippendorff's alpha is {value:.2f}: {verdict}."


def _needed_words(now: float, reliability: float, needed: int | None, target: float) -> str:
    text = f"With {now:.1f} assessors an entry, the mean has a reliability of {reliability:.2f}."
    if needed is None:
        return (
            f"{text} No number of assessors up to 50 would reach {target:g}: revise the criteria."
        )
    if needed <= now:
        return f"{text} That is enough for {target:g}, which takes {needed}."
    return f"{text} It takes {needed} to reach {target:g}."
