"""Who walks on; ties at the line are shown."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.rulebook.schema import Gate
from laureat.science.apportionment import Method
from laureat.science.gates import Candidate, Excess, excess, gate, public_reason


def candidates(*points, group=""):
    return [
        Candidate(f"{group}{n:02}", None if p is None else Decimal(p), group)
        for n, p in enumerate(points)
    ]


def verdicts(decisions):
    return {each.key: each.passes for each in decisions}


def test_a_threshold_lets_the_line_itself_pass():
    decisions = gate(candidates(250, "249.99", None), Gate(rule="threshold", at_least=Decimal(250)))
    assert verdicts(decisions) == {"00": True, "01": False, "02": None}
    assert [each.reason.ru for each in decisions] == [
        "баллов: 250, порог 250",
        "баллов: 249,99, ниже порога 250",
        "Нет результата: решение принимается отдельно",
    ]
    assert [each.rank for each in decisions] == [1, 2, None]


def test_the_best_two_and_a_tie_at_the_line():
    plain = gate(candidates(30, 20, 10), Gate(rule="top", top=2))
    assert verdicts(plain) == {"00": True, "01": True, "02": False}
    tied = gate(candidates(30, 20, 20, 10), Gate(rule="top", top=2))
    assert verdicts(tied) == {"00": True, "01": None, "02": None, "03": False}
    assert [(each.tied, each.places, each.rank) for each in tied] == [
        (False, None, 1), (True, 1, 2), (True, 1, 2), (False, None, 4),
    ]  # fmt: skip


def test_equal_points_that_all_fit_are_no_tie():
    decisions = gate(candidates(30, 20, 20), Gate(rule="top", top=3))
    assert verdicts(decisions) == {"00": True, "01": True, "02": True}


def test_a_share_is_rounded_down_but_never_to_nobody():
    rule = Gate(rule="share", share="1/5")
    assert sum(d.passes is True for d in gate(candidates(*range(1, 13)), rule)) == 2
    assert sum(d.passes is True for d in gate(candidates(3, 2), rule)) == 1


def test_groups_are_ranked_on_their_own():
    rows = [*candidates(9, 8, group="a"), *candidates(3, 2, group="b")]
    decisions = gate(rows, Gate(rule="top", top=1, per="category"))
    assert verdicts(decisions) == {"a00": True, "a01": False, "b00": True, "b01": False}


def test_a_quota_is_spread_over_the_regions():
    rows = [*candidates(9, 8, 7, 6, 5, 4, group="a"), *candidates(3, 2, 1, group="b")]
    decisions = gate(rows, Gate(rule="quota", total=3, per="region"))
    assert sum(d.passes is True for d in decisions if d.group == "a") == 2
    assert sum(d.passes is True for d in decisions if d.group == "b") == 1


def test_a_quota_may_be_spread_by_every_method_there_is():
    assert get_args(Gate.model_fields["method"].annotation) == get_args(Method)
    rows = [*candidates(*range(66, 0, -1), group="a"), *candidates(3, group="b")]
    won = {
        method: [
            sum(each.passes is True for each in decisions if each.group == group) for group in "ab"
        ]
        for method in get_args(Method)
        for decisions in [gate(rows, Gate(rule="quota", total=4, per="region", method=method))]
    }
    assert won == {
        "hamilton": [4, 0], "dhondt": [4, 0], "sainte-lague": [4, 0], "huntington": [3, 1],
    }  # fmt: skip


def test_groups_with_equal_claims_are_left_to_people():
    rows = [*candidates(9, 8, group="a"), *candidates(7, 6, group="b")]
    decisions = gate(rows, Gate(rule="quota", total=3, per="region"))
    assert verdicts(decisions) == {"a00": True, "a01": None, "b00": True, "b01": None}
    assert excess(decisions, {"a01"}) is None
    assert excess(decisions, {"b01"}) is None
    assert excess(decisions, {"a01", "b01"}) == Excess(1, 2)


def test_a_tie_inside_a_group_may_take_the_place_that_groups_share():
    rows = [*candidates(9, 8, 8, 8, group="a"), *candidates(7, 6, 5, 4, group="b")]
    decisions = gate(rows, Gate(rule="quota", total=5, per="region"))
    assert verdicts(decisions) == {
        "a00": True, "a01": None, "a02": None, "a03": None,
        "b00": True, "b01": True, "b02": None, "b03": False,
    }  # fmt: skip
    assert excess(decisions, {"a01", "a02"}) is None
    assert excess(decisions, {"a01", "b02"}) is None
    assert excess(decisions, {"a01", "a02", "b02"}) == Excess(1, 2)
    assert excess(decisions, {"a01", "a02", "a03"}) == Excess(2, 3)


def test_checks_honours_and_all():
    rows = [
        Candidate("a", Decimal(1), passed=True, honours=frozenset({"gold"})),
        Candidate("b", Decimal(1), passed=False),
        Candidate("c"),
    ]
    assert verdicts(gate(rows, Gate(rule="passed"))) == {"a": True, "b": False, "c": None}
    assert verdicts(gate(rows, Gate(rule="honoured", honours=["gold"]))) == {
        "a": True, "b": False, "c": False,
    }  # fmt: skip
    assert verdicts(gate(rows, Gate(rule="all"))) == {"a": True, "b": True, "c": None}


@pytest.mark.parametrize("passes", [True, False])
def test_the_applicant_reads_no_points_of_anybody(passes):
    text = public_reason(Gate(rule="top", top=3), passes)
    assert not any(char.isdigit() for char in text.ru + text.en)


@given(
    st.lists(st.none() | st.integers(0, 6), max_size=12),
    st.integers(0, 8),
    st.randoms(use_true_random=False),
)
def test_top_never_lets_too_many_or_a_lower_one_pass(points, top, random):
    rows = candidates(*points)
    decisions = gate(random.sample(rows, len(rows)), Gate(rule="top", top=top))
    passed = [d.points for d in decisions if d.passes]
    tied = [d for d in decisions if d.tied]
    stopped = [d.points for d in decisions if d.passes is False]
    assert len(passed) + (tied[0].places if tied else 0) == min(top, len(passed) + len(tied))
    assert all(high > low for high in passed for low in stopped)
    assert all(min(passed, default=99) > d.points > max(stopped, default=-1) for d in tied)
    assert decisions == gate(rows, Gate(rule="top", top=top))
