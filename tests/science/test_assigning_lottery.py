"""Random teams: caps, even probabilities, and draws with exactly these probabilities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science import assigning as a
from tests.science import bids


def test_the_published_table_of_caps_is_reproduced():
    task = bids.published("preflib1")
    assert tuple(a.smallest_cap(task, keep) for keep in bids.KEEP) == bids.CAPS["preflib1"]


@pytest.mark.parametrize("place", range(8))
def test_the_published_caps_of_the_large_conference_are_the_smallest(place):
    task, keep, cap = bids.published("aamas2015"), bids.KEEP[place], bids.CAPS["aamas2015"][place]
    enough = (keep - 1e-4) * bids.MAXIMA["aamas2015"]
    assert a.capped(task, cap).objective >= enough > a.capped(task, cap - 1 / 1024).objective


def test_even_probabilities_have_the_published_measures():
    """PM-Quadratic on preflib1, 80 % of the maximum under the cap of PLRA."""
    beta, even = a.most_even(bids.published("preflib1"), 0.80, 0.4482421875)
    found = even.spread()
    assert round(found.mean_largest, 4) == 0.4196
    assert round(found.entropy, 2) == 252.57
    assert f"{found.norm:.4f}" == "6.7514"
    assert beta == 568 / 1024
    assert found.largest <= 0.4482421875


def test_even_probabilities_of_the_large_conference_have_the_published_measures():
    """PM-Quadratic on aamas2015, 95 %; the benchmark finds beta by itself, here it is checked."""
    task, cap = bids.published("aamas2015"), bids.CAPS["aamas2015"][3]
    enough = (0.95 - 1e-4) * bids.MAXIMA["aamas2015"]
    even = a.perturbed(task, 121 / 1024, cap)
    found = even.spread()
    assert round(found.mean_largest, 4) == 0.7404
    assert round(found.entropy, 1) == 1953.5
    assert round(found.norm, 3) == 32.332
    assert even.objective >= enough > a.perturbed(task, 122 / 1024, cap).objective


def test_a_cap_is_exact_and_proven():
    lot = a.capped(bids.invented(least=2), 0.5)
    assert lot.objective == pytest.approx(lot.bound)
    assert lot.probabilities.max() == 0.5
    assert np.array_equal(lot.amounts.sum(axis=1), np.full(30, 3 * 1024))
    loads = lot.probabilities.sum(axis=0)
    assert (loads >= 2).all()
    assert (loads <= 10).all()


def test_a_drawn_team_keeps_demands_loads_and_conflicts_and_is_repeated_by_its_seed():
    task = bids.invented(least=6, most=9, conflicts=[(0, 0), (1, 1)])
    lot = a.capped(task, 0.5)
    for seed in range(20):
        pairs = lot.draw(seed)
        assert a.kept(a.Assignment(task, pairs, 0.0)) == []
        assert np.array_equal(pairs, lot.draw(seed))
    assert not np.array_equal(lot.draw("one"), lot.draw("two"))


def test_draws_come_as_often_as_they_should():
    lot = a.capped(bids.invented(8, 6, most=6), 0.7)
    times = 1500
    count = np.zeros((8, 6))
    for seed in range(times):
        i, j = lot.draw(seed).T
        count[i, j] += 1
    p = lot.probabilities
    error = np.sqrt(p * (1 - p) / times)
    assert (np.abs(count / times - p) <= 4.5 * error + 1e-12).all()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_matrix_of_units_is_drawn_to_its_sums(data):
    n, m, units = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 6)), 16
    table = np.zeros((n, m), dtype=np.int64)
    for i in range(n):
        for _ in range(units * data.draw(st.integers(0, m))):
            free = np.flatnonzero(table[i] < units)
            table[i, data.draw(st.sampled_from(free.tolist()))] += 1
    pairs = a.draw(table, units, 7)
    chosen = np.zeros((n, m), dtype=int)
    np.add.at(chosen, tuple(pairs.T), 1)
    assert np.array_equal(chosen.sum(axis=1), table.sum(axis=1) // units)
    assert chosen.max(initial=0) <= 1
    assert (np.abs(chosen.sum(axis=0) - table.sum(axis=0) / units) < 1).all()
    assert ((table > 0) | (chosen == 0)).all()
    assert ((table < units) | (chosen == 1)).all()


def test_what_a_lottery_cannot_do_is_refused():
    task = bids.invented()
    for wrong in (0.0, -0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="cap: expected"):
            a.capped(task, wrong)
    with pytest.raises(a.Infeasible, match="no probabilities up to 102/1024"):
        a.capped(task, 0.1)
    with pytest.raises(ValueError, match="would be certain"):
        a.capped(bids.invented(pinned=[(0, 0)]), 0.5)
    with pytest.raises(ValueError, match="team rules"):
        a.capped(bids.invented(rules=[a.leads([True] * 12, 30)]), 0.5)
    with pytest.raises(ValueError, match="power of two"):
        a.draw(np.array([[3]]), 3, 1)
    with pytest.raises(ValueError, match="row 1: expected a sum"):
        a.draw(np.array([[3, 0]]), 4, 1)
    with pytest.raises(ValueError, match="beta: expected"):
        a.perturbed(task, 0.0)
    with pytest.raises(ValueError, match="keep: expected"):
        a.smallest_cap(task, 1.5)
