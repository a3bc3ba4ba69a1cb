"""The pages of panels and sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from laureat.assessment.models import Result
from laureat.council import actions
from laureat.council.models import Motion, Panel, Recusal, Session, Voted
from laureat.council.queries.standing import line_of
from laureat.honours.models import Honour
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.desk import sections
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
ENTRIES = [("small", 700), ("small", 650), ("small", 600), ("small", 600), ("large", 500)]


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def russian():
    with translation.override("ru"):
        yield


@pytest.fixture
def hall():
    return hall_of_the_council()


@kept
def hall_of_the_council():
    edition = world.at_council(ENTRIES)
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    return edition, seats, session, world.secretary(edition)


def url(name: str, *args) -> str:
    return reverse(f"council:{name}", args=args)


def test_members_see_the_agenda_and_vote_for_the_whole_list(hall):
    _edition, seats, session, _secretary = hall
    client = as_(seats[1].user)
    page = client.get(url("session", session.uid))
    assert page.status_code == 200
    assert "700" in page.content.decode()
    with world.sitting(session):
        first = session.motions.order_by("order").first()
        done = client.post(url("vote", session.uid), {"all": "for", f"vote-{first.uid}": "against"})
        assert done.status_code == 302
        assert Voted.objects.filter(seat=seats[1]).count() == 5
        assert sorted(first.slips.values_list("choice", flat=True)) == ["against"]
        again = client.post(url("vote", session.uid), {f"vote-{first.uid}": "for"}, follow=True)
        told = f"Вы уже голосовали ({first.entry.number}): ваш голос в силе и учитывается один раз."
        assert told in again.content.decode()
        assert list(first.slips.values_list("choice", flat=True)) == ["against"]


def test_what_was_chosen_is_kept_when_votes_are_refused(hall):
    _edition, seats, session, _secretary = hall
    motion = session.motions.first()
    page = as_(seats[1].user).post(url("vote", session.uid), {f"vote-{motion.uid}": "for"})
    assert page.status_code == 422
    assert not Voted.objects.exists()


def test_recusing_needs_a_reason_and_keeps_what_was_typed(hall):
    _edition, seats, session, _secretary = hall
    entry = session.motions.first().entry
    client = as_(seats[1].user)
    page = client.post(url("recuse", session.uid, entry.uid), {"reason": " "})
    assert page.status_code == 422
    page = client.post(url("recuse", session.uid, entry.uid), {"reason": "работал там"})
    assert page.status_code == 302
    assert Recusal.objects.get().reason == "работал там"


def test_the_secretary_leads_from_attendance_to_publication(hall):
    _edition, seats, session, secretary = hall
    client = as_(secretary)
    with world.clock.at(session.held_at):
        assert client.get(url("session", session.uid)).url.endswith("/lead/")
        assert client.post(url("open", session.uid), follow=True).status_code == 200
        session.refresh_from_db()
        assert session.state == "planned"  # no quorum
        client.post(url("attendance", session.uid), {"present": [s.pk for s in seats]})
        client.post(url("open", session.uid))
        session.refresh_from_db()
        assert session.state == "open"
        world.everybody_votes(session)
        client.post(url("count", session.uid))
        client.post(url("close", session.uid))
        session.refresh_from_db()
        assert session.state == "closed"
        page = client.get(url("publish", session.uid)).content.decode()
        assert "Протокол ещё не подписан" in page
        assert "Опубликовать всё сразу" not in page
        early = client.post(url("publish", session.uid), {"order_ru": "", "order_en": ""})
        assert early.status_code == 422
        assert "только с подписанным протоколом" in early.content.decode()
        world.signed(session)
        page = client.get(url("publish", session.uid)).content.decode()
        assert "Опубликовать всё сразу" in page
        done = client.post(
            url("publish", session.uid), {"order_ru": "распоряжение № 103-р", "order_en": ""}
        )
    assert done.status_code == 302
    session.refresh_from_db()
    assert (session.state, session.order_reference_ru) == ("published", "распоряжение № 103-р")
    again = client.get(url("publish", session.uid), follow=True).content.decode()
    assert "уже опубликованы" in again
    assert Honour.objects.count() == 5
    page = client.get(url("lead", session.uid)).content.decode()
    assert "результаты конкурса в целом и его журнал теперь открыты всем" in page
    edition = session.stage.edition
    for address in (
        reverse("honours:edition", args=[edition.award.key, edition.key]),
        reverse("showcase:edition", args=[edition.award.key, edition.key]),
        reverse("feedback:list", args=[edition.uid]),
    ):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    chair = as_(seats[0].user).get(url("lead", session.uid)).content.decode()
    assert reverse("honours:edition", args=[edition.award.key, edition.key]) not in chair
    assert reverse("feedback:list", args=[edition.uid]) not in chair


def test_the_chair_orders_equals_and_breaks_ties_on_the_page(hall):
    _edition, seats, session, secretary = hall
    tied = list(session.motions.filter(tie_rule="chair").order_by("order"))
    chair = as_(seats[0].user)
    page = url("order", tied[0].uid)
    assert as_(secretary).get(page).status_code == 403
    places = {tied[0].entry.uid: "1", tied[1].entry.uid: "1"}
    assert chair.post(page, places | {"reason": "вклад"}).status_code == 422
    places[tied[1].entry.uid] = "2"
    assert 'name="anew"' not in chair.get(page).content.decode()
    best = session.motions.order_by("order").first()
    actions.change_motion(best, honour="", reason="нет", by=None)
    assert chair.post(page, places | {"reason": "вклад"}).status_code == 422
    assert 'name="anew"' in chair.get(page).content.decode()
    places["anew"] = "on"
    assert chair.post(page, places | {"reason": "вклад"}).status_code == 302
    assert session.motions.get(entry=tied[0].entry).honour == "laureate"
    motion = session.motions.get(entry=tied[1].entry)
    with world.sitting(session, present=seats[:2]):
        actions.vote(motion, seats[0], "for", by=seats[0].user)
        actions.vote(motion, seats[1], "against", by=seats[1].user)
        page = url("motion", motion.uid)
        as_(secretary).post(page, {"do": "count"})
        assert Motion.objects.get(pk=motion.pk).state == "tied"
        assert chair.post(page, {"do": "tie", "carried": "yes"}).status_code == 422
        assert (
            chair.post(page, {"do": "tie", "carried": "yes", "reason": "довод"}).status_code == 302
        )
    assert Motion.objects.get(pk=motion.pk).state == "carried"


def test_changing_a_motion_keeps_the_form_on_a_refusal(hall):
    _edition, _seats, session, secretary = hall
    motion = session.motions.filter(honour="diplomant").first()
    client = as_(secretary)
    page = client.post(url("motion", motion.uid), {"do": "change", "honour": "laureate"})
    assert page.status_code == 422
    done = client.post(
        url("motion", motion.uid), {"do": "change", "honour": "", "reason": "отзыв лицензии"}
    )
    assert done.status_code == 302
    motion.refresh_from_db()
    assert (motion.honour, motion.reason_ru) == ("", "отзыв лицензии")


def test_a_page_says_which_of_its_acts_was_done(hall):
    _edition, _seats, session, secretary = hall
    client = as_(secretary)
    motion = session.motions.filter(honour="diplomant").first()

    def told(do, **fields):
        answer = client.post(url("motion", motion.uid), {"do": do, "reason": "отзыв", **fields})
        assert answer.status_code == 302
        page = client.get(answer.url).content.decode()
        return page[page.index("Готово") :][:400]

    assert "Предложение изменено" in told("change", honour="")
    with world.sitting(session):
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        assert "голосуют по этому вопросу заново" in told("repeat")
        assert "Вопрос снят с повестки" in told("remove")


def test_strangers_and_applicants_see_nothing_pending(hall):
    edition, _seats, session, _secretary = hall
    entry = session.motions.first().entry
    pages = [
        url("session", session.uid),
        url("lead", session.uid),
        url("live", session.uid),
        url("minutes", session.uid),
        url("minutes_pdf", session.uid),
        url("dossier", session.uid, entry.uid),
        url("motion", session.motions.first().uid),
        url("publish", session.uid),
        url("stage", session.stage.uid),
        url("panels", edition.award.key, edition.key),
    ]
    for user in (person(), acting_for(entry.organisation)):
        client = as_(user)
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 403)
    assert {Client().get(page).status_code for page in pages} == {302}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_opens_in_both_languages(hall, language):
    from django.utils import translation

    edition, seats, session, secretary = hall
    entry = session.motions.first().entry
    with translation.override(language):
        for user, name, args in [
            (secretary, "panels", (edition.award.key, edition.key)),
            (secretary, "stage", (session.stage.uid,)),
            (secretary, "plan", (session.stage.uid,)),
            (secretary, "lead", (session.uid,)),
            (secretary, "move", (session.uid,)),
            (secretary, "add_motion", (session.uid,)),
            (secretary, "recuse_member", (session.uid, seats[1].pk)),
            (secretary, "motion", (session.motions.first().uid,)),
            (secretary, "minutes", (session.uid,)),
            (secretary, "live", (session.uid,)),
            (seats[1].user, "session", (session.uid,)),
            (seats[1].user, "dossier", (session.uid, entry.uid)),
            (seats[1].user, "recuse", (session.uid, entry.uid)),
            (seats[0].user, "lead", (session.uid,)),
        ]:
            page = as_(user).get(url(name, *args))
            assert page.status_code == 200, name


def test_minutes_can_be_read_as_pdf_in_both_languages(hall):
    _edition, seats, session, _secretary = hall
    for query in ("", "?language=en"):
        page = as_(seats[0].user).get(url("minutes_pdf", session.uid) + query)
        assert b"".join(page).startswith(b"%PDF")


def test_a_panel_is_made_and_seated_on_its_page():
    edition = world.at_council([("small", 500)])
    secretary, somebody = world.secretary(edition), person()
    client = as_(secretary)
    client.post(url("make_panels", edition.award.key, edition.key))
    panel = Panel.objects.get()
    page = client.post(url("seat", panel.uid), {"email": "nobody@demo.invalid", "role": "member"})
    assert page.status_code == 422
    client.post(url("seat", panel.uid), {"email": somebody.email, "role": "chair"})
    seat = panel.seats.get()
    assert (seat.user, seat.role) == (somebody, "chair")
    page = client.post(url("seat", panel.uid), {"email": secretary.email, "role": "chair"})
    assert page.status_code == 422  # one chair
    client.post(url("unseat", seat.pk))
    seat.refresh_from_db()
    assert seat.left_at is not None


def test_a_session_is_planned_in_the_time_of_the_contest():
    edition = world.at_council([("small", 500)])
    world.seated(edition)
    stage = world.decision_stage(edition)
    client = as_(world.secretary(edition))
    with world.clock.at(datetime(2024, 11, 1, tzinfo=UTC)):
        assert client.post(url("plan", stage.uid), {"held_at": "вчера"}).status_code == 422
        client.post(url("plan", stage.uid), {"held_at": "2024-11-14T11:00", "place_ru": "Москва"})
    assert Session.objects.get().held_at.isoformat() == "2024-11-14T08:00:00+00:00"


@pytest.mark.parametrize("count", [1, 3, 24])
def test_pages_read_in_eight_queries_at_any_length(count, django_assert_max_num_queries):
    edition = world.at_council([("small", 500 + n) for n in range(count)])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    sign_in = 2  # the web session and the person
    for user, name in ((seats[1].user, "session"), (world.secretary(edition), "lead")):
        client = as_(user)
        with django_assert_max_num_queries(8 + sign_in):
            assert client.get(url(name, session.uid)).status_code == 200


def lines(user, session) -> list[tuple[str, str, str, bool]]:
    """What the desk says about a session: section, page, detail, whether it is urgent."""
    return [
        (
            section.title,
            item.url.removeprefix(url("session", session.uid)),
            item.detail,
            item.urgent,
        )
        for section in sections(user)
        for item in section.items
        if session.uid in item.url
    ]


@pytest.mark.usefixtures("russian")
def test_the_desk_says_what_waits(hall):
    _edition, seats, session, secretary = hall
    chair, member, clerk = seats[0], seats[1], seats[-1]
    mine, ours = "Мои заседания", "Советы и комиссии"
    assert lines(member.user, session) == [(mine, "", "", False)]
    recused = session.motions.first().entry
    actions.recuse(session, member, recused, "работал там", by=member.user)
    with world.sitting(session):
        assert lines(member.user, session) == [
            (mine, "ballot/", "4 вопроса ждут вашего голоса", True)
        ]
        ballot = as_(member.user).get(url("ballot", session.uid)).content.decode()
        assert "Вопрос 1 из 4" in ballot
        assert lines(clerk.user, session) == [(mine, "", "", False)]
        assert lines(secretary, session) == [(ours, "lead/", "", False)]
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    waits = "Закрыто: председательствовавший ещё не утвердил протокол"
    assert lines(secretary, session) == [(ours, "lead/", waits, False)]
    assert lines(chair.user, session) == [
        (mine, "minutes/", "Прочитать и утвердить протокол", True)
    ]
    actions.approve_minutes(session, by=chair.user)
    assert lines(secretary, session) == [
        (ours, "minutes/", "Подписать утверждённый протокол", True)
    ]
    actions.sign_minutes(session, by=secretary)
    assert lines(secretary, session) == [(ours, "lead/", "Закрыто: опубликуйте решения", True)]
    assert lines(chair.user, session) == []


@pytest.mark.usefixtures("russian")
def test_a_session_stands_once_on_the_desk_of_a_secretary_who_has_a_seat(hall):
    edition, seats, session, _secretary = hall
    for seat in (seats[-1], seats[1]):
        give_role(seat.user, Role.SECRETARY, by=None, edition=edition.key)
    clerk, member = seats[-1].user, seats[1].user
    assert [line[1] for line in lines(clerk, session)] == ["lead/"]
    assert [line[1] for line in lines(member, session)] == ["lead/"]
    with world.sitting(session):
        assert [line[1] for line in lines(clerk, session)] == ["lead/"]
        assert [line[1] for line in lines(member, session)] == ["ballot/"]  # the vote comes first


def test_a_page_that_shows_an_older_state_says_so_without_losing_choices(hall):
    _edition, seats, session, _secretary = hall
    client = as_(seats[1].user)
    page = client.get(url("session", session.uid)).content.decode()
    shown = page.split("?shown=")[1].split('"')[0]
    fresh = client.get(url("live", session.uid), {"shown": shown})
    assert "HX-Refresh" not in fresh.headers
    with world.sitting(session):
        began = client.get(url("live", session.uid), {"shown": shown})
        assert began.headers["HX-Refresh"] == "true"
        page = client.get(url("session", session.uid)).content.decode()
        shown = page.split("?shown=")[1].split('"')[0]
        motion = session.motions.first()
        for seat in seats[:3]:
            actions.vote(motion, seat, "for", by=seat.user)
        actions.decide_motion(motion, by=None)
        later = client.get(url("live", session.uid), {"shown": shown})
        assert "HX-Refresh" not in later.headers
        assert f"?shown={shown}" in later.content.decode()


def test_the_leader_is_told_of_secret_motions_that_counting_left_open(hall):
    _edition, seats, session, secretary = hall
    first, second = session.motions.order_by("order")[:2]
    with world.sitting(session):
        for seat in seats[:3]:
            actions.vote(first, seat, "for", by=seat.user)
        actions.vote(second, seats[0], "for", by=seats[0].user)
        page = as_(secretary).post(url("count", session.uid), follow=True).content.decode()
        assert "остаётся открытым" in page or "stays open" in page
        actions.vote(second, seats[1], "for", by=seats[1].user)
        actions.vote(second, seats[2], "for", by=seats[2].user)
        page = as_(secretary).post(url("count", session.uid), follow=True).content.decode()
        assert "остаётся открытым" not in page
        assert "stays open" not in page


def test_the_agenda_shows_how_sure_the_line_of_the_honour_is():
    edition = world.at_regional([("food", 48), ("food", 40), ("food", 30)])
    zones = (("yes", "0.970"), ("discuss", "0.510"), ("no", "0.020"))
    for row, (zone, chance) in zip(Result.objects.order_by("-points"), zones, strict=True):
        row.zone, row.chance = zone, chance
        row.save(update_fields=["zone", "chance"])
    _panel, seats = world.seated(edition, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-12T11:00")
    shown = as_(seats[1].user).get(url("session", session.uid)).content.decode()
    for words in ("заведомо выше линии", "обсудить", "заведомо ниже линии", "97\xa0%", "51\xa0%"):
        assert words in shown
    assert "Лауреат регионального этапа" in shown


def test_no_zone_is_shown_where_the_assessment_has_a_line_of_its_own(hall, monkeypatch):
    edition, seats, session, _secretary = hall
    Result.objects.update(zone="yes", chance="0.970")
    stage = world.decision_stage(edition)
    monkeypatch.setattr("laureat.council.queries.room.line_of", lambda _stage: None)
    assert line_of(stage) is not None
    assert (
        "заведомо выше линии"
        not in as_(seats[1].user).get(url("session", session.uid)).content.decode()
    )
