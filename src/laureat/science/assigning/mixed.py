"""Assignments with floors and team rules: a linear program, then a small whole-number one.

    max Σ a_ij x_ij   over flows of `flow`, with rows Σ_j g_rj x_ij ≥ b_r for entries i(r)

The linear program (HiGHS interior point with crossover, through scipy) runs over the pairs that
are best at the prices of the plain optimum; rows join when they are broken. Its solution is whole
for nearly all entries; the few others are freed together and settled by branch and bound.

**Proof.** For multipliers y_r ≥ 0 of the rows and any prices u, v, with
a'_ij = a_ij + Σ_{r of i} y_r g_rj, every permitted assignment is worth at most

    Σ d_i u_i + Σ_j (c_j v_j⁺ − l_j v_j⁻) + Σ_ij (a'_ij − u_i − v_j)⁺ − Σ_r y_r b_r

(Lagrange; weak duality), computed over *all* pairs, not only those of the program. Pairs with
a'_ij > u_i + v_j come back first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from laureat.science.assigning import rows as side
from laureat.science.assigning.flow import KEPT, Flow, Network, candidates, weak_bound
from laureat.science.assigning.flow import solve as flow_of
from laureat.science.assigning.problem import Bools, Floats, Ints, Problem
from laureat.science.assigning.rows import FLOOR, Rows

SMALL = 20_000
"""Up to so many pairs, all of them enter one whole-number program."""
MIDDLE = 150_000
"""Up to so many, one over the pairs that can still matter closes what gap is left."""
NODES = 500
SECONDS = 30.0
PATIENCE = 60.0
"""Seconds of the last program on a machine that has much else to do; some where it has not."""
WIDE = 1e-3
"""A gap that is worth it."""
GAP = 1e-4
_WIDTH = 12
TURNS = 4
"""How often more entries are decided anew, the last time all of them."""
_MANY = 800
_NONE = 2
"""What scipy says where there is no solution, not even with all the time."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """A whole solution (without pinned pairs), what none can pass, and prices."""

    chosen: Bools
    bound: float
    entry: Floats
    assessor: Floats


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A linear program's optimum."""

    x: Floats
    value: float
    entry: Floats
    assessor: Floats
    multipliers: Floats


def columns(task: Problem, net: Network, plain: Flow, poor: Bools | None = None) -> Bools:
    """Pairs worth looking at: good at the plain optimum's prices, and some for every rule.

    poor: entries that a floor will lift; for them also pairs that are good at lower prices.
    """
    n, m = task.shape
    if n * m <= SMALL:
        return net.allowed.copy()
    width = max(_WIDTH, 3 * int(net.demand.max(initial=0)))
    value = net.value + _jitter(net)
    priced = value - plain.assessor
    chosen = candidates(net, priced, width)
    chosen[plain.rows, plain.columns] = True
    if poor is not None:
        some = np.flatnonzero(poor & (net.demand > 0))
        for share in (0.0, 0.3):
            score = np.where(net.allowed[some], value[some] - share * plain.assessor, -np.inf)
            best = np.argpartition(score, m - _WIDTH, axis=1)[:, m - _WIDTH :]
            chosen[some[:, None], best] = net.allowed[some[:, None], best]
    for rule in task.rules:
        if not (rule.least > 0).any() and not (rule.most < task.demand).any():
            continue
        for who in (rule.members, ~rule.members):
            score = np.where(who & net.allowed, priced, -np.inf)
            best = np.argpartition(score, m - min(m, 6), axis=1)[:, -min(m, 6) :]
            extra = np.zeros((n, m), dtype=np.bool_)
            np.put_along_axis(extra, best, values=True, axis=1)
            chosen |= extra & who & net.allowed
    return chosen


def _jitter(net: Network) -> Floats:
    """Differences far below those of worth, so that among equals each entry looks at others."""
    n, m = net.value.shape
    turn = np.arange(n)[:, None] * 0.6180339887498949 + np.arange(m)[None, :] * 0.7548776662466927
    return np.asarray(np.mod(turn, 1.0) * (1e-5 * np.ptp(net.value)), dtype=np.float64)


def relax(
    task: Problem, net: Network, chosen: Bools, rows: Rows, *, cap: float | None = None
) -> Relaxed | None:
    """The linear program over `chosen`; with `cap` its aim is the largest floor up to `cap`."""
    n, m = task.shape
    ii, jj = np.nonzero(chosen)
    size = ii.size
    ones, order = np.ones(size), np.arange(size)
    demand = sparse.csr_matrix((ones, (ii, order)), shape=(n, size))
    load = sparse.csr_matrix((ones, (jj, order)), shape=(m, size))
    rule = side.matrix(task, rows, ii, jj)
    low = np.flatnonzero(net.least > 0)
    blocks = [load, -load[low], -rule]
    right = np.concatenate([net.most, -net.least[low], -right_sides(task, rows)])
    goal, upper = -net.value[ii, jj], np.ones(size)
    if cap is not None:
        height = (rows.kind == FLOOR).astype(float)
        blocks = [
            sparse.hstack([block, sparse.csr_matrix(extra.reshape(-1, 1))])
            for block, extra in zip(blocks, (np.zeros(m), np.zeros(low.size), height), strict=True)
        ]
        demand = sparse.hstack([demand, sparse.csr_matrix((n, 1))])
        goal, upper = np.append(np.zeros(size), -1.0), np.append(upper, cap)
    bounds = np.stack([np.zeros(goal.size), upper], axis=1)
    if cap is not None:
        bounds[-1, 0] = -np.inf
    found = linprog(
        goal,
        A_ub=sparse.vstack(blocks).tocsc(),
        b_ub=right,
        A_eq=demand.tocsc(),
        b_eq=net.demand,
        bounds=bounds,
        method="highs-ipm",
    )
    if found.status != 0:
        return None
    dual = -np.asarray(found.ineqlin.marginals)
    assessor = dual[:m].copy()
    assessor[low] -= dual[m : m + low.size]
    return Relaxed(
        np.asarray(found.x[:size]),
        -float(found.fun),
        -np.asarray(found.eqlin.marginals),
        assessor,
        np.maximum(dual[m + low.size :], 0.0),
    )


def right_sides(task: Problem, rows: Rows) -> Floats:
    """Right sides after what pinned pairs already bring."""
    if not task.pinned.any():
        return rows.bound
    ii, jj = np.nonzero(task.pinned)
    pinned = side.matrix(task, rows, ii, jj) @ np.ones(ii.size)
    return np.asarray(rows.bound - pinned, dtype=np.float64)


def proven(
    task: Problem, net: Network, rows: Rows, found: Relaxed, aim: float
) -> tuple[float, Bools]:
    """The bound over all pairs, and the pairs that the program lacks. aim: 1 sum, 0 floor."""
    value = net.value * aim
    weight = found.multipliers
    for number in np.flatnonzero(weight > 0):
        value[rows.entry[number]] += weight[number] * side.gains(task, rows, int(number))
    bound, slack = weak_bound(net, value, found.entry, found.assessor)
    better = (slack > 1e-9) & net.allowed
    if aim == 0 and better.any() and net.value.shape[1] > KEPT:
        some = np.unique(rows.entry[weight > 0])
        near = slack[some] + _jitter(net)[some]
        best = np.argpartition(-near, _WIDTH, axis=1)[:, :_WIDTH]
        better[some[:, None], best] = net.allowed[some[:, None], best]
    return bound - float(weight @ right_sides(task, rows)), better


def solve(
    task: Problem, net: Network, chosen: Bools, height: float | None, *, turns: int = TURNS
) -> Mixed | None:
    """Relax, price, settle in so many `turns`. None when no solution was found."""
    rows = side.every_row(task, height)
    relaxed, used, chosen = program(task, net, chosen, rows)
    if relaxed is None:
        return None
    bound, _ = proven(task, net, used, relaxed, 1.0)
    whole, limit = settle(task, net, chosen, rows, relaxed.x, turns)
    if whole is None:
        return None
    bound = min(bound, limit)
    gap = bound - float(net.value[whole].sum())
    # With rules about people it need not end, and a proposal of teams is waited for.
    if SMALL < whole.size <= MIDDLE and not task.rules and gap > WIDE * abs(bound):
        # A pair that loses more than the gap stands in nothing better than what was found.
        near = whole | (net.allowed & (_reduced(task, net, used, relaxed) >= -gap))
        right = Rows(rows.kind, rows.entry, rows.sign, right_sides(task, rows))
        every = np.ones(task.shape[0], dtype=np.bool_)
        again, limit = _branch(task, net, near, right, every, thorough=True)
        if again is not None and float(net.value[again].sum()) >= bound - gap:
            whole, bound = again, min(bound, max(limit, bound - gap))
    return Mixed(whole, bound, relaxed.entry, relaxed.assessor)


def _reduced(task: Problem, net: Network, rows: Rows, found: Relaxed) -> Floats:
    """What each pair gains above the prices of the linear program."""
    value = net.value.copy()
    for number in np.flatnonzero(found.multipliers > 0):
        gain = side.gains(task, rows, int(number))
        value[rows.entry[number]] += found.multipliers[number] * gain
    return np.asarray(value - found.entry[:, None] - found.assessor, dtype=np.float64)


def impossible(task: Problem, net: Network, chosen: Bools, height: float) -> bool:
    """Whether it is proven that no teams of `chosen` pairs lift every entry to `height`."""
    rows = side.every_row(task, height)
    right = Rows(rows.kind, rows.entry, rows.sign, right_sides(task, rows))
    ii, jj = np.nonzero(chosen)
    n, m = task.shape
    found = milp(
        np.zeros(ii.size),
        constraints=constraints(task, net, right, ii, jj, np.arange(n)),
        integrality=np.full(ii.size, n * m <= SMALL, dtype=np.int64),
        bounds=Bounds(0, 1),
        options=_effort(task, np.ones(n, dtype=np.bool_), ii.size),
    )
    return bool(found.status == _NONE)


def program(
    task: Problem, net: Network, chosen: Bools, rows: Rows
) -> tuple[Relaxed | None, Rows, Bools]:
    """The linear program with the rows and the pairs that matter, and which these are."""
    used = rows if chosen.size <= SMALL else side.no_rows()
    right = Rows(rows.kind, rows.entry, rows.sign, right_sides(task, rows))
    found, priced = None, used  # the rows that the last program knew
    for turn in range(12):
        if turn or len(used) == len(rows):
            found, priced = relax(task, net, chosen, used), used
            if found is None:
                return None, used, chosen
        ii, jj = np.nonzero(chosen)
        x = found.x if found is not None else _start(net, ii, jj)
        if found is not None and not side.broken(task, right, ii, jj, x).any():
            break
        near = 0.02 if found is None else 0.005
        used = used.joined(rows.only(side.broken(task, right, ii, jj, x, near)))
    return found, priced, chosen


def _start(net: Network, ii: Ints, jj: Ints) -> Floats:
    """A first guess without rules: the plain optimum over these pairs."""
    allowed = np.zeros_like(net.allowed)
    allowed[ii, jj] = True
    plain = flow_of(
        Network(net.value, allowed, net.demand, net.most, net.least), net.value.shape[1]
    )
    x = np.zeros(ii.size)
    if plain is not None:
        x[
            np.searchsorted(
                ii * net.value.shape[1] + jj, plain.rows * net.value.shape[1] + plain.columns
            )
        ] = 1
    return x


def settle(
    task: Problem, net: Network, chosen: Bools, rows: Rows, x: Floats, turns: int
) -> tuple[Bools | None, float]:
    """Whole numbers near x, with a bound if all was decided at once.

    Entries that are not whole, or break a row, are decided anew; if that cannot be, with more
    entries around them.
    """
    ii, jj = np.nonzero(chosen)
    n, m = task.shape
    whole = x > 0.5
    right = Rows(rows.kind, rows.entry, rows.sign, right_sides(task, rows))
    small = n * m <= _at_once(task)
    free = np.full(n, small)
    free[ii[np.abs(x - whole) > 1e-6]] = True
    free[rows.entry[side.broken(task, right, ii, jj, whole.astype(float))]] = True
    for turn in range(1 if small else turns):
        held = whole & ~free[ii]
        taken = np.bincount(jj[held], minlength=m)
        local = Network(net.value, chosen, net.demand, net.most - taken, net.least - taken)
        wide = net.allowed if turn and free.sum() * m <= 2 * SMALL else chosen
        if turn == TURNS - 1 and n * KEPT <= 2 * SMALL:
            wide, free[:] = chosen | candidates(net, net.value + _jitter(net), KEPT), True
            held, taken = held & False, np.zeros_like(taken)
            local = Network(net.value, wide, net.demand, net.most, net.least)
        own = right.only(free[right.entry])
        part, limit = _branch(task, local, wide & free[:, None], own, free)
        if part is not None:
            part[ii[held], jj[held]] = True
            return part, limit if small else np.inf
        if free.sum() > _MANY or (free.all() and wide.sum() == net.allowed.sum()):
            break
        wanted = np.unique(jj[free[ii]])
        near = np.unique(ii[whole & np.isin(jj, wanted) & ~free[ii]])
        free[near[:: max(1, near.size // max(20, 2 * int(free.sum())))]] = True
    return None, np.inf


def _at_once(task: Problem) -> int:
    """Up to so many pairs are decided together and to the end. With rules about people that takes
    far longer, and somebody waits for a proposal.
    """
    return SMALL // 5 if task.rules else SMALL


def _effort(task: Problem, free: Bools, size: int) -> dict[str, float]:
    """How exactly, and with how many nodes; the clock stops only what would not end at all."""
    if size <= _at_once(task) and free.all():
        return {"mip_rel_gap": 0.0, "node_limit": 10 * NODES, "time_limit": SECONDS}
    gap = GAP * (1 if free.sum() <= 100 else 3)
    nodes = int(np.clip(NODES * 4_000 // size, 20, NODES))
    return {"mip_rel_gap": gap, "node_limit": nodes, "time_limit": SECONDS}


def _branch(
    task: Problem, net: Network, chosen: Bools, rows: Rows, free: Bools, *, thorough: bool = False
) -> tuple[Bools | None, float]:
    """Branch and bound over `chosen` pairs of the `free` entries; its solution and its bound."""
    ii, jj = np.nonzero(chosen)
    result = np.zeros(task.shape, dtype=np.bool_)
    if not ii.size:
        return (None if (net.demand[free] > 0).any() or (net.least > 0).any() else result), 0.0
    found = milp(
        -net.value[ii, jj],
        constraints=constraints(task, net, rows, ii, jj, np.flatnonzero(free)),
        integrality=np.ones(ii.size),
        bounds=Bounds(0, 1),
        options=_effort(task, free, ii.size)
        | ({"mip_rel_gap": 0.0, "node_limit": NODES, "time_limit": PATIENCE} if thorough else {}),
    )
    if found.x is None:
        return None, np.inf
    taken = np.asarray(found.x) > 0.5
    result[ii[taken], jj[taken]] = True
    return result, -float(found.mip_dual_bound)


def constraints(
    task: Problem,
    net: Network,
    rows: Rows,
    ii: Ints,
    jj: Ints,
    entries: Ints,
) -> list[LinearConstraint]:
    """Demand, loads and rows for `entries`, as scipy wants them."""
    m = task.shape[1]
    ones, order = np.ones(ii.size), np.arange(ii.size)
    place = np.searchsorted(entries, ii)
    demand = sparse.csr_matrix((ones, (place, order)), shape=(entries.size, ii.size))
    load = sparse.csr_matrix((ones, (jj, order)), shape=(m, ii.size))
    found = [
        LinearConstraint(demand, net.demand[entries], net.demand[entries]),
        LinearConstraint(load, net.least, net.most),
    ]
    if len(rows):
        found.append(LinearConstraint(side.matrix(task, rows, ii, jj), rows.bound - 1e-9, np.inf))
    return found
