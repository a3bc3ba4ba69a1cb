"""Whatever is asked: teams that keep every limit, or a ValueError that names what is wrong."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from laureat.science import assigning as a

NUMBER = st.one_of(
    st.integers(-2, 4), st.floats(allow_nan=True, allow_infinity=True, width=16), st.just(10**12)
)
NAME = st.one_of(st.integers(-1, 4), st.sampled_from(["0", "1", "e", "", "nobody"]))


@st.composite
def anything(draw):
    n, m = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    cell = st.one_of(st.integers(0, 9), st.sampled_from([float("nan"), float("inf"), 0.5, -1.0]))
    plain = st.integers(0, 9)
    each = draw(st.sampled_from([cell, plain, plain]))
    matrix = [[draw(each) for _ in range(m)] for _ in range(n)]
    pair = st.tuples(NAME, NAME)

    def limit(size):
        return draw(
            st.one_of(st.integers(0, 3), NUMBER, st.lists(NUMBER, min_size=size, max_size=size))
        )

    return matrix, {
        "demand": limit(n), "most": limit(m), "least": draw(st.sampled_from([0, 0, 1, -1, 2])),
        "conflicts": draw(st.lists(pair, max_size=2)), "pinned": draw(st.lists(pair, max_size=1)),
        "wishes": dict(draw(st.lists(st.tuples(pair, NUMBER), max_size=1))),
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(anything(), st.sampled_from([None, "max", 1.0]))
@example(([], {"demand": 1, "most": 1}), None)
@example(([[]], {"demand": 1, "most": 1}), None)
def test_anything_is_solved_or_refused_with_a_reason(asked, floor):
    matrix, limits = asked
    refused, found = "", None
    try:
        found = a.assign(a.problem(matrix, **limits), floor=floor)
    except ValueError as error:
        refused = str(error)
    if found is None:
        assert re.search(r"row \d|expected|places|minimum loads|too few|cannot be", refused)
        return
    assert a.kept(found) == []
    assert np.isfinite(found.objective)
    assert found.objective <= found.bound + 1e-6
    if floor == 1.0:
        assert found.smallest >= 1.0 - 1e-6 or not (found.problem.demand > 0).any()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3), st.integers(0, 3))
def test_more_demand_than_supply_is_told_with_both_numbers(n, m, demand, most):
    task = a.problem(np.ones((n, m)), demand=demand, most=most)
    if demand <= min(m, most * m // n if n else 0) and n * demand <= most * m and most <= n:
        assert a.kept(a.assign(task)) == []
    elif n * demand > most * m:
        with pytest.raises(a.Infeasible, match=rf"{n * demand} places .* at most {most * m}"):
            a.assign(task)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
def test_a_conflict_with_everybody_is_named(n, m, who):
    who %= n
    conflicts = [(who, j) for j in range(m)]
    with pytest.raises(a.Infeasible, match=rf"row {who + 1} \('{who}'\): 0 of 1") as caught:
        a.assign(a.problem(np.ones((n, m)), demand=1, most=n, conflicts=conflicts))
    assert "lift conflicts" in {change.kind for change in caught.value.changes}
