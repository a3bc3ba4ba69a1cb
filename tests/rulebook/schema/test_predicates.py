"""Conditions are read at load time and answer plainly."""

from decimal import Decimal

import pytest

from laureat.rulebook.schema import Predicate, PredicateError


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("organisation.headcount <=", "cannot be read at character 26"),
        ("organization.headcount <= 250", "unknown name 'organization'"),
        ("organisation.staff <= 250", "organisation has no 'staff': expected one of headcount"),
        ("__import__('os')", "unknown name"),
    ],
)
def test_a_wrong_condition_is_refused_when_it_is_read(source: str, message: str):
    if source.startswith("__"):
        # A function nobody declared: it can be written, it can never run.
        with pytest.raises(PredicateError):
            Predicate(source).holds({})
        return
    with pytest.raises(PredicateError) as caught:
        Predicate(source)
    assert message in str(caught.value)


def test_an_answer_not_given_yet_is_null():
    asked = Predicate("answers.novelty == true && answers.price > 5")
    assert asked.answers == {"novelty", "price"}
    assert asked.holds({}) is False
    assert asked.holds({"answers": {"novelty": False}}) is False
    assert asked.holds({"answers": {"novelty": True, "price": Decimal(6)}}) is True


def test_a_condition_without_an_answer_says_so():
    for facts in ({}, {"organisation": {}}, {"organisation": {"headcount": None}}):
        with pytest.raises(PredicateError):
            Predicate("organisation.headcount <= 250").holds(facts)
    with pytest.raises(PredicateError, match="is not a condition"):
        Predicate("organisation.headcount").holds({"organisation": {"headcount": 1}})


def test_points_are_compared_as_numbers():
    passed = Predicate("entry.points >= 450")
    assert [passed.holds({"entry": {"points": each}}) for each in (Decimal("449.99"), 450)] == [
        False,
        True,
    ]


def test_conditions_with_the_same_words_are_equal():
    assert Predicate("entry.late") == Predicate("entry.late")
    assert len({Predicate("entry.late"), Predicate("entry.late"), Predicate("!entry.late")}) == 2
    assert Predicate("entry.late") != "entry.late"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("answers.novelty == true && answers.absent == null", True),
        ("answers.novelty && size(answers) == 2", True),
        ("answers['staff'] == 7 && answers.novelty", True),
        ("entry.answers.staff == 7 && entry.region == '42'", True),
        ("entry.answers.staff == 7 && answers.novelty", True),
        ("entry.region == '42'", True),
        ("history.exists(h, h.year == edition.year - 1)", True),
        ("organisation.headcount > 7", False),
    ],
)
def test_a_condition_is_given_all_that_it_asks_for(source: str, expected: bool):
    answers = {"novelty": True, "staff": 7}
    facts = {
        "organisation": {"headcount": 7},
        "answers": answers,
        "entry": {"region": "42", "answers": answers},
        "history": [{"year": 2023}],
        "edition": {"year": 2024},
    }
    assert Predicate(source).holds(facts) is expected
    assert facts["entry"]["answers"] is answers
