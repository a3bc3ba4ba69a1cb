"""Canonical JSON: the quick writer and the package write the same bytes."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment.models import ScorebookKind
from laureat.platform import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(TEXT, inner),
)  # fmt: skip


@given(VALUES)
def test_any_value_is_written_as_the_standard_says(value):
    assert canonical.dumps(value) == rfc8785.dumps(value)


def test_a_choice_is_written_as_its_value():
    written = canonical.dumps({"kind": ScorebookKind.CONSENSUS, "я": 1, "\U0001f600": "\x1f\u2028"})
    assert written == '{"kind":"consensus","я":1,"😀":"\\u001f\u2028"}'.encode()


@pytest.mark.parametrize("value", [2**53, [-(2**53)], {1: "a"}, "\ud800", {"a": object()}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical.dumps(value)
