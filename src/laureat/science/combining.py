"""Several assessors, one figure: mean, median, trimmed mean (fair scores: `judging`).

Exact where it can be exact (fractions in, a decimal rounded half to even at 0.01 out). Missing is
never zero: a missing value takes no part, and nothing at all stays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Method = Literal["mean", "median", "trimmed"]
Value = Decimal | Fraction | int


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
