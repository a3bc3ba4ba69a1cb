"""Loops over entries for `crowded`: fractions near a saddle point, and best whole teams. Compiled.

Candidates of an entry stand in the first `count` columns of its row: `cols` (the assessor) and `val`
(the worth of the pair).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from laureat.science.fair._compile import compiled, lean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_HALVINGS = 14


@lean
def level(z: Floats, count: int, need: int, guess: float) -> float:
    """The u at which the amounts clip(z − u, 0, 1) add up to `need`: by Newton's steps, safeguarded."""
    u, low, high = guess, -np.inf, np.inf
    for _ in range(60):
        total, inside = 0.0, 0
        for k in range(count):
            t = z[k] - u
            if t >= 1.0:
                total += 1.0
            elif t > 0.0:
                total += t
                inside += 1
        away = total - need
        if abs(away) < 1e-9:
            break
        if away > 0:
            low = u
        else:
            high = u
        new = u + away / inside if inside else u
        if inside == 0 or new <= low or new >= high:
            if low > -np.inf and high < np.inf:
                new = 0.5 * (low + high)
            else:
                new = u + 0.5 if away > 0 else u - 0.5
        u = new
    return u


@lean
def towards(
    x: Floats, height: Floats, cols: Ints, val: Floats, count: Ints, need: Ints,
    weight: Floats, price: Floats, step: float, z: Floats, load: Floats, sums: Floats,
) -> None:  # fmt: skip
    """One step of every entry's fractions along weight · worth − price, then onto its demand.

    `load` and `sums` (of assessors, of entries) are those of the step taken twice as far.
    """
    for j in range(load.size):
        load[j] = 0.0
    for i in range(cols.shape[0]):
        for k in range(count[i]):
            z[k] = x[i, k] + step * (weight[i] * val[i, k] - price[cols[i, k]])
        height[i] = level(z, count[i], need[i], height[i])
        total = 0.0
        for k in range(count[i]):
            new = min(1.0, max(0.0, z[k] - height[i]))
            far = 2.0 * new - x[i, k]
            x[i, k] = new
            load[cols[i, k]] += far
            total += far * val[i, k]
        sums[i] = total


@lean
def top(key: Floats, count: int, need: int, chosen: Bools, best: Ints) -> None:
    """The positions of the `need` largest keys."""
    for k in range(count):
        chosen[k] = False
    for t in range(need):
        b = -1
        for k in range(count):
            if not chosen[k] and (b < 0 or key[k] > key[b]):
                b = k
        chosen[b] = True
        best[t] = b


@lean
def multiplier(
    w: Floats, a: Floats, count: int, need: int, floor: float, y: float,
    key: Floats, chosen: Bools, best: Ints,
) -> float:  # fmt: skip
    """About the smallest y ≥ 0 at which the best team by w + y a is worth the floor."""
    low, high = 0.0, -1.0
    for _ in range(_HALVINGS):
        worth = 0.0
        for k in range(count):
            key[k] = w[k] + y * a[k]
        top(key, count, need, chosen, best)
        for t in range(need):
            worth += a[best[t]]
        if worth >= floor:
            high = y
            if y == 0.0:
                break
        else:
            low = y
        if high < 0:
            y = 2.0 * y + 0.25
        elif high - low < 0.02:
            break
        else:
            y = 0.5 * (low + high)
    return max(high, y) if high >= 0 else y


@compiled
def answer(
    w: Floats, a: Floats, count: int, need: int, floor: float, y: float,
    key: Floats, chosen: Bools, best: Ints,
) -> bool:  # fmt: skip
    """Into `best`: of the teams at most two exchanges from the top by w + y a, and worth the floor,
    the one of largest Σ w. False when there is none.
    """
    for k in range(count):
        key[k] = w[k] + y * a[k]
    top(key, count, need, chosen, best)
    start = best[:need].copy()
    worth = 0.0
    for t in range(need):
        worth += a[start[t]]
    loss, more = np.empty(need * count), np.empty(need * count)
    out, into = np.empty(need * count, np.int64), np.empty(need * count, np.int64)
    c = 0
    for t in range(need):
        for k in range(count):
            if not chosen[k]:
                loss[c], more[c] = key[start[t]] - key[k], a[k] - a[start[t]]
                out[c], into[c] = t, k
                c += 1
    found = worth >= floor
    # Σ w = Σ key − y Σ a: what is worth more than the floor is paid with y.
    value = -y * (worth - floor) if found else -np.inf
    order = np.argsort(loss[:c])
    for ii in range(c):
        q = order[ii]
        if -loss[q] <= value:
            break
        for jj in range(-1, ii):
            r = order[jj] if jj >= 0 else q
            lost = loss[q] + loss[r] if jj >= 0 else loss[q]
            if -lost <= value:
                break
            if jj >= 0 and (out[r] == out[q] or into[r] == into[q]):
                continue
            over = worth + more[q] + (more[r] if jj >= 0 else 0.0) - floor
            if over >= 0 and -lost - y * over > value:
                value, found = -lost - y * over, True
                best[:need] = start
                best[out[q]], best[out[r]] = into[q], into[r]
    return found


@compiled
def sweep(
    order: Ints, cols: Ints, val: Floats, count: Ints, need: Ints, floor: Floats, most: Ints,
    least: Ints, price: Floats, rate: float, y: Floats, team: Ints, load: Ints,
) -> int:  # fmt: skip
    """Every entry in turn takes its best team while the others stay; returns who found none.

    What a place with an assessor costs is the price, and `rate` more for each entry that goes
    beyond the loads (an augmented Lagrangian). A team is kept unless another is better.
    """
    width = cols.shape[1]
    w, key = np.empty(width), np.empty(width)
    chosen, best = np.zeros(width, np.bool_), np.empty(team.shape[1], np.int64)
    failed = 0
    for i in order:
        d, held = need[i], team[i, 0] >= 0
        if held:
            for t in range(d):
                load[cols[i, team[i, t]]] -= 1
        for k in range(count[i]):
            j = cols[i, k]
            up = max(0.0, max(price[j], 0.0) + rate * (load[j] - most[j] + 0.5))
            down = max(0.0, max(-price[j], 0.0) + rate * (least[j] - load[j] - 0.5))
            w[k] = val[i, k] - up + down
        y[i] = multiplier(w, val[i], count[i], d, floor[i], y[i], key, chosen, best)
        found, at = False, y[i]
        for _ in range(4):
            found = answer(w, val[i], count[i], d, floor[i], at, key, chosen, best)
            if found:
                break
            at = 2.0 * at + 0.5
        if held:
            own, worth, other = 0.0, 0.0, 0.0
            for t in range(d):
                own += w[team[i, t]]
                worth += val[i, team[i, t]]
                other += w[best[t]]
            if worth >= floor[i] and (not found or own >= other - 1e-12):
                best[:d] = team[i, :d]
                found = True
        if not found:
            failed += 1
        team[i, :d] = best[:d]
        for t in range(d):
            load[cols[i, best[t]]] += 1
    return failed


@compiled
def passed_on(
    cols: Ints, val: Floats, count: Ints, need: Ints, floor: Floats, giving: Bools, taking: Bools,
    team: Ints, load: Ints,
) -> bool:  # fmt: skip
    """Move one place from an assessor who gives to one who takes, over as few entries as can be:
    each of them exchanges one member for the next and keeps the floor. False where no way leads.
    """
    people = load.size
    at = np.zeros(people + 1, np.int64)
    for i in range(team.shape[0]):
        for t in range(need[i]):
            at[cols[i, team[i, t]] + 1] += 1
    at = np.cumsum(at)
    entry, place, fill = np.empty(at[-1], np.int64), np.empty(at[-1], np.int64), at[:-1].copy()
    spare = -floor.copy()
    for i in range(team.shape[0]):
        for t in range(need[i]):
            j = cols[i, team[i, t]]
            entry[fill[j]], place[fill[j]] = i, t
            fill[j] += 1
            spare[i] += val[i, team[i, t]]
    by, into = np.full(people, -1, np.int64), np.full(people, -1, np.int64)
    seen, queue = giving.copy(), np.empty(people, np.int64)
    head, tail, end = 0, 0, -1
    for j in range(people):
        if giving[j]:
            queue[tail] = j
            tail += 1
    while head < tail and end < 0:
        j = queue[head]
        head += 1
        for m in range(at[j], at[j + 1]):
            i, out = entry[m], val[entry[m], team[entry[m], place[m]]]
            for k in range(count[i]):
                other = cols[i, k]
                if seen[other] or val[i, k] < out - spare[i]:
                    continue
                inside = False
                for t in range(need[i]):
                    inside = inside or team[i, t] == k
                if inside:
                    continue
                seen[other], by[other], into[other] = True, m, k
                queue[tail] = other
                tail += 1
                if taking[other]:
                    end = other
                    break
            if end >= 0:
                break
    if end < 0:
        return False
    j, used = end, np.zeros(team.shape[0], np.bool_)
    while by[j] >= 0:  # nobody gives way twice: the second time the floor might not hold
        if used[entry[by[j]]]:
            return False
        used[entry[by[j]]] = True
        i, t = entry[by[j]], place[by[j]]
        j = cols[i, team[i, t]]
    load[j] -= 1
    load[end] += 1
    j = end
    while by[j] >= 0:
        i, t, k = entry[by[j]], place[by[j]], into[j]
        j = cols[i, team[i, t]]
        team[i, t] = k
    return True
