"""What stands on the buttons and fields of assessors, and above the figures of a stage."""

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions
from laureat.assessment.actions import MarkInput
from laureat.assessment.queries.mine import desk_sections
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


def page(user, name, *args):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse(f"assessment:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_a_part_nobody_has_touched_says_so_in_two_words_and_the_files_are_at_hand():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        book = actions.start_scorebook(row, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert (shown.count("не начата"), shown.count("не хватает:")) == (32, 0)
        assert reverse("assessment:material", args=[row.entry.uid]) in shown
        actions.save_marks(book, {"1a": MarkInput(60)}, version=book.version, by=None)
        shown = page(row.assessor.user, "scorebook", book.uid)
        assert (shown.count("не начата"), shown.count("не хватает:")) == (31, 1)
        assert "не хватает: Сильные стороны: 0 из 3" in shown
        shown = page(row.assessor.user, "part", book.uid, "1a")
    assert '<label for="strengths">Сильные стороны</label>' in shown


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


def test_the_desk_says_what_is_not_begun():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        said = [
            item.state for section in desk_sections(row.assessor.user) for item in section.items
        ]
    assert said == ["тетрадь не начата"]


def test_the_results_say_what_places_and_chances_are_of():
    world = world_of.prize_at_desk(entries=3)
    rows = world_of.team(world)
    with world.now():
        for row in rows:
            percent = 20 + 20 * world.entries.index(row.entry) + 5 * (row.assessor.serial % 2)
            world_of.signed(row, percent)
        shown = page(world.secretary, "results", world.stage.uid)
    assert shown.count(">вероятно ") == 3
    assert shown.count("Вероятность быть выше линии") >= 2
    assert shown.count("Решение верно: сейчас → с ещё одним экспертом") >= 2
    assert ">Вероятность<" not in shown
