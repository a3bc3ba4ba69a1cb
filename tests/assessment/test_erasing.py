"""An assessor is erased in the middle of work: what is not signed passes on, what is signed stays."""

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment.actions import erasing
from laureat.assessment.models import Assessor, Assignment, AssignmentState
from laureat.ledger.models import Record
from laureat.platform.accounts.actions import erase_person
from laureat.platform.accounts.duties import duties
from laureat.platform.mail.models import Message
from laureat.rulebook.models import Stage, StageState
from tests.worlds import assessment as world_of
from tests.worlds import people

pytestmark = pytest.mark.django_db


def test_a_taster_who_is_erased_leaves_the_teams_that_wait_and_others_are_asked():
    world = world_of.goods_at("tasting", entries=2, people=6)
    gone = world_of.team(world)[0].assessor
    asked = Assignment.objects.filter(assessor=gone)
    waiting = asked.count()
    with world.now():
        (duty,) = duties(gone.user)
        assert duty.said.startswith("Дегустация (")
        assert f"оценивает {waiting} заяв" in duty.said
        assert not duty.blocks
        erase_person(gone.user, by=people.organiser())
        assert duties(gone.user) == []
    assert set(asked.values_list("state", flat=True)) == {AssignmentState.REMOVED}
    assert not Assessor.objects.get(pk=gone.pk).active
    size = world.stage.rules.team.size[0]
    for entry in world.entries:
        team = Assignment.objects.filter(entry=entry, state__in=["proposed", "accepted"])
        assert team.count() >= size
        assert not team.filter(assessor=gone).exists()
    told = Message.objects.filter(user=world.secretary, subject__contains="выбыл")
    assert f"Эксперт {gone.serial} выбыл окончательно" in told.get().subject
    removed = Record.objects.filter(action="assignment.removed")
    assert removed.count() == waiting


def test_what_an_erased_assessor_signed_stays_and_the_lead_passes_on():
    world = world_of.prize_at_desk(entries=1, people=6)
    rows = world_of.team(world, world.entries[0])
    lead, others = rows[0], rows[1:]
    with world.now():
        for row in rows:
            world_of.signed(row)
        erase_person(lead.assessor.user, by=people.organiser())
    lead.refresh_from_db()
    assert (lead.state, lead.lead) == (AssignmentState.ACCEPTED, False)
    assert make_lead_offers(world) == len(others) - 1
    heirs = [row for row in others if Assignment.objects.get(pk=row.pk).lead]
    assert len(heirs) == 1
    assert heirs[0].assessor.may_lead


def make_lead_offers(world):
    """How many of the team the secretary is offered as its lead."""
    client = Client()
    client.force_login(
        world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    there = reverse("assessment:teams", args=[world.stage.uid])
    with world.now():
        page = client.get(f"{there}?entry={world.entries[0].uid}").content.decode()
    assert "(данные удалены)" in page
    return page.count("Сделать ведущим")


def test_a_stage_that_closes_while_somebody_is_erased_stays_as_it_is(monkeypatch):
    world = world_of.goods_at("tasting", entries=2, people=6)
    gone = world_of.team(world)[0].assessor
    locked = erasing.locks.own

    def closed_meanwhile(*keys):
        Stage.objects.filter(pk=world.stage.pk).update(state=StageState.CLOSED)
        return locked(*keys)

    monkeypatch.setattr(erasing.locks, "own", closed_meanwhile)
    with world.now():
        erase_person(gone.user, by=people.organiser())
    assert not Record.objects.filter(action="assignment.removed").exists()
