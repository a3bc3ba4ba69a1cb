"""The halo of one entry x assessor, integrated inside the entry. Compiled."""

from __future__ import annotations

from laureat.science.fair._compile import lean
from laureat.science.fair._parts import Nodes, Work
from laureat.science.fair._terms import Local


@lean
def halo_at(b: int, t: int, away: float, nodes: Nodes) -> float:
    return float(nodes.h_centre[b] + nodes.h_slope[b] * away + nodes.h_sd[b] * nodes.h_place[t])


@lean
def touch(
    at_assessor: int, low: int, high: int, mark: int, last: int, me: Local, work: Work
) -> int:
    """List the local positions that a block with halo touches, the halo's spread last."""
    top = me.ge.shape[0] - 1
    work.touched[0] = at_assessor
    count = 1
    for i in range(low, high):
        p = work.at_criterion[i]
        if work.stamp[p] != mark:
            work.stamp[p] = mark
            work.touched[count] = p
            count += 1
        p = work.at_step[i]
        if work.stamp[p] != mark:
            work.stamp[p] = mark
            for k in range(1, top + 1):
                if me.ease_step[k, i] > 0.0:
                    work.touched[count] = p + k - 1
                    count += 1
    work.touched[count] = last
    return count + 1


@lean
def spread_inside(q: int, b: int, count: int, work: Work) -> None:
    """Fold the halo's nodes: mean score to the entry's, covariance out of the information."""
    H = work.block.shape[2]
    for i in range(count):
        p = work.touched[i]
        value = 0.0
        for t in range(H):
            value += work.block[q, b, t] * work.inside[t, p]
        work.score[q, p] += value
        for t in range(H):
            work.inside[t, p] -= value
    for t in range(H):
        W = work.w[q] * work.block[q, b, t]
        if W < 1e-16:
            continue
        for i in range(count):
            f = W * work.inside[t, work.touched[i]]
            for j in range(count):
                if work.touched[j] <= work.touched[i]:
                    work.info[work.touched[i], work.touched[j]] -= (
                        f * work.inside[t, work.touched[j]]
                    )
