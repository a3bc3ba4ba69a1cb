"""What the pass over the ratings reads, writes and scribbles on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Rows(NamedTuple):
    """Where the ratings stand: entries hold blocks (one assessor each), blocks hold ratings."""

    entry_at: Ints
    block_at: Ints
    rating_at: Ints
    assessor: Ints
    """Of each block."""
    criterion: Ints
    x: Ints
    free: Ints
    """1 for an entry that is measured, 0 for an anchored one."""


class Groups(NamedTuple):
    """Which ratings share thresholds."""

    by_criterion: Ints
    by_assessor: Ints
    tops: Ints
    step_at: Ints


class Index(NamedTuple):
    """Positions in the vector of parameters."""

    criterion: int
    step: int
    mean: Ints
    spread: int
    halo: int


class Values(NamedTuple):
    """The parameters."""

    C: Floats
    D: Floats
    ease_step: Floats
    cum: Floats
    mean: Floats
    spread: float
    halo: float


class Nodes(NamedTuple):
    """By entry: places and log weights; by block: the halo's nodes at theta are
    h_centre + h_slope (theta - centre of entry) + h_sd h_place.
    """

    place: Floats
    weight: Floats
    centre: Floats
    h_place: Floats
    h_weight: Floats
    h_centre: Floats
    h_slope: Floats
    h_sd: Floats


class Out(NamedTuple):
    gradient: Floats
    info: Floats
    mean: Floats
    variance: Floats
    link_at: Ints
    link_of: Ints
    link: Floats


class Work(NamedTuple):
    """Scratch of one entry; positions are local (parameters that the entry touches)."""

    where: Ints
    known: Ints
    """Global position of each local one."""
    at_criterion: Ints
    at_step: Ints
    """Of each rating: local position of its criterion and its first threshold."""
    block_of: Ints
    constant: Floats
    """Of each rating: its block in the entry; what of its log likelihood no node changes."""
    sum: Floats
    touched: Ints
    stamp: Ints
    score: Floats
    inside: Floats
    info: Floats
    mean: Floats
    cross: Floats
    w: Floats
    block: Floats
    """Log likelihood, then weight of the halo's nodes, by node and block."""
