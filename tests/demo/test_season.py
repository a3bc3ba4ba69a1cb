"""Seasons are played through the actions, the same each time, for any award."""

from pathlib import Path

import pytest
from django.db import transaction

from laureat.demo.plan import Plan, load_plan
from laureat.demo.season import Season
from laureat.feedback.models import Report
from laureat.honours.models import Diploma, Honour
from laureat.intake.models import Entry
from laureat.ledger.models import Chain
from laureat.ledger.queries import verdict
from laureat.registry.models import Distinction
from laureat.rulebook.actions import load
from laureat.showcase.results import export

ROOT = Path(__file__).parents[2]
THIRD = ROOT / "tests" / "awards" / "third" / "canteens" / "2025.yaml"
pytestmark = pytest.mark.django_db


def play(path: Path, plan: Plan) -> Season:
    season = Season(load(path, by=None, demo=True), plan)
    season.play()
    return season


def test_an_award_that_the_code_has_never_seen_runs_from_letter_to_diploma():
    edition = play(THIRD, Plan(edition="canteens/2025", entries=8, assessors=8)).edition
    edition.refresh_from_db()
    assert edition.state == "published"
    honoured = Honour.objects.filter(edition=edition)
    assert honoured.exists()
    assert {honour.state for honour in honoured} == {"published"}
    assert Diploma.objects.filter(edition=edition).count() == honoured.count()
    assert Distinction.objects.filter(award_key="canteens").count() == honoured.count()
    assert Report.objects.filter(entry__edition=edition, state="released").exists()
    assert verdict(Chain.objects.get(key=edition.chain)).faults == ()


def test_the_same_plan_gives_the_same_results_byte_for_byte():
    exports = []
    for _run in range(2):
        with transaction.atomic():
            plan = Plan(edition="sandbox/2025", seed=3, entries=6, assessors=6, members=4)
            edition = play(ROOT / "awards" / "sandbox" / "2025.yaml", plan).edition
            edition.refresh_from_db()
            exports.append(export(edition))
            transaction.set_rollback(True)
    assert exports[0] == exports[1]
    assert len(exports[0]) > 500


def test_a_season_has_what_real_ones_have():
    plan = Plan(edition="sandbox/2025", seed=3, entries=6, assessors=6, members=4)
    edition = play(ROOT / "awards" / "sandbox" / "2025.yaml", plan).edition
    states = Entry.objects.filter(edition=edition).values_list("state", "late")
    assert states.filter(late=True).count() == 1
    assert states.filter(state="draft").count() == 1


def test_plans_beside_the_code_are_sound():
    prize = load_plan("rf-quality-prize/2024")
    goods = load_plan("best-goods/2023")
    kuzbass = goods.by_region["42"]
    assert prize.entries == 506
    assert (kuzbass.organisations, sum(kuzbass.categories.values())) == (51, 81)
    assert sorted(kuzbass.categories.values(), reverse=True) == [33, 18, 15, 8, 7]
    assert load_plan("nobody/2030") == Plan(edition="nobody/2030", entries=24)
