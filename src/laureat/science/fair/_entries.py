"""Loops over entries with the structural parameters fixed: residuals, Warm's measure, fit. Compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair._compile import compiled, lean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@lean
def categories(
    a: float, g: int, tops: Ints, ease_step: Floats, cum: Floats, ge: Floats
) -> tuple[float, float]:
    """Expectation and variance of the category; ge[k] = P(X >= k) for k = 1..top."""
    top = tops[g]
    total = 1.0
    if top * abs(a) + abs(cum[g, top]) < 300.0:
        ea = np.exp(a)
        term = 1.0
        for k in range(1, top + 1):
            term *= ea * ease_step[g, k]
            ge[k] = term
            total += term
    else:
        shift = 0.0
        for k in range(1, top + 1):
            shift = max(shift, k * a - cum[g, k])
        total = np.exp(-shift)
        for k in range(1, top + 1):
            ge[k] = np.exp(k * a - cum[g, k] - shift)
            total += ge[k]
    inverse = 1.0 / total
    tail = 0.0
    mean = 0.0
    square = 0.0
    for k in range(top, 0, -1):
        tail += ge[k] * inverse
        ge[k] = tail
        mean += tail
        square += (2 * k - 1) * tail
    return mean, square - mean * mean


@compiled
def residuals(
    theta: Floats, entry_at: Ints, assessor: Ints, criterion: Ints, x: Ints,
    by_criterion: Ints, by_assessor: Ints, tops: Ints, C: Floats, D: Floats, ease_step: Floats, cum: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Of each entry: sum of x - E and sum of V."""
    total, curvature = np.zeros(theta.size), np.zeros(theta.size)
    ge = np.zeros(ease_step.shape[1])
    for n in range(theta.size):
        for r in range(entry_at[n], entry_at[n + 1]):
            g = by_criterion[criterion[r]] + by_assessor[assessor[r]]
            a = theta[n] - C[assessor[r]] - D[criterion[r]]
            mean, variance = categories(a, g, tops, ease_step, cum, ge)
            total[n] += x[r] - mean
            curvature[n] += variance
    return total, curvature


@lean
def third(top: int, ge: Floats, mean: float, variance: float) -> float:
    """Third central moment from P(X >= k)."""
    cube = 0.0
    for k in range(1, top + 1):
        cube += (3.0 * k * k - 3.0 * k + 1.0) * ge[k]
    return float(cube - 3.0 * mean * variance - mean * mean * mean)


@compiled
def warm(
    theta: Floats, entry_at: Ints, assessor: Ints, criterion: Ints, x: Ints,
    by_criterion: Ints, by_assessor: Ints, tops: Ints, C: Floats, D: Floats, ease_step: Floats, cum: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Warm's weighted likelihood estimate and 1/sqrt(sum V): sum(x - E) + sum(K3)/(2 sum(V)) = 0."""
    place, error = theta.copy(), np.zeros(theta.size)
    ge = np.zeros(ease_step.shape[1])
    for n in range(theta.size):
        t = place[n]
        curvature = 1.0
        low, high = -60.0, 60.0
        for _ in range(200):
            residual, curvature, skew = 0.0, 0.0, 0.0
            for r in range(entry_at[n], entry_at[n + 1]):
                g = by_criterion[criterion[r]] + by_assessor[assessor[r]]
                a = t - C[assessor[r]] - D[criterion[r]]
                mean, variance = categories(a, g, tops, ease_step, cum, ge)
                residual += x[r] - mean
                curvature += variance
                skew += third(tops[g], ge, mean, variance)
            slope = residual + 0.5 * skew / curvature
            if slope > 0.0:
                low = t
            else:
                high = t
            step = min(1.0, max(-1.0, slope / curvature))
            new = t + step
            if new <= low or new >= high:
                new = 0.5 * (low + high)
            done = abs(new - t) < 1e-10
            t = new
            if done:
                break
        place[n] = t
        error[n] = 1.0 / np.sqrt(curvature)
    return place, error


@compiled
def standardised(
    theta: Floats, entry: Ints, assessor: Ints, criterion: Ints, x: Ints,
    by_criterion: Ints, by_assessor: Ints, tops: Ints, C: Floats, D: Floats, ease_step: Floats, cum: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Of each rating: expectation and variance of its category."""
    expected, variance = np.zeros(x.size), np.zeros(x.size)
    ge = np.zeros(ease_step.shape[1])
    for r in range(x.size):
        g = by_criterion[criterion[r]] + by_assessor[assessor[r]]
        a = theta[entry[r]] - C[assessor[r]] - D[criterion[r]]
        expected[r], variance[r] = categories(a, g, tops, ease_step, cum, ge)
    return expected, variance


@compiled
def draw(
    place: Floats, uniform: Floats, assessor: Ints, criterion: Ints,
    by_criterion: Ints, by_assessor: Ints, tops: Ints, C: Floats, D: Floats, ease_step: Floats, cum: Floats,
) -> Ints:  # fmt: skip
    """A category for each rating from the model, by inversion of `uniform`."""
    x = np.zeros(assessor.size, np.int64)
    ge = np.zeros(ease_step.shape[1])
    for r in range(assessor.size):
        g = by_criterion[criterion[r]] + by_assessor[assessor[r]]
        a = place[r] - C[assessor[r]] - D[criterion[r]]
        categories(a, g, tops, ease_step, cum, ge)
        for k in range(1, tops[g] + 1):
            if uniform[r] < ge[k]:
                x[r] = k
    return x


@compiled
def halo_modes(
    theta: Floats, precision: float, block_entry: Ints, rating_at: Ints, block_assessor: Ints,
    criterion: Ints, x: Ints, by_criterion: Ints, by_assessor: Ints, tops: Ints, C: Floats, D: Floats,
    ease_step: Floats, cum: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Of each block (entry x assessor): mode of its halo at the entry's centre, and curvature."""
    mode, curve = np.zeros(block_entry.size), np.zeros(block_entry.size)
    ge = np.zeros(ease_step.shape[1])
    for b in range(block_entry.size):
        h = 0.0
        total = 1.0
        for _ in range(6):
            residual, total = 0.0, 0.0
            for r in range(rating_at[b], rating_at[b + 1]):
                g = by_criterion[criterion[r]] + by_assessor[block_assessor[b]]
                a = theta[block_entry[b]] + h - C[block_assessor[b]] - D[criterion[r]]
                mean, variance = categories(a, g, tops, ease_step, cum, ge)
                residual += x[r] - mean
                total += variance
            step = (residual - precision * h) / (total + precision)
            h += min(1.5, max(-1.5, step))
            if abs(step) < 1e-3:
                break
        mode[b] = h
        curve[b] = total
    return mode, curve
