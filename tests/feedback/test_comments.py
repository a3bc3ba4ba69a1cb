"""Comments become lines: nothing empty, nothing twice, nobody recognisable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.feedback.content.comments import lines, merged, names_somebody, surnames, unique

words = st.text(alphabet="абвгдеё АБВ-•.\n", max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("—\n-\n.\n", []),
        ("нет", []),
        ("Н/Д\nне выявлено", []),
        ("- Матрица обновляется.\n• Цели связаны.", ["Матрица обновляется.", "Цели связаны."]),
        ("1. Первое дело\n2) Второе дело", ["Первое дело", "Второе дело"]),
        ("2024 год — рост", ["2024 год — рост"]),
        ("Цели  названы.\nцели названы", ["Цели названы."]),
    ],
)
def test_a_comment_is_its_remarks_one_a_line(text, expected):
    assert lines(text) == expected


@given(st.lists(st.lists(words, max_size=4), max_size=4))
def test_merging_does_not_depend_on_who_wrote_first(comments):
    assert merged(comments) == merged(list(reversed(comments)))


@given(st.lists(words, max_size=8))
def test_remarks_are_kept_once_and_in_order(remarks):
    found = unique(remarks)
    assert unique(found) == found
    assert len(found) <= len(remarks)


def test_merged_remarks_are_ordered_by_letters():
    assert merged([["Яблоко", "Арбуз"], ["Груша", "арбуз"]]) == ["Арбуз", "Груша", "Яблоко"]


@pytest.mark.parametrize(
    ("remark", "found"),
    [
        ("Эксперт Петров отметил рост.", True),
        ("По мнению Петрова, целей нет.", True),
        ("Цели измеримы.", False),
    ],
)
def test_a_remark_that_names_an_assessor_is_found(remark, found):
    assert names_somebody(remark, surnames(["Петров Иван Демо"])) is found
