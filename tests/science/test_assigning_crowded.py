"""Floors where everybody wants the same assessors: bounds that hold, teams that come near them."""

from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science import assigning as a
from laureat.science.assigning import crowded, fair, flow


def wanted(entries, assessors, seed=1, **limits):
    """Everybody fits some assessors best."""
    rng = np.random.default_rng(seed)
    fame, ease = rng.beta(2, 4, size=assessors), rng.beta(2, 2, size=entries)
    fit = 0.5 * fame + 0.2 * ease[:, None] + 0.3 * rng.random((entries, assessors))
    barred = rng.random(fit.shape) < 0.03
    return a.problem(fit, **{"demand": 4, "most": 25, "least": 10, "forbidden": barred, **limits})


def best_of_all(task):
    """By trying everything: the largest floor, and of a floor the largest sum."""
    n, m = task.shape
    teams = [
        [
            team
            for team in combinations(range(m), int(task.demand[i]))
            if task.allowed[i, team].all()
        ]
        for i in range(n)
    ]
    found = []
    for chosen in product(*teams):
        load = np.bincount([j for team in chosen for j in team], minlength=m)
        if (load <= task.most).all() and (load >= task.least).all():
            sums = [task.value[i, list(team)].sum() for i, team in enumerate(chosen)]
            found.append((min(sums), sum(sums)))
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_bounds_hold_whatever_is_found(seed, whole):
    rng = np.random.default_rng(seed)
    fit = rng.integers(-1, 6, (4, 4)).astype(float) if whole else rng.normal(size=(4, 4))
    task = a.problem(fit, demand=rng.integers(1, 3, 4), most=3, least=rng.integers(0, 2, 4))
    net = flow.remaining(task)
    plain = flow.solve(net)
    if plain is None:
        return
    possible = best_of_all(task)
    teams = crowded.fairest(task, net, plain, np.inf, 1.0 if whole else 0.0)
    if teams is None:
        return
    sums = np.where(teams.chosen, fit, 0.0).sum(axis=1)
    assert (teams.chosen.sum(axis=1) == task.demand).all()
    load = teams.chosen.sum(axis=0)
    assert (load <= task.most).all()
    assert (load >= task.least).all()
    assert sums.min() <= max(low for low, _ in possible) + 1e-9 <= teams.floor_bound + 2e-9
    best = max(total for low, total in possible if low >= sums.min() - 1e-9)
    assert sums.sum() <= best + 1e-9 <= teams.bound + 2e-9


def test_a_crowd_gets_nearly_the_largest_floor(monkeypatch):
    monkeypatch.setattr(fair, "_LARGE", 1)
    task = wanted(300, 60)
    best, fairest = a.assign(task), a.assign(task, floor="max")
    assert a.kept(fairest) == []
    assert best.smallest < 0.9 * fairest.floor
    assert 0.99 * fairest.floor_bound <= fairest.floor <= fairest.floor_bound
    assert 0.99 * fairest.bound <= fairest.objective <= fairest.bound <= best.bound + 1e-9
    assert np.array_equal(fairest.pairs, a.assign(task, floor="max").pairs)


def lifted(task, unit=0.0):
    """The teams with their pinned pairs, and what bounds them."""
    net = flow.remaining(task)
    cap = float(fair._alone(task, net).min())
    teams = crowded.fairest(task, net, flow.solve(net), cap, unit)
    found = fair.from_mixed(
        task, fair.mixed.Mixed(teams.chosen, teams.bound, teams.entry, teams.assessor)
    )
    return found, teams.floor_bound


def test_pinned_pairs_different_demands_and_wishes_are_kept():
    demand = np.where(np.arange(400) < 40, 5, 4)
    limits = {"demand": demand, "most": 30, "least": 3}
    plain = wanted(400, 100, **limits)
    best = np.where(plain.allowed, plain.affinity, -1).argmax(axis=1)
    pins = [(i, int(best[i])) for i in (1, 2, 5, 9)]
    task = wanted(400, 100, **limits, pinned=pins, wishes={(7, 7): 0.2})
    found, bound = lifted(task)
    assert a.kept(found) == []
    assert 0.95 * bound <= found.smallest <= bound
    assert found.objective <= found.bound


def test_worths_on_a_grid_are_lifted_to_the_grid():
    plain = wanted(500, 100)
    task = a.problem(np.round(plain.affinity * 8), demand=4, most=25, least=10)
    found, bound = lifted(task, 1.0)
    assert a.kept(found) == []
    assert bound - 2 <= found.smallest <= bound == round(bound)
