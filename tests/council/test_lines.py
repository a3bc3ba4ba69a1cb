"""A tie that comes to light when a motion is added: votes cast before it was known."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from laureat.council import actions
from laureat.council.models import Annulment, Motion
from laureat.council.queries.lines import marks
from laureat.council.queries.minutes import minutes_data
from laureat.honours.models import Honour
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Refused
from tests.council.test_presence import as_, read, url
from tests.worlds import council as world
from tests.worlds import intake as entering
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
SMALL = [("small", 700), ("small", 650), ("small", 600)]


@kept
def hall(points: int = 600, fair: str = ""):
    """The Council has counted votes on three laureates of three places; then an entry comes late."""
    edition = world.at_council(SMALL, beside=[{}, {}, {"fair": "590"} if fair else {}])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    organisation = entering.factory(headcount=world.HEADCOUNTS["small"])
    by = entering.acting_for(organisation)
    late = entering.submitted(edition, organisation, by=by, moment="2024-02-20T12:00")
    stage = world.decision_stage(edition)
    world.walked(late, stage)
    world.found(late, stage, points, beside={"fair": fair} if fair else None)
    return seats, session, late


def third(session) -> Motion:
    return session.motions.get(honour="laureate", order=3)


def voted(session):
    with world.sitting(session):
        world.everybody_votes(session)
        actions.decide_all(session, by=None)


def seen(motion):
    motion.refresh_from_db()
    return (motion.state, motion.at_line, motion.tie_rule, motion.line_of, motion.voted.count())


def test_votes_cast_before_a_tie_was_known_become_void_if_that_is_wanted():
    seats, session, late = hall()
    voted(session)
    assert seen(third(session)) == ("carried", False, "", "", 3)
    with clock.at(session.held_at):
        with pytest.raises(Refused) as caught:
            actions.add_motion(session, late, "laureate", "равные баллы", by=None)
        assert caught.value.field == "again"
        assert session.motions.count() == 3
        added = actions.add_motion(session, late, "laureate", "равные баллы", again=True, by=None)
        first = session.motions.order_by("order").first()
        assert seen(third(session)) == ("open", True, "chair", "laureate", 0)
        assert seen(added) == ("open", True, "chair", "laureate", 0)
        assert seen(first) == ("carried", False, "", "", 3)
        void = Annulment.objects.get()
        assert (void.cause, void.votes_for, void.entry) == ("repeated", 3, third(session).entry)
        assert "равными баллами" in void.reason_ru
        for motion in (third(session), added):
            with pytest.raises(Refused, match="председательствующий"):
                actions.vote(motion, seats[0], "for", by=seats[0].user)
        entries = [late, third(session).entry]
        actions.order_equals(session, entries, "значение для региона", by=seats[0].user)
        assert (added.waits_for_order, session.motions.count()) == (True, 4)
        added.refresh_from_db()
        assert not added.waits_for_order
        actions.change_motion(third(session), honour="diplomant", reason="мест больше нет", by=None)
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    world.published(session)
    given = Honour.objects.order_by("entry__serial").values_list("key", flat=True)
    assert list(given) == ["laureate", "laureate", "diplomant", "laureate"]
    course = " ".join(line["text"] for line in minutes_data(session, "ru")["course"])
    assert "вышла ещё одна заявка с равными баллами" in course
    record = json.loads(Record.objects.get(action="motion.repeated").content)["data"]
    assert (record["for"], record["entry"]) == (3, third_entry(session))


def third_entry(session) -> str:
    return session.motions.get(order=3).entry.uid


def test_a_rule_that_tells_them_apart_leaves_votes_and_marks_the_line():
    _seats, session, late = hall(600, "612")
    voted(session)
    with clock.at(session.held_at):
        added = actions.add_motion(session, late, "laureate", "равные баллы", by=None)
    assert seen(third(session)) == ("carried", True, "fair", "laureate", 3)
    assert seen(added)[1:] == (True, "fair", "laureate", 0)


@pytest.mark.parametrize("points", [599, 601])
def test_other_points_are_no_tie(points):
    _seats, session, late = hall(points)
    voted(session)
    with clock.at(session.held_at):
        added = actions.add_motion(session, late, "laureate", "ещё одна", by=None)
    assert seen(third(session))[1:] == (False, "", "", 3)
    assert seen(added)[1:] == (False, "", "", 0)


def test_taking_the_motion_off_again_ends_the_tie():
    _seats, session, late = hall()
    added = actions.add_motion(session, late, "laureate", "равные баллы", by=None)
    assert seen(third(session))[1:4] == (True, "chair", "laureate")
    actions.remove_motion(added, "ошибка", by=None)
    assert seen(third(session))[1:4] == (False, "", "")


def test_what_the_agenda_says_of_its_lines_is_what_is_found_anew():
    edition = world.at_council([*SMALL, ("small", 600), ("small", 500), ("large", 500)])
    world.seated(edition)
    session = world.planned(edition)
    motions = list(session.motions.select_related("entry").order_by("order"))
    found = marks(session, motions)
    assert [(m.at_line, m.tie_rule, m.line_of) for m in motions] == [
        (each.at_line, each.tie_rule, each.line_of) for each in (found[m.pk] for m in motions)
    ]
    assert Decimal(600) in {found[m.pk].asks and Decimal(600) for m in motions}


def test_the_page_asks_whether_votes_may_become_void():
    seats, session, late = hall()
    voted(session)
    client = as_(seats[0].user)
    address = url("add_motion", session.uid)
    sent = {"entry": late.uid, "honour": "laureate", "reason": "равные баллы"}
    with clock.at(session.held_at):
        page = client.post(address, sent)
        assert page.status_code == 422
        assert 'type="checkbox" name="again"' in read(page)
        assert client.post(address, sent | {"again": "on"}).status_code == 302
        ballot = read(as_(seats[1].user).get(url("session", session.uid)))
        assert "после того, как председательствующий" in ballot
        lead = read(client.get(url("lead", session.uid)))
        assert "/order/" in lead
        motion = third(session)
        page = read(client.get(url("order", motion.uid)))
        assert 'name="anew"' not in page
