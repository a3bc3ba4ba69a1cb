"""“Open again” for an entry taken back: also of a tasting, whose samples stay coded, and of a visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions
from laureat.assessment.models import Result, Sample, Scorebook
from laureat.intake.actions import open_by_hand, reinstate, stop_at
from laureat.intake.models import Passage
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import Text
from tests.assessment.test_stages import two_to_visit
from tests.assessment.test_tasting import tasting
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db
WHY = Text(ru="Апелляция", en="Appeal")
DAY = timedelta(days=1)


def states(world):
    rows = Passage.objects.filter(stage=world.stage).order_by("entry__serial")
    return list(rows.values_list("state", flat=True))


def opened_again(world):
    """The second entry was stopped, the stage is over; then the entry is taken back by hand."""
    stop_at(world.entries[1], world.stage, reason=WHY, by=None)
    actions.close_assessment(world.stage, by=None)
    assert states(world) == ["passed", "stopped"]
    with pytest.raises(Refused):
        open_by_hand(world.stage, by=world.secretary)
    reinstate(world.entries[1], reason=WHY, by=None)
    assert open_by_hand(world.stage, by=world.secretary).state == "open"
    world.stage.refresh_from_db()


def test_a_tasting_is_opened_again_and_the_sample_keeps_its_code():
    world, _mine = tasting(2)
    first, second = world.entries
    codes = dict(Sample.objects.values_list("entry", "code"))
    with world.now():
        for row in world_of.asked(world.stage, entry=first):
            world_of.signed(row, 60)
        opened_again(world)
        assert dict(Sample.objects.values_list("entry", "code")) == codes
        rows = list(
            world_of.asked(world.stage, entry=second, state="accepted").select_related(
                "stage__edition__award", "entry", "assessor__user"
            )
        )
        assert len(rows) == 5
        sheet = actions.start_scorebook(rows[0], by=rows[0].assessor.user)
        taster = Client()
        taster.force_login(rows[0].assessor.user)
        shown = taster.get(reverse("assessment:tasting", args=[sheet.uid])).content.decode()
        assert codes[second.pk] in shown
        assert second.good.name_ru not in shown
        for row in rows:
            world_of.signed(row, 80)
        with pytest.raises(Refused):
            done = Scorebook.objects.filter(entry=first).first()
            actions.save_marks(done, {}, version=done.version, by=None)
        actions.close_assessment(world.stage, by=None)
    assert states(world) == ["passed", "passed"]
    assert Stage.objects.get(pk=world.stage.pk).state == "closed"
    points = {row.entry_id: row.points for row in Result.objects.filter(stage=world.stage)}
    assert points[second.pk] > points[first.pk] > 0
    opened = Record.objects.filter(action="stage.open", subject=world.stage.uid)
    assert opened.count() == 2


def visited(world, entry):
    """The team has been at the applicant's and has agreed."""
    day = clock.now().date() + timedelta(days=7)
    visit = actions.plan_visit(
        world.stage,
        entry,
        starts_on=day,
        ends_on=day + DAY,
        address="г. Кемерово, Демонстрационная ул., 1",
        by=None,
    )
    actions.confirm_visit(visit, by=None)
    with clock.at(clock.now() + 10 * DAY):
        actions.hold_visit(visit, by=None)
    return visit


def test_a_visit_is_opened_again_and_made_up_for():
    world = two_to_visit()
    first, second = world.entries
    world_of.team(world)
    with world.now():
        visited(world, first)
    with clock.at(world.moment + 11 * DAY):
        world_of.agreed(world.stage, first, 70)
        opened_again(world)
        with pytest.raises(Refused):  # nobody was there yet
            actions.close_assessment(world.stage, by=None)
        visited(world, second)
    with clock.at(world.moment + 30 * DAY):
        world_of.agreed(world.stage, second, 50)
        actions.close_assessment(world.stage, by=None)
    assert states(world) == ["passed", "passed"]
    held = world.stage.visits.order_by("entry__serial").values_list("state", flat=True)
    assert list(held) == ["held", "held"]
    ranks = Result.objects.filter(stage=world.stage).order_by("entry__serial")
    assert [row.rank for row in ranks] == [1, 2]
