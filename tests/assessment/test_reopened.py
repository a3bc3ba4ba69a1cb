"""A stage opened again for an entry taken back: it is compared with what was found for the others."""

import shutil
from decimal import Decimal

import pytest

from laureat.assessment import actions
from laureat.assessment.actions import OpenDecisions
from laureat.assessment.models import Result, Scorebook
from laureat.assessment.queries.results import results_page
from laureat.intake.models import Passage
from laureat.rulebook.schema import Text
from tests.worlds import assessment as world_of
from tests.worlds import intake

pytestmark = pytest.mark.django_db
APPEAL = Text(ru="Апелляция", en="Appeal")
GATE = "gate: {rule: threshold, at_least: 250, decided_by: secretary, source: S53}"


@pytest.fixture
def appealed(tmp_path, monkeypatch):
    """Three entries of 60, 40 and 20 percent, places for two; the third one is taken back."""
    shutil.copytree(intake.AWARDS / "rf-quality-prize", tmp_path / "rf-quality-prize")
    path = tmp_path / "rf-quality-prize" / "2024.yaml"
    text = path.read_text(encoding="utf-8")
    assert GATE in text
    path.write_text(text.replace(GATE, "gate: {rule: top, top: 2}", 1), encoding="utf-8")
    monkeypatch.setattr(intake, "AWARDS", tmp_path)
    world = world_of.prize_at_desk(entries=3)
    world_of.team(world)
    world_of.judged(world, [60, 40, 20])
    with world.now():
        actions.close_assessment(world.stage, by=None)
        assert states(world) == ["passed", "passed", "stopped"]
        world_of.opened_again(world, world.entries[2], APPEAL)
    return world


def states(world):
    rows = Passage.objects.filter(stage=world.stage).order_by("entry__serial")
    return list(rows.values_list("state", flat=True))


def marked_again(world, percent):
    """The team of the third entry agrees on something else."""
    book = Scorebook.objects.get(entry=world.entries[2], kind="consensus")
    book = actions.reopen_scorebook(book, "Апелляция", by=None)
    marks = world_of.full_marks(world.stage, percent)
    actions.save_marks(book, marks, version=book.version, by=None)
    actions.sign_scorebook(book, by=None)


def test_who_is_still_below_the_others_stops_again(appealed):
    with appealed.now():
        (decision,) = actions.preview_gate(appealed.stage).decisions
        assert (decision.passes, decision.rank) == (False, 3)
        page = results_page(appealed.stage)
        assert [row.passes for group in page.groups for row in group.rows] == [False]
        actions.compute_results(appealed.stage, by=None)
        assert Result.objects.get(entry=appealed.entries[2]).rank == 3
        actions.close_assessment(appealed.stage, by=None)
    assert states(appealed) == ["passed", "passed", "stopped"]
    rows = Result.objects.order_by("entry__serial").values_list("points", "rank")
    assert list(rows) == [(Decimal(600), 1), (Decimal(400), 2), (Decimal(200), 3)]


def test_who_now_stands_among_the_first_goes_on_and_nobody_loses_a_place(appealed):
    with appealed.now():
        marked_again(appealed, 50)
        (decision,) = actions.preview_gate(appealed.stage).decisions
        assert (decision.passes, decision.rank) == (True, 2)
        actions.close_assessment(appealed.stage, by=None)
    assert states(appealed) == ["passed"] * 3
    assert Result.objects.get(entry=appealed.entries[1]).rank == 2


def test_equal_points_with_somebody_who_went_on_are_decided_by_a_person(appealed):
    with appealed.now():
        marked_again(appealed, 40)
        with pytest.raises(OpenDecisions) as refused:
            actions.close_assessment(appealed.stage, by=None)
        assert [each.key for each in refused.value.decisions] == [appealed.entries[2].uid]
        actions.close_assessment(
            appealed.stage, by=None, tie_decisions={appealed.entries[2].uid: True}
        )
    assert states(appealed) == ["passed"] * 3
