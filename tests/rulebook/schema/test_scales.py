"""Marks become points: exact, never more than the part is worth, and no value without a band."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from laureat.rulebook.schema import Scale
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    OrdinalScale,
    PercentScale,
    PointsScale,
    rounded,
)

read: TypeAdapter[Scale] = TypeAdapter(Scale)
UNIT = {"ru": "шт.", "en": "pieces"}
EDGES = st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=6, unique=True).map(
    sorted
)
WEIGHTS = st.decimals("0.01", 500, places=2)


def banded(edges: list[Decimal], points: list[int] | None = None) -> BandedScale:
    """Bands that touch at `edges`, open at both ends."""
    ends = [None, *edges, None]
    return BandedScale.model_validate(
        {
            "input": "banded",
            "unit": UNIT,
            "bands": [
                {"from": low, "to": high, "points": (points or range(1, len(ends)))[number]}
                for number, (low, high) in enumerate(pairwise(ends))
            ],
        }
    )


def bands_of(scale: BandedScale, value: Decimal) -> int:
    return sum(
        (band.start is None or value >= band.start) and (band.to is None or value < band.to)
        for band in scale.bands
    )


@given(EDGES, st.decimals(-2000, 2000, places=3))
def test_every_value_has_exactly_one_band(edges: list[Decimal], value: Decimal):
    scale = banded(edges)
    for each in (value, *edges):
        assert bands_of(scale, each) == 1
        assert 0 < scale.share(each) <= 1


@given(EDGES.filter(lambda edges: len(edges) > 1), st.decimals("0.01", 1, places=2), st.data())
def test_a_gap_and_an_overlap_are_refused(edges: list[Decimal], step: Decimal, data: st.DataObject):
    good = banded(edges).model_dump(by_alias=True)
    number = data.draw(st.integers(1, len(edges)))
    for moved, name in ((step, "gap"), (-step, "overlap")):
        bands = [dict(band) for band in good["bands"]]
        bands[number]["from"] += moved
        end = bands[number]["to"]
        empty = end is not None and bands[number]["from"] >= end
        word = f"band {number + 1} is empty" if empty else name
        with pytest.raises(ValidationError, match=word):
            BandedScale.model_validate({**good, "bands": bands})


def test_a_value_outside_closed_bands_is_off_the_scale():
    scale = read.validate_python(
        {
            "input": "banded",
            "unit": UNIT,
            "bands": [{"from": 0, "to": 5, "points": 2}, {"from": 5, "to": 10, "points": 4}],
        }
    )
    assert [scale.allowed(Decimal(each)) for each in ("-1", "0", "4.999", "5", "10", "NaN")] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    assert scale.points(Decimal(4), Decimal(8)) == Decimal("4.00")
    assert scale.points(Decimal(5), Decimal(8)) == Decimal("8.00")
    with pytest.raises(ValueError, match=r"10 is not on the scale: expected 0 … < 10"):
        scale.share(Decimal(10))


@given(st.sampled_from([Decimal(1), Decimal(5), Decimal(10), Decimal("2.5")]), WEIGHTS, st.data())
def test_a_percent_never_earns_more_than_the_weight(
    step: Decimal, weight: Decimal, data: st.DataObject
):
    scale = PercentScale(input="percent", step=step)
    mark = data.draw(st.integers(0, int(100 / step))) * step
    assert 0 <= scale.points(mark, weight) <= weight
    assert scale.points(Decimal(100), weight) == weight
    assert abs(Fraction(scale.points(mark, weight)) - scale.share(mark) * Fraction(weight)) <= (
        Fraction(1, 200)
    )
    assert not scale.allowed(mark + step / 2)


@given(WEIGHTS, st.integers(0, 20), st.integers(0, 20))
def test_more_on_the_scale_is_never_fewer_points(weight: Decimal, one: int, other: int):
    low, high = sorted((Decimal(one) / 2, Decimal(other) / 2))
    scale = PointsScale(input="points", most=Decimal(10), step=Decimal("0.5"))
    assert scale.points(low, weight) <= scale.points(high, weight) <= weight


def test_each_input_says_what_it_expects():
    level = {"title": UNIT}
    scales = [
        PercentScale(input="percent"),
        PointsScale(input="points", most=Decimal(10), least=Decimal(1)),
        OrdinalScale.model_validate(
            {"input": "ordinal", "levels": [{"value": 0, **level}, {"value": 3, **level}]}
        ),
        banded([Decimal(1)]),
        CheckScale(input="check"),
    ]
    assert [each.expected for each in scales] == [
        "0, 5, … 100",
        "1, 2, … 10",
        "0, 3",
        "−∞ … +∞",
        "0, 1",
    ]
    assert [each.share(Decimal(1)) for each in scales[1:2] + scales[4:]] == [Fraction(1, 10), 1]
    for each in (scales[0], scales[1], scales[2], scales[4]):
        with pytest.raises(ValueError, match="is not on the scale"):
            each.share(Decimal("0.3"))


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        ({"input": "percent", "step": 7}, "step 7 does not divide 100"),
        (
            {"input": "percent", "bands": [{"to": 90, "ru": "а", "en": "a"}]},
            "expected bands that rise and end at 100",
        ),
        ({"input": "percent", "overall": {"at_most": "x"}}, "'overall.at_most' names 'x'"),
        ({"input": "points", "most": 1, "least": 2}, "expected 'least' below 'most'"),
        ({"input": "points", "most": 10, "step": 3}, "a whole number of steps"),
        (
            {"input": "ordinal", "levels": [{"value": 1, "title": UNIT}] * 2},
            "levels that rise from 0 or more",
        ),
        (
            {"input": "banded", "unit": UNIT, "bands": [{"to": 1, "points": 0}, {"points": 1}]},
            "an open end between bands 1 and 2",
        ),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(scale: dict[str, object], message: str):
    with pytest.raises(ValidationError) as caught:
        read.validate_python(scale)
    assert message in str(caught.value)


def test_attribute_marks_suggest_and_limit_the_overall_mark():
    scale = PercentScale.model_validate(
        {
            "input": "percent",
            "attributes": [{"key": "approach", "title": UNIT}, {"key": "other", "title": UNIT}],
            "overall": {"at_most": "approach"},
        }
    )
    assert scale.overall_start([Decimal(40), Decimal(60), Decimal(65)]) == Decimal(55)
    assert scale.overall_limit({"approach": Decimal(40), "other": Decimal(90)}) == Decimal(40)
    assert scale.overall_limit({}) == Decimal(100)


@given(st.fractions(0, 1000))
def test_points_are_rounded_half_to_even_at_two_decimals(value: Fraction):
    result = rounded(value)
    assert result.as_tuple().exponent == -2
    assert abs(Fraction(result) - value) <= Fraction(1, 200)
    assert rounded(Fraction(1, 200)) == Decimal("0.00")
    assert rounded(Fraction(3, 200)) == Decimal("0.02")
