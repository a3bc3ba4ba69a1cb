"""Probabilities claim no certainty."""

from decimal import Decimal

import pytest
from django.utils import translation

from laureat.platform.ui.text import chance


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (Decimal("0.9999"), ">\u00a099\u00a0%", ">\u00a099%"),
        (Decimal("0.99"), "99\u00a0%", "99%"),
        (Decimal("0.5"), "50\u00a0%", "50%"),
        (Decimal("0.01"), "1\u00a0%", "1%"),
        (0, "<\u00a01\u00a0%", "<\u00a01%"),
        (None, "—", "—"),
    ],
)
def test_a_chance_is_never_said_to_be_certain(value, ru, en):
    with translation.override("ru"):
        assert chance(value) == ru
    with translation.override("en"):
        assert chance(value) == en
