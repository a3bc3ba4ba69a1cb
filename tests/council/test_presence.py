"""Members who come late and leave early: their votes, the quorum of a vote, the minutes."""

from __future__ import annotations

import html
import json
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from laureat.council import actions
from laureat.council.models import Annulment, Presence, Session, Slip, Voted
from laureat.council.queries.counting import recount
from laureat.council.queries.minutes import minutes_data
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.accounts.desk import sections
from laureat.platform.documents import render_pdf
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.rulebook.models import Stage
from tests.worlds import council as world
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
HELD = "2023-07-14T10:00"


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args) -> str:
    return reverse(f"council:{name}", args=args)


def read(page) -> str:
    return html.unescape(page.content.decode())


@pytest.fixture
def open_hall():
    """The commission of Kuzbass votes in the open: five members, two goods."""
    return hall_of_the_commission()


@kept
def hall_of_the_commission():
    edition = world.at_regional([("food", 48), ("food", 40)])
    _panel, seats = world.seated(edition, members=5, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at=HELD)
    return seats, session, world.secretary(edition, "42")


@pytest.fixture
def secret_hall():
    return hall_of_the_council()


@kept
def hall_of_the_council():
    edition = world.at_council([("small", 700), ("small", 650)])
    _panel, seats = world.seated(edition, members=5)
    return seats, world.planned(edition), world.secretary(edition)


def after(session, minutes: int):
    return clock.at(session.held_at + timedelta(minutes=minutes))


def fresh(session) -> Session:
    return Session.objects.get(pk=session.pk)


# ------------------------------------------------------------------ who leaves before the count


def test_the_vote_of_a_member_who_left_does_not_count_and_the_chair_decides_the_tie(open_hall):
    seats, session, _secretary = open_hall
    first, _second = session.motions.order_by("order")
    with world.sitting(session):
        for seat, choice in zip(
            seats[:5], ["for", "for", "for", "against", "against"], strict=True
        ):
            actions.vote(first, seat, choice, by=seat.user)
    here = [*seats[:2], *seats[3:5]]
    with after(session, 75):
        with pytest.raises(Refused) as caught:
            actions.mark_attendance(session, here, by=None)
        assert caught.value.field == "withdraw"
        assert session.attendance.filter(present=True).count() == 5
        actions.mark_attendance(session, here, withdraw=True, by=None)
        assert actions.decide_motion(first, by=None).state == "tied"
        actions.break_tie(first, False, "мало подтверждений", by=seats[0].user)
    first.refresh_from_db()
    assert (first.votes_for, first.votes_against, first.entitled) == (2, 2, 4)
    assert recount(session).differences == []
    told = json.loads(Record.objects.get(action="session.votes_withdrawn").content)["data"]
    assert told == {
        "members": [seats[2].user.commitment],
        "motions": [first.uid],
        "void": "own",
    }


def test_what_was_counted_before_somebody_left_stays(open_hall):
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        world.everybody_votes(session)
        actions.decide_motion(first, by=None)
        actions.mark_attendance(session, seats[:4], withdraw=True, by=None)
    first.refresh_from_db()
    assert (first.state, first.votes_for) == ("carried", 5)
    assert (first.voted.count(), second.voted.count()) == (5, 4)
    assert recount(session).differences == []


def test_in_a_secret_vote_one_slip_cannot_be_found_so_all_vote_again(secret_hall):
    seats, session, _secretary = secret_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        for seat in seats[:3]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.vote(second, seats[1], "against", by=seats[1].user)
        with pytest.raises(Refused) as caught:
            actions.mark_attendance(session, [seats[0], *seats[2:5]], by=None)
        assert caught.value.field == "withdraw"
        actions.mark_attendance(session, [seats[0], *seats[2:5]], withdraw=True, by=None)
        assert (Voted.objects.count(), Slip.objects.count()) == (0, 0)
        actions.vote(first, seats[0], "for", by=seats[0].user)
    told = json.loads(Record.objects.get(action="session.votes_withdrawn").content)["data"]
    assert (told["void"], told["motions"]) == ("all", [first.uid, second.uid])
    causes = Annulment.objects.values_list("entry", "honour", "cause", "votes_for")
    assert set(causes) == {
        (first.entry_id, first.honour, "left", None),
        (second.entry_id, second.honour, "left", None),
    }


def test_who_leaves_without_a_vote_leaves_without_a_question(open_hall):
    seats, session, _secretary = open_hall
    first = session.motions.order_by("order").first()
    with world.sitting(session):
        actions.vote(first, seats[0], "for", by=seats[0].user)
        actions.mark_attendance(session, seats[:4], by=None)
    assert first.voted.count() == 1
    assert not Record.objects.filter(action="session.votes_withdrawn").exists()


def test_votes_of_people_who_are_not_there_are_not_counted_however_they_came_there(open_hall):
    seats, session, _secretary = open_hall
    first = session.motions.order_by("order").first()
    with world.sitting(session):
        for seat in seats[:4]:
            actions.vote(first, seat, "for", by=seat.user)
        session.attendance.filter(seat=seats[3]).update(present=False)  # by an earlier version
        for count in (actions.decide_motion, lambda _m, by: actions.decide_all(session, by=by)):
            with pytest.raises(Refused) as caught:
                count(first, by=None)
            assert seats[3].user.name in str(caught.value)


def test_the_minutes_find_the_votes_that_left_by_a_running_clock_too(open_hall):
    seats, session, _secretary = open_hall
    first = session.motions.order_by("order").first()
    actions.mark_attendance(session, seats[:5], by=None)
    world.open_session(session)
    actions.vote(first, seats[4], "for", by=seats[4].user)
    actions.mark_attendance(session, seats[:4], withdraw=True, by=None)
    [line] = minutes_data(fresh(session), "ru")["course"]
    assert f"отозваны: заявка {first.entry.number} (" in line["text"]
    assert set(Presence.objects.filter(left_at=None).values_list("came_at", flat=True)) == {
        fresh(session).opened_at
    }


# ------------------------------------------------------------------ times


def test_coming_and_leaving_have_times_and_those_before_the_opening_have_none(open_hall):
    seats, session, _secretary = open_hall
    opened = session.held_at
    with after(session, -30):
        actions.mark_attendance(session, seats[:5], by=None)
        actions.mark_attendance(session, seats[:4], by=None)  # a slip of the pen
    with clock.at(opened):
        world.open_session(session)
    late, gone, back = (opened + timedelta(minutes=n) for n in (20, 40, 60))
    with clock.at(late):
        actions.mark_attendance(session, seats[:5], by=None)
        actions.mark_attendance(session, seats[:5], by=None)
    with clock.at(gone):
        actions.mark_attendance(session, seats[1:5], by=None)
    with clock.at(back):
        actions.mark_attendance(session, seats[:5], by=None)
    rows = Presence.objects.filter(session=session).order_by("seat__order", "came_at")
    assert list(rows.values_list("seat", "came_at", "left_at")) == [
        (seats[0].pk, opened, gone),
        (seats[0].pk, back, None),
        (seats[1].pk, opened, None),
        (seats[2].pk, opened, None),
        (seats[3].pk, opened, None),
        (seats[4].pk, late, None),
    ]


def test_sessions_held_before_times_were_kept_had_their_members_from_the_start(open_hall):
    _seats, session, _secretary = open_hall
    world.decided(session)
    Presence.objects.all().delete()
    migration = import_module("laureat.council.migrations.0007_who_was_present")
    for _twice in range(2):
        migration.write_presences(apps, None)
    rows = Presence.objects.values_list("session", "came_at", "left_at")
    assert set(rows) == {(session.pk, fresh(session).opened_at, None)}
    assert Presence.objects.count() == session.attendance.filter(present=True).count()


# ------------------------------------------------------------------ the quorum of a vote


def test_fewer_voters_than_the_quorum_decide_nothing(open_hall):
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session, present=seats[:4]):
        for seat in seats[:2]:
            actions.vote_list(session, {first.uid: "for", second.uid: "for"}, by=seat.user)
        for count in (actions.decide_motion, lambda _m, by: actions.decide_all(session, by=by)):
            with pytest.raises(Refused) as caught:
                count(first, by=None)
            assert "2" in str(caught.value)
            assert "3" in str(caught.value)
        actions.vote(second, seats[2], "abstain", by=seats[2].user)  # takes part
        assert [each.pk for each in actions.decide_all(session, by=None)] == [second.pk]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("open", "carried")


def test_the_recused_count_neither_among_those_needed_nor_among_the_voters(open_hall):
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session, present=seats[:3]):
        actions.recuse(session, seats[2], first.entry, "работал там", by=None)
        for seat in seats[:2]:
            actions.vote_list(session, {first.uid: "for", second.uid: "for"}, by=seat.user)
        assert [each.pk for each in actions.decide_all(session, by=None)] == [first.pk]


def test_the_rulebook_may_ask_for_another_share_to_take_part(open_hall, monkeypatch):
    seats, session, _secretary = open_hall
    rules = session.stage.rules
    first = session.motions.order_by("order").first()
    with world.sitting(session):
        for seat in seats[:4]:
            actions.vote(first, seat, "for", by=seat.user)
        monkeypatch.setattr(Stage, "rules", rules.model_copy(update={"ballot_quorum": "1"}))
        with pytest.raises(Refused):
            actions.decide_motion(first, by=None)
        monkeypatch.setattr(Stage, "rules", rules.model_copy(update={"ballot_quorum": "0.8"}))
        assert actions.decide_motion(first, by=None).state == "carried"


# ------------------------------------------------------------------ the minutes


def test_minutes_tell_who_left_when_and_which_vote_was_repeated_and_why(open_hall):
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        for seat in seats[:5]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.vote(second, seats[4], "against", by=seats[4].user)
        actions.decide_motion(first, by=None)
    with after(session, 30):
        actions.repeat_vote(first, "ошибка в пульте", by=None)
        actions.mark_attendance(session, seats[:4], withdraw=True, by=None)
    with after(session, 45):
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    data = minutes_data(fresh(session), "ru")
    name = seats[4].user.name
    assert [line["at"] for line in data["course"]] == ["10:30", "10:30"]
    left, repeated = (line["text"] for line in data["course"])
    assert repeated.startswith(f"Повторное голосование: заявка {first.entry.number} (")
    assert repeated.endswith(
        "Причина: ошибка в пульте. Аннулирован прежний подсчёт: за 5, против 0, воздержались 0."
    )
    assert left.startswith(
        f"Покинули заседание: {name}. Присутствуют с правом голоса: 4 из 5. "
        f"Неподсчитанные голоса ушедших отозваны: заявка {second.entry.number} ("
    )
    quorum = data["quorum"]
    assert (quorum["present"], quorum["total"], quorum["opening"]) == (5, 5, True)
    assert [(m["status"], m.get("note")) for m in data["members"]] == [
        *[("present", None)] * 4,
        ("present", "до 10:30"),
        ("absent", None),  # the secretary of the panel was not marked
    ]
    rows = data["questions"][0]["entries"]
    assert [(row["for"], row["took_part"]) for row in rows] == [(4, "голосовали 4 из 4")] * 2
    for language in ("ru", "en"):
        told = minutes_data(fresh(session), language)
        assert render_pdf("council/minutes", told, language=language, title="x")[:4] == b"%PDF"


def test_minutes_of_a_calm_session_have_no_course_and_older_texts_still_open(open_hall):
    seats, session, secretary = open_hall
    world.decided(session)
    data = minutes_data(fresh(session), "ru")
    assert data["course"] == []
    assert {row["took_part"] for q in data["questions"] for row in q["entries"]} == {None}
    text = session.texts.get()
    for data in text.data.values():  # as an earlier version froze it
        data.pop("course")
        data["quorum"].pop("opening")
        for question in data["questions"]:
            for row in question["entries"]:
                row.pop("took_part")
    text.save()
    assert actions.minutes_pdf(fresh(session), "ru").startswith(b"%PDF")
    assert as_(secretary).get(url("minutes", session.uid)).status_code == 200
    assert as_(seats[1].user).get(url("minutes", session.uid)).status_code == 200


def test_minutes_say_why_a_closed_session_was_taken_up_again(open_hall):
    _seats, session, _secretary = open_hall
    world.decided(session)
    with after(session, 60):
        actions.reopen_session(session, "ошибка в явке", by=None)
        actions.close_session(session, by=None)
    assert minutes_data(fresh(session), "ru")["course"] == [
        {"at": "11:00", "text": "Закрытое заседание возобновлено. Причина: ошибка в явке."}
    ]


# ------------------------------------------------------------------ pages


def test_the_page_asks_before_votes_leave_with_their_member(open_hall):
    seats, session, secretary = open_hall
    first = session.motions.order_by("order").first()
    client = as_(secretary)
    staying = {"present": [seat.pk for seat in seats[:4]]}
    with world.sitting(session):
        for seat in seats[:5]:
            actions.vote(first, seat, "for", by=seat.user)
        asked = client.post(url("attendance", session.uid), staying)
        assert asked.status_code == 422
        assert seats[4].user.name in read(asked)
        assert "голоса уходящих отзываются" in read(asked)
        assert first.voted.count() == 5
        client.post(url("attendance", session.uid), staying | {"withdraw": "yes"})
        assert first.voted.count() == 4
        page = read(client.get(url("lead", session.uid)))
    assert "4 из 4" in page
    assert "ушёл (ушла) в 10:00" in page


def test_without_a_quorum_the_page_says_so_instead_of_offering_the_count(open_hall):
    seats, session, secretary = open_hall
    first = session.motions.order_by("order").first()
    client = as_(secretary)
    count, close = (f'action="{url(name, session.uid)}"' for name in ("count", "close"))
    with world.sitting(session, present=seats[:3]):
        for seat in seats[:3]:
            actions.vote(first, seat, "for", by=seat.user)
        page = read(client.get(url("lead", session.uid)))
        assert count in page
        assert close not in page
        assert "Не решены 2 вопроса" in page
        actions.mark_attendance(session, seats[:2], withdraw=True, by=None)
        page = read(client.get(url("lead", session.uid)))
        assert count not in page
        assert "Кворума нет: присутствуют 2 из 5" in page
        motion = read(client.get(url("motion", first.uid)))
        assert 'value="count"' not in motion


def test_the_dialog_names_who_has_not_voted(open_hall):
    seats, session, secretary = open_hall
    first = session.motions.order_by("order").first()
    client = as_(secretary)
    with world.sitting(session):
        for seat in seats[:2]:
            actions.vote(first, seat, "for", by=seat.user)
        assert 'value="count"' not in read(client.get(url("motion", first.uid)))
        for page in (url("lead", session.uid), url("motion", first.uid)):
            told = read(client.get(page))
            assert "Проголосовали 2 члена" in told
            assert all(seat.user.name in told for seat in seats[2:5])
        actions.vote(first, seats[2], "for", by=seats[2].user)
        for page in (url("lead", session.uid), url("motion", first.uid)):
            told = read(client.get(page))
            assert "Ещё не проголосовали" in told
            assert seats[4].user.name in told


def test_members_whose_votes_became_void_read_why_they_vote_again(secret_hall, open_hall):
    seats, session, _secretary = secret_hall
    first = session.motions.order_by("order").first()
    member = as_(seats[1].user)
    with world.sitting(session):
        for seat in seats[:5]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.mark_attendance(session, seats[:4], withdraw=True, by=None)
        for name in ("session", "ballot"):
            page = read(member.get(url(name, session.uid)))
            assert "Один из членов ушёл до подсчёта" in page
    seats, session, _secretary = open_hall
    first, second = session.motions.order_by("order")
    member = as_(seats[1].user)
    with world.sitting(session):
        for seat in seats[:5]:
            actions.vote_list(session, {first.uid: "for", second.uid: "for"}, by=seat.user)
        actions.mark_attendance(session, seats[:4], withdraw=True, by=None)
        assert "голосование заново" not in read(member.get(url("session", session.uid)))
        actions.repeat_vote(first, "спор о порядке", by=None)
        page = read(member.get(url("session", session.uid)))
        assert "Голосование повторяется. Причина: спор о порядке." in page
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        assert "голосование заново" not in read(member.get(url("session", session.uid)))


def test_pages_of_an_open_session_read_in_eight_queries(open_hall, django_assert_max_num_queries):
    seats, session, secretary = open_hall
    first = session.motions.order_by("order").first()
    sign_in = 2
    with world.sitting(session):
        for seat in seats[:3]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.repeat_vote(first, "спор о порядке", by=None)
        for user, name in (
            (seats[1].user, "session"),
            (seats[1].user, "ballot"),
            (seats[1].user, "live"),
            (secretary, "lead"),
        ):
            client = as_(user)
            with django_assert_max_num_queries(8 + sign_in):
                assert client.get(url(name, session.uid)).status_code == 200


# ------------------------------------------------------------------ planning


def test_nobody_is_asked_to_come_into_the_past_or_to_nowhere_or_to_an_empty_panel():
    edition = world.at_council([("small", 500)])
    stage = world.decision_stage(edition)
    secretary = world.secretary(edition)
    client = as_(secretary)
    page = url("plan", stage.uid)
    form = {"held_at": "2024-11-14T11:00", "place_ru": "Москва"}
    actions.make_panels(edition)
    at = datetime(2024, 11, 14, 11, tzinfo=edition.time_zone)
    with clock.at(at - timedelta(days=3)):
        assert "В составе ещё нет голосующих членов" in read(client.post(page, form))
        world.seated(edition)
        past = client.post(page, form | {"held_at": "2020-01-01T10:00"})
        assert (past.status_code, "Это время прошло" in read(past)) == (422, True)
        nowhere = client.post(page, form | {"place_ru": ""})
        assert (nowhere.status_code, "Укажите место или ссылку" in read(nowhere)) == (422, True)
        assert client.post(page, form | {"link": "не ссылка"}).status_code == 422
        assert not Session.objects.exists()
        online = {"held_at": form["held_at"], "link": "https://video.example.org/42"}
        assert client.post(page, online).status_code == 302
        session = Session.objects.get()
        letter = Message.objects.filter(kind="council.session_planned").first()
        assert "https://video.example.org/42" in letter.body
        assert "https://video.example.org/42" in read(client.get(url("lead", session.uid)))
        assert minutes_data(session, "ru")["form"] == "по видеосвязи"
        moved = client.post(url("move", session.uid), form | {"held_at": "2020-01-01T10:00"})
        assert moved.status_code == 422
    with clock.at(at + timedelta(minutes=10)):  # sat down at once
        assert actions.plan_session(stage, at, "Москва", by=None).number == 2


# ------------------------------------------------------------------ minutes not approved


def test_who_presided_says_what_is_wrong_with_the_minutes_and_the_secretary_is_told(open_hall):
    seats, session, secretary = open_hall
    chair, clerk = seats[0].user, as_(secretary)
    page = url("return_minutes", session.uid)
    with pytest.raises(Refused):
        actions.return_minutes(session, "рано", by=chair)  # not written yet
    world.decided(session)
    assert page in read(as_(chair).get(url("minutes", session.uid)))
    assert as_(seats[1].user).get(page).status_code == 403
    with pytest.raises(Denied):
        actions.return_minutes(session, "чужой", by=secretary)
    assert as_(chair).post(page, {"reason": " "}).status_code == 422
    assert as_(chair).post(page, {"reason": "Петров ушёл раньше"}).status_code == 302
    letters = Message.objects.filter(kind="council.minutes_returned")
    assert ["Петров ушёл раньше" in letter.body for letter in letters] == [True]
    assert not Record.objects.filter(content__contains="Петров ушёл").exists()
    waiting = [item.detail for part in sections(secretary) for item in part.items if item.urgent]
    assert waiting == ["Протокол не утверждён: возобновите заседание"]
    assert not [item for part in sections(chair) for item in part.items if item.urgent]
    for name in ("lead", "minutes"):
        assert "Петров ушёл раньше" in read(clerk.get(url(name, session.uid)))
    assert url("reopen", session.uid) in read(clerk.get(url("minutes", session.uid)))
    actions.reopen_session(session, "поправка явки", by=secretary)
    assert (fresh(session).returned_at, fresh(session).returned_reason_ru) == (None, "")


def test_who_presided_may_approve_minutes_after_all_but_not_send_approved_ones_back(open_hall):
    seats, session, _secretary = open_hall
    chair = seats[0].user
    world.decided(session)
    actions.return_minutes(session, "показалось", by=chair)
    actions.approve_minutes(session, by=chair)
    assert (fresh(session).returned_at, fresh(session).approved_by) == (None, chair)
    with pytest.raises(Refused):
        actions.return_minutes(session, "передумал", by=chair)
