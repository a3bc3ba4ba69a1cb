"""Who presides when the chair does not; who is invited; how the minutes are signed."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from laureat.council import actions
from laureat.council.models import Attendance, Guest, Seat, Session
from laureat.council.permissions import lead_session, preside
from laureat.council.queries.minutes import minutes_data, minutes_state
from laureat.intake.actions import withdraw_entry
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.accounts.desk import sections
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased
from laureat.platform.documents import render_pdf
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.store import store
from laureat.platform.i18n.latin import in_latin
from laureat.platform.mail.models import Message
from tests.worlds import council as world
from tests.worlds.intake import person
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
ENTRIES = [("small", 700), ("small", 650)]


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args) -> str:
    return reverse(f"council:{name}", args=args)


@pytest.fixture
def hall():
    return hall_of_five()


@kept
def hall_of_five():
    edition = world.at_council(ENTRIES)
    _panel, seats = world.seated(edition, members=5)
    return edition, seats, world.planned(edition), world.secretary(edition)


def test_a_session_does_not_open_while_nobody_is_there_to_preside(hall):
    _edition, seats, session, _secretary = hall
    actions.mark_attendance(session, seats[1:5], by=None)
    with pytest.raises(Refused) as caught:
        actions.open_session(session, by=None)
    assert seats[0].user.name in str(caught.value)
    actions.choose_presiding(session, seats[1], "named", by=None)
    world.open_session(session)
    session.refresh_from_db()
    assert (session.state, session.presiding, session.presiding_basis) == (
        "open",
        seats[1],
        "named",
    )


def test_the_chair_who_opens_is_written_down_as_presiding(hall):
    _edition, seats, session, _secretary = hall
    with world.sitting(session):
        session.refresh_from_db()
    assert (session.presiding, session.presiding_basis) == (seats[0], "")


def test_the_acting_chair_has_the_chair_s_rights_and_the_chair_has_not(hall):
    _edition, seats, session, _secretary = hall
    acting, chair = seats[2].user, seats[0].user
    assert (bool(preside(acting, session)), bool(preside(chair, session))) == (False, True)
    actions.choose_presiding(session, seats[2], "named", by=chair)
    fresh = Session.objects.get(pk=session.pk)
    assert (bool(preside(acting, fresh)), bool(preside(chair, fresh))) == (True, False)
    assert set(preside.of(acting)) == {fresh}
    assert set(preside.of(chair)) == set()
    assert (bool(lead_session(acting, fresh)), bool(lead_session(chair, fresh))) == (True, True)
    assert set(lead_session.of(acting)) == set(lead_session.of(chair)) == {fresh}


def test_the_one_who_presides_decides_the_tie_and_the_minutes_name_the_person(hall):
    _edition, seats, session, _secretary = hall
    actions.choose_presiding(session, seats[1], "named", by=None)
    first, second = session.motions.order_by("order")
    with world.sitting(session, present=seats[1:5]):
        for seat, choice in zip(seats[1:5], ["for", "against", "for", "against"], strict=True):
            actions.vote_list(session, {first.uid: choice, second.uid: "for"}, by=seat.user)
        actions.decide_all(session, by=None)
        first.refresh_from_db()
        assert first.state == "tied"
        with pytest.raises(Denied):
            actions.break_tie(first, True, "вклад", by=seats[0].user)
        with pytest.raises(Denied):
            actions.break_tie(first, True, "вклад", by=seats[2].user)
        actions.break_tie(first, True, "вклад в экспорт", by=seats[1].user)
        actions.close_session(session, by=None)
    first.refresh_from_db()
    assert (first.state, first.tie_broken_by) == ("carried", seats[1])
    fresh = Session.objects.get(pk=session.pk)
    data = minutes_data(fresh, "ru")
    assert data["chair"]["name"] == seats[1].user.name
    assert data["chair"]["note"] == "назначен(а) до заседания"
    said = " ".join(line for question in data["questions"] for line in question["decided"])
    assert f"председательствующий, {seats[1].user.name}, решил" in said
    assert data["signatories"][0]["post"] == ["Председательствующий"]


def test_who_presides_must_be_there_vote_and_not_be_recused(hall):
    _edition, seats, session, _secretary = hall
    other = person()
    with pytest.raises(Refused):
        actions.choose_presiding(session, seats[-1], "named", by=None)  # the secretary
    with pytest.raises(Refused):
        actions.choose_presiding(session, seats[0], "", by=None)  # presides already
    with pytest.raises(Refused):
        actions.choose_presiding(session, seats[1], "by lot", by=None)
    with pytest.raises(Denied):
        actions.choose_presiding(session, seats[1], "named", by=other)
    with pytest.raises(Refused):  # elected by whom? nobody is there
        actions.choose_presiding(session, seats[1], "elected", by=None)
    actions.mark_attendance(session, seats[2:5], by=None)
    with pytest.raises(Refused):  # absent
        actions.choose_presiding(session, seats[1], "elected", by=None)
    actions.choose_presiding(session, seats[2], "elected", by=None)
    motion = session.motions.order_by("order").first()
    actions.recuse(session, seats[2], motion.entry, "работал там", by=seats[2].user)
    with world.sitting(session, present=seats[1:5]):
        for seat, choice in ((seats[1], "for"), (seats[3], "against"), (seats[4], "abstain")):
            actions.vote(motion, seat, choice, by=seat.user)
        actions.decide_motion(motion, by=None)
        with pytest.raises(Refused) as caught:
            actions.break_tie(motion, True, "вклад", by=seats[2].user)
        assert seats[2].user.name in str(caught.value)
        actions.choose_presiding(session, seats[3], "elected", by=seats[2].user)
        actions.break_tie(motion, True, "вклад", by=seats[3].user)
    assert Record.objects.filter(action="session.presiding").count() == 2


def test_who_presides_and_has_left_the_hall_decides_nothing(hall):
    _edition, seats, session, _secretary = hall
    motion = session.motions.order_by("order").first()
    with world.sitting(session):
        for seat, choice in zip(seats[:4], ["for", "against"] * 2, strict=True):
            actions.vote(motion, seat, choice, by=seat.user)
        actions.decide_motion(motion, by=None)
        actions.mark_attendance(session, seats[1:5], by=None)
        with pytest.raises(Refused):
            actions.break_tie(motion, True, "вклад", by=seats[0].user)


def test_the_rulebook_may_want_one_way_of_choosing(hall, monkeypatch):
    _edition, seats, session, _secretary = hall
    panels = session.stage.edition.rules.panels
    only = panels["council"].model_copy(update={"acting_chair": "elected"})
    monkeypatch.setitem(panels, "council", only)
    with pytest.raises(Refused) as caught:
        actions.choose_presiding(session, seats[1], "named", by=None)
    assert caught.value.field == "basis"


def test_the_page_asks_who_presides_and_writes_it_down(hall):
    _edition, seats, session, secretary = hall
    client = as_(secretary)
    client.post(url("attendance", session.uid), {"present": [s.pk for s in seats[1:]]})
    assert url("presiding", session.uid) in client.get(url("lead", session.uid)).content.decode()
    page = url("presiding", session.uid)
    assert client.post(page, {"seat": seats[-1].pk, "basis": "named"}).status_code == 422
    assert client.post(page, {"seat": seats[1].pk, "basis": "elected"}).status_code == 302
    session.refresh_from_db()
    assert (session.presiding, session.presiding_basis) == (seats[1], "elected")
    assert Message.objects.filter(kind="council.presiding", user=seats[1].user).count() == 1
    assert as_(seats[2].user).get(page).status_code == 403


def test_invited_people_are_told_marked_and_named_by_the_minutes(hall):
    _edition, _seats, session, secretary = hall
    client = as_(secretary)
    page = url("invite", session.uid)
    form = {"name": "Гостев Демо", "post": "ВНИИС", "capacity": "expert", "language": "ru"}
    assert client.post(page, form | {"name": " "}).status_code == 422
    assert client.post(page, form | {"email": "не адрес"}).status_code == 422
    assert client.post(page, form | {"email": "gost@example.org"}).status_code == 302
    assert client.post(page, form).status_code == 422  # invited already
    actions.invite(session, "Отсутствуев Демо", by=None)
    guest = Guest.objects.get(email="gost@example.org")
    letter = Message.objects.get(to="gost@example.org")
    assert (letter.kind, letter.user) == ("council.session_planned", None)
    assert url("session", session.uid) not in letter.body
    with world.sitting(session):
        client.post(
            url("attendance", session.uid),
            {"present": [s.pk for s in world.voting(session)], "guest": [guest.pk]},
        )
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    data = minutes_data(Session.objects.get(pk=session.pk), "ru")
    assert data["invited"] == [
        {"name": "Гостев Демо", "post": "ВНИИС, эксперт", "came": True},
        {"name": "Отсутствуев Демо", "post": "гость", "came": False},
    ]
    assert "Гостев Демо" in client.get(url("minutes", session.uid)).content.decode()
    with pytest.raises(Refused):
        actions.uninvite(guest, by=None)


def test_members_are_not_invited_as_guests_and_an_erased_guest_is_blanked(hall):
    _edition, seats, session, secretary = hall
    with pytest.raises(Refused):
        actions.invite(session, "Сам", email=seats[1].user.email, by=None)
    somebody = person()
    actions.invite(session, "Гостев Демо", email=somebody.email, by=None)
    with pytest.raises(Refused):
        actions.invite(session, "Другой", email=somebody.email, by=None)
    person_erased.send(sender=None, user=somebody, address=somebody.email, by=None)
    guest = session.guests.get()
    assert (guest.name, guest.post, guest.email) == ("—", "", "")
    done = as_(secretary).post(url("uninvite", guest.pk))
    assert done.status_code == 302
    assert (session.invited.exists(), session.guests.exists()) == (False, True)


def _calendar(message: Message) -> str:
    stored = message.attachments.get()
    assert (stored.media_type, stored.name) == ("text/calendar", "session-1.ics")
    with store().open(stored.sha256) as content:
        return content.read().decode().replace("\r\n ", "")


def test_planning_moving_and_cancelling_send_links_and_calendar_files(hall):
    _edition, seats, session, secretary = hall
    member = seats[1].user
    letters = Message.objects.filter(user=member, kind__startswith="council.session").order_by("pk")
    planned = letters.get()
    assert url("session", session.uid) in planned.body
    first = _calendar(planned)
    assert "METHOD:PUBLISH" in first
    assert "SEQUENCE:0" in first
    assert "DTSTART:20241114T080000Z" in first
    assert f"UID:session-{session.uid}@" in first
    client = as_(secretary)
    with clock.at(session.held_at):
        client.post(url("move", session.uid), {"held_at": "2024-11-15T11:00", "place_ru": "Тула"})
    moved = letters[1]
    assert (moved.kind, "перенесено" in moved.subject) == ("council.session_moved", True)
    second = _calendar(moved)
    assert "SEQUENCE:1" in second
    assert "LOCATION:Тула" in second
    assert client.post(url("cancel", session.uid), {"reason": " "}).status_code == 422
    assert client.post(url("cancel", session.uid), {"reason": "нет зала"}).status_code == 302
    cancelled = letters[2]
    assert (cancelled.kind, "нет зала" in cancelled.body) == ("council.session_cancelled", True)
    third = _calendar(cancelled)
    assert "METHOD:CANCEL" in third
    assert "STATUS:CANCELLED" in third
    assert "SEQUENCE:2" in third
    session.refresh_from_db()
    with pytest.raises(Refused):
        actions.open_session(session, by=None)
    with pytest.raises(Refused):
        actions.cancel_session(session, "ещё раз", by=None)
    assert "нет зала" in as_(member).get(url("session", session.uid)).content.decode()


def test_the_session_can_be_put_into_a_calendar_from_its_page(hall):
    _edition, seats, session, _secretary = hall
    page = as_(seats[1].user).get(url("calendar", session.uid))
    assert page["Content-Type"] == "text/calendar"
    assert f"/council/session/{session.uid}/" in page.content.decode().replace("\r\n ", "")
    assert as_(person()).get(url("calendar", session.uid)).status_code == 403


def test_minutes_are_written_approved_and_signed_in_this_order(hall):
    _edition, seats, session, secretary = hall
    chair = seats[0].user
    with pytest.raises(Refused):
        actions.approve_minutes(session, by=chair)  # not held yet
    world.decided(session)
    written = Session.objects.get(pk=session.pk)
    assert minutes_state(written)[1] == "warn"
    draft = written.minutes.sha256
    asked = Message.objects.get(kind="council.minutes_written")
    assert (asked.user, url("minutes", session.uid) in asked.body) == (chair, True)
    with pytest.raises(Refused):
        actions.sign_minutes(written, by=secretary)
    with pytest.raises(Denied):
        actions.approve_minutes(written, by=seats[1].user)
    assert [i.url for s in sections(chair) for i in s.items if i.urgent] == [
        url("minutes", session.uid)
    ]
    assert as_(chair).post(url("approve_minutes", session.uid)).status_code == 302
    with pytest.raises(Refused):
        actions.approve_minutes(written, by=chair)
    assert url("minutes", session.uid) in [i.url for s in sections(secretary) for i in s.items]
    assert as_(secretary).post(url("sign_minutes", session.uid)).status_code == 302
    final = Session.objects.get(pk=session.pk)
    assert (final.approved_by, final.signed_by) == (chair, secretary)
    assert final.minutes.sha256 != draft
    data = minutes_data(final, "ru")
    assert ["signed" in row for row in data["signatories"]] == [True, True]
    steps = [r.action for r in Record.objects.filter(action__startswith="minutes.").order_by("pk")]
    assert steps == ["minutes.approved", "minutes.signed"]
    page = as_(secretary).get(url("minutes", session.uid)).content.decode()
    assert "подписан, окончательный" in page


@pytest.mark.parametrize(
    ("closed", "language", "said"),
    [
        ("2024-11-14T16:40", "ru", ("11:00", "16:40")),
        ("2024-11-17T16:40", "ru", ("14 ноября 2024, 11:00", "17 ноября 2024, 16:40")),
        ("2024-11-15T00:05", "en", ("14 November 2024, 11:00", "15 November 2024, 00:05")),
    ],
)
def test_minutes_say_the_day_with_each_time_of_a_session_that_ended_on_another(
    hall, closed, language, said
):
    edition, seats, session, _secretary = hall
    opened = datetime.fromisoformat("2024-11-14T11:00").replace(tzinfo=edition.time_zone)
    ended = datetime.fromisoformat(closed).replace(tzinfo=edition.time_zone)
    with clock.at(opened):
        actions.mark_attendance(session, seats, by=None)
        actions.open_session(session, by=None)
        draft = minutes_data(Session.objects.get(pk=session.pk), language)
    with clock.at(ended):
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    data = minutes_data(Session.objects.get(pk=session.pk), language)
    assert (draft["opened"], draft["closed"]) == ("11:00", None)
    assert (data["opened"], data["closed"]) == said
    assert render_pdf("council/minutes", data, language=language, title="x").startswith(b"%PDF")


def test_taking_a_session_up_again_voids_the_signatures(hall):
    _edition, seats, session, _secretary = hall
    world.decided(session)
    actions.approve_minutes(session, by=seats[0].user)
    actions.reopen_session(session, "ошибка в явке", by=None)
    fresh = Session.objects.get(pk=session.pk)
    assert (fresh.approved_at, fresh.approved_by, fresh.minutes) == (None, None, None)


def test_nobody_signs_the_same_minutes_twice(hall):
    _edition, seats, session, secretary = hall
    world.decided(session)
    Seat.objects.filter(pk=seats[0].pk).update(user=secretary)
    fresh = Session.objects.get(pk=session.pk)
    actions.approve_minutes(fresh, by=secretary)
    with pytest.raises(Refused):
        actions.sign_minutes(fresh, by=secretary)


def test_what_is_signed_is_what_was_approved(hall):
    _edition, seats, session, secretary = hall
    actions.invite(session, "Гостев Демо", post="ВНИИС", by=None)
    world.decided(session)
    written = Session.objects.get(pk=session.pk)
    before = {language: minutes_data(written, language) for language in ("ru", "en")}
    chair = seats[0].user
    actions.approve_minutes(written, by=chair)
    # Life goes on: somebody is renamed, gets another post, leaves the contest.
    User.objects.filter(pk=seats[1].user.pk).update(name="Другов Демо", post="министр")
    User.objects.filter(pk=chair.pk).update(name="Переименов Демо")
    Guest.objects.update(name="Иной Демо")
    withdraw_entry(session.motions.first().entry, "передумали", by=None)
    actions.sign_minutes(written, by=secretary)
    final = Session.objects.get(pk=session.pk)
    for language, was in before.items():
        data = minutes_data(final, language)
        signed = data.pop("signatories")
        unsigned = was.pop("signatories")
        assert data == was
        assert [row["post"] for row in signed] == [row["post"] for row in unsigned]
        with translation.override(language):
            assert [row["name"] for row in signed] == [unsigned[0]["name"], secretary.called]
        assert data["invited"][0]["name"] == {"ru": "Гостев Демо", "en": "Gostev Demo"}[language]
        assert all(row["signed"] for row in signed)


def test_minutes_closed_before_texts_were_kept_are_frozen_with_the_first_signature(hall):
    _edition, seats, session, secretary = hall
    world.decided(session)
    written = Session.objects.get(pk=session.pk)
    written.texts.all().delete()  # as an earlier version left them
    actions.approve_minutes(written, by=seats[0].user)
    Seat.objects.filter(pk=seats[0].pk).update(role="member")
    actions.sign_minutes(written, by=secretary)
    data = minutes_data(Session.objects.get(pk=session.pk), "en")
    assert [("signed" in row, row["name"]) for row in data["signatories"]] == [
        (True, in_latin(seats[0].user.name)),
        (True, in_latin(secretary.name)),
    ]
    assert written.texts.count() == 1


def test_a_session_taken_up_again_keeps_its_text_as_void_and_writes_another(hall):
    _edition, _seats, session, _secretary = hall
    guest = actions.invite(session, "Гостев Демо", by=None)
    world.decided(session)
    with clock.at(session.held_at):
        actions.reopen_session(session, "ошибка в явке", by=None)
    fresh = Session.objects.get(pk=session.pk)
    actions.uninvite(guest, by=None)
    guest.refresh_from_db()
    assert (guest.name, guest.removed_at is None, guest.present) == ("Гостев Демо", False, False)
    assert minutes_data(fresh, "ru")["invited"] == []
    with pytest.raises(Refused):
        actions.uninvite(guest, by=None)
    actions.close_session(fresh, by=None)
    said = [(t.voided_at is None, len(t.data["ru"]["invited"])) for t in session.texts.all()]
    assert said == [(False, 1), (True, 0)]
    records = Record.objects.filter(action="session.guest_removed")
    assert records.count() == 1


def test_a_guest_taken_off_the_list_may_be_invited_again(hall):
    _edition, _seats, session, _secretary = hall
    guest = actions.invite(session, "Гостев Демо", email="gost@example.org", by=None)
    actions.uninvite(guest, by=None)
    again = actions.invite(session, "Гостев Демо", email="gost@example.org", by=None)
    assert (list(session.invited), session.guests.count()) == ([again], 2)


def test_a_guest_is_known_again_in_other_letters(hall):
    _edition, _seats, session, _secretary = hall
    actions.invite(session, "Гостев Демо", post="ВНИИС", by=None)
    with pytest.raises(Refused) as caught:
        actions.invite(session, "ГОСТЕВ демо", post="внииС", by=None)
    assert caught.value.field == "name"
    actions.invite(session, "Гостев Демо", post="Другой институт", by=None)


def test_sessions_opened_before_it_was_written_down_get_the_chair_who_was_there(hall):
    edition, seats, session, _secretary = hall
    world.decided(session)
    planned = world.planned(edition, propose=False)
    Session.objects.update(presiding=None)
    Seat.objects.filter(pk=seats[0].pk).update(left_at=session.held_at)
    Seat.objects.filter(pk=seats[1].pk).update(role="chair")
    Attendance.objects.filter(seat=seats[1]).update(present=False)
    migration = import_module("laureat.council.migrations.0005_who_presided")
    migration.name_the_chair(apps, None)
    rows = Session.objects.order_by("pk").values_list("pk", "presiding")
    assert list(rows) == [(session.pk, seats[0].pk), (planned.pk, None)]
    Attendance.objects.update(present=False)
    Session.objects.update(presiding=None)
    migration.name_the_chair(apps, None)
    session.refresh_from_db()
    assert session.presiding == seats[1]
