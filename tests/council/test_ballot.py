"""Voting one motion at a time, on lines that break and with fingers that click twice."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from laureat.council import actions
from laureat.council.models import Voted
from laureat.platform.accounts.desk import sections
from tests.worlds import council as world
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args) -> str:
    return reverse(f"council:{name}", args=args)


@pytest.fixture
def hall():
    return hall_of_three()


@kept
def hall_of_three():
    edition = world.at_council([("small", 700), ("small", 650), ("large", 500)])
    _panel, seats = world.seated(edition)
    return seats, world.planned(edition)


def asked(page) -> str:
    """The motion that the page asks about; "" for none."""
    found = re.search(r'name="step" value="(\w+)"', page.content.decode())
    return found[1] if found else ""


def test_motions_are_asked_one_after_another_and_the_skipped_one_comes_back(hall):
    seats, session = hall
    order = list(session.motions.order_by("order").values_list("uid", flat=True))
    client = as_(seats[1].user)
    page = url("ballot", session.uid)
    with world.sitting(session):
        assert asked(client.get(page)) == order[0]
        assert asked(client.get(page, {"after": order[0]})) == order[1]  # later
        for uid in order[1:]:
            done = client.post(
                url("vote", session.uid), {"step": uid, f"vote-{uid}": "for"}, follow=True
            )
        assert asked(done) == order[0]
        done = client.post(
            url("vote", session.uid), {"step": order[0], f"vote-{order[0]}": "abstain"}, follow=True
        )
    assert asked(done) == ""
    assert "Вы проголосовали по всем вопросам" in done.content.decode()
    assert Voted.objects.filter(seat=seats[1]).count() == 3


def test_nothing_chosen_is_said_and_the_motion_stays(hall):
    seats, session = hall
    motion = session.motions.order_by("order").first()
    with world.sitting(session):
        page = as_(seats[1].user).post(url("vote", session.uid), {"step": motion.uid})
    assert page.status_code == 422
    assert asked(page) == motion.uid
    assert not Voted.objects.exists()


def test_a_vote_sent_twice_counts_once_and_is_not_called_lost(hall):
    seats, session = hall
    motion = session.motions.order_by("order").first()
    client = as_(seats[1].user)
    with world.sitting(session):
        for choice in ("for", "against"):  # the second from a page that was opened before
            said = client.post(
                url("vote", session.uid),
                {"step": motion.uid, f"vote-{motion.uid}": choice},
                follow=True,
            )
            assert said.status_code == 200
    assert "ваш голос в силе и учитывается один раз" in said.content.decode()
    assert list(motion.slips.values_list("choice", flat=True)) == ["for"]


def test_of_a_stale_list_the_rest_is_cast(hall):
    seats, session = hall
    motions = list(session.motions.order_by("order"))
    client = as_(seats[1].user)
    with world.sitting(session):
        actions.vote(motions[0], seats[1], "for", by=seats[1].user)
        choices = {f"vote-{motion.uid}": "against" for motion in motions}
        client.post(url("vote", session.uid), choices)
        client.post(url("vote", session.uid), {"all": "for"})
    assert [list(m.slips.values_list("choice", flat=True)) for m in motions] == [
        ["for"],
        ["against"],
        ["against"],
    ]


def test_what_was_counted_meanwhile_is_refused_and_what_was_chosen_is_kept(hall):
    seats, session = hall
    first = session.motions.order_by("order").first()
    with world.sitting(session):
        for seat in (seats[0], seats[2]):
            actions.vote(first, seat, "for", by=seat.user)
        actions.mark_attendance(session, [seats[0], seats[2]], by=None)
        actions.decide_motion(first, by=None)
        actions.mark_attendance(session, seats[:3], by=None)
        page = as_(seats[1].user).post(url("vote", session.uid), {f"vote-{first.uid}": "for"})
    assert page.status_code == 422
    assert not Voted.objects.filter(seat=seats[1]).exists()


def test_whoever_signs_in_on_the_way_is_led_to_the_session(hall):
    seats, session = hall
    page = as_(seats[1].user).get(url("vote", session.uid))
    assert (page.status_code, page.url) == (302, url("session", session.uid))


def test_who_cannot_vote_yet_reads_what_to_wait_for(hall):
    seats, session = hall
    client = as_(seats[1].user)
    page = url("ballot", session.uid)
    assert "Заседание ещё не началось" in client.get(page).content.decode()
    with world.sitting(session, present=[seats[0], seats[2]]):
        assert "Вы не отмечены в явке" in client.get(page).content.decode()
        actions.mark_attendance(session, seats[1:2], by=None)
        assert "Нет кворума" in client.get(page).content.decode()
    assert as_(seats[-1].user).get(page).status_code == 302  # the secretary does not vote


def test_the_waiting_page_turns_when_the_session_begins(hall):
    seats, session = hall
    client = as_(seats[1].user)
    before = client.get(url("ballot", session.uid)).content.decode()
    shown = re.search(r"shown=([\w-]+)", before)[1]
    with world.sitting(session):
        turned = client.get(
            url("live", session.uid),
            {"shown": shown},
            headers={
                "HX-Request": "true",
                "HX-Current-URL": f"http://testserver{url('ballot', session.uid)}",
            },
        )
    assert turned["HX-Refresh"] == "true"


def test_whoever_is_recused_is_not_asked(hall):
    seats, session = hall
    motions = list(session.motions.order_by("order"))
    actions.recuse(session, seats[1], motions[0].entry, "работал там", by=seats[1].user)
    with world.sitting(session):
        page = as_(seats[1].user).get(url("ballot", session.uid))
    assert asked(page) == motions[1].uid
    assert "Вопрос 1 из 2" in page.content.decode()


def test_the_desk_leads_straight_to_the_first_motion(hall):
    seats, session = hall
    with world.sitting(session):
        items = [item for s in sections(seats[1].user) for item in s.items if item.urgent]
    assert [item.url for item in items] == [url("ballot", session.uid)]
