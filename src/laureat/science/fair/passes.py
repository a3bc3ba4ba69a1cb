"""One pass over the ratings: arrays in, likelihood, gradient, information and links out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from laureat.science.fair._marginal import marginal_pass, value_pass
from laureat.science.fair._parts import Groups, Index, Nodes, Out, Rows, Values, Work
from laureat.science.fair._terms import Local, Sums, local, sums
from laureat.science.fair.data import Floats, Ints
from laureat.science.fair.layout import Layout

Found = TypeVar("Found")
PARALLEL = 20_000
"""From so many ratings on, two threads share a pass."""


@dataclass
class State:
    """The parameters and what the last pass said about them."""

    vector: Floats
    centre: Floats
    """Of each entry: joint: its measure; marginal: mean of its posterior."""
    variance: Floats
    value: float = -np.inf
    gradient: Floats = field(default_factory=lambda: np.zeros(0))
    info: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    link_of: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    link: Floats = field(default_factory=lambda: np.zeros(0))
    nodes: tuple[Floats, Floats] = (np.zeros((0, 0)), np.zeros((0, 0)))
    iterations: int = 0
    prior: float = 0.0
    """Variance of the severities when they are random, else 0."""
    covariance: Floats = field(default_factory=lambda: np.zeros((0, 0)))


def one_pass(
    lay: Layout,
    vector: Floats,
    nodes: tuple[Floats, Floats],
    inner: tuple[Floats, Floats, Floats, Floats, Floats],
    centre: Floats,
    *,
    joint: bool,
) -> State:
    """Likelihood, gradient, information and posterior moments at `vector`."""
    P = lay.structural if joint else lay.size
    mean, variance = np.zeros(centre.size), np.zeros(centre.size)
    link_of, link = np.full(lay.link_at[-1], -1, np.int64), np.zeros(lay.link_at[-1])
    rows, groups, index, values = _read(lay, vector, joint=joint)

    def part(bounds: tuple[int, int]) -> tuple[float, Floats, Floats]:
        gradient, info = np.zeros(P), np.zeros((P, P))
        me, into, work = room(lay, nodes[0].shape[1], inner[0].size)
        value = marginal_pass(
            joint, *bounds, rows, groups, index, values, Nodes(*nodes, centre, *inner),
            me, into, work,
            Out(gradient, info, mean, variance, lay.link_at, link_of, link),
        )  # fmt: skip
        return value, gradient, info

    value, gradient, info = _added(list(_map(part, parts(lay))))
    info += np.tril(info, -1).T
    return State(vector, mean, variance, value, gradient, info, link_of, link, nodes)


def value_at(
    lay: Layout,
    vector: Floats,
    nodes: tuple[Floats, Floats],
    inner: tuple[Floats, Floats, Floats, Floats, Floats],
    centre: Floats,
) -> float:
    """The marginal log likelihood alone: a third of the work of a pass."""
    rows, groups, index, values = _read(lay, vector, joint=False)

    def part(bounds: tuple[int, int]) -> float:
        me, into, work = room(lay, nodes[0].shape[1], inner[0].size)
        return value_pass(
            *bounds, rows, groups, index, values, Nodes(*nodes, centre, *inner), me, into, work
        )

    return sum(_map(part, parts(lay)))


def _read(lay: Layout, vector: Floats, *, joint: bool) -> tuple[Rows, Groups, Index, Values]:
    """What a pass reads, as the compiled loops want it."""
    r, size = lay.ratings, len(lay.ratings.entries)
    spread = 1.0 if joint else float(np.exp(vector[lay.i_spread]))
    halo = float(np.exp(vector[lay.i_halo])) if lay.i_halo >= 0 and not joint else 0.0
    i_mean = lay.structural + lay.subset
    rows = Rows(
        lay.entry_at,
        lay.block_at,
        lay.rating_at,
        lay.block_assessor,
        r.criterion,
        lay.category,
        lay.free,
    )
    groups = Groups(lay.by_criterion, lay.by_assessor, lay.tops, lay.step_at)
    i_halo = -1 if joint else lay.i_halo
    index = Index(lay.first_criterion, lay.first_step, i_mean, lay.i_spread, i_halo)
    values = Values(
        vector[: lay.n_assessors].copy(), vector[lay.first_criterion : lay.first_step].copy(),
        *lay.steps(vector), np.zeros(size) if joint else vector[i_mean], spread, halo,
    )  # fmt: skip
    return rows, groups, index, values


def parts(lay: Layout) -> list[tuple[int, int]]:
    """Two halves of a large set of ratings: fixed, so that sums do not depend on the machine."""
    n = lay.entry_at.size - 1
    if len(lay.ratings) < PARALLEL:
        return [(0, n)]
    middle = int(np.searchsorted(lay.entry_at, len(lay.ratings) // 2))
    return [(0, middle), (middle, n)] if 0 < middle < n else [(0, n)]


def _map(work: Callable[[tuple[int, int]], Found], over: list[tuple[int, int]]) -> Iterable[Found]:
    """In threads when there is more than one part: the compiled loops release the lock."""
    if len(over) == 1:
        return [work(over[0])]
    with ThreadPoolExecutor(len(over)) as pool:
        return list(pool.map(work, over))


def _added(found: list[tuple[float, Floats, Floats]]) -> tuple[float, Floats, Floats]:
    value, gradient, info = found[0]
    for other in found[1:]:
        value, gradient, info = value + other[0], gradient + other[1], info + other[2]
    return value, gradient, info


def room(lay: Layout, points: int, halo_points: int) -> tuple[Local, Sums, Work]:
    """Scratch for the longest entry."""
    most, top = int(np.diff(lay.entry_at).max()), int(lay.tops.max())
    wide, blocks = int(np.diff(lay.link_at).max()), int(np.diff(lay.block_at).max())
    work = Work(
        np.full(lay.size, -1, np.int64), np.zeros(wide, np.int64), np.zeros(most, np.int64),
        np.zeros(most, np.int64), np.zeros(most, np.int64), np.zeros(most), np.zeros(2),
        np.zeros(wide, np.int64), np.zeros(wide, np.int64), np.zeros((points, wide)), np.zeros((halo_points, wide)), np.zeros((wide, wide)),
        np.zeros(wide), np.zeros(wide), np.zeros(points), np.zeros((points, blocks, halo_points)),
    )  # fmt: skip
    return local(most, top), sums(most, top), work
