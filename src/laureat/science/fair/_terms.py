"""Category probabilities of a run of ratings of one entry, category by category, so that the inner
loops run over ratings and become vector instructions. Compiled.

P(X = k) is proportional to exp(k a - cum_k), a = B + h - C - D, cum_k = F_1 + ... + F_k.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair._compile import vectorised

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Local(NamedTuple):
    """One entry's ratings: columns run over its ratings."""

    delta: Floats
    ease: Floats
    """exp(-C - D)"""
    x: Floats
    ease_step: Floats
    """exp(-F_k), by category and rating; 0 above the rating's highest category."""
    cum: Floats
    ge: Floats
    """P(X >= k), by category and rating."""
    total: Floats
    term: Floats
    mean: Floats
    residual: Floats
    variance: Floats


class Sums(NamedTuple):
    """Expected information of single ratings, summed over nodes."""

    variance: Floats
    covariance: Floats
    """cov(x, 1[x >= k]), by category and rating."""
    steps: Floats
    """cov(1[x >= k], 1[x >= j]), j <= k, by pair and rating."""


def local(most: int, top: int) -> Local:
    """Room for the longest entry."""
    line, table = np.zeros((7, most)), np.zeros((3, top + 1, most))
    return Local(
        line[0], line[1], line[2], table[0], table[1], table[2], line[3], line[4], line[5], line[6],
        np.zeros(most),
    )  # fmt: skip


def sums(most: int, top: int) -> Sums:
    return Sums(np.zeros(most), np.zeros((top + 1, most)), np.zeros((top * (top + 1) // 2, most)))


@vectorised
def fill(me: Local, begin: int, end: int, place: float, slow: bool) -> float:
    """Unnormalised probabilities into `ge`, their sums into `total`; returns sum of log totals."""
    top = me.ge.shape[0] - 1
    if slow:
        value = 0.0
        for r in range(begin, end):
            a = place - me.delta[r]
            shift = 0.0
            for k in range(1, top + 1):
                shift = max(shift, k * a - me.cum[k, r])
            total = np.exp(-shift)
            for k in range(1, top + 1):
                me.ge[k, r] = np.exp(k * a - me.cum[k, r] - shift)
                total += me.ge[k, r]
            me.total[r] = total
            value += np.log(total) + shift
        return float(value)
    u = np.exp(place)
    for r in range(begin, end):
        me.term[r] = 1.0
        me.total[r] = 1.0
        me.mean[r] = u * me.ease[r]
    for k in range(1, top + 1):
        for r in range(begin, end):
            term = me.term[r] * me.mean[r] * me.ease_step[k, r]
            me.term[r] = term
            me.ge[k, r] = term
            me.total[r] += term
    value = 0.0
    product = 1.0
    for r in range(begin, end):
        product *= me.total[r]
        if product > 1e150:
            value += np.log(product)
            product = 1.0
    return float(value + np.log(product))


@vectorised
def moments(me: Local, begin: int, end: int) -> None:
    """From `fill`: P(X >= k), residual and variance."""
    top = me.ge.shape[0] - 1
    for r in range(begin, end):
        me.total[r] = 1.0 / me.total[r]
        me.term[r] = 0.0
        me.mean[r] = 0.0
        me.variance[r] = 0.0
    for k in range(top, 0, -1):
        for r in range(begin, end):
            tail = me.term[r] + me.ge[k, r] * me.total[r]
            me.term[r] = tail
            me.ge[k, r] = tail
            me.mean[r] += tail
            me.variance[r] += (2 * k - 1) * tail
    for r in range(begin, end):
        me.variance[r] -= me.mean[r] * me.mean[r]
        me.residual[r] = me.x[r] - me.mean[r]


@vectorised
def gather(me: Local, into: Sums, begin: int, end: int, weight: float) -> None:
    """Add the information of the ratings, times the weight of the node."""
    top = me.ge.shape[0] - 1
    for r in range(begin, end):
        into.variance[r] += weight * me.variance[r]
        me.term[r] = 0.0
    at = top * (top + 1) // 2
    for k in range(top, 0, -1):
        for r in range(begin, end):
            tail = me.ge[k, r]
            into.covariance[k, r] += weight * ((k - me.mean[r]) * tail + me.term[r])
            me.term[r] += tail
        at -= k
        for j in range(1, k + 1):
            for r in range(begin, end):
                into.steps[at + j - 1, r] += weight * me.ge[k, r] * (1.0 - me.ge[j, r])
