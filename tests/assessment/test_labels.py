"""What stands on the buttons and fields of assessors, and above the figures of a stage."""

from dataclasses import MISSING, fields
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment import actions
from laureat.assessment.actions import MarkInput
from laureat.assessment.queries.mine import desk_sections
from laureat.assessment.queries.ranking import ResultRow
from laureat.assessment.views import results
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


def page(user, name, *args, **query):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse(f"assessment:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_part_nobody_has_touched_says_so_in_two_words_and_the_files_are_at_hand():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        book = actions.start_scorebook(row, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert (untouched(shown), shown.count("не хватает:")) == (32, 0)
        assert folds(shown) == [True, *[False] * 8]
        assert reverse("assessment:material", args=[row.entry.uid]) in shown
        actions.save_marks(book, {"1a": MarkInput(60)}, version=book.version, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert (untouched(shown), shown.count("не хватает:")) == (31, 1)
        assert "не хватает: Сильные стороны: 0 из 3" in shown
        shown = page(row.assessor.user, "part", book.uid, "1a")
    assert '<label for="strengths">Сильные стороны</label>' in shown


def untouched(shown):
    """Parts that are said not to be begun."""
    return shown.count('rest">не начата<')


def folds(shown):
    """Of each criterion in reading order: whether it is unfolded."""
    return [
        each.startswith(" open>") for each in shown.split('<details class="fold criterion"')[1:]
    ]


def test_the_overview_unfolds_the_criterion_to_go_on_with_and_to_a_reader_the_first():
    world = world_of.prize_at_desk(entries=1)
    row, colleague = world_of.team(world)[:2]
    with world.now():
        world_of.signed(colleague)
        book = actions.start_scorebook(row, by=None)
        marks = world_of.full_marks(world.stage, 50)
        first = {key: mark for key, mark in marks.items() if key[0] in "123"}
        book = actions.save_marks(book, first, version=book.version, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert folds(shown) == [*[False] * 3, True, *[False] * 5]
        assert shown.index(">Лидерство</h2>") < shown.index(">50 из 100<")
        assert (shown.count(">готово<"), shown.count(">не начата<") - untouched(shown)) == (3, 6)
        book = actions.save_marks(book, marks, version=book.version, by=None)
        assert folds(page(row.assessor.user, "scorebook", book.uid)) == [False] * 9
        actions.sign_scorebook(book, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert folds(shown) == [True, *[False] * 8]
        assert 'href="?all=yes"' in shown
        shown = page(row.assessor.user, "scorebook", book.uid, all="yes")
        assert folds(shown) == [True] * 9
        assert 'href="?all=yes"' not in shown


def test_a_short_scorebook_is_read_as_a_whole_and_says_nothing_twice():
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        actions.code_samples(world.stage, by=None)
        row = world_of.team(world)[0]
        shown = page(row.assessor.user, "scorebook", world_of.signed(row).uid)
    assert folds(shown) == []
    assert (shown.count("Внешний вид"), shown.count("?all=yes")) == (1, 0)


def test_whoever_reads_a_scorebook_has_the_application_and_the_team_at_hand():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        book = world_of.signed(row)
        own = page(row.assessor.user, "scorebook", book.uid)
        staff = page(world.secretary, "scorebook", book.uid)
    uid = row.entry.uid
    assert reverse("assessment:material", args=[uid]) in own
    assert reverse("intake:entry", args=[uid]) in staff
    assert reverse("assessment:material", args=[uid]) not in staff
    team = reverse("assessment:team", args=[world.stage.uid, uid])
    assert team in own
    assert team in staff


def test_what_is_closed_comes_last_among_ones_assessments_folded_and_to_be_read():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        world_of.judged(world)
        draft = page(row.assessor.user, "mine")
        assert "Оценено:" not in draft
        actions.close_assessment(world.stage, by=None)
        shown = page(row.assessor.user, "mine")
    assert '<details class="more"><summary>Оценено: 1</summary>' in shown
    assert ("Читать" in shown, "Продолжить" in shown) == (True, False)


def test_reading_and_sending_back_are_told_apart():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    with world.now():
        for row in rows[:2]:
            world_of.signed(row)
        shown = page(rows[0].assessor.user, "team", world.stage.uid, world.entries[0].uid)
        sent = page(world.secretary, "reopen", rows[1].entry.scorebooks.first().uid)
    assert (shown.count("Читать"), shown.count("Вернуть на доработку")) == (2, 1)
    assert "Открыть снова" not in shown + sent
    assert "Вернуть тетрадь на доработку" in sent


def desk(user):
    return [
        (section.title, item.title, item.state, item.url)
        for section in desk_sections(user)
        for item in section.items
    ]


def test_the_desk_says_what_is_not_begun_and_leads_to_what_was_signed():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    mine = ("Мои оценки", world.edition.title_ru, "идёт", reverse("assessment:mine"))
    with world.now():
        assert [each[2] for each in desk(row.assessor.user)] == ["тетрадь не начата", "идёт"]
        assert desk(row.assessor.user)[-1] == mine
    (idle,) = world_of.assessors(world.edition, 1)
    assert desk(idle.user) == [mine], "who was invited sees into which contest"
    assert desk(world.secretary) == []


def test_the_results_say_what_places_and_chances_are_of():
    world = world_of.prize_at_desk(entries=3)
    rows = world_of.team(world)
    with world.now():
        for row in rows:
            percent = 20 + 20 * world.entries.index(row.entry) + 5 * (row.assessor.serial % 2)
            world_of.signed(row, percent)
        shown = page(world.secretary, "results", world.stage.uid)
    heads = shown[shown.index("<thead") : shown.index("</thead>")]
    names = ["Средняя", "Справедливые баллы",
             "Вероятное место по справедливым баллам",
             "Насколько надёжно по справедливым баллам", "Решение"]  # fmt: skip
    assert [name for name in names if f">{name}<" in heads] == names
    assert ">Место<" not in heads  # nobody has the points that decide yet
    assert shown.count("выше линии ") == 4  # and once in the reading help
    assert ">Вероятность<" not in shown
    with world.now():
        world_of.agreed(world.stage, world.entries[0])
        shown = page(world.secretary, "results", world.stage.uid)
    heads = shown[shown.index("<thead") : shown.index("</thead>")]
    assert (">Место<" in heads, ">Баллы<" in heads) == (True, True)


def row_with(**values):
    known = dict.fromkeys(field.name for field in fields(ResultRow) if field.default is MISSING)
    return ResultRow(**(known | values))


@given(st.decimals("0", "1", places=3))
def test_a_chance_above_the_line_and_below_it_are_one(chance):
    row = row_with(chance=chance)
    assert row.chance + row.below == 1


@given(st.decimals("-0.1", "0.1", places=4) | st.none())
def test_one_more_assessor_helps_where_the_reader_would_see_a_per_cent(gain):
    assert row_with(gain=gain).helps == (gain is not None and gain >= Decimal("0.005"))


def test_the_results_come_in_pages(monkeypatch):
    world = world_of.prize_at_desk(entries=3)
    monkeypatch.setattr(results, "PER_PAGE", 2)
    with world.now():
        shown = page(world.secretary, "results", world.stage.uid)
        numbers = [each.number in shown for each in world.entries]
    assert numbers == [True, True, False]
