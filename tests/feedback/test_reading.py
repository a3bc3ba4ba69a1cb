"""A report as an applicant reads it: nothing twice, nothing lost."""

from __future__ import annotations

from datetime import UTC
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment.queries.words import in_letters
from laureat.feedback.queries.paper import pdf_data
from laureat.feedback.queries.reading import criterion_of, reading
from laureat.platform.documents import render_pdf
from laureat.platform.i18n.search import search_key

WORDS = ("Цели заданы", "цели заданы", "Цели заданы не для всех", "Данные собираются", "Риски ясны")


def part(code, strengths=(), improvements=(), points="10"):
    return {
        "place": f"model:{code}",
        "code": code,
        "title": {"ru": f"Составляющая {code}", "en": f"Part {code}"},
        "points": points,
        "max": "20",
        "strengths": list(strengths),
        "improvements": list(improvements),
    }


def criterion(*parts, key="1"):
    return {
        "key": key,
        "code": key,
        "title": {"ru": "Лидерство", "en": "Leadership"},
        "points": "20",
        "max": "40",
        "means": {"category": None, "honoured": None},
        "parts": list(parts),
    }


def content(*criteria):
    two = {"ru": "Премия", "en": "Prize"}
    return {
        "number": "28-0001",
        "award": two,
        "edition": two,
        "year": 2024,
        "category": {"ru": "Малые", "en": "Small"},
        "category_title": {"ru": "Класс", "en": "Class"},
        "organisation": two,
        "place": two,
        "good": None,
        "demo": True,
        "outcome": {
            "kind": "honoured",
            "honours": [
                {"ru": "Лауреат", "en": "Laureate", "tone": "gold"},
                {"ru": "Новинка", "en": "New", "tone": "plain"},
            ],
        },
        "way": [],
        "failed_checks": [],
        "summary": [],
        "blocks": [
            {
                "title": two,
                "stage": two,
                "points": "20",
                "max": "40",
                "low": None,
                "high": None,
                "means": {},
                "sizes": {},
                "criteria": list(criteria),
                "methods": [],
            }
        ],
        "minimum": None,
        "note": None,
        "edited": {},
        "attention": [],
    }


def report(*criteria):
    entry = SimpleNamespace(edition=SimpleNamespace(time_zone=UTC))
    return SimpleNamespace(content=content(*criteria), released_at=None, entry=entry)


def test_what_is_said_of_several_parts_stands_once_at_the_criterion():
    found = criterion_of(
        criterion(
            part("1a", ["Цели заданы.", "Риски ясны."], ["Сроков нет."]),
            part("1b", ["цели заданы"], ["Сроков нет."]),
            part("1c"),
        ),
        {},
    )
    assert (found.strengths, found.improvements) == (
        ["Цели заданы. (1а, 1б)"],
        ["Сроков нет. (1а, 1б)"],
    )
    assert [(p.code, p.strengths, p.improvements, p.said_above) for p in found.parts] == [
        ("1а", ["Риски ясны."], [], True),
        ("1б", [], [], True),
        ("1в", [], [], False),
    ]


@given(st.lists(st.lists(st.sampled_from(WORDS), unique_by=search_key), min_size=1, max_size=5))
def test_no_remark_is_lost_and_none_is_said_twice(remarks):
    parts = [part(f"1{'abcde'[n]}", said) for n, said in enumerate(remarks)]
    found = criterion_of(criterion(*parts), {})
    read: list[tuple[str, str]] = []
    for line in found.strengths:
        words, _bracket, codes = line.rpartition(" (")
        read += [(code, search_key(words)) for code in codes.rstrip(")").split(", ")]
    read += [(each.code, search_key(said)) for each in found.parts for said in each.strengths]
    given_ = [
        (in_letters(each["code"]), search_key(said)) for each in parts for said in each["strengths"]
    ]
    assert sorted(read) == sorted(given_)
    lines = [line.rpartition(" (")[0] or line for line in found.strengths]
    lines += [said for each in found.parts for said in each.strengths]
    keys = [search_key(line) for line in lines]
    assert len(keys) == len(set(keys))


def test_parts_are_lettered_as_in_the_scorebook_of_the_reader_s_language():
    made = report(criterion(part("1a", ["Цели заданы."]), part("1b")))
    made.content["attention"] = [{"key": "model:1b", "part": "1b", "why": "empty"}]
    for language, codes in (("ru", ["1а", "1б"]), ("en", ["1a", "1b"])):
        with translation.override(language):
            shown = reading(made)
        assert [each.code for each in shown.blocks[0].criteria[0].parts] == codes
        assert [flag["part"] for flag in shown.attention] == codes[1:]


@pytest.mark.parametrize(
    ("said", "silence"),
    [
        ([["Цели заданы."], ["Риски ясны."]], ""),
        ([["Цели заданы."], [], []], "Эксперты ничего не написали о составляющих: 1б, 1в."),
        ([[], []], "Эксперты поставили только баллы, без замечаний."),
    ],
)
def test_where_nothing_was_written_is_said_once(said, silence):
    parts = [part(f"1{'abc'[n]}", words) for n, words in enumerate(said)]
    shown = reading(report(criterion(*parts)))
    assert [each.silence for each in shown.blocks] == [silence]
    data = pdf_data(shown)
    assert data["silence"] == ([silence] if silence else [])
    assert render_pdf("feedback/report", data, language="ru", title="Отчёт").startswith(b"%PDF")


def test_remarks_in_another_language_are_marked_and_told():
    said = criterion(part("1a", ["Все вовлечены в работу ISO."], ["More evidence is needed."]))
    with translation.override("en"):
        shown = reading(report(said))
        (found,) = shown.main.criteria[0].parts
        assert (found.strengths.lang, found.improvements.lang) == ("ru", "")
        assert shown.foreign.startswith("Remarks of the assessors stay in the language")
        assert shown.foreign in pdf_data(shown)["method"]
    with translation.override("ru"):
        shown = reading(report(said))
        (found,) = shown.main.criteria[0].parts
        assert (found.strengths.lang, found.improvements.lang) == ("", "en")
        assert reading(report(criterion(part("1a", ["Хорошо."])))).foreign == ""


def test_key_remarks_come_from_different_criteria_in_different_words():
    same = ["Данные собираются.", "Риски ясны."]
    shown = reading(
        report(
            criterion(part("1a", same, points="18"), key="1"),
            criterion(part("2a", ["данные собираются"], points="16"), key="2"),
            criterion(part("3a", same, points="12"), key="3"),
        )
    )
    assert shown.strengths == ["Данные собираются.", "Риски ясны."]


def test_the_paper_says_it_like_the_page_and_names_classes_as_the_rules_do():
    shown = reading(report(criterion(part("1a", ["Цели заданы."]), part("1b", ["Цели заданы."]))))
    data = pdf_data(shown)
    assert data["category_title"] == "Класс"
    assert shown.outcome == [("Лауреат", "gold"), ("Новинка", "neutral")]
    assert [each["tone"] for each in data["outcome"]] == ["gold", "plain"]
    (first,) = data["criteria"]
    assert first["strengths"] == ["Цели заданы. (1а, 1б)"]
    assert [each["said_above"] for each in first["parts"]] == [True, True]
    assert render_pdf("feedback/report", data, language="ru", title="Отчёт").startswith(b"%PDF")
