"""Who may take part, rule by rule."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.intake import actions
from laureat.intake.forms.answers import clean
from laureat.intake.models import Entry
from laureat.intake.queries.facts import applicant_facts, facts
from laureat.platform import clock
from laureat.platform.errors import Refused
from laureat.registry.actions.distinctions import record_distinction
from laureat.registry.models import Region
from laureat.rulebook import schema
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def failed(found):
    return [verdict.key for verdict in found.verdicts if not verdict.ok]


def check(edition, organisation, **answers):
    with world.at(edition, f"{edition.year}-04-10"):
        return actions.check_eligibility(edition, organisation, None, world.PRIZE_ANSWERS | answers)


def test_the_size_class_follows_from_the_headcount():
    prize = world.prize()
    classes = {
        headcount: check(prize, world.factory(headcount=headcount)).category.key
        for headcount in (1, 250, 251, 1000, 1001)
    }
    assert classes == {1: "small", 250: "small", 251: "medium", 1000: "medium", 1001: "large"}


def test_conditions_count_days_where_the_contest_is_held():
    """An hour after midnight in Moscow, when it is still yesterday in UTC."""
    prize = world.prize()
    young = world.factory(founded=date(2021, 2, 15))
    late = datetime(2024, 2, 15, 22, 30, tzinfo=UTC)
    assert prize.zone == "Europe/Moscow"
    with clock.at(late):
        assert prize.day() == date(2024, 2, 16)
        assert years_active(applicant_facts(prize, young, None, {})) > 3
        found = actions.check_eligibility(prize, young, None, world.PRIZE_ANSWERS)
        assert "three-years" not in failed(found)
        entry = world.draft(prize, young)
    with clock.at(datetime(2024, 2, 25, tzinfo=UTC)):
        assert years_active(facts(Entry.objects.get(pk=entry.pk))) > 3
    with clock.at(late - timedelta(hours=2)):
        found = actions.check_eligibility(prize, young, None, world.PRIZE_ANSWERS)
        assert "three-years" in failed(found)


def years_active(known):
    return known["organisation"]["years_active"]


def test_each_condition_has_its_own_reason():
    prize = world.prize()
    organisation = world.factory(founded=date(2022, 1, 1))
    found = check(prize, organisation, bankrupt=True, in_russia=False)
    assert not found.ok
    assert failed(found) == ["in-russia", "three-years", "not-bankrupt"]
    assert len(found.reasons) == 3
    by_key = {verdict.key: verdict for verdict in found.verdicts}
    assert by_key["three-years"].assumed
    assert by_key["in-russia"].source != ""


def test_a_question_without_answer_is_named():
    prize = world.prize()
    with translation.override("en"):
        found = actions.check_eligibility(prize, world.factory(), None, {"in_russia": True})
    assert failed(found) == ["results-one-year", "not-bankrupt"]
    assert all("Please answer" in reason for reason in found.reasons)


def test_what_the_card_does_not_tell_is_asked_for():
    prize = world.prize()
    with translation.override("en"):
        found = check(prize, world.factory(headcount=None, founded=None))
    assert failed(found) == ["_category", "three-years"]
    assert found.reasons == [
        "This cannot be checked yet. Fill in on the card: headcount.",
        "This cannot be checked yet. Fill in on the card: active since.",
    ]


@pytest.mark.parametrize(("year", "allowed"), [(2018, True), (2019, True), (2020, False)])
def test_a_laureate_pauses_for_five_years(year, allowed):
    prize = world.prize()
    organisation = world.factory()
    record_distinction(
        award_key="rf-quality-prize",
        year=year,
        organisation=organisation,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        by=None,
    )
    assert ("pause" not in failed(check(prize, organisation))) is allowed


def test_one_entry_per_applicant_until_it_is_withdrawn():
    prize = world.prize()
    organisation = world.factory()
    with world.at(prize, "2024-02-01"):
        entry = world.draft(prize, organisation)
        with pytest.raises(Refused):
            world.draft(prize, organisation)
        actions.withdraw_entry(entry, "", by=None)
        assert world.draft(prize, organisation).state == "draft"


def test_goods_are_entered_once_in_a_region_that_holds_the_contest():
    edition = world.goods("42")
    organisation = world.factory("42")
    good = world.bread(organisation)
    with world.at(edition, "2023-04-01"):
        world.draft(edition, organisation, good=good)
        again = actions.check_eligibility(edition, organisation, good, world.GOODS_ANSWERS, "food")
        assert failed(again) == ["_good"]
        elsewhere = Region.objects.exclude(code__in=edition.rules.regions).first()
        nowhere = world.factory(elsewhere.code)
        other = actions.check_eligibility(
            edition, nowhere, world.bread(nowhere), world.GOODS_ANSWERS, "spaceships"
        )
        assert failed(other) == ["_region", "_category"]
        stranger = actions.check_eligibility(
            edition, organisation, world.bread(world.factory()), world.GOODS_ANSWERS, "food"
        )
        assert failed(stranger) == ["_good"]


def a_field(kind, **limits):
    text = schema.Text(ru="Поле", en="Field")
    return schema.Field(
        key="x",
        label=text,
        kind=kind,
        choices=[{"key": key, "title": text} for key in ("a", "b", "c")],
        accept=["pdf"],
        **limits,
    )


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", " 1\u00a0200 ", "1200"),
        ("decimal", "12,50", "12.5"),
        ("decimal", "-0,0", "0"),
        ("percent", "34 %", "34"),
        ("date", "01.03.2024", "2024-03-01"),
        ("date", "2024-03-01", "2024-03-01"),
        ("choice", "b", "b"),
        ("choices", ["c", "a"], ["a", "c"]),
        ("yes_no", "false", False),
        ("yes_no", True, True),
        ("email", " a@b.ru ", "a@b.ru"),
        ("phone", "+7 (3842)  00-00-00 доб. 12", "+7 (3842) 00-00-00 доб. 12"),
        ("url", "company.ru/o-nas", "https://company.ru/o-nas"),
        ("text", "  одна\n строка ", "одна строка"),
        ("long_text", "две\r\nстроки ", "две\nстроки"),
        ("text", "   ", None),
        ("choices", [], None),
    ],
)
def test_answers_are_read_as_they_are_meant(kind, typed, kept):
    assert clean(a_field(kind), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "12.5"),
        ("number", "много"),
        ("decimal", "1e5"),
        ("decimal", "NaN"),
        ("percent", "101"),
        ("date", "31.02.2024"),
        ("choice", "d"),
        ("choices", ["a", "d"]),
        ("yes_no", "может быть"),
        ("email", "a@"),
        ("phone", "12"),
        ("url", "javascript://x"),
        ("file", "отчёт.pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(kind, typed):
    with pytest.raises(Refused) as caught:
        clean(a_field(kind), typed)
    assert caught.value.field == "x"


@given(st.decimals(-1000, 1000, places=3))
def test_a_number_within_its_limits_keeps_its_value(value):
    field = a_field("decimal", least=-100, most=100)
    written = f"{value:f}".replace(".", ",")
    if -100 <= value <= 100:
        kept = clean(field, written)
        assert type(value)(kept) == value
    else:
        with pytest.raises(Refused):
            clean(field, written)


def test_a_text_longer_than_its_limit_says_both_lengths():
    with pytest.raises(Refused) as caught, translation.override("en"):
        clean(a_field("text", longest=5), "123456")
    assert str(caught.value).startswith("At most 5 characters are possible here, this is 6")
