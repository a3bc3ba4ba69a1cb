"""Places spread over groups."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.science.apportionment import apportion, draw

GROUPS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 5000), min_size=1, max_size=8
)
METHODS = st.sampled_from(["hamilton", "dhondt", "sainte-lague", "huntington"])


@pytest.mark.parametrize(
    ("votes", "seats", "method", "expected"),
    [
        # The textbook examples of largest remainder, D'Hondt and Sainte-Laguë.
        ((47000, 16000, 15900, 12000, 6000, 3100), 10, "hamilton", (5, 2, 1, 1, 1, 0)),
        ((100000, 80000, 30000, 20000), 8, "dhondt", (4, 3, 1, 0)),
        ((53000, 24000, 23000), 7, "sainte-lague", (3, 2, 2)),
        ((53000, 24000, 23000), 7, "dhondt", (4, 2, 1)),
        # Huntington–Hill: everybody's first place comes first; then 660² / 2 > 100² / 2.
        ((660, 100, 10), 3, "huntington", (1, 1, 1)),
        ((660, 100, 10), 4, "huntington", (2, 1, 1)),
        ((660, 100, 10), 2, "huntington", (1, 1, 0)),
        # 1430² / 2 > 8570² / 72, but 1420² / 2 < 8580² / 72.
        ((1430, 8570), 10, "huntington", (2, 8)),
        ((1420, 8580), 10, "huntington", (1, 9)),
        # The Alabama paradox belongs to Hamilton.
        ((6, 6, 2), 10, "hamilton", (4, 4, 2)),
        ((6, 6, 2), 11, "hamilton", (5, 5, 1)),
    ],
)
def test_known_examples(votes, seats, method, expected):
    keys = "abcdef"[: len(votes)]
    found = apportion(dict(zip(keys, votes, strict=True)), seats, method)
    assert tuple(found.seats[key] for key in keys) == expected
    assert (found.tied, found.open, found.unfilled) == ((), 0, 0)


@given(GROUPS, st.integers(0, 60), METHODS)
def test_all_places_are_given_or_reported(votes, seats, method):
    found = apportion(votes, seats, method)
    assert sum(found.seats.values()) + found.open + found.unfilled == seats
    assert found.open < max(1, len(found.tied))
    assert all(found.seats[key] == 0 for key, value in votes.items() if value == 0)


@given(GROUPS, st.integers(0, 60))
def test_hamilton_stays_within_one_of_the_exact_share(votes, seats):
    total = sum(votes.values())
    if total == 0:
        return
    found = apportion(votes, seats, "hamilton", seed="s")
    for key, value in votes.items():
        share = Fraction(value * seats, total)
        assert floor(share) <= found.seats[key] <= ceil(share)


@given(GROUPS, st.integers(0, 60), st.sampled_from(["dhondt", "sainte-lague", "huntington"]))
def test_a_divisor_method_takes_nothing_away_when_a_place_is_added(votes, seats, method):
    fewer = apportion(votes, seats, method)
    more = apportion(votes, seats + 1, method)
    assert all(more.seats[key] >= fewer.seats[key] for key in votes)


@given(GROUPS, st.integers(0, 60))
def test_huntington_hill_leaves_no_two_groups_that_a_transfer_would_bring_closer(votes, seats):
    """Huntington's own test: no transfer lowers the relative difference of places per vote."""
    given_ = apportion(votes, seats, "huntington", seed="s").seats
    groups = [key for key, value in votes.items() if value]
    if seats < len(groups):
        return
    for rich in groups:
        for poor in groups:
            if rich != poor and given_[rich] > 1:
                a, b = given_[rich], given_[poor]
                kept = votes[poor] ** 2 * a * (a - 1) <= votes[rich] ** 2 * b * (b + 1)
                assert kept, (rich, poor, given_)


@given(GROUPS, st.integers(0, 60), METHODS, st.integers(0, 3), st.integers(3, 12))
def test_bounds_hold(votes, seats, method, least, most):
    groups = [key for key, value in votes.items() if value]
    if least * len(groups) > seats:
        with pytest.raises(ValueError, match="add up"):
            apportion(votes, seats, method, least, most)
        return
    found = apportion(votes, seats, method, least, most, seed="s")
    assert all(least <= found.seats[key] <= most for key in groups)
    assert found.unfilled == max(0, seats - most * len(groups))


@given(GROUPS, st.integers(0, 60), METHODS)
def test_more_votes_never_mean_fewer_places(votes, seats, method):
    found = apportion(votes, seats, method)
    for one, its in votes.items():
        for other, theirs in votes.items():
            if its > theirs:
                assert found.seats[one] >= found.seats[other] - (found.open > 0)


@given(GROUPS, st.integers(0, 60), METHODS)
def test_the_order_of_the_groups_does_not_matter(votes, seats, method):
    turned = dict(reversed(list(votes.items())))
    assert apportion(votes, seats, method, seed="s") == apportion(turned, seats, method, seed="s")


def test_equal_claims_are_reported_and_drawn_only_with_a_seed():
    votes = {"a": 10, "b": 10, "c": 10}
    for method in ("hamilton", "dhondt", "sainte-lague", "huntington"):
        open_ = apportion(votes, 4, method)
        assert (open_.seats, open_.tied, open_.open) == (
            {"a": 1, "b": 1, "c": 1},
            ("a", "b", "c"),
            1,
        )
        drawn = apportion(votes, 4, method, seed="2024/regional")
        assert drawn.drawn == tuple(sorted(draw(votes, "2024/regional")[:1]))
        assert sum(drawn.seats.values()) == 4


@given(
    votes=st.dictionaries(
        st.sampled_from("abc"),
        st.one_of(
            st.integers(-2, 9), st.floats(width=16), st.sampled_from(["7", "x", "", "1/0"]),
            st.decimals(allow_nan=True, allow_infinity=True, places=1),
        ),
    ),
    seats=st.one_of(st.integers(-1, 9), st.sampled_from([2.5, float("nan"), True])),
    method=METHODS,
    least=st.one_of(st.none(), st.integers(-1, 3), st.dictionaries(st.sampled_from("abz"), st.integers(-1, 2))),
    most=st.one_of(st.none(), st.integers(-1, 3), st.dictionaries(st.sampled_from("abz"), st.integers(-1, 5))),
)  # fmt: skip
def test_anything_is_spread_or_refused_by_name(votes, seats, method, least, most):
    bad = [key for key, value in votes.items() if not _usable(value)]
    bounds = [each for each in (least, most) if isinstance(each, dict)]
    strange = {key for each in bounds for key in each if key not in votes}
    negative = any(
        value < 0
        for each in (least, most)
        for value in (each.values() if isinstance(each, dict) else [each or 0])
    )
    whole = isinstance(seats, int) and not isinstance(seats, bool) and seats >= 0
    try:
        found = apportion(votes, seats, method, least or 0, most)
    except ValueError as error:
        told = str(error)
        assert "expected" in told or "places" in told
        if bad:
            assert any(f"votes of {key!r}" in told for key in bad)
        elif not whole:
            assert told.startswith("seats: expected a whole number")
        return
    assert not bad
    assert whole
    assert not strange
    assert not negative
    assert set(found.seats) == set(votes)
    assert sum(found.seats.values()) + found.open + found.unfilled == seats


def _usable(value):
    try:
        return Fraction(value) >= 0
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return False


def test_impossible_requests_are_refused():
    for votes, seats, kwargs in [
        ({"a": -1}, 3, {}),
        ({"a": 1}, -1, {}),
        ({"a": 1, "b": 1}, 3, {"least": 2}),
        ({"a": 1}, 3, {"least": 2, "most": 1}),
        ({"a": 1}, 3, {"method": "imperiali"}),
        ({"a": Decimal("NaN")}, 3, {}),
        ({"a": Decimal("Infinity")}, 3, {}),
    ]:
        with pytest.raises(ValueError):
            apportion(votes, seats, **kwargs)
