"""What was withdrawn, or decided about already, is nobody's work any more."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from laureat.assessment import actions
from laureat.assessment.models import Assessor
from laureat.assessment.queries.mine import desk_sections, work_of
from laureat.assessment.queries.people import assessors_of
from laureat.assessment.queries.teams import could_join, team_row
from laureat.intake.actions import reinstate, withdraw_entry
from laureat.platform.mail.models import Message
from laureat.rulebook.actions import open_stage
from laureat.rulebook.schema import Text
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


def with_one_withdrawn(*, accepted=True):
    """Two entries with teams, and what the lead of the one that is withdrawn then was asked for."""
    world = world_of.prize_at_desk(entries=2)
    rows = world_of.team(world, accepted=accepted)
    with world.now():
        withdraw_entry(world.entries[0], "Реорганизация (демо)", by=None)
    return world, next(row for row in rows if row.entry == world.entries[0] and row.lead)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(response):
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.mark.parametrize("accepted", [True, False])
def test_nobody_is_reminded_of_an_entry_that_was_withdrawn(accepted):
    world, _row = with_one_withdrawn(accepted=accepted)
    Message.objects.all().delete()
    owing = {
        each.assessor.user.email
        for each in world_of.asked(world.stage, entry=world.entries[1]).select_related(
            "assessor__user"
        )
    }
    with world.now():
        assert actions.remind(world.stage, by=None) == len(owing)
    letters = Message.objects.filter(kind="assessment.reminder")
    assert {each.to for each in letters} == owing
    one = "Ещё не подписана 1 тетрадь." if accepted else "ждёт 1 заявка."
    lead = world_of.asked(world.stage, entry=world.entries[1], lead=True).get().assessor.user.email
    for letter in letters:
        # The lead of an entry that still walks owes the team's scorebook, too.
        assert (one in letter.body) != (accepted and letter.to == lead)


@pytest.mark.parametrize("accepted", [True, False])
def test_my_work_counts_what_can_still_be_done(accepted):
    world, row = with_one_withdrawn(accepted=accepted)
    user, client = row.assessor.user, signed_in(row.assessor.user)
    with world.now():
        items = [item.title for section in desk_sections(user) for item in section.items]
        assert not any(world.entries[0].number in title for title in items)
        shown = client.get(reverse("assessment:mine"))
        gone = [each for each in work_of(user)[0].items if each.over]
    rows = re.findall(
        r"<tr[ >](?:(?!</tr>).)*28-0001(?:(?!</tr>).)*</tr>", shown.content.decode(), re.DOTALL
    )
    if accepted:
        assert [each.assignment for each in gone] == [row]
        assert len(rows) == 1
        assert "больше не оценивается" in rows[0]
        assert "<form" not in rows[0]
    else:
        assert (gone, rows) == ([], [])


def test_a_scorebook_begun_on_what_was_withdrawn_is_read_not_gone_on_with():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        book = world_of.written(row)
        withdraw_entry(world.entries[0], "Реорганизация (демо)", by=None)
        shown = words(signed_in(row.assessor.user).get(reverse("assessment:mine")))
        assert "больше не оценивается" in shown
        assert "Продолжить" not in shown
        page = signed_in(row.assessor.user).get(reverse("assessment:scorebook", args=[book.uid]))
    assert page.status_code == 200


def test_what_was_withdrawn_fills_nobodys_load():
    world, row = with_one_withdrawn()
    away = row.assessor
    Assessor.objects.filter(pk=away.pk).update(max_load=1)
    away.refresh_from_db()
    others = world_of.asked(world.stage, entry=world.entries[1], assessor=away)
    with world.now():
        for each in others:
            actions.release(each, "Заменён (демо)", by=None)
        for each in world_of.asked(world.stage, entry=world.entries[1])[:1]:
            if each.state == "accepted":
                actions.release(each, "Заменён (демо)", by=None)
        plan = actions.plan_teams(world.stage)
        load = {each.key: each.load for each in plan.task.people}
        listed = {each.pk: each.load for each in assessors_of(world.edition)}
        assert (load[away.pk], listed[away.pk]) == (0, 0)
        offered = dict(could_join(team_row(world.stage, world.entries[1].uid)))
        assert away.uid not in offered or "0 из 1" in offered[away.uid]
        asked = actions.assign(world.stage, world.entries[1], away, by=None)
    assert asked.state == "proposed"


def test_a_wish_may_use_the_place_that_a_withdrawn_entry_took():
    world, row = with_one_withdrawn()
    away = row.assessor
    Assessor.objects.filter(pk=away.pk).update(max_load=1)
    away.refresh_from_db()
    with world.now():
        for each in world_of.asked(world.stage, entry=world.entries[1]):
            actions.release(each, "Заменён (демо)", by=None)
        actions.wish(world.stage, world.entries[1], away, "must", by=None)


def test_at_a_stage_opened_again_only_the_entry_taken_back_is_asked_for():
    world = world_of.prize_at_desk(entries=2)
    world_of.team(world)
    world_of.judged(world, [20, 60])
    reason = Text(ru="Апелляция", en="Appeal")
    with world.now():
        actions.close_assessment(world.stage, by=None)
        stopped = next(each for each in world.entries if each.passages.filter(state="stopped"))
        reinstate(stopped, reason=reason, by=None)
        open_stage(world.stage, by=None)
        world.stage.refresh_from_db()
        for kind in ("consensus", "individual"):
            for book in stopped.scorebooks.filter(stage=world.stage, kind=kind):
                actions.reopen_scorebook(book, "Апелляция (демо)", by=None)
        Message.objects.all().delete()
        actions.remind(world.stage, by=None)
        counted = {each.pk: each.load for each in assessors_of(world.edition)}
    team = world_of.asked(world.stage, entry=stopped).values_list("assessor", flat=True)
    assert {key for key, load in counted.items() if load} == set(team)
    assert {each.user.assessors.get().pk for each in Message.objects.all()} <= set(team)
