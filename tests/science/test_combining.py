"""Several assessors, one figure."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from laureat.science.combining import combine, round_half_even

points = st.decimals(0, 1000, places=2)


def test_methods_on_plain_cases():
    values = [Decimal(10), Decimal(40), Decimal(50), Decimal(100)]
    assert {method: combine(values, method) for method in ("mean", "median", "trimmed")} == {
        "mean": Decimal("50.00"),
        "median": Decimal("45.00"),
        "trimmed": Decimal("45.00"),
    }
    assert combine([Decimal(10), Decimal(40)], "trimmed") == Decimal("25.00")


def test_halves_are_rounded_to_even_and_exactly():
    assert combine([Decimal("0.01"), Decimal("0.02")], "mean") == Decimal("0.02")
    assert combine([Decimal("0.02"), Decimal("0.03")], "mean") == Decimal("0.02")
    assert round_half_even(Fraction(10**40 * 2 + 1, 10**42 * 4)) == Decimal("0.01")


@given(st.lists(st.none() | points, max_size=9))
def test_missing_is_never_zero(values):
    given_values = [value for value in values if value is not None]
    for method in ("mean", "median", "trimmed"):
        assert combine(values, method) == combine(given_values, method)
    assert (combine(values, "mean") is None) == (not given_values)


@given(st.lists(points, min_size=1, max_size=9), st.randoms())
def test_order_does_not_matter_and_the_figure_lies_among_the_values(values, random):
    shuffled = random.sample(values, len(values))
    for method in ("mean", "median", "trimmed"):
        found = combine(values, method)
        assert found == combine(shuffled, method)
        assert min(values) <= found <= max(values)
