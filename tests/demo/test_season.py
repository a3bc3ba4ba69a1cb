"""Seasons are played through the actions, the same each time, for any award."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from laureat.assessment.models import Assignment, Result, Sample
from laureat.demo.answers import Applicant, form_answers
from laureat.demo.everything import BEFORE, load_edition
from laureat.demo.papers import Papers, sample_file
from laureat.demo.plan import Plan, Strength, load_plan
from laureat.demo.remarks import remarks
from laureat.demo.season import Season
from laureat.feedback.models import Report
from laureat.honours.models import Diploma, Honour
from laureat.intake.models import Entry, Passage
from laureat.ledger.models import Chain, Record
from laureat.ledger.queries import verdict
from laureat.platform.files.actions import MEDIA_TYPES, keep_upload
from laureat.registry.models import Distinction
from laureat.rulebook.actions import load
from laureat.rulebook.models import Edition
from laureat.rulebook.schema.scales import Comments, Count
from laureat.showcase.queries.results import export
from tests.worlds.kept import kept

ROOT = Path(__file__).parents[2]
INVENTED = ROOT / "tests" / "awards"
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


def test_essays_in_three_rounds_by_pairs_run_by_data_alone():
    path = INVENTED / "fourth" / "essays" / "2026-spring.yaml"
    edition = play(path, Plan(edition="essays/2026-spring", entries=18, assessors=14)).edition
    edition.refresh_from_db()
    assert edition.state == "published"
    reached = {
        key: Passage.objects.filter(stage__edition=edition, stage__key=key)
        .exclude(state="waiting")
        .count()
        for key in ("round-1", "round-2", "round-3", "jury")
    }
    assert reached["round-1"] == 18
    assert 12 <= reached["round-2"] < 18  # two thirds, and whoever is equal at the line
    assert reached["round-3"] == reached["jury"] <= 6
    pairs = Assignment.objects.filter(stage__edition=edition, state="accepted")
    assert not pairs.filter(stage__key__in=["round-1", "round-2"], lead=True).exists()
    titles = Honour.objects.filter(edition=edition).values_list("key", flat=True)
    assert 1 <= len([key for key in titles if key != "reader"]) <= 5
    assert verdict(Chain.objects.get(key=edition.chain)).faults == ()


def test_a_blind_tasting_with_medals_by_thresholds_runs_by_data_alone():
    path = INVENTED / "fifth" / "wine" / "2027.yaml"
    plan = Plan(edition="wine/2027", entries=20, assessors=12, strength={"middle": 0.7})
    edition = play(path, plan).edition
    edition.refresh_from_db()
    assert edition.state == "published"
    assert Sample.objects.filter(stage__edition=edition).count() == 20
    results = dict(Result.objects.filter(stage__edition=edition).values_list("entry_id", "points"))
    given = dict(Honour.objects.filter(edition=edition).values_list("entry_id", "key"))
    medals = {"gold": 15, "silver": 13, "bronze": 10}
    deserved = {
        entry: next((medal for medal, least in medals.items() if points >= least), None)
        for entry, points in results.items()
    }
    assert {entry: medal for entry, medal in deserved.items() if medal} == given
    assert len(set(given.values())) > 1
    numbers = Diploma.objects.filter(honour__edition=edition).values_list("number", flat=True)
    assert all(number.startswith("2027-") for number in numbers)
    assert len(numbers) == len(given)
    assert verdict(Chain.objects.get(key=edition.chain)).faults == ()


def small_season() -> Edition:
    plan = Plan(edition="sandbox/2025", seed=3, entries=6, assessors=6, members=4)
    edition = play(ROOT / "awards" / "sandbox" / "2025.yaml", plan).edition
    edition.refresh_from_db()
    return edition


kept_season = kept(small_season)


def test_the_same_plan_gives_the_same_results_byte_for_byte():
    exports = []
    for played in (kept_season, small_season):
        with transaction.atomic():
            exports.append(export(played()))
            transaction.set_rollback(True)
    assert exports[0] == exports[1]
    assert len(exports[0]) > 500


def test_a_season_has_what_real_ones_have():
    edition = kept_season()
    states = Entry.objects.filter(edition=edition).values_list("state", "late")
    assert states.filter(late=True).count() == 1
    assert states.filter(state="draft").count() == 1


def test_everything_of_a_season_happens_in_its_own_time():
    plan = load_plan("rf-quality-prize/2024", entries=3)
    plan = plan.model_copy(
        update={"assessors": 8, "strength": Strength(middle=0.8), "letters": None}
    )
    season = Season(
        load(ROOT / "awards" / "rf-quality-prize" / "2024.yaml", by=None, demo=True), plan
    )
    season.play("visit")
    told = Record.objects.filter(chain__key=season.edition.chain).exclude(seq=1)
    assert {"visit.planned", "visit.confirmed", "visit.held"} <= set(
        told.values_list("action", flat=True)
    )
    assert not told.exclude(at__year__in=(2023, 2024)).values_list("action", flat=True)


def test_a_report_names_its_organisation_is_accepted_and_is_always_the_same():
    rules = load(ROOT / "awards" / "sandbox" / "2025.yaml", by=None, demo=True).rules
    asked = next(each for each in rules.forms["application"].fields() if each.key == "report")
    name, made = Papers(rules).attached(asked, "ООО «Родник-демо»")
    kept = keep_upload(SimpleUploadedFile(name, made), accept=["pdf"], largest_mb=1, by=None)
    assert (name, kept.media_type) == ("report-демо.pdf", MEDIA_TYPES["pdf"])
    assert Papers(rules).attached(asked, "ООО «Родник-демо»") == (name, made)
    assert Papers(rules).attached(asked, "ООО «Луч-демо»") != (name, made)


def test_an_invented_applicant_answers_each_field_in_words_of_its_own():
    rules = load(ROOT / "awards" / "rf-quality-prize" / "2025.yaml", by=None, demo=True).rules
    form = rules.forms["application"]
    asked = Applicant(
        name="АО «Трикотаж Север-демо»", address="Республика Алтай, ул. Демонстрационная, д. 5 (демо)",
        work="Трикотаж для дома", person="Петров Иван Иванович (демо)", strength=0.5,
        since=date(2020, 1, 1),
    )  # fmt: skip
    told = form_answers(form, Random(1), asked)
    assert told == form_answers(form, Random(1), asked)
    assert set(told) == {each.key for each in form.fields() if each.kind != "file"}
    assert told["visit_address"] == f"{asked.address}, проходная № 1"
    assert told["contact_name"] == "Петров Иван Иванович (демо)"
    assert "Трикотаж для дома" in told["main_products"]


@pytest.mark.parametrize("criterion", ["1", "nobody-knows"])
@pytest.mark.parametrize("share", [0.2, 0.8])
def test_assessors_write_what_the_scale_asks_for_and_praise_the_weak_less(criterion, share):
    asked = Comments(
        strengths=Count(least=3, most=5), improvements=Count(least=3, most=5),
        visit_questions=Count(most=3),
    )  # fmt: skip
    found = remarks(Random(7), asked, share, "1a", criterion)
    assert found == remarks(Random(7), asked, share, "1a", criterion)
    strengths = found.strengths.splitlines()
    assert (len(set(strengths)), len(set(found.improvements.splitlines()))) == (3, 3)
    assert found.evidence == ""
    first_steps = "Намечены меры на следующий год."
    every = {
        line
        for seed in range(40)
        for line in remarks(Random(seed), asked, share, "1a", criterion).strengths.splitlines()
    }
    assert (first_steps in every) == (share < 0.4)


@pytest.mark.parametrize("category", ["service", "service-technical", "food", "craft", ""])
def test_remarks_fit_what_is_judged(category):
    """Courses were advised to come in smaller packs."""
    asked = Comments(strengths=Count(most=3), improvements=Count(most=3))
    said = {
        text
        for step in range(60)
        for part in ("price", "design", "level", "properties")
        for found in [remarks(Random(1), asked, 0.4 + step / 100, part, "market", category)]
        for text in (found.strengths, found.improvements)
        if text
    }
    packed = {text for text in said if "паков" in text or "фасов" in text or "состав" in text}
    assert bool(packed) == (category == "food")
    assert any("услуг" in text for text in said) == category.startswith("service")


@pytest.mark.django_db
def test_rules_are_loaded_before_their_season_by_its_clock():
    edition = load_edition("best-goods/2023")
    first = edition.stages.filter(opens_at__isnull=False).earliest("opens_at")
    loaded = Record.objects.get(chain__key="best-goods/2023", action="rulebook.loaded")
    assert loaded.seq == 1
    assert first.opens_at - loaded.at == BEFORE
    assert edition.version.loaded_at == loaded.at


@pytest.mark.parametrize("ending", sorted(set(MEDIA_TYPES) - {"ics", "pdf"}))
def test_there_is_a_sample_of_every_other_kind_of_file(ending):
    upload = SimpleUploadedFile(f"демо.{ending}", sample_file(ending))
    kept = keep_upload(upload, accept=[ending], largest_mb=Decimal(1), by=None)
    assert kept.media_type == MEDIA_TYPES[ending]


def test_plans_beside_the_code_are_sound():
    prize = load_plan("rf-quality-prize/2024")
    goods = load_plan("best-goods/2023")
    kuzbass = goods.by_region["42"]
    assert prize.entries == 506
    assert (kuzbass.organisations, sum(kuzbass.categories.values())) == (51, 81)
    assert sorted(kuzbass.categories.values(), reverse=True) == [33, 18, 15, 8, 7]
    assert load_plan("nobody/2030") == Plan(edition="nobody/2030", entries=24)
