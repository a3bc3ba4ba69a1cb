"""Who walks on from a decision stage when places are few."""

from __future__ import annotations

import shutil

import pytest

from laureat.council import actions
from laureat.intake.actions import stop_at
from laureat.intake.models import Entry, Passage
from laureat.platform import clock
from laureat.platform.errors import Refused
from laureat.rulebook.schema import Text
from tests.worlds import council as world
from tests.worlds import intake
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db

GATE = (
    "gate: {rule: honoured, honours: [regional-laureate, regional-diplomant-1], "
    "decided_by: panel, assumed: true}"
)
TIES = 'ties: ["group:product", earlier_entry, chair]'


@pytest.fixture
def rulebook(tmp_path, monkeypatch):
    """100 Best Goods with another gate at the end of the regional stage."""

    def change(gate: str, ties: str = TIES) -> None:
        shutil.copytree(intake.AWARDS / "best-goods", tmp_path / "best-goods")
        path = tmp_path / "best-goods" / "2023.yaml"
        text = path.read_text(encoding="utf-8")
        assert GATE in text
        assert TIES in text
        path.write_text(text.replace(GATE, gate).replace(TIES, ties, 1), encoding="utf-8")
        monkeypatch.setattr(intake, "AWARDS", tmp_path)

    return change


def regional(points):
    edition = world.at_regional(points)
    _panel, seats = world.seated(edition, key="commission", region="42")
    return world.decided(
        world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    ), seats


def states() -> list[str]:
    passages = Passage.objects.filter(stage__key="regional").order_by("entry__serial")
    return list(passages.values_list("state", flat=True))


def test_a_quota_is_spread_over_nominations_by_their_entries(rulebook):
    rulebook("gate: {rule: quota, total: 4, per: category, decided_by: panel}")
    food = [("food", p) for p in (48, 46, 44, 42, 40, 38)]
    session, _seats = regional([*food, ("craft", 30), ("craft", 45)])
    world.published(session)
    assert states() == ["passed"] * 3 + ["stopped"] * 3 + ["stopped", "passed"]


def test_who_has_the_points_walks_on(rulebook):
    rulebook("gate: {rule: threshold, at_least: 40.5, decided_by: panel}")
    session, _seats = regional([("food", 48), ("food", 40), ("food", 41)])
    world.published(session)
    assert states() == ["passed", "stopped", "passed"]
    stopped = Passage.objects.get(stage__key="regional", state="stopped")
    assert stopped.reason_ru == "Набрано баллов: 40; чтобы пройти дальше, нужно не менее 40,5."
    assert stopped.reason_en == "Points: 40; at least 40.5 are needed to walk on."


def test_a_higher_title_comes_before_points(rulebook):
    rulebook("gate: {rule: top, top: 2, decided_by: panel}")
    edition = world.at_regional([("food", 48), ("food", 46), ("craft", 30)])
    world.seated(edition, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    assert [h for _p, h in world.honours_of(session)] == [
        "regional-laureate",
        "regional-diplomant-1",
        "regional-laureate",
    ]
    world.published(world.decided(session))
    assert states() == ["passed", "stopped", "passed"]


def test_equals_at_the_gate_wait_for_the_chair(rulebook):
    rulebook("gate: {rule: top, top: 2, decided_by: panel}", "ties: [chair]")
    session, seats = regional([("food", 48), ("food", 20), ("food", 20)])
    with pytest.raises(Refused) as caught:
        world.published(session)
    assert "42-2023-002" in str(caught.value)
    assert states() == ["active"] * 3
    second, third = Entry.objects.order_by("serial")[1:]
    with world.clock.at(session.held_at):
        actions.reopen_session(session, "равенство у линии", by=None)
        actions.order_equals(session, [third, second], "новизна", by=seats[0].user)
        actions.close_session(session, by=None)
    world.published(session)
    assert states() == ["passed", "stopped", "passed"]


def test_a_regional_quota_counts_the_entries_of_all_regions(rulebook):
    rulebook("gate: {rule: quota, total: 3, per: region, least: 1, decided_by: panel}")
    edition = world.at_regional([("food", p) for p in (48, 46, 44)])
    stage = world.decision_stage(edition, "regional", "54")
    with intake.at(edition, "2023-04-01"):
        world.open_stage_of(edition, "intake", "54")
    entry = intake.submitted(edition, intake.factory("54"), moment="2023-04-02")
    world.walked(entry, stage)
    world.found(entry, stage, 40)
    world.seated(edition, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    world.published(world.decided(session))
    passed = Passage.objects.filter(stage__key="regional", stage__region="42", state="passed")
    assert sorted(p.entry.serial for p in passed) == [1, 2]


def test_who_stopped_earlier_does_not_keep_the_last_stage_open():
    edition = world.at_council([("small", 612), ("small", 590)])
    stopped = intake.submitted(edition, intake.factory(), moment="2024-02-20T12:00")
    at = stopped.passages.select_related("stage__edition__award").get(state="active").stage
    stop_at(stopped, at, reason=Text(ru="Нет отчёта", en="No report"), by=None)
    world.seated(edition)
    world.published(world.decided(world.planned(edition)))
    stage = world.decision_stage(edition)
    edition.refresh_from_db()
    assert (stage.state, edition.state) == ("closed", "published")


def test_publishing_locks_the_edition_before_the_stage_and_the_entries():
    edition = world.at_council([("small", 700)])
    world.seated(edition)
    session = world.decided(world.planned(edition))
    world.signed(session)
    with locks_taken() as taken:
        world.published(session)
    assert taken[:4] == ["Edition", "Session", "Stage", "Entry"]


def test_opening_the_first_session_of_a_stage_locks_the_edition_before_the_session():
    edition = world.at_council([("small", 700)])
    world.seated(edition)
    session = world.planned(edition)
    assert session.stage.state == "planned"
    with clock.at(session.held_at):
        actions.mark_attendance(session, world.voting(session), by=None)
        with locks_taken() as taken:
            world.open_session(session)
    assert taken[:3] == ["Edition", "Session", "Stage"]
