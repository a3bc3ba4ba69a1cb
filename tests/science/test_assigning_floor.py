"""Heights that nobody reaches are not climbed one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.assigning import assign, fair, flow, mixed
from laureat.science.assigning.problem import Problem
from tests.science import bids


def problem(affinity):
    n, m = affinity.shape
    none = np.zeros((n, m), dtype=bool)
    return Problem(
        tuple(f"e{i}" for i in range(n)), tuple(f"a{j}" for j in range(m)), affinity,
        np.full(n, 2), np.full(m, -(-2 * n // m)), np.zeros(m, dtype=int), ~none, none, None, (),
    )  # fmt: skip


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_what_is_called_impossible_has_no_solution_and_the_rest_has_one(seed):
    task = problem(np.random.default_rng(seed).integers(0, 6, (5, 4)).astype(float))
    net = flow.remaining(task)
    chosen = net.allowed.copy()
    for height in range(13):
        solved = mixed.solve(task, net, chosen, float(height))
        assert mixed.impossible(task, net, chosen, float(height)) == (solved is None)


@pytest.mark.parametrize("lowest", [True, False])
def test_heights_are_left_out_only_when_the_lowest_is_proven_impossible(monkeypatch, lowest):
    task = problem(np.random.default_rng(3).integers(0, 6, (5, 4)).astype(float))
    net = flow.remaining(task)
    tried = []
    monkeypatch.setattr(mixed, "solve", lambda _t, _n, _c, height, **_: tried.append(height))
    monkeypatch.setattr(mixed, "impossible", lambda *_args: lowest)
    monkeypatch.setattr(fair, "kept", lambda _first: ["a rule"])
    plain = flow.solve(net, net.value.shape[1])
    first = fair.from_mixed(
        task, mixed.Mixed(net.allowed, 0.0, np.zeros(5), np.zeros(4))
    )  # fmt: skip
    assert fair.fairest(task, net, plain, first) is None
    heights = [each for each in tried if each is not None]
    assert (len(set(heights)) == 1) is lowest


@settings(max_examples=50)
@given(share=st.floats(0.0, 0.999), digits=st.integers(0, 4), seed=st.integers(0, 99))
def test_a_floor_is_sought_down_to_what_teams_have_already_on_any_grid(share, digits, seed):
    """Where rules about people allow only a part of the bound, that part is found nearly whole."""
    worth = np.round(np.random.default_rng(seed).uniform(0, 9, (5, 4)), digits)
    task, tried = problem(worth), []
    net = flow.remaining(task)
    first = assign(task)
    bound = first.smallest + 10.0
    limit = first.smallest + 10.0 * share
    teams = mixed.Mixed(net.allowed, 0.0, np.zeros(5), np.zeros(4))

    def solve(_task, _net, _chosen, height, **_):
        tried.append(height)
        return replace(teams, bound=height) if height <= limit else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixed, "solve", solve)
        patch.setattr(mixed, "impossible", lambda _t, _n, _c, height: height > limit)
        found = fair._highest(task, net, net.allowed, bound, first)
    reached = found.bound if found else first.smallest
    assert first.smallest <= reached <= max(limit, first.smallest)
    assert limit - reached <= max(fair._NEAR * fair._scale(task, bound), 2 * 10.0**-digits)
    assert len(tried) <= 35


def test_the_floor_of_the_large_conference_costs_what_is_proven_and_no_more():
    """Nobody can have 1406.25, the largest sum, once every paper has 1.5: at most 1375.75 is left."""
    best = assign(bids.published("aamas2015"))
    fairest = assign(bids.published("aamas2015"), floor="max")
    assert best.objective == best.bound == bids.MAXIMA["aamas2015"]
    assert best.smallest < fairest.floor == fairest.floor_bound == 1.5
    # A machine with much else to do may stop a step before the end, which is 1375.75 twice.
    assert 1375 <= fairest.objective <= 1375.75 <= fairest.bound <= 1376
