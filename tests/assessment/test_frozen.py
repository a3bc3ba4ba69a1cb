"""What the results page of a closed stage reads: as much of each entry as it shows."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laureat.assessment import actions
from laureat.assessment.models import Result
from laureat.assessment.queries.frozen import Frozen, decided_at
from laureat.intake.models import Entry, Passage
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    """Three entries of 60, 40 and 20 percent at the closed remote assessment; the second has
    withdrawn since.
    """
    world = world_of.prize_at_desk(entries=3)
    world_of.team(world)
    world_of.judged(world, [60, 40, 20])
    with world.now():
        actions.close_assessment(world.stage, by=None)
    Passage.objects.filter(entry=world.entries[1], stage=world.stage).update(state="withdrawn")
    return world


def test_each_entry_comes_with_what_was_frozen_and_where_it_went(closed):
    found = decided_at(closed.stage, parts=True)
    first, last = closed.entries[0], closed.entries[2]
    stored = {each.entry_id: each for each in Result.objects.filter(stage=closed.stage)}
    assert [(row.entry, row.passed) for row in found] == [
        (each, Passage.objects.get(entry=each, stage=closed.stage).state == "passed")
        for each in (first, last)
    ]
    for row in found:
        result = stored[row.entry.pk]
        assert row.result == Frozen(*(getattr(result, name) for name in Frozen._fields))
        assert row.parts == result.parts
        assert row.result.points is not None
        assert Decimal(0) < row.result.points


def test_what_a_page_names_an_entry_by_is_read_at_once(closed):
    with CaptureQueriesContext(connection) as asked:
        found = decided_at(closed.stage, parts=False)
        names = [
            (each.entry.uid, each.entry.number, each.entry.serial, each.entry.region,
             each.entry.organisation.name_ru, each.entry.organisation.name_en,
             each.entry.organisation.search, each.entry.category.key,
             each.entry.category.title_ru, each.entry.category.title_en)
            for each in found
        ]  # fmt: skip
    assert len(asked) == 2
    columns = ["uid", "number", "serial", "region"]
    columns += [f"organisation__{name}" for name in ("name_ru", "name_en", "search")]
    columns += [f"category__{name}" for name in ("key", "title_ru", "title_en")]
    rows = Entry.objects.filter(pk__in=[each.entry.pk for each in found]).order_by("serial")
    assert names == list(rows.values_list(*columns))
    assert [each.parts for each in found] == [{}, {}]
