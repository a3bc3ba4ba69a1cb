"""Stages open and close; who opens the first one starts the edition."""

import pytest

from laureat.rulebook.actions import close_stage, open_stage
from tests.worlds import intake
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db


def test_whoever_opens_a_stage_locks_the_edition_before_it():
    edition = intake.prize()
    edition.state = "prepared"
    edition.save()
    stage = edition.stages.order_by("order", "pk").last()
    with locks_taken() as taken:
        open_stage(stage, by=None)
    assert taken[:2] == ["Edition", "Stage"]
    edition.refresh_from_db()
    assert edition.state == "running"


def test_whoever_closes_a_stage_leaves_the_edition_to_others():
    edition = intake.prize()
    stage = edition.stages.order_by("order", "pk").last()
    open_stage(stage, by=None)
    with locks_taken() as taken:
        close_stage(stage, by=None)
    assert (taken[0], "Edition" in taken) == ("Stage", False)
