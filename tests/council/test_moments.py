"""When members came and left, written down later; a session that goes on on another day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from laureat.council import actions
from laureat.council.models import Presence
from laureat.council.queries.minutes import minutes_data
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Refused
from tests.council.test_presence import after, as_, fresh, hall_of_the_commission, read, url
from tests.worlds import council as world

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_hall():
    """The commission of Kuzbass votes in the open: five members, two goods."""
    return hall_of_the_commission()


# ------------------------------------------------------------------ written down later


def test_who_left_a_while_ago_is_written_down_with_that_time(open_hall):
    seats, session, _secretary = open_hall
    opened = session.held_at
    with world.sitting(session):
        pass
    with after(session, 60):
        actions.mark_attendance(session, seats[:4], at=opened + timedelta(minutes=20), by=None)
    gone = Presence.objects.get(seat=seats[4])
    assert (gone.came_at, gone.left_at) == (opened, opened + timedelta(minutes=20))
    record = Record.objects.filter(action="session.attendance").latest("pk")
    written = json.loads(record.content)
    assert written["data"]["at"] == (opened + timedelta(minutes=20)).isoformat()
    with after(session, 80):
        actions.mark_attendance(session, seats[:5], at=opened + timedelta(minutes=70), by=None)
        lines = minutes_data(fresh(session), "ru")["course"]
    assert [line["at"] for line in lines] == ["10:20", "11:10"]
    assert lines[0]["text"].startswith(f"Покинули заседание: {seats[4].user.name}.")
    assert lines[1]["text"].startswith(f"Прибыли на заседание: {seats[4].user.name}.")


@pytest.mark.parametrize(
    ("minutes", "why"),
    [(-1, "время между 10:00"), (61, "время между 10:00"), (14, "10:15")],
)
def test_a_time_that_cannot_be_is_refused(open_hall, minutes, why):
    seats, session, _secretary = open_hall
    with world.sitting(session):
        pass
    with after(session, 15):
        actions.mark_attendance(session, seats[:4], by=None)
    with after(session, 60), pytest.raises(Refused, match=why) as caught:
        at = session.held_at + timedelta(minutes=minutes)
        actions.mark_attendance(session, seats[:5], at=at, by=None)
    assert caught.value.field == "at"


def test_nobody_left_before_a_count_they_took_part_in_nor_came_before_one_they_missed(open_hall):
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        pass
    with after(session, 10):
        actions.mark_attendance(session, seats[:4], by=None)
    with after(session, 30):
        for seat in seats[:4]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.decide_motion(first, by=None)
    at = session.held_at + timedelta(minutes=20)
    with after(session, 60):
        for here, name in ((seats[:3], seats[3]), (seats[:5], seats[4])):
            with pytest.raises(Refused) as caught:
                actions.mark_attendance(session, here, at=at, by=None)
            assert (caught.value.field, name.user.name in str(caught.value)) == ("at", True)
            assert first.entry.number in str(caught.value)
        actions.repeat_vote(first, "посчитан ушедший", by=None)
        actions.mark_attendance(session, seats[:3], at=at, by=None)
        actions.recuse(session, seats[3], second.entry, "родство", by=None)
    assert Presence.objects.get(seat=seats[3]).left_at == at


def test_the_secretary_of_the_panel_may_have_left_before_a_count(open_hall):
    seats, session, _secretary = open_hall
    first = session.motions.order_by("order").first()
    with clock.at(session.held_at):
        actions.mark_attendance(session, seats, by=None)
        world.open_session(session)
    with after(session, 30):
        world.everybody_votes(session)
        actions.decide_motion(first, by=None)
    with after(session, 60):
        at = session.held_at + timedelta(minutes=20)
        actions.mark_attendance(session, seats[:5], at=at, by=None)
    assert Presence.objects.get(seat=seats[5]).left_at == at


def test_the_page_takes_the_time_and_says_what_is_wrong_with_it(open_hall):
    seats, session, secretary = open_hall
    client = as_(secretary)
    with world.sitting(session):
        pass
    first = session.motions.order_by("order").first()
    with after(session, 30):
        actions.vote(first, seats[4], "for", by=seats[4].user)
    here = [str(seat.pk) for seat in seats[:4]]
    with after(session, 60):
        page = read(client.get(url("lead", session.uid)))
        assert 'type="time" name="at"' in page
        for wrong, why in (("25:99", "14:20"), ("09:10", "между 10:00")):
            sent = {"present": here, "at": wrong}
            answer = client.post(url("attendance", session.uid), sent, follow=True)
            assert why in read(answer)
        asked = client.post(url("attendance", session.uid), {"present": here, "at": "10:40"})
        assert (asked.status_code, 'name="at" value="10:40"' in read(asked)) == (422, True)
        sent = {"present": here, "at": "10:40", "withdraw": "yes"}
        assert client.post(url("attendance", session.uid), sent).status_code == 302
    left = Presence.objects.get(seat=seats[4]).left_at
    assert left == session.held_at + timedelta(minutes=40)


# ------------------------------------------------------------------ on another day


def test_on_another_day_attendance_starts_anew_and_the_minutes_tell_both_days(open_hall):
    seats, session, secretary = open_hall
    world.decided(session)
    with after(session, 24 * 60):
        actions.reopen_session(session, "уточнить решение", by=None)
        assert not fresh(session).attendance.filter(present=True).exists()
        first = session.motions.order_by("order").first()
        actions.repeat_vote(first, "новые сведения", by=None)
        for refused in (
            lambda: actions.vote(first, seats[0], "for", by=seats[0].user),
            lambda: actions.close_session(session, by=None),
            lambda: actions.mark_attendance(session, seats[:4], at=session.held_at, by=None),
        ):
            with pytest.raises(Refused):
                refused()
        page = read(as_(secretary).get(url("lead", session.uid)))
        assert "Идёт другой день" in page
        assert "ушёл" not in page
    with after(session, 24 * 60 + 5):
        actions.mark_attendance(session, seats[:4], by=None)
        page = read(as_(secretary).get(url("lead", session.uid)))
        assert "Идёт другой день" not in page
        for seat in seats[:4]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.decide_motion(first, by=None)
        actions.close_session(session, by=None)
    told = minutes_data(fresh(session), "ru")
    course = [(line["at"], line["text"]) for line in told["course"]]
    assert course[0] == ("14 июля 2023, 10:00", "Заседание в этот день закрыто.")
    assert course[1][0] == "15 июля 2023, 10:00"
    present = next(line for line in course if line[1].startswith("Присутствуют: "))
    names = ", ".join(seat.user.name for seat in seats[:4])
    assert present[0] == "15 июля 2023, 10:05"
    assert present[1].startswith(f"Присутствуют: {names}.")
    assert "4 из 5" in present[1]
    notes = {member["name"]: member.get("note", "") for member in told["members"]}
    assert "14 июля 2023, 10:00" in notes[seats[4].user.name]
    assert "15 июля 2023, 10:05" in notes[seats[0].user.name]
    assert (first.voted.count(), told["quorum"]["present"]) == (4, 5)


def test_on_the_same_day_who_is_there_stays(open_hall):
    _seats, session, _secretary = open_hall
    world.decided(session)
    with after(session, 60):
        actions.reopen_session(session, "уточнить решение", by=None)
        actions.close_session(session, by=None)
    assert fresh(session).attendance.filter(present=True).count() == 5
    assert Presence.objects.filter(left_at__isnull=False).count() == 0
    assert len(minutes_data(fresh(session), "ru")["course"]) == 1
