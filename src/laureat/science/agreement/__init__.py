"""Agreement between assessors, and the habits of each."""

from laureat.science.agreement.coefficients import Intraclass, alpha, intraclass, table
from laureat.science.agreement.generalizability import (
    DStudy,
    GStudy,
    crossed,
    crossed_two,
    nested,
)
from laureat.science.agreement.habits import Finding, drift, halo, restricted, too_alike
from laureat.science.agreement.summary import Agreement, agreement

__all__ = [
    "Agreement", "DStudy", "Finding", "GStudy", "Intraclass", "agreement", "alpha", "crossed",
    "crossed_two", "drift", "halo", "intraclass", "nested", "restricted", "table", "too_alike",
]  # fmt: skip
