"""Nodes for the halo of each entry x assessor, around its mode."""

from __future__ import annotations

from functools import cache

import numpy as np

from laureat.science.fair._entries import halo_modes
from laureat.science.fair.data import Floats
from laureat.science.fair.layout import Layout


@cache
def hermite(points: int) -> tuple[Floats, Floats]:
    """Gauss–Hermite nodes and weights, found once a process."""
    x, w = np.polynomial.hermite.hermgauss(points)
    return x, w


def block_nodes(
    lay: Layout, vector: Floats, centre: Floats, points: int
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Gauss-Hermite places and log weights (less the constant of the normal density), and by block
    the mode at the entry's centre, its slope in the entry's measure, and its spread.
    """
    x, w = hermite(points)
    precision = float(np.exp(-2.0 * vector[lay.i_halo]))
    r = lay.ratings
    mode, curve = halo_modes(
        centre, precision, lay.block_entry, lay.rating_at, lay.block_assessor, r.criterion,
        lay.category, lay.by_criterion, lay.by_assessor, lay.tops,
        vector[: lay.n_assessors].copy(), vector[lay.first_criterion : lay.first_step].copy(),
        *lay.steps(vector),
    )  # fmt: skip
    weights = np.log(w) + x * x - 0.5 * np.log(np.pi)
    return (
        x * np.sqrt(2.0),
        weights,
        mode,
        -curve / (curve + precision),
        1.0 / np.sqrt(curve + precision),
    )
