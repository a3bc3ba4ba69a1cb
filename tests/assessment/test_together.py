"""People who act at the same moment: nobody's work is lost, nothing frozen changes."""

from decimal import Decimal

import pytest

from laureat.assessment import actions
from laureat.assessment.models import (
    Assignment,
    AssignmentState,
    Result,
    Scorebook,
    ScorebookKind,
)
from laureat.intake.actions import withdraw_entry
from laureat.intake.models import Entry, Passage
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from tests.worlds import assessment as world_of
from tests.worlds import intake
from tests.worlds.together import overlapping

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def live(stage):
    rows = Assignment.objects.filter(stage=stage, state__in=["proposed", "accepted"])
    return sorted(rows.values_list("entry__serial", "assessor__serial"))


def test_two_refusals_at_once_are_replaced_by_two_people():
    world = world_of.prize_at_desk(entries=1, people=6)
    team = world_of.team(world, accepted=False)
    assert len(team) == 4
    with world.now():
        one, two = overlapping(
            lambda: actions.answer_assignment(team[1], "decline", "Отпуск", by=None),
            lambda: actions.answer_assignment(team[2], "decline", "Болен", by=None),
        )
    assert (one.error, two.error, two.waited) == (None, None, True)
    left = {team[1].assessor.serial, team[2].assessor.serial}
    everybody = {each.serial for each in world.assessors}
    assert {serial for _entry, serial in live(world.stage)} == everybody - left
    rows = Assignment.objects.filter(why__startswith="replacement")
    assert rows.count() == 2


def test_a_mark_is_saved_before_the_stage_closes_or_not_at_all():
    world = world_of.prize_at_desk(entries=1)
    team = world_of.team(world)
    with world.now():
        for row in team:
            world_of.signed(row)
        book = actions.start_consensus(world.entries[0], world.stage, by=None)
        close = {"by": None, "with_missing": True, "tie_decisions": {world.entries[0].uid: True}}
        closing, saving = overlapping(
            lambda: actions.close_assessment(world.stage, reason="Срок", **close),
            lambda: actions.save_marks(
                book,
                world_of.full_marks(world.stage, 90),
                version=book.version,
                by=book.assessor.user,
            ),
        )
    assert (closing.error, saving.waited) == (None, True)
    assert isinstance(saving.error, Denied)
    before = book.points
    book.refresh_from_db()
    assert book.points == before


def test_a_scorebook_is_signed_before_the_stage_closes_or_not_at_all():
    world = world_of.prize_at_desk(entries=1)
    team = world_of.team(world)
    with world.now():
        for row in team[1:]:
            world_of.signed(row)
        last = world_of.written(team[0], 90)
        signing, closing = overlapping(
            lambda: actions.sign_scorebook(last, by=last.assessor.user),
            lambda: actions.close_assessment(
                world.stage,
                by=None,
                with_missing=True,
                tie_decisions={world.entries[0].uid: True},
                reason="Срок",
            ),
        )
    assert (signing.error, closing.error, closing.waited) == (None, None, True)
    result = Result.objects.get(entry=world.entries[0])
    assert result.scorebooks == 4
    assert result.beside["mean"] == "600.00"


def test_an_entry_withdrawn_while_its_stage_closes_is_not_decided_about():
    world = world_of.desk_judged([60, 20])
    person = intake.acting_for(world.entries[1].organisation)
    with world.now():
        leaving, closing = overlapping(
            lambda: withdraw_entry(world.entries[1], "Продали завод", by=person),
            lambda: actions.close_assessment(world.stage, by=None),
        )
    assert (leaving.error, closing.error, closing.waited) == (None, None, True)
    states = dict(Passage.objects.filter(stage=world.stage).values_list("entry", "state"))
    assert states == {world.entries[0].pk: "passed", world.entries[1].pk: "withdrawn"}
    assert list(Result.objects.values_list("entry", flat=True)) == [world.entries[0].pk]
    assert Message.objects.filter(kind="assessment.outcome", to=person.email).count() == 0


def test_an_entry_that_just_stopped_is_not_withdrawn_any_more():
    world = world_of.desk_judged([60, 20])
    with world.now():
        closing, leaving = overlapping(
            lambda: actions.close_assessment(world.stage, by=None),
            lambda: withdraw_entry(world.entries[1], "Продали завод", by=None),
        )
    assert (closing.error, leaving.waited) == (None, True)
    assert isinstance(leaving.error, Refused)
    assert Entry.objects.get(pk=world.entries[1].pk).state == "stopped"


def test_a_team_agrees_on_signed_scorebooks_only():
    world = world_of.prize_at_desk(entries=1)
    team = world_of.team(world)
    with world.now():
        books = [world_of.signed(row) for row in team]
        agreed = actions.start_consensus(world.entries[0], world.stage, by=None)
        opening, signing = overlapping(
            lambda: actions.reopen_scorebook(books[1], "Опечатка", by=None),
            lambda: actions.sign_scorebook(agreed, by=None),
        )
        assert (opening.error, signing.waited) == (None, True)
        assert isinstance(signing.error, Refused)
        assert "2" in str(signing.error)
        actions.sign_scorebook(books[1], by=None)
        actions.sign_scorebook(agreed, by=None)
        with pytest.raises(Refused):
            actions.reopen_scorebook(books[1], "Опечатка", by=None)


def test_nobody_is_assigned_to_a_conflict_that_is_being_declared():
    world = world_of.prize_at_desk(entries=1, people=6)
    stranger = world.assessors[5]
    with world.now():
        declaring, asking = overlapping(
            lambda: actions.declare_conflict(
                stranger, world.entries[0].organisation, "Акционер", by=None
            ),
            lambda: actions.assign(world.stage, world.entries[0], stranger, by=None),
        )
    assert (declaring.error, asking.waited) == (None, True)
    assert isinstance(asking.error, Refused)
    assert Assignment.objects.count() == 0


def test_somebody_released_does_not_answer_any_more():
    world = world_of.prize_at_desk(entries=1)
    team = world_of.team(world, accepted=False)
    with world.now():
        going, answering = overlapping(
            lambda: actions.release(team[1], "Замена", by=None),
            lambda: actions.answer_assignment(team[1], "accept", by=None),
        )
    assert (going.error, answering.waited) == (None, True)
    assert isinstance(answering.error, Refused)
    assert Assignment.objects.get(pk=team[1].pk).state == AssignmentState.REMOVED


def test_a_scorebook_is_begun_once_from_two_windows():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        one, two = overlapping(
            lambda: actions.start_scorebook(row, by=None),
            lambda: actions.start_scorebook(row, by=None),
        )
    assert (one.error, two.error) == (None, None)
    assert one.value.pk == two.value.pk == Scorebook.objects.get().pk


def test_the_later_of_two_windows_does_not_write_over_the_earlier():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world)[0]
    with world.now():
        book = actions.start_scorebook(row, by=None)
        half, most = (world_of.full_marks(world.stage, share) for share in (50, 80))
        one, two = overlapping(
            lambda: actions.save_marks(book, {"1a": half["1a"]}, version=book.version, by=None),
            lambda: actions.save_marks(
                Scorebook.objects.get(pk=book.pk), {"1a": most["1a"]}, version=1, by=None
            ),
        )
    assert one.error is None
    assert isinstance(two.error, actions.Stale)
    assert book.marks.get(part="1a").value == Decimal(50)
    assert not Scorebook.objects.filter(kind=ScorebookKind.CONSENSUS).exists()
