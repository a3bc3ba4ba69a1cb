"""A model adds up exactly, or it does not load."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from laureat.rulebook.schema import Model
from laureat.rulebook.schema.base import Share

TITLE = {"ru": "Раздел", "en": "Section"}


def model(total: object, *criteria: tuple[object, list[dict[str, object]]]) -> Model:
    return Model.model_validate(
        {
            "title": TITLE,
            "points": total,
            "criteria": [
                {
                    "key": str(number),
                    "title": TITLE,
                    "points": points,
                    "parts": [
                        {"key": f"{number}{letter}", "title": TITLE, "scale": "s", **part}
                        for letter, part in zip("abcdefgh", parts, strict=False)
                    ],
                }
                for number, (points, parts) in enumerate(criteria, 1)
            ],
        }
    )


def test_weights_are_shares_or_points_or_equal():
    read = model(
        300,
        (150, [{"share": "75 %"}, {"share": 0.25}]),
        (100, [{}, {}, {}, {}]),
        (50, [{"points": "12.5"}, {"points": 37.5}]),
    )
    assert read.weights() == {
        "1a": Decimal("112.50"),
        "1b": Decimal("37.50"),
        "2a": 25,
        "2b": 25,
        "2c": 25,
        "2d": 25,
        "3a": Decimal("12.50"),
        "3b": Decimal("37.50"),
    }


def test_weights_are_found_once_and_belong_to_the_criteria_of_a_changed_copy():
    read, other = model(100, (100, [{}, {}])), model(100, (100, [{}]))
    read.weights()["1a"] = Decimal(0)  # what is handed out is the caller's own
    assert read.weights() == {"1a": 50, "1b": 50}
    changed = read.model_copy(update={"criteria": other.criteria})
    assert changed.weights() == other.weights() == {"1a": 100}
    assert read.weights() == {"1a": 50, "1b": 50}
    assert read == model(100, (100, [{}, {}]))


@pytest.mark.parametrize(
    ("total", "criteria", "message"),
    [
        (100, [(90, [{}])], "the criteria add up to 90: expected 100"),
        (90, [(90, [{"share": "1/2"}])], "add up to 45: expected 90"),
        (100, [(100, [{}, {}, {}])], "part '1a' can earn 33.3333 points"),
        (10, [(10, [{"share": 0}, {"share": 1}])], "part '1a' can earn 0 points"),
    ],
)
def test_a_model_that_does_not_add_up_is_refused(total, criteria, message):
    with pytest.raises(ValidationError) as caught:
        model(total, *criteria)
    assert message in str(caught.value)


@given(
    st.lists(
        st.lists(st.decimals("0.01", 200, places=2), min_size=1, max_size=8),
        min_size=1,
        max_size=9,
    )
)
def test_all_parts_together_are_worth_the_model(criteria: list[list[Decimal]]):
    read = model(
        sum(sum(parts) for parts in criteria),
        *((sum(parts), [{"points": part} for part in parts]) for parts in criteria),
    )
    assert sum(read.weights().values()) == read.points


@given(st.fractions(0, 1))
def test_shares_are_exact(value: Fraction):
    share = TypeAdapter(Share)
    assert share.validate_python(str(value)) == value
    assert share.validate_python(share.dump_python(value, mode="json")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/5", "1/5"), ("20 %", "1/5"), ("0.2", "1/5"), (0.2, "1/5"), (1, "1"), ("33.5%", "67/200")],
)
def test_a_share_has_several_spellings(text: object, value: str):
    assert TypeAdapter(Share).validate_python(text) == Fraction(value)
