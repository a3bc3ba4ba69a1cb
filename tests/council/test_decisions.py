"""From the agenda to published decisions."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from laureat.assessment.models import Result
from laureat.council import actions
from laureat.council.models import Motion, Slip, Voted
from laureat.council.queries.counting import quorum, recount
from laureat.honours.models import EmblemLicence, Honour
from laureat.intake.models import Entry, Passage
from laureat.ledger.models import Record, Words
from laureat.platform.accounts.queries import copy_of
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry.models import Distinction
from laureat.rulebook.models import Stage
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person

pytestmark = pytest.mark.django_db

SMALL = [("small", 700), ("small", 650), ("small", 600), ("small", 550), ("small", 300)]


def reasons(caught) -> str:
    return str(caught.value)


def test_the_agenda_follows_rank_caps_and_conditions():
    edition = world.at_council([*SMALL, ("large", 500), ("large", None)])
    world.seated(edition)
    session = world.planned(edition)
    assert world.honours_of(session) == [
        ("700.00", "laureate"),
        ("650.00", "laureate"),
        ("600.00", "laureate"),
        ("550.00", "diplomant"),
        ("300.00", ""),
        ("500.00", "laureate"),
        ("None", ""),
    ]


def test_equals_stand_on_the_agenda_in_the_order_of_their_numbers():
    edition = world.at_council(
        [*(("small", 500) for _ in range(4)), ("small", None), ("small", None)]
    )
    world.seated(edition)
    session = world.planned(edition)
    numbers = list(session.motions.order_by("order").values_list("entry__number", flat=True))
    assert numbers == sorted(numbers)


def test_equals_at_the_line_are_told_apart_by_the_chain_and_marked():
    edition = world.at_council(
        [("small", 700), ("small", 650), ("small", 600), ("small", 600)],
        beside=[{}, {}, {"fair": "590"}, {"fair": "612"}],
    )
    world.seated(edition)
    session = world.planned(edition)
    rows = [(m.honour, m.at_line, m.tie_rule, m.line_of) for m in session.motions.order_by("order")]
    assert rows == [
        ("laureate", False, "", ""),
        ("laureate", False, "", ""),
        ("laureate", True, "fair", "laureate"),
        ("diplomant", True, "fair", "laureate"),
    ]


def test_fair_points_that_cannot_be_compared_tell_nobody_apart():
    edition = world.at_council(
        [("small", 700), ("small", 650), ("small", 600), ("small", 600)],
        beside=[{}, {}, {"fair": "590"}, {"fair": "612"}],
    )
    Result.objects.filter(points=600).update(fallback="disconnected")
    world.seated(edition)
    session = world.planned(edition)
    rows = [(m.honour, m.at_line, m.tie_rule) for m in session.motions.order_by("order")]
    assert rows == [
        ("laureate", False, ""),
        ("laureate", False, ""),
        ("diplomant", True, "chair"),
        ("diplomant", True, "chair"),
    ]


def test_equals_whom_no_rule_tells_apart_wait_for_the_chair():
    edition = world.at_council([("small", 700), ("small", 650), ("small", 600), ("small", 600)])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    tied = list(session.motions.filter(tie_rule="chair").order_by("order"))
    assert [m.honour for m in tied] == ["diplomant", "diplomant"]
    second = tied[1].entry
    with pytest.raises(Denied):
        actions.order_equals(session, [second, tied[0].entry], "экспорт", by=seats[1].user)
    best = session.motions.order_by("order").first()
    actions.remove_motion(best, "отозвано", by=None)
    equals = [second, tied[0].entry]
    with pytest.raises(Refused) as caught:
        actions.order_equals(session, equals, "значение для региона", by=seats[0].user)
    assert caught.value.field == "anew"
    assert not session.motions.filter(entry=best.entry).exists()
    actions.propose_honours(session, by=None)
    actions.order_equals(session, equals, "значение для региона", by=seats[0].user)
    changed = session.motions.order_by("order").first()
    actions.change_motion(changed, honour="", reason="нет", by=None)
    actions.order_equals(session, equals, "значение для региона", anew=True, by=seats[0].user)
    rows = {m.entry: (m.honour, m.tie_rule, m.reason_ru) for m in session.motions.all()}
    assert rows[second] == ("laureate", "chair", "значение для региона")
    assert rows[tied[0].entry] == ("diplomant", "chair", "значение для региона")


def test_a_session_opens_only_with_a_quorum_and_says_how_many_are_missing():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition, members=5)
    session = world.planned(edition)
    actions.mark_attendance(session, [seats[0], seats[1], seats[-1]], by=None)
    found = quorum(session)
    assert (found.total, found.needed, found.present, found.met) == (5, 3, 2, False)
    with pytest.raises(Refused) as caught:
        actions.open_session(session, by=None)
    assert "2" in reasons(caught)
    assert "5" in reasons(caught)
    assert "3" in reasons(caught)


def test_a_secret_vote_keeps_who_voted_apart_from_how():
    edition = world.at_council(SMALL[:1])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    motion = session.motions.get()
    with world.sitting(session):
        actions.vote(motion, seats[0], "against", by=seats[0].user)
        assert [(v.seat, v.choice) for v in Voted.objects.all()] == [(seats[0], "")]
        assert [s.choice for s in Slip.objects.all()] == ["against"]
        assert "against" not in Record.objects.filter(action="session.voted").get().content
        with pytest.raises(Refused):
            actions.vote(motion, seats[0], "for", by=seats[0].user)
    assert (Voted.objects.count(), Slip.objects.count()) == (1, 1)
    (seat,) = copy_of(seats[0].user)["seats"]
    assert [vote["choice"] for vote in seat["votes"]] == [""], (
        "nor does the copy of their data know"
    )


def test_the_order_of_the_slips_does_not_tell_who_voted_when():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        actions.vote(first, seats[0], "against", by=seats[0].user)
        before = set(Slip.objects.values_list("uid", flat=True))
        actions.vote_list(session, {first.uid: "for", second.uid: "for"}, by=seats[1].user)
    assert not before & set(Slip.objects.values_list("uid", flat=True))
    assert sorted(Slip.objects.values_list("motion", "choice")) == [
        (first.pk, "against"),
        (first.pk, "for"),
        (second.pk, "for"),
    ]


def test_so_few_secret_slips_are_not_counted_that_they_tell_whose_they_are():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition, members=5)
    session = world.planned(edition)
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        for seat in seats[:2]:
            actions.vote_list(session, {first.uid: "for", second.uid: "against"}, by=seat.user)
        with pytest.raises(Refused):
            actions.decide_motion(first, by=None)
        with pytest.raises(Refused):
            actions.decide_all(session, by=None)
        actions.vote(first, seats[2], "against", by=seats[2].user)
        assert [each.pk for each in actions.decide_all(session, by=None)] == [first.pk]
        actions.repeat_vote(second, "спор о порядке", by=None)
    told = json.loads(Record.objects.get(action="motion.repeated").content)["data"]
    words = Words.objects.get(commitment=told.pop("reason_sha256"))
    assert words.text == "спор о порядке"
    assert told == {"entry": second.entry.uid, "honour": "laureate"}


def test_only_members_who_are_there_and_not_recused_vote_and_for_themselves():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition, members=5)
    session = world.planned(edition)
    first, second = session.motions.order_by("order")
    with world.sitting(session, present=seats[:3]):
        actions.recuse(session, seats[1], first.entry, "работал там", by=seats[1].user)
        with pytest.raises(Refused):
            actions.vote(first, seats[1], "for", by=seats[1].user)
        actions.vote(second, seats[1], "for", by=seats[1].user)
        with pytest.raises(Refused):  # absent
            actions.vote(first, seats[3], "for", by=seats[3].user)
        with pytest.raises(Denied):  # for somebody else
            actions.vote(first, seats[2], "for", by=seats[0].user)
        with pytest.raises(Denied):  # the secretary of the panel
            actions.vote(first, seats[-1], "for", by=seats[-1].user)
        with pytest.raises(Denied):
            actions.vote(first, seats[2], "for", by=person())
        with pytest.raises(Refused):  # too late: has voted
            actions.recuse(session, seats[1], second.entry, "вспомнил", by=seats[1].user)
        actions.mark_attendance(session, seats[:2], by=None)
        with pytest.raises(Refused):  # no quorum any more
            actions.vote(first, seats[0], "for", by=seats[0].user)
    assert Voted.objects.count() == 1


def test_members_tied_to_an_applicant_are_recused_by_the_system():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition)
    entry = Entry.objects.order_by("serial").first()
    actions_user = seats[1].user
    from laureat.platform.access.actions import give_role
    from laureat.platform.access.models import Role

    give_role(actions_user, Role.APPLICANT, by=None, organisation=entry.organisation.uid)
    session = world.planned(edition)
    rows = [(r.seat, r.entry, r.detected) for r in session.recusals.all()]
    assert rows == [(seats[1], entry, True)]


def test_a_list_of_votes_is_cast_whole_or_not_at_all():
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition)
    session = world.planned(edition)
    first, second = session.motions.order_by("order")
    with world.sitting(session):
        actions.vote(first, seats[0], "for", by=seats[0].user)
        with pytest.raises(Refused):
            actions.vote_list(session, {first.uid: "for", second.uid: "against"}, by=seats[0].user)
        assert not Voted.objects.filter(motion=second).exists()


def test_a_tie_is_decided_by_the_chair_with_a_reason():
    edition = world.at_council(SMALL[:1])
    _panel, seats = world.seated(edition, members=2)
    session = world.planned(edition)
    motion = session.motions.get()
    with world.sitting(session):
        actions.vote(motion, seats[0], "for", by=seats[0].user)
        actions.vote(motion, seats[1], "against", by=seats[1].user)
        assert actions.decide_motion(motion, by=None).state == "tied"
        with pytest.raises(Refused) as caught:
            actions.close_session(session, by=None)
        assert "1" in reasons(caught)
        with pytest.raises(Denied):
            actions.break_tie(motion, True, "да", by=seats[1].user)
        with pytest.raises(Refused):
            actions.break_tie(motion, True, " ", by=seats[0].user)
        actions.break_tie(motion, True, "лидер отрасли", by=seats[0].user)
        actions.close_session(session, by=None)
    motion.refresh_from_db()
    assert (motion.state, motion.reason_ru) == ("carried", "лидер отрасли")
    assert recount(session).differences == []


def test_a_session_does_not_close_over_a_cap():
    edition = world.at_council(SMALL[:4])
    world.seated(edition)
    session = world.planned(edition)
    fourth = session.motions.get(honour="diplomant")
    actions.change_motion(fourth, honour="laureate", reason="предложение Совета", by=None)
    assert not Record.objects.filter(content__contains="предложение").exists()
    with world.sitting(session):
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        with pytest.raises(Refused) as caught:
            actions.close_session(session, by=None)
        assert "4" in reasons(caught)
        assert "3" in reasons(caught)
        assert "250" in reasons(caught)
        actions.repeat_vote(fourth, "превышено число премий", by=None)
        assert not Record.objects.filter(content__contains="превышено").exists()
        actions.change_motion(fourth, honour="diplomant", reason="число премий", by=None)
        world.everybody_votes(session)
        actions.decide_all(session, by=None)
        closed = actions.close_session(session, by=None)
    assert closed.minutes.media_type == "application/pdf"
    assert Honour.objects.count() == 0  # pending until published


def test_publishing_makes_everything_public_at_once():
    edition = world.at_council([*SMALL, ("large", 500)])
    world.seated(edition)
    session = world.decided(world.planned(edition))
    world.published(session, ("распоряжение от 25.01.2025 № 103-р", "order No. 103-r"))
    session.refresh_from_db()
    assert session.state == "published"
    given = list(Honour.objects.order_by("entry__serial").values_list("key", "state"))
    assert given == [
        ("laureate", "published"),
        ("laureate", "published"),
        ("laureate", "published"),
        ("diplomant", "published"),
        ("laureate", "published"),
    ]
    assert Distinction.objects.filter(revoked_at=None).count() == 5
    licence = EmblemLicence.objects.first()
    assert (str(licence.starts_on), str(licence.ends_on)) == ("2024-11-14", "2027-11-13")
    assert set(Entry.objects.values_list("state", flat=True)) == {"finished"}
    assert set(Passage.objects.filter(stage__key="council").values_list("state", flat=True)) == {
        "passed"
    }
    session.stage.refresh_from_db()
    assert session.stage.state == "closed"
    assert Message.objects.filter(kind="council.decided").count() == 6


def test_the_letter_of_the_decision_greets_congratulates_and_leads_to_the_entry():
    edition = world.at_council(SMALL)
    world.seated(edition)
    world.published(world.decided(world.planned(edition)))
    first, *_others, last = Entry.objects.order_by("serial")
    letters = {
        entry: Message.objects.get(kind="council.decided", dedupe_key__contains=entry.uid)
        for entry in (first, last)
    }
    panel = "Совет по присуждению премий Правительства Российской Федерации в области качества"
    assert letters[first].body == (
        f"Здравствуйте, {letters[first].user.name}!\n\n"
        f"{edition.title_ru}\n{panel}: принято решение по заявке 28-0001 ({first.organisation.name_ru}).\n"
        "Поздравляем! Присуждено: Лауреат премии.\n\n"
        f"Ваша заявка: {settings.BASE_URL}/entries/{first.uid}/\n"
        f"Ваши звания, а с выдачей и дипломы: {settings.BASE_URL}/honours/mine/\n"
    )
    assert letters[last].body == (
        f"Здравствуйте, {letters[last].user.name}!\n\n"
        f"{edition.title_ru}\n{panel}: принято решение по заявке 28-0005 ({last.organisation.name_ru}).\n"
        "На этом этапе звание не присуждено.\n\n"
        f"Ваша заявка: {settings.BASE_URL}/entries/{last.uid}/\n"
    )


def test_counting_again_from_the_ballots_gives_the_same():
    edition = world.at_council(SMALL)
    _panel, seats = world.seated(edition, members=5)
    session = world.planned(edition)
    motions = list(session.motions.order_by("order"))
    with world.sitting(session):
        for number, seat in enumerate(seats[:5]):
            choices = {
                m.uid: ["for", "against", "abstain"][(number * place) % 3]
                for place, m in enumerate(motions)
            }
            actions.vote_list(session, choices, by=seat.user)
        actions.decide_all(session, by=None)
        for motion in session.motions.filter(state="tied"):
            actions.break_tie(motion, False, "решение председателя", by=seats[0].user)
        actions.close_session(session, by=None)
    again = recount(session)
    assert again.differences == []
    assert {
        uid: (t.votes_for, t.votes_against, t.abstentions) for uid, (t, _) in again.outcomes.items()
    } == {m.uid: (m.votes_for, m.votes_against, m.abstentions) for m in Motion.objects.all()}
    Slip.objects.filter(motion=motions[0], choice="for").first().delete()
    assert recount(session).differences == [motions[0].uid]


def test_the_regional_gate_lets_the_honoured_go_on_and_says_why_others_do_not():
    edition = world.at_regional([("food", p) for p in (48, 46, 44, 40, 38, 30, 26, 20)])
    world.seated(edition, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    assert world.honours_of(session) == [
        ("48.00", "regional-laureate"),
        ("46.00", "regional-laureate"),
        ("44.00", "regional-laureate"),
        ("40.00", "regional-diplomant-1"),
        ("38.00", "regional-diplomant-1"),
        ("30.00", "regional-diplomant-1"),
        ("26.00", "regional-diplomant-2"),
        ("20.00", ""),
    ]
    world.published(world.decided(session))
    states = Passage.objects.filter(stage__key="regional").order_by("entry__serial")
    assert [p.state for p in states] == ["passed"] * 6 + ["stopped"] * 2
    assert "Дипломант II степени" in states[6].reason_ru
    assert "2nd degree" in states[6].reason_en
    federal = Passage.objects.filter(stage__key="federal", state="active").count()
    assert federal == 6


def test_nobody_but_the_secretary_publishes_and_nobody_else_sees_what_is_pending():
    edition = world.at_council(SMALL[:1])
    _panel, seats = world.seated(edition)
    session = world.decided(world.planned(edition))
    applicant = acting_for(Entry.objects.get().organisation)
    for user in (seats[0].user, seats[1].user, applicant):
        with pytest.raises(Denied):
            actions.publish_session(session, by=user)
    from laureat.council.permissions import see_session

    assert not see_session(applicant, session)
    assert see_session(seats[1].user, session)


@pytest.fixture
def written():
    """A closed session of the Council, its chair, its secretary."""
    edition = world.at_council(SMALL[:2])
    _panel, seats = world.seated(edition)
    session = world.decided(world.planned(edition))
    return session, seats[0].user, world.secretary(edition)


def test_decisions_become_public_only_with_signed_minutes(written):
    session, chair, secretary = written
    with pytest.raises(Refused) as early:
        actions.publish_session(session, by=secretary)
    actions.approve_minutes(session, by=chair)
    with pytest.raises(Refused) as half:
        actions.publish_session(session, by=None)  # nor does the clock publish them
    told = "По правилам решения становятся публичными только с подписанным протоколом: "
    assert reasons(early) == (
        told + "сначала его утверждает председательствовавший, затем подписывает секретарь."
    )
    assert reasons(half) == told + "секретарь ещё не подписал его."
    assert not Record.objects.filter(action="session.published").exists()
    actions.sign_minutes(session, by=secretary)
    assert actions.publish_session(session, by=secretary).state == "published"


def test_rules_may_ask_for_no_more_than_a_closed_session(written, monkeypatch):
    session, _chair, secretary = written
    rules = session.stage.rules.model_copy(update={"publish_requires": "closed_session"})
    monkeypatch.setattr(Stage, "rules", rules)
    assert actions.publish_session(session, by=secretary).state == "published"
