"""Spaces that must not break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform.documents.typography import NBSP, polish


@pytest.mark.parametrize(
    ("typed", "polished"),
    [
        ("от 16.01.2024 № 5", "от~16.01.2024 №~5"),
        ("г. Кемерово, д. 63", "г.~Кемерово, д.~63"),
        ("поручено А. В. Громову", "поручено~А.~В.~Громову"),
        ("Громов А. В.", "Громов~А.~В."),
        ("качество — это и есть", "качество~— это и~есть"),
        ("18 декабря 2023 г. и 5 %", "18~декабря 2023~г. и~5~%"),
        ("ООО «Демо»", "ООО~«Демо»"),
        ("+7 (495) 777-43-12", "+7~(495)~777-43-12"),
    ],
)
def test_russian(typed: str, polished: str) -> None:
    assert polish(typed, "ru").replace(NBSP, "~") == polished


def test_english() -> None:
    text = polish("No. 5 of 12 January by A. B. Smith", "en").replace(NBSP, "~")
    assert text == "No.~5 of~12~January by~A.~B.~Smith"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_only_spaces_change(text: str) -> None:
    assert polish(text, "ru").replace(NBSP, " ") == text.replace(NBSP, " ")
    assert polish(text, "en").replace(NBSP, " ") == text.replace(NBSP, " ")


@given(st.text())
def test_polishing_twice_changes_nothing_more(text: str) -> None:
    once = polish(text, "ru")
    assert polish(once, "ru") == once


def test_control_characters_are_dropped() -> None:
    assert polish("а\x00б\x0bв\r\nг", "ru") == "абв\nг"
