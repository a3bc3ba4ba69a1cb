"""The awards of this repository load, and say what their dossiers say."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureat.rulebook.schema import AssessmentStage, DecisionStage, Edition
from laureat.rulebook.schema.edition import Source
from laureat.rulebook.schema.history import load_history
from laureat.rulebook.schema.loading import (
    content_hash,
    document_of,
    load_award_folder,
    load_edition,
)

ROOT = Path(__file__).parents[2]
EDITIONS = sorted((ROOT / "awards").glob("*/[0-9]*.yaml")) + sorted(
    (ROOT / "tests" / "awards" / "third").glob("*/[0-9]*.yaml")
)
PRIZE = load_edition(ROOT / "awards/rf-quality-prize/2024.yaml").edition
GOODS = load_edition(ROOT / "awards/best-goods/2023.yaml").edition
CANTEENS = load_edition(ROOT / "tests/awards/third/canteens/2025.yaml").edition


def walk(edition: Edition) -> list[tuple[str, str]]:
    return [(stage.key, stage.kind) for stage in edition.stages]


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_edition_loads_without_notices_and_survives_storage(path: Path):
    loaded = load_edition(path)
    assert loaded.notices == []
    stored = json.loads(json.dumps(document_of(loaded.edition)))
    again = Edition.model_validate(stored)
    assert again == loaded.edition
    assert document_of(again) == stored
    assert content_hash(again) == loaded.content_hash == load_edition(path).content_hash
    for model in loaded.edition.models.values():
        full = [
            loaded.edition.scales[part.scale].points(_best(loaded.edition, part.scale), weight)
            for part, weight in zip(model.parts(), model.weights().values(), strict=True)
        ]
        assert sum(full) == model.points


def _best(edition: Edition, key: str) -> Decimal:
    """The best mark of a scale."""
    scale = edition.scales[key]
    if scale.input == "percent":
        return Decimal(100)
    if scale.input == "points":
        return scale.most
    if scale.input == "ordinal":
        return scale.levels[-1].value
    if scale.input == "check":
        return Decimal(1)
    band = max(scale.bands, key=lambda each: each.points)
    edge = band.start if band.start is not None else band.to - 1
    return Decimal(edge)


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_stages_follow_each_other(path: Path):
    edition = load_edition(path).edition
    dated = [stage for stage in edition.stages if stage.opens and stage.closes]
    for earlier, later in pairwise(dated):
        assert earlier.closes.at <= later.opens, later.key


def test_the_prize_walks_as_its_dossier_says():
    assert walk(PRIZE) == [
        ("intake", "intake"),
        ("admission", "check"),
        ("desk", "assessment"),
        ("visit", "assessment"),
        ("council", "decision"),
    ]
    desk, visit, council = PRIZE.stages[2:]
    assert isinstance(desk, AssessmentStage)
    assert isinstance(visit, AssessmentStage)
    assert isinstance(council, DecisionStage)
    assert (desk.gate.rule, desk.gate.at_least, desk.gate.decided_by) == (
        "threshold",
        Decimal(250),
        "secretary",
    )
    assert (visit.team.taken_from, visit.scorebook.starts_from) == ("desk", "desk")
    assert council.ties == ["fair", "criterion:6", "chair"]
    assert PRIZE.honour("laureate").at_most == {"small": 3, "medium": 3, "large": 6}
    model = PRIZE.models["efqm-2013"]
    assert (len(model.criteria), len(list(model.parts())), model.points) == (9, 32, 1000)
    assert {each.key: each.points for each in model.criteria} == {
        **dict.fromkeys("123457", Decimal(100)),
        "6": 150,
        "8": 100,
        "9": 150,
    }


@given(st.integers(0, 5000))
def test_every_headcount_has_one_size_class(headcount: int):
    facts = {"organisation": {"headcount": headcount}}
    assert sum(each.when.holds(facts) for each in PRIZE.categories) == 1
    expected = "small" if headcount <= 250 else "medium" if headcount <= 1000 else "large"
    assert PRIZE.category_of(facts).key == expected


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, []),
        ({"bankrupt": True}, ["not-bankrupt"]),
        ({"years_active": 3}, ["three-years"]),
        ({"laureate": 2020}, ["pause"]),
        ({"laureate": 2019}, []),
        ({"in_russia": False, "results_one_year": False}, ["in-russia", "results-one-year"]),
    ],
)
def test_who_may_take_part_in_the_prize(change: dict[str, int], refused: list[str]):
    answers = {"in_russia": True, "results_one_year": True, "bankrupt": False} | change
    won = change.get("laureate")
    facts = {
        "organisation": {"years_active": change.get("years_active", 10)},
        "answers": answers,
        "edition": {"year": 2024, "award": "rf-quality-prize"},
        "history": [
            {"award": "rf-quality-prize", "year": won, "honour": "laureate"},
            {"award": "best-goods", "year": 2023, "honour": "laureate"},
        ]
        if won
        else [],
    }
    assert [rule.key for rule in PRIZE.eligibility if not rule.when.holds(facts)] == refused


def test_best_goods_walk_as_their_dossier_says():
    assert walk(GOODS) == [
        ("intake", "intake"),
        ("documents", "check"),
        ("supervisors", "check"),
        ("laboratory", "check"),
        ("tasting", "assessment"),
        ("matrix", "assessment"),
        ("regional", "decision"),
        ("federal", "assessment"),
        ("directorate", "decision"),
    ]
    assert [stage.per for stage in GOODS.stages] == ["region"] * 7 + ["edition"] * 2
    assert sorted(GOODS.regions) == ["42", "54", "70"]
    assert GOODS.regions["42"].opens.isoformat() == "2023-03-10T00:00:00"
    assert GOODS.chosen_category
    assert [category.key for category in GOODS.categories] == [
        "food",
        "consumer",
        "technical",
        "craft",
        "service",
        "service-technical",
    ]
    assert {key: model.points for key, model in GOODS.models.items()} == {
        "tasting-7": 70,
        "matrix-50": 50,
    }
    assert GOODS.numbering.format(region="42", year=2023, serial=18) == "42-2023-018"
    food = {"entry": {"category": "food"}}
    craft = {"entry": {"category": "craft"}}
    only_food = [stage.key for stage in GOODS.stages if stage.applies]
    assert only_food == ["laboratory", "tasting"]
    for key in only_food:
        assert GOODS.stage(key).applies.holds(food)
        assert not GOODS.stage(key).applies.holds(craft)


@pytest.mark.parametrize(
    ("answers", "months", "honours"),
    [
        ({}, 12, []),
        ({"novelty": True}, 24, ["novelty"]),
        ({"novelty": True}, 25, []),
        ({"novelty": False, "special_prizes": ["innovation"]}, None, ["innovation"]),
        ({"special_prizes": ["taste-of-quality"]}, 30, ["taste-of-quality"]),
    ],
)
def test_overlays_ask_for_what_they_need(answers, months, honours):
    facts = {
        "answers": answers,
        "product": {"months_on_market": months},
        "entry": {"category": "food", "points": 40},
    }
    overlays = [each for each in GOODS.honours if each.overlay and each.when]
    assert [each.key for each in overlays if each.when.holds(facts)] == honours


def test_the_matrix_has_the_two_sides_that_sources_name():
    model = GOODS.models["matrix-50"]
    sides = {group.key: Decimal(0) for group in model.groups}
    for criterion in model.criteria:
        sides[criterion.group or ""] += criterion.points
    assert sides == {"product": 30, "enterprise": 20}
    assert {GOODS.scales[part.scale].input for part in model.parts()} == {
        "banded",
        "check",
        "ordinal",
        "points",
    }


def test_a_contest_of_another_shape_loads_with_the_same_code():
    round_, decision = CANTEENS.stages[1:]
    assert isinstance(round_, AssessmentStage)
    assert isinstance(decision, DecisionStage)
    assert (round_.result, round_.gate.rule, round_.gate.top, round_.gate.per) == (
        "median",
        "top",
        3,
        "category",
    )
    assert (str(decision.quorum), decision.majority) == ("2/3", "two-thirds")


@pytest.mark.parametrize("award", ["rf-quality-prize", "best-goods"])
def test_letters_have_every_part_in_both_languages(award: str):
    for loaded in load_award_folder(ROOT / "awards" / award).editions:
        [letter] = loaded.edition.letters
        assert len(letter.paragraphs) >= 5
        assert "демо" in letter.contact.name.ru
        assert "демо" in letter.signatory.name.ru


def test_facts_of_a_real_letter_stand_in_the_letter_of_that_season_only():
    """What was announced, by whom and who answers is not put into another year's mouth."""
    real = {
        ("rf-quality-prize", 2024): (date(2024, 1, 16), 121),
        ("best-goods", 2023): (date(2023, 2, 28), 1087),
    }
    facts = {"18 декабря 2023", "4500", "Мишустин", "777-43-12", "58-78-61", "10 марта"}
    for award in ("rf-quality-prize", "best-goods", "sandbox"):
        for loaded in load_award_folder(ROOT / "awards" / award).editions:
            [letter] = loaded.edition.letters
            issued = letter.issued and (letter.issued.dated, letter.issued.serial)
            assert issued == real.get((award, loaded.edition.year))
            told = letter.model_dump_json()
            assert {fact for fact in facts if fact in told} == (
                set()
                if issued is None
                else {"58-78-61"}
                if award == "best-goods"
                else facts - {"10 марта"}
            )


@pytest.mark.parametrize(
    ("title", "ru", "en"),
    [
        ("gazeta13.ru", "gazeta13.ru", "gazeta13.ru"),
        ("Приказ", "Приказ", ""),
        ({"en": "RADAR"}, "", "RADAR"),
        ({"ru": "Приказ", "en": "Order"}, "Приказ", "Order"),
    ],
)
def test_a_source_is_called_in_the_readers_language_or_marked(title, ru, en):
    found = Source(title=title).title
    assert (found.ru, found.en) == (ru, en)


def test_a_source_without_a_name_is_refused():
    with pytest.raises(ValueError, match="a source without a title"):
        Source(title={})


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_texts_are_in_their_language(path: Path):
    for where, text in _texts(document_of(load_edition(path).edition)):
        # What a source is called in one language only is shown so, and marked.
        assert text["ru"].strip() or where.startswith(".sources."), where
        assert text["en"].strip() or where.startswith(".sources."), where
        assert not _cyrillic(text["en"]), (where, text["en"])


def _texts(value: object, where: str = "") -> list[tuple[str, dict[str, str]]]:
    found = []
    if isinstance(value, dict):
        if {"ru", "en"} <= set(value):
            found.append((where, value))
        for key, each in value.items():
            found += _texts(each, f"{where}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            found += _texts(each, f"{where}[{number}]")
    return found


def _cyrillic(text: str) -> bool:
    return any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())


@pytest.mark.parametrize(
    ("award", "count"), [("rf-quality-prize", 23), ("best-goods", 114)], ids=["prize", "goods"]
)
def test_history_names_known_honours_and_categories(award: str, count: int):
    history = load_history(ROOT / "awards" / award / "history.yaml")
    edition = load_award_folder(ROOT / "awards" / award).editions[0].edition
    honours = {honour.key for honour in edition.honours}
    categories = {category.key for category in edition.categories}
    assert history.award == award
    assert len(history.honours) == count
    for row in history.honours:
        assert row.honour is None or row.honour in honours
        assert set(row.overlays) <= honours
        assert row.category is None or row.category in categories
