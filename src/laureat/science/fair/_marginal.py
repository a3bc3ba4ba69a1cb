"""The one pass over the ratings on which both engines stand. Compiled.

For entry n with latent B_n (and, with halo, h_nj for each of its assessors j) the pass returns the
marginal log-likelihood, its gradient and its observed information by Louis' identity (Louis 1982,
JRSS B 44:226): I = E[J] - Cov(s), where J and s are the information and the score of the complete
data. Both expectations are sums over the nodes. In joint mode there is one node, B_n itself, and
the Schur complement over entries is returned instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair._compile import lean
from laureat.science.fair._halo import halo_at, spread_inside, touch
from laureat.science.fair._parts import Groups, Index, Nodes, Out, Rows, Values, Work
from laureat.science.fair._terms import Local, Sums, fill, gather, moments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@lean
def prepare(
    n: int,
    rows: Rows,
    groups: Groups,
    index: Index,
    values: Values,
    me: Local,
    into: Sums,
    work: Work,
) -> int:
    """Gather one entry's ratings; returns how many structural parameters it touches."""
    first, last = rows.block_at[n], rows.block_at[n + 1]
    begin = rows.entry_at[n]
    top = me.ge.shape[0] - 1
    count = last - first
    work.sum[0] = 0.0
    work.sum[1] = 0.0
    for b in range(first, last):
        work.known[b - first] = rows.assessor[b]
    for b in range(first, last):
        severity = values.C[rows.assessor[b]]
        for r in range(rows.rating_at[b], rows.rating_at[b + 1]):
            i = r - begin
            c = rows.criterion[r]
            g = groups.by_criterion[c] + groups.by_assessor[rows.assessor[b]]
            me.delta[i] = severity + values.D[c]
            me.ease[i] = np.exp(-me.delta[i])
            me.x[i] = rows.x[r]
            work.block_of[i] = b - first
            work.constant[i] = -me.x[i] * me.delta[i]
            if rows.x[r] > 0:
                work.constant[i] -= values.cum[g, rows.x[r]]
            work.sum[0] += work.constant[i]
            work.sum[1] += me.x[i]
            into.variance[i] = 0.0
            for k in range(1, top + 1):
                me.ease_step[k, i] = values.ease_step[g, k] if k <= groups.tops[g] else 0.0
                me.cum[k, i] = values.cum[g, k] if k <= groups.tops[g] else np.inf
                into.covariance[k, i] = 0.0
            p = index.criterion + c
            if work.where[p] < 0:
                work.where[p] = count
                work.known[count] = p
                count += 1
            work.at_criterion[i] = work.where[p]
            p = index.step + groups.step_at[g]
            if work.where[p] < 0:
                for k in range(groups.tops[g]):
                    work.where[p + k] = count
                    work.known[count] = p + k
                    count += 1
            work.at_step[i] = work.where[p]
    for i in range(last - first, count):
        work.where[work.known[i]] = -1
    for s in range(into.steps.shape[0]):
        for i in range(rows.entry_at[n + 1] - begin):
            into.steps[s, i] = 0.0
    return int(count)


@lean
def weigh(
    n: int, q: int, rows: Rows, values: Values, nodes: Nodes, me: Local, work: Work, slow: bool
) -> float:
    """Log likelihood of one entry at node q, the halo integrated out; keeps the halo's weights."""
    theta = nodes.place[n, q]
    first = rows.block_at[n]
    begin = rows.entry_at[n]
    H = nodes.h_place.size
    if H == 1:
        last = rows.entry_at[n + 1] - begin
        return float(work.sum[0] + work.sum[1] * theta - fill(me, 0, last, theta, slow))
    value = 0.0
    for b in range(first, rows.block_at[n + 1]):
        low, high = rows.rating_at[b] - begin, rows.rating_at[b + 1] - begin
        best = -np.inf
        constant = 0.0
        weight = 0.0
        for i in range(low, high):
            constant += work.constant[i]
            weight += me.x[i]
        for t in range(H):
            h = halo_at(b, t, theta - nodes.centre[n], nodes)
            z = h / values.halo
            ll = constant + weight * (theta + h) - fill(me, low, high, theta + h, slow)
            ll += nodes.h_weight[t] + np.log(nodes.h_sd[b] / values.halo) - 0.5 * z * z
            work.block[q, b - first, t] = ll
            best = max(best, ll)
        part = 0.0
        for t in range(H):
            part += np.exp(work.block[q, b - first, t] - best)
        part = best + np.log(part)
        for t in range(H):
            work.block[q, b - first, t] = np.exp(work.block[q, b - first, t] - part)
        value += part
    return value


@lean
def run_score(line: Floats, low: int, high: int, single: bool, me: Local, work: Work) -> float:
    """Add the score of a run of ratings at one node to `line`; returns the sum of residuals."""
    top = me.ge.shape[0] - 1
    total = 0.0
    for i in range(low, high):
        e = me.residual[i]
        total += e
        line[work.at_criterion[i]] -= e
        line[work.block_of[i]] -= e
    if single:
        pf = work.at_step[low] - 1
        for k in range(1, top + 1):
            part = 0.0
            for i in range(low, high):
                part += me.ge[k, i] - (1.0 if me.x[i] >= k else 0.0)
            line[pf + k] += part
    else:
        for i in range(low, high):
            pf = work.at_step[i] - 1
            for k in range(1, top + 1):
                if me.ease_step[k, i] > 0.0:
                    line[pf + k] += me.ge[k, i] - (1.0 if me.x[i] >= k else 0.0)
    return total


@lean
def score_node(
    n: int, q: int, A: int, mark: int, single: bool, slow: bool,
    rows: Rows, values: Values, nodes: Nodes, me: Local, into: Sums, work: Work,
) -> float:  # fmt: skip
    """Score and information of the complete data at node q; returns the sum of residuals."""
    theta = nodes.place[n, q]
    begin = rows.entry_at[n]
    H = nodes.h_place.size
    residual = 0.0
    if H == 1:
        last = rows.entry_at[n + 1] - begin
        fill(me, 0, last, theta, slow)
        moments(me, 0, last)
        gather(me, into, 0, last, work.w[q])
        return run_score(work.score[q], 0, last, single, me, work)
    for b in range(rows.block_at[n + 1] - rows.block_at[n]):
        block = rows.block_at[n] + b
        low, high = rows.rating_at[block] - begin, rows.rating_at[block + 1] - begin
        count = touch(b, low, high, mark + b, A - 1, me, work)
        for t in range(H):
            W = work.w[q] * work.block[q, b, t]
            h = halo_at(block, t, theta - nodes.centre[n], nodes)
            for i in range(count):
                work.inside[t, work.touched[i]] = 0.0
            fill(me, low, high, theta + h, slow)
            moments(me, low, high)
            gather(me, into, low, high, W)
            residual += work.block[q, b, t] * run_score(work.inside[t], low, high, single, me, work)
            z = (h / values.halo) ** 2
            work.inside[t, A - 1] = z - 1.0
            work.info[A - 1, A - 1] += 2.0 * W * z
        spread_inside(q, b, count, work)
    return residual


@lean
def settle(n: int, rows: Rows, me: Local, into: Sums, work: Work) -> float:
    """Single ratings' information into the entry's matrix; returns its curvature in B."""
    begin = rows.entry_at[n]
    top = me.ge.shape[0] - 1
    curvature = 0.0
    for b in range(rows.block_at[n], rows.block_at[n + 1]):
        pc = b - rows.block_at[n]
        for i in range(rows.rating_at[b] - begin, rows.rating_at[b + 1] - begin):
            pd, pf = work.at_criterion[i], work.at_step[i] - 1
            variance = into.variance[i]
            curvature += variance
            work.info[pc, pc] += variance
            work.info[pd, pd] += variance
            work.info[pd, pc] += variance
            work.cross[pc] -= variance
            work.cross[pd] -= variance
            at = 0
            for k in range(1, top + 1):
                if me.ease_step[k, i] > 0.0:
                    c = into.covariance[k, i]
                    work.info[pf + k, pc] += c
                    work.info[max(pf + k, pd), min(pf + k, pd)] += c
                    work.cross[pf + k] -= c
                    for j in range(1, k + 1):
                        work.info[pf + k, pf + j] += into.steps[at + j - 1, i]
                at += k
    return curvature


@lean
def prior_score(n: int, q: int, structural: int, nodes: Nodes, values: Values, work: Work) -> None:
    """Score and information of the entry's normal distribution (mean, log of spread)."""
    z = (nodes.place[n, q] - values.mean[n]) / values.spread
    work.score[q, structural] = z / values.spread
    work.score[q, structural + 1] = z * z - 1.0
    work.info[structural, structural] += work.w[q] / (values.spread * values.spread)
    work.info[structural + 1, structural] += 2.0 * work.w[q] * z / values.spread
    work.info[structural + 1, structural + 1] += 2.0 * work.w[q] * z * z


@lean
def hand_over(n: int, A: int, work: Work, out: Out) -> None:
    """The entry's matrix and links to the whole's."""
    at = out.link_at[n]
    for i in range(A):
        pi = work.known[i]
        out.link_of[at + i] = pi
        out.link[at + i] = work.cross[i]
        for j in range(i + 1):
            pj = work.known[j]
            out.info[max(pi, pj), min(pi, pj)] += work.info[i, j]


@lean
def louis(n: int, A: int, structural: int, m: float, nodes: Nodes, work: Work, out: Out) -> None:
    """Take the covariance of the score out of the information; link = cov(B, score)."""
    Q = work.w.size
    for i in range(A):
        out.gradient[work.known[i]] += work.mean[i]
        work.cross[i] = 0.0
    for q in range(Q):
        if work.w[q] == 0.0:
            continue
        away = work.w[q] * (nodes.place[n, q] - m)
        for i in range(A):
            work.score[q, i] -= work.mean[i]
            work.cross[i] += away * work.score[q, i]
        for i in range(A):
            f = work.w[q] * work.score[q, i]
            for j in range(i + 1):
                work.info[i, j] -= f * work.score[q, j]


@lean
def node_weights(
    n: int, joint: bool, rows: Rows, values: Values, nodes: Nodes, me: Local, work: Work, slow: bool
) -> float:
    """Posterior weights of the nodes; returns the marginal log likelihood."""
    best = -np.inf
    for q in range(work.w.size):
        work.w[q] = -np.inf
        if nodes.weight[n, q] > -1e200:
            value = nodes.weight[n, q] + weigh(n, q, rows, values, nodes, me, work, slow)
            if rows.free[n] == 1 and not joint:
                z = (nodes.place[n, q] - values.mean[n]) / values.spread
                value -= 0.5 * z * z + np.log(values.spread) + 0.9189385332046727
            work.w[q] = value
            best = max(best, value)
    part = 0.0
    for q in range(work.w.size):
        work.w[q] = np.exp(work.w[q] - best)
        part += work.w[q]
    for q in range(work.w.size):
        work.w[q] /= part
        if work.w[q] < 1e-15:
            work.w[q] = 0.0
    return float(best + np.log(part))


@lean
def marginal_pass(
    joint: bool, first: int, last: int, rows: Rows, groups: Groups, index: Index, values: Values, nodes: Nodes,
    me: Local, into: Sums, work: Work, out: Out,
) -> float:  # fmt: skip
    """One pass over entries first..last - 1; fills `out`, returns the log likelihood."""
    Q = work.w.size
    single = groups.tops.size == 1
    top = me.ge.shape[0] - 1
    total = 0.0
    mark = 0
    for n in range(first, last):
        structural = prepare(n, rows, groups, index, values, me, into, work)
        A = structural
        if not joint:
            work.known[A] = index.mean[n]
            work.known[A + 1] = index.spread
            A += 2
            if index.halo >= 0:
                work.known[A] = index.halo
                A += 1
        for i in range(A):
            work.mean[i] = 0.0
            work.cross[i] = 0.0
            for j in range(i + 1):
                work.info[i, j] = 0.0
        slow = risky(n, rows, groups, values, nodes, me, top)
        total += node_weights(n, joint, rows, values, nodes, me, work, slow)
        m, v, residual = 0.0, 0.0, 0.0
        for q in range(Q):
            m += work.w[q] * nodes.place[n, q]
        for q in range(Q):
            if work.w[q] == 0.0:
                continue
            v += work.w[q] * (nodes.place[n, q] - m) ** 2
            for i in range(A):
                work.score[q, i] = 0.0
            residual += work.w[q] * score_node(
                n, q, A, mark + 1, single, slow, rows, values, nodes, me, into, work
            )
            mark += rows.block_at[n + 1] - rows.block_at[n]
            if not joint and rows.free[n] == 1:
                prior_score(n, q, structural, nodes, values, work)
            for i in range(A):
                work.mean[i] += work.w[q] * work.score[q, i]
        curvature = settle(n, rows, me, into, work)
        if joint:
            for i in range(A):
                out.gradient[work.known[i]] += work.mean[i] - work.cross[i] * residual / curvature
                for j in range(i + 1):
                    work.info[i, j] -= work.cross[i] * work.cross[j] / curvature
            m, v = residual, curvature
        else:
            louis(n, A, structural, m, nodes, work, out)
        out.mean[n] = m
        out.variance[n] = v
        hand_over(n, A, work, out)
    return total


@lean
def value_pass(
    first: int, last: int, rows: Rows, groups: Groups, index: Index, values: Values, nodes: Nodes,
    me: Local, into: Sums, work: Work,
) -> float:  # fmt: skip
    """The log likelihood of entries first..last - 1 alone."""
    top = me.ge.shape[0] - 1
    total = 0.0
    for n in range(first, last):
        prepare(n, rows, groups, index, values, me, into, work)
        slow = risky(n, rows, groups, values, nodes, me, top)
        total += node_weights(n, False, rows, values, nodes, me, work, slow)
    return total


@lean
def risky(
    n: int, rows: Rows, groups: Groups, values: Values, nodes: Nodes, me: Local, top: int
) -> bool:
    """Could a power exp(k a) leave the range of floating point?"""
    far = 0.0
    for q in range(nodes.place.shape[1]):
        far = max(far, abs(nodes.place[n, q]))
    wide = 0.0
    for i in range(rows.entry_at[n + 1] - rows.entry_at[n]):
        wide = max(wide, abs(me.delta[i]))
    deep = 0.0
    for g in range(groups.tops.size):
        for k in range(groups.tops[g] + 1):
            deep = max(deep, abs(values.cum[g, k]))
    return top * (far + wide + 10.0 * values.halo + 4.0) + deep > 300.0
