"""What a panel sees: profiles and spreads on pages and on paper."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment.models import Assessor, Result, Scorebook
from laureat.council import actions
from laureat.council.queries.minutes import tie_words
from laureat.council.queries.papers import papers
from laureat.council.queries.pictures import alone, interval_chart, spread_chart, totals_of
from laureat.council.queries.room import Room, load
from laureat.council.queries.rows import span_words
from laureat.council.queries.standing import model_of
from laureat.platform.documents import render_pdf
from tests.worlds import council as world
from tests.worlds.intake import person

pytestmark = pytest.mark.django_db
ends = st.decimals(0, 1000, places=2)


@pytest.fixture(autouse=True)
def in_russian():
    with translation.override("ru"):
        yield


@pytest.fixture
def hall():
    """Two small entries; three assessors marked the first one alone, before the visit."""
    edition = world.at_council([("small", 700), ("small", 650)])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    first = session.motions.order_by("order")[0].entry
    desk = edition.stages.get(key="desk")
    for points in ("712", "655", "690.5"):
        assessor = Assessor.objects.create(
            edition=edition, user=person("Экспертов Демо"), serial=Assessor.objects.count() + 1
        )
        Scorebook.objects.create(
            edition=edition,
            stage=desk,
            entry=first,
            assessor=assessor,
            kind="individual",
            state="signed",
            points=Decimal(points),
        )
    Result.objects.filter(entry=first).update(parts={"1a": "40"})
    return session, seats, first


def test_the_spread_shows_what_each_assessor_gave_alone_before_the_visit(hall):
    session, _seats, entry = hall
    stage = session.stage
    assert (stage.rules.points_from, alone(stage)) == ("visit", "desk")
    totals = totals_of(stage, [entry.pk])
    assert totals == {entry.pk: [Decimal(655), Decimal("690.50"), Decimal(712)]}
    chart = spread_chart(totals[entry.pk], Result.objects.get(entry=entry), model_of(stage))
    assert chart is not None
    assert chart.rows == [
        ["Эксперт 1", "655"],
        ["Эксперт 2", "690,5"],
        ["Эксперт 3", "712"],
        ["среднее", "685,83"],
        ["итог", "700"],
    ]
    assert spread_chart([Decimal(5)], None, model_of(stage)) is None


def test_papers_show_every_entry_of_the_agenda_once_and_no_vote(hall):
    session, seats, entry = hall
    with world.sitting(session):
        world.everybody_votes(session, "against")
        room = Room(load(session.uid), seats[1].user.pk)
        made = papers(room)
        (group,) = made.data["groups"]
        assert [each["number"] for each in group["entries"]] == [
            row.entry.number for row in room.rows
        ]
        assert set(made.images) == {f"profile-{entry.uid}", f"spread-{entry.uid}"}
        assert "против" not in str(made.data)
        drawn = [
            render_pdf(
                "council/papers", made.data, language="ru", title=made.title, images=made.images
            )
            for _time in range(2)
        ]
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith(b"%PDF")


def test_papers_say_points_as_the_pages_do_and_both_ends_of_a_range_alike(hall):
    session, seats, entry = hall
    Result.objects.filter(entry=entry).update(
        points=Decimal("70.00"), fair=Decimal("49.30"), low=Decimal("43.73"), high=Decimal("54.9")
    )
    room = Room(load(session.uid), seats[1].user.pk)
    (told,) = [
        each
        for group in papers(room).data["groups"]
        for each in group["entries"]
        if each["key"] == entry.uid
    ]
    assert (told["points"], told["fair"], told["range"]) == ("70", "49,3 (43,73–54,90)", None)
    Result.objects.filter(entry=entry).update(
        method="fair", points=Decimal("49.30"), fair=Decimal("49.30")
    )
    room = Room(load(session.uid), seats[1].user.pk)
    (told,) = [
        each
        for group in papers(room).data["groups"]
        for each in group["entries"]
        if each["key"] == entry.uid
    ]
    assert (told["points"], told["fair"], told["range"]) == ("49.3", None, "43,73–54,90")


def _words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_dossier_puts_the_interval_beside_fair_points_only(hall):
    """The points were agreed on, and the interval of other points stood behind them."""
    session, seats, entry = hall
    Result.objects.filter(entry=entry).update(
        points=Decimal(700), fair=Decimal(493), low=Decimal(437), high=Decimal(549)
    )
    client = Client()
    client.force_login(seats[1].user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("council:dossier", args=[session.uid, entry.uid])
    page = _words(client.get(f"/en{address}"))
    assert "Points 700 out of 1,000 Fair points 493 (437–549)" in page
    assert "The points that rank are found by: consensus." in page
    Result.objects.filter(entry=entry).update(method="fair", points=Decimal(493))
    page = _words(client.get(f"/en{address}"))
    assert "Points 493 out of 1,000 (437–549)" in page
    assert "The points that rank are found by" not in page


def test_fair_points_are_called_so_wherever_a_panel_reads_them(hall):
    session, seats, entry = hall
    Result.objects.filter(entry=entry).update(fair=Decimal(698), beside={"fair": "698"})
    client = Client()
    for name, user, args in (
        ("lead", world.secretary(session.stage.edition), []),
        ("session", seats[1].user, []),
        ("dossier", seats[1].user, [entry.uid]),
    ):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.get(reverse(f"council:{name}", args=[session.uid, *args])).content.decode()
        assert "справедливые баллы" in page.lower(), name
        assert "справедливая оценка" not in page.lower(), name
    assert tie_words("fair", None) == "справедливые баллы"


@given(ends, ends)
def test_both_ends_of_a_range_have_as_many_places(low, high):
    first, last = span_words(low, high).split("–")
    assert len(first.partition(",")[2]) == len(last.partition(",")[2])
    assert [Decimal(end.replace(",", ".").replace("−", "-")) for end in (first, last)] == [
        low,
        high,
    ]
    assert not (first.endswith("0") and last.endswith("0") and "," in first)


def test_papers_are_for_those_who_see_the_session(hall, django_assert_max_num_queries):
    session, seats, entry = hall
    address = reverse("council:papers", args=[session.uid])

    def asked(user, where=address):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        with django_assert_max_num_queries(10):  # two of them for who asks
            return client.get(where)

    assert asked(person("Чужаков Демо")).status_code == 403
    member = seats[1].user
    assert asked(member)["Content-Type"] == "application/pdf"
    page = asked(member, reverse("council:dossier", args=[session.uid, entry.uid]))
    assert "Баллы экспертов, выставленные порознь" in page.content.decode()
    assert address in asked(member, reverse("council:session", args=[session.uid])).content.decode()
    for motion in session.motions.all():
        actions.remove_motion(motion, "снято", by=None)
    assert (
        address
        not in asked(member, reverse("council:session", args=[session.uid])).content.decode()
    )
    assert asked(member)["Content-Type"] == "application/pdf"  # says that there is no agenda yet


def test_agreed_points_have_what_was_given_alone_beside_them(hall):
    session, seats, _first = hall
    desk = session.stage.edition.stages.get(key="desk")
    fair = {"28-0001": 690, "28-0002": 640}
    for motion in session.motions.select_related("entry"):
        points = Decimal(fair[motion.entry.number])
        Result.objects.create(
            stage=desk,
            entry=motion.entry,
            method="consensus",
            fair=points,
            low=points - 30,
            high=points + 30,
        )
    room = Room(load(session.uid), seats[0].user.pk)
    assert [(row.alone.fair, row.alone.zone) for row in room.rows] == [
        (Decimal("690.00"), ""),  # three places for two entries: no line
        (Decimal("640.00"), ""),
    ]
    (group,) = room.groups
    chart = interval_chart(group)
    assert chart is not None
    assert [row[:2] for row in chart.rows] == [["28-0001", "690"], ["28-0002", "640"]]
    address = reverse("council:session", args=[session.uid])
    client = Client()
    client.force_login(seats[1].user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = " ".join(client.get(address).content.decode().split())
    assert 'порознь <span class="nowrap">690 (660–720)</span>' in page
    assert "на этапе «Заочная оценка»" in page
    data = papers(room).data
    assert [each["alone"] for each in data["groups"][0]["entries"]] == [
        "690 (660–720)",
        "640 (610–670)",
    ]
    assert "на этапе «Заочная оценка»" in data["said"]
