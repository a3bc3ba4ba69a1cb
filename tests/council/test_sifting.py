"""Long agendas: whoever leads looks through them by what comes next, by category and by name."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from laureat.council import actions
from laureat.council.models import Motion, MotionState
from laureat.council.queries.papers import papers
from laureat.council.queries.room import Room, load
from laureat.council.queries.sifting import MOST, Asked, Sifted, Step, step_of
from laureat.platform.documents import render_pdf
from tests.council.test_pages import as_, url
from tests.worlds import council as world
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
LARGE = 3
ENTRIES = [("small", 900 - n) for n in range(MOST + 2)] + [("large", 500 - n) for n in range(LARGE)]


@pytest.fixture
def hall():
    return long_hall()


@kept
def long_hall():
    edition = world.at_council(ENTRIES)
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    return edition, seats, session, world.secretary(edition)


def sifted(session, query="", user=None):
    room = Room(load(session.uid), user.pk if user else None)
    return Sifted(room, Asked.of(QueryDict(query)))


def shown(session, query=""):
    return [row.entry.number for part, _whole in sifted(session, query).groups for row in part.rows]


def tabs(session, query=""):
    return {each["label"]: each["count"] for each in sifted(session, query).tabs}


def test_pages_hold_all_motions_once_in_the_order_of_the_agenda(hall):
    _edition, _seats, session, _secretary = hall
    order = list(session.motions.order_by("order").values_list("entry__number", flat=True))
    assert shown(session) == order[:MOST]
    assert shown(session) + shown(session, "page=2") == order
    assert shown(session, "page=99") == shown(session, "page=2")
    first, second = sifted(session), sifted(session, "page=2")
    assert [len(part.rows) for part, _whole in first.groups] == [MOST]
    assert [len(part.rows) for part, _whole in second.groups] == [2, LARGE]
    assert [len(whole.rows) for _part, whole in second.groups] == [MOST + 2, LARGE]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("category=large", LARGE),
        ("category=nowhere", MOST),
        ("step=waiting", MOST),
        ("step=decide", 0),
        ("step=nonsense", MOST),
        ("q=«»", 0),
        ("q=нет+такого", 0),
    ],
)
def test_what_is_asked_for_narrows_the_agenda(hall, query, count):
    _edition, _seats, session, _secretary = hall
    assert len(shown(session, query)) == count


def test_an_entry_is_found_by_its_number_and_by_the_beginning_of_its_name(hall):
    _edition, _seats, session, _secretary = hall
    motion = session.motions.order_by("order").last()
    number, name = motion.entry.number, motion.entry.organisation.name_ru
    assert shown(session, f"q={number}") == [number]
    with translation.override("ru"):
        assert number in shown(session, f"q={name.upper()}&category=large")


def test_motions_are_counted_by_what_comes_next(hall):
    _edition, seats, session, _secretary = hall
    with translation.override("ru"):
        assert tabs(session) == {}, "all wait for the same"
        with world.sitting(session):
            motions = list(session.motions.order_by("order"))
            for seat in seats[:-1]:
                if seat.votes:
                    choices = {each.uid: "for" for each in motions[:3]}
                    actions.vote_list(session, choices, by=seat.user)
            Motion.objects.filter(pk=motions[0].pk).update(state=MotionState.CARRIED)
            Motion.objects.filter(pk=motions[1].pk).update(state=MotionState.TIED)
            Motion.objects.filter(pk=motions[3].pk).update(state=MotionState.LOST)
            rows = Room(load(session.uid), None).rows
            ready = step_of(rows[2])
            assert ready in {Step.COUNT, Step.VOTING}
            assert [step_of(row) for row in rows[:5]] == [
                Step.CARRIED,
                Step.DECIDE,
                ready,
                Step.LOST,
                Step.WAITING,
            ]
            assert list(tabs(session).values()) == [len(ENTRIES), 1, 1, len(ENTRIES) - 4, 1, 1]
            assert list(tabs(session)) == [
                "Все",
                "ждут решения",
                str(ready.label),
                "голосов нет",
                "принято",
                "не принято",
            ]
            assert tabs(session, "category=large") == {}
            assert shown(session, "step=decide") == [motions[1].entry.number]


def test_the_page_of_whoever_leads_is_short_and_keeps_its_place(hall):
    _edition, _seats, session, secretary = hall
    client = as_(secretary)
    page = client.get(url("lead", session.uid)).content.decode()
    assert page.count("Изменить предложение:") == MOST
    assert 'href="?page=2#agenda"' in page
    narrow = client.get(url("lead", session.uid) + "?q=нет+такого").content.decode()
    assert "Ничего не найдено" in narrow
    assert 'name="q" value="нет такого"' in narrow
    few = client.get(url("lead", session.uid) + "?category=large").content.decode()
    assert few.count("Изменить предложение:") == LARGE


def test_members_see_a_long_agenda_folded_by_category_with_every_motion_in_one_form(hall):
    _edition, seats, session, _secretary = hall
    with world.sitting(session):
        page = as_(seats[1].user).get(url("session", session.uid)).content.decode()
    form = re.search(r"<form class=\"agenda-form.*?</form>", page, re.DOTALL)[0]
    assert len(re.findall(r'<details class="more fold sheet">', form)) == 2
    assert f"осталось {MOST + 2} из {MOST + 2}" in form
    assert len(set(re.findall(r'name="vote-([^"]+)"', form))) == len(ENTRIES)
    assert "data-find" not in form, "the key Enter must not cast votes"


def test_a_panel_that_was_changed_is_the_one_that_is_unfolded(hall):
    edition, seats, _session, secretary = hall
    panel = seats[0].panel
    client = as_(secretary)
    done = client.post(url("seat", panel.uid), {"email": secretary.email, "role": "member"})
    address = reverse("council:panels", args=[edition.award.key, edition.key])
    assert done.url == f"{address}#panel-{panel.uid}"
    page = client.get(address).content.decode()
    assert f'<details class="more fold sheet" id="panel-{panel.uid}" open>' in page


def test_papers_of_a_long_agenda_begin_with_a_list_of_it(hall):
    _edition, _seats, session, _secretary = hall
    made = papers(Room(load(session.uid), None))
    assert [len(group["entries"]) for group in made.data["groups"]] == [MOST + 2, LARGE]
    drawn = {
        language: render_pdf(
            "council/papers", made.data, language=language, title=made.title, images=made.images
        )
        for language in ("ru", "en")
    }
    assert {each[:4] for each in drawn.values()} == {b"%PDF"}
