"""The largest sum of affinities, exactly: a flow of least cost, with prices that prove it.

    max Σ a_ij x_ij   Σ_j x_ij = d_i,   l_j ≤ Σ_i x_ij ≤ c_j,   0 ≤ x_ij ≤ cap, x_ij = 0 in conflict

The matrix of such a program is totally unimodular, so a flow is integral without rounding (Ahuja,
Magnanti, Orlin, *Network Flows*, 1993, ch. 9–11; Taylor 2008 for papers and reviewers). It is
solved by OR-tools' cost-scaling push-relabel (Goldberg 1997) on whole numbers, over the `KEPT`
best assessors of each entry; least loads are supplies taken from the assessors themselves.

**Proof.** For the flow found, prices u (entries) and v (assessors) with complementary slackness
are shortest distances in its residual network. By weak duality any u, v bound *every* assignment:

    Σ a_ij x_ij ≤ Σ d_i u_i + Σ_j (c_j v_j⁺ − l_j v_j⁻) + cap · Σ_ij (a_ij − u_i − v_j)⁺

Pairs that were left out and have a_ij > u_i + v_j come back and the flow is solved again; when
none has, the bound equals the value and the optimum is proven over all pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from laureat.science.assigning.network import CheapestFlow
from laureat.science.assigning.problem import Bools, Floats, Ints, Problem

KEPT = 40
SAMPLE, TURNS = 400, 60
_TOP = 2.0**40


@dataclass(frozen=True, eq=False)
class Network:
    """A transport problem in whole numbers; `cap` is the most a pair may carry."""

    value: Floats
    allowed: Bools
    demand: Ints
    most: Ints
    least: Ints
    cap: int = 1


@dataclass(frozen=True, eq=False)
class Flow:
    """Amounts on pairs, and prices in units of `value`."""

    rows: Ints
    columns: Ints
    amounts: Ints
    entry: Floats
    assessor: Floats
    value: float
    bound: float


def remaining(task: Problem) -> Network:
    """What is left to decide after the pinned pairs."""
    if not task.pinned.any():
        return Network(task.value, task.allowed, task.demand, task.most, task.least)
    by_entry, by_assessor = task.pinned.sum(axis=1), task.pinned.sum(axis=0)
    return Network(
        task.value,
        task.allowed & ~task.pinned,
        task.demand - by_entry,
        task.most - by_assessor,
        np.maximum(task.least - by_assessor, 0),
    )


def solve(net: Network, kept: int = KEPT) -> Flow | None:
    """The optimum with its proof, or None when no flow meets demands and loads."""
    chosen = candidates(net, net.value, kept)
    step = whole(net.value)
    # Where all want the same few: the best at guessed prices, more of them, everybody.
    wider = [] if kept >= net.value.shape[1] else [net.value.shape[1], 4 * kept, kept]
    prices: Floats | None = None
    while True:
        rows, columns = np.nonzero(chosen)
        costs = np.rint(net.value[rows, columns] / step).astype(np.int64)
        amounts = _run(net, rows, columns, costs)
        if amounts is None:
            if not wider:
                return None
            prices = guess(net) if prices is None else prices
            chosen = candidates(net, net.value - prices, wider.pop())
            continue
        entry, assessor = _prices(net, rows, columns, costs, amounts)
        u = np.asarray(entry * step, dtype=np.float64)
        v = np.asarray(assessor * step, dtype=np.float64)
        bound, slack = weak_bound(net, net.value, u, v)
        better = (slack > step) & net.allowed & ~chosen
        if not better.any():
            break
        chosen |= better
    used = amounts > 0
    value = math.fsum(net.value[rows[used], columns[used]] * amounts[used])
    return Flow(
        rows[used],
        columns[used],
        amounts[used],
        u,
        v,
        value,
        max(value, bound),
    )


def guess(net: Network) -> Floats:
    """About the prices at which nobody is wanted too often or too seldom.

    On a sample of entries everybody takes their best; prices rise where too many come and fall
    where too few do, by steps that shrink; the mean of the later half is steadier than the last.
    """
    n, m = net.value.shape
    sample = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(np.int64))
    value = np.where(net.allowed[sample], net.value[sample], -np.inf).astype(np.float32)
    want = np.repeat(np.arange(sample.size), np.minimum(net.demand[sample] // net.cap, m))
    share = net.demand.sum() / max(1, want.size * net.cap)
    spread = float(np.ptp(net.value[sample]))
    order = np.concatenate([np.arange(k) for k in np.bincount(want, minlength=sample.size)])
    depth = int(order.max(initial=0)) + 1
    price, mean = np.zeros(m, dtype=np.float32), np.zeros(m)
    for turn in range(TURNS):
        ranked = np.argpartition(price - value, min(depth, m - 1), axis=1)[:, :depth]
        load = np.bincount(ranked[want, order], minlength=m) * share * net.cap
        above, below = load - net.most, load - net.least
        away = np.maximum(above, 0) + np.minimum(below, 0)
        away = np.where(price > 0, above, np.where(price < 0, below, away))
        step = spread * 0.6 / (4 + turn) * np.clip(away / np.maximum(net.most, 1), -1, 1)
        moved = price + step
        price = np.where(price * moved < 0, 0, moved).astype(np.float32)
        if 2 * turn >= TURNS:
            mean += price / (TURNS - TURNS // 2)
    return mean


def candidates(net: Network, value: Floats, kept: int) -> Bools:
    """The best `kept` pairs of each entry, and more for assessors whom nobody has among them."""
    n, m = net.value.shape
    kept = max(kept, -(-2 * int(net.demand.max(initial=0)) // net.cap))
    if kept >= m:
        return net.allowed.copy()
    score = np.where(net.allowed, value, -np.inf).astype(np.float32)
    best = np.argpartition(score, m - kept, axis=1)[:, m - kept :]
    chosen = np.zeros((n, m), dtype=np.bool_)
    np.put_along_axis(chosen, best, values=True, axis=1)
    chosen &= net.allowed
    need = np.minimum(-(-3 * net.least // net.cap) // 2, n)
    for j in np.flatnonzero(chosen.sum(axis=0) < need):
        top = np.argpartition(-score[:, j], need[j] - 1)[: need[j]]
        chosen[top, j] = net.allowed[top, j]
    return chosen


def whole(value: Floats) -> float:
    """The unit of whole numbers: an exact decimal one if there is one, otherwise a very fine one."""
    largest = max(float(np.abs(value).max(initial=0.0)), 1e-300)
    for digits in range(5):
        if largest * 10**digits < _TOP:
            scaled = value[:: max(1, value.shape[0] // 8)] * 10.0**digits
            if _integral(scaled) and _integral(value * 10.0**digits):
                return 10.0**-digits
    return float(2.0 ** (math.ceil(math.log2(largest)) - 32))


def _integral(values: Floats) -> bool:
    return bool((np.abs(values - np.rint(values)) < 1e-9).all())


def _run(net: Network, rows: Ints, columns: Ints, costs: Ints) -> Ints | None:
    n, m = net.value.shape
    total, sure = int(net.demand.sum()), int(net.least.sum())
    if total < sure or bool((net.most < 0).any()) or bool((net.demand < 0).any()):
        return None
    solver, people = CheapestFlow(), np.arange(n, n + m)
    arcs = solver.arcs(rows, columns + n, np.full(rows.size, net.cap), -costs)
    solver.arcs(people, np.full(m, n + m), np.minimum(net.most - net.least, total))
    supplies = np.concatenate([net.demand, -net.least, [sure - total]])
    return solver.amounts(arcs) if solver.solve(supplies) else None


def _prices(
    net: Network, rows: Ints, columns: Ints, costs: Ints, amounts: Ints
) -> tuple[Ints, Ints]:
    """Shortest distances in the residual network (Bellman–Ford on whole numbers, so exact).

    With p = u and q = −v: an arc in use asks p_i ≤ q_j + a, one with room left asks q_j ≤ p_i − a;
    an assessor below the most may not have v_j > 0, one above the least may not have v_j < 0.
    """
    n, m = net.value.shape
    used, free = amounts > 0, amounts < net.cap
    up_i, up_j, up_a = rows[used], columns[used], costs[used]
    order = np.argsort(columns[free], kind="stable")
    down_i, down_j, down_a = rows[free][order], columns[free][order], costs[free][order]
    starts = np.flatnonzero(np.r_[True, down_j[1:] != down_j[:-1]]) if down_j.size else down_j
    heads = down_j[starts]
    first = np.flatnonzero(np.r_[True, up_i[1:] != up_i[:-1]]) if up_i.size else up_i
    tails = up_i[first]
    load = np.zeros(m, dtype=np.int64)
    np.add.at(load, columns, amounts)
    below, above = load < net.most, load > net.least
    p, q, root = np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64), 0
    for _ in range(2 * (n + m) + 2):
        before = (p.copy(), q.copy(), root)
        if first.size:
            p[tails] = np.minimum(p[tails], np.minimum.reduceat(q[up_j] + up_a, first))
        if starts.size:
            q[heads] = np.minimum(q[heads], np.minimum.reduceat(p[down_i] - down_a, starts))
        root = min(root, int(q[below].min(initial=root)))
        q[above] = np.minimum(q[above], root)
        if root == before[2] and np.array_equal(p, before[0]) and np.array_equal(q, before[1]):
            return p - root, root - q
    raise ArithmeticError("the flow is not optimal: its residual network has a negative cycle")


def weak_bound(net: Network, value: Floats, u: Floats, v: Floats) -> tuple[float, Floats]:
    """What no flow of `value` can pass, by these prices; and value − u − v for each pair."""
    slack = value - u[:, None]
    slack -= v[None, :]
    positive = slack[(slack > 0) & net.allowed]
    bound = math.fsum(
        [
            math.fsum(net.demand * u),
            math.fsum(net.most * np.maximum(v, 0)),
            -math.fsum(net.least * np.maximum(-v, 0)),
            net.cap * math.fsum(positive),
        ]
    )
    return bound, slack
