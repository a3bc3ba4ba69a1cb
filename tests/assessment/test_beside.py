"""Agreed points have no spread: what the members gave alone stands beside them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from laureat.assessment.models import Result
from laureat.assessment.queries.beside import Alone, beside_agreed
from tests.worlds import council, intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def prize():
    """Three entries before the Council, with what the remote assessment found of each."""
    edition = council.at_council([("small", 700), ("small", 650), ("small", 600)])
    desk = intake.stage_of(edition, "desk")
    entries = list(edition.entries.order_by("serial"))
    for entry, fair in zip(entries, ("690.00", "640.00", "500.00"), strict=True):
        Result.objects.create(
            stage=desk,
            entry=entry,
            method="consensus",
            fair=fair,
            low=Decimal(fair) - 30,
            high=Decimal(fair) + 30,
        )
    return edition, [entry.pk for entry in entries]


def asked(edition, keys, places):
    stage = council.decision_stage(edition)
    return beside_agreed(stage, {"small": keys}, {"small": places})


def test_intervals_are_held_against_the_line_of_the_places(prize):
    edition, keys = prize
    with CaptureQueriesContext(connection) as queries:
        found = asked(edition, keys, 2)
    assert len([each for each in queries if '"assessment_result"' in each["sql"]]) == 1
    assert found.lines == {"small": Decimal("640.00")}
    zones = {key: row.zone for key, row in found.rows.items()}
    assert zones == dict(zip(keys, ("yes", "discuss", "no"), strict=True))
    assert found.rows[keys[0]] == Alone(
        Decimal("690.00"), Decimal("660.00"), Decimal("720.00"), "yes"
    )
    assert "этапе «Заочная оценка»" in found.said
    with translation.override("en"):
        assert "before they agreed" in asked(edition, keys, 2).said


@pytest.mark.parametrize("places", [None, 0, 3, 9])
def test_without_a_line_there_are_figures_but_no_zones(prize, places):
    edition, keys = prize
    found = asked(edition, keys, places)
    assert found.lines == {}
    assert {row.zone for row in found.rows.values()} == {""}
    assert len(found.rows) == 3


def test_what_cannot_be_compared_is_left_out_and_draws_no_line(prize):
    edition, keys = prize
    Result.objects.filter(entry=keys[2], stage__key="desk").update(fallback="disconnected")
    found = asked(edition, keys, 1)
    assert set(found.rows) == set(keys[:2])
    assert found.lines == {}


def test_points_that_come_from_single_scorebooks_need_nothing_beside_them():
    edition = council.at_regional([("food", 30), ("food", 20)])
    stage = council.decision_stage(edition, "regional", "42")
    keys = list(edition.entries.values_list("pk", flat=True))
    assert beside_agreed(stage, {"food": keys}, {"food": 1}) is None
