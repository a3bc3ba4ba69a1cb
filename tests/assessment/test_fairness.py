"""Fair points in the product: what counts, what is frozen, what is shown when it cannot be."""

import json
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laureat.assessment import actions
from laureat.assessment.actions import fairness
from laureat.assessment.actions.gating import decide, standings_of
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import Assignment, Result
from laureat.assessment.queries.downloads import counted_of, ratings_rows, report_of
from laureat.assessment.queries.results import Wanted, results_page
from laureat.ledger.models import Record
from laureat.rulebook import schema
from laureat.science import judging
from laureat.science.fair import LinearScores, Ratings
from laureat.science.judging import VERSION
from tests.worlds import assessment as world_of
from tests.worlds import intake
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


def marked(world, true, strict, seed=1):
    """Every accepted assessor signs a scorebook: true value less strictness, a little chance."""
    random = Random(seed)
    with world.now():
        for row in Assignment.objects.filter(stage=world.stage, state="accepted").order_by("pk"):
            value = true[world.entries.index(row.entry)] - strict[row.assessor.serial]
            percent = min(100, max(0, round((value + random.gauss(0, 2)) / 5) * 5))
            world_of.signed(row, percent)


@kept
def six_marked():
    """Six entries near the threshold; the first assessor is much stricter than the others."""
    world = world_of.prize_at_desk(entries=6, people=7)
    world_of.team(world)
    strict = {each.serial: 0 for each in world.assessors} | {1: 20}
    marked(world, [60, 50, 40, 30, 25, 15], strict)
    return world


@pytest.fixture
def world():
    return six_marked()


def with_fair(world, monkeypatch, **rules):
    """The stage's rules with other values."""
    old = world.stage.rules
    new = old.model_copy(update=rules)
    edition = world.stage.edition.rules
    stages = [new if each.key == old.key else each for each in edition.stages]
    changed = edition.model_copy(update={"stages": stages})
    monkeypatch.setattr(type(world.stage.edition.version), "rules", changed)
    return world.stage


def test_fair_points_give_back_what_a_strict_assessor_took(world):
    outcome = outcome_of(world.stage)
    strictest = max(outcome.fair.severities.items(), key=lambda item: item[1].points)
    assert strictest[0] == world.assessors[0].pk
    assert strictest[1].low > 0
    for each in outcome.found:
        judged = {book.assessor_id for book in outcome.books if book.entry_id == each.entry.pk}
        if world.assessors[0].pk in judged:
            assert each.fair > each.raw
        else:
            assert each.fair < each.raw
        assert each.low <= each.fair <= each.high
    assert outcome.fair.model == "linear"
    assert all(each.fallback == "" for each in outcome.found)


def test_the_rules_say_what_counts(world, monkeypatch):
    by_mean = outcome_of(with_fair(world, monkeypatch, result="mean")).found
    assert all(each.points == each.raw for each in by_mean)
    by_fair = outcome_of(with_fair(world, monkeypatch, result="fair")).found
    assert all(each.points == each.fair != each.raw for each in by_fair)
    raw = outcome_of(with_fair(world, monkeypatch, result="mean", fair="raw"))
    assert raw.fair.model == "raw"
    assert {each.fair for each in raw.found} == {None}
    assert {each.fallback for each in raw.found} == {""}


@pytest.mark.parametrize("model", ["linear", "rsm"])
def test_every_model_fits_the_marks_of_a_stage(world, monkeypatch, model):
    stage = with_fair(world, monkeypatch, result="fair", fair=model)
    outcome = outcome_of(stage)
    assert outcome.fair.model == model
    if outcome.fair.parts[0].why:
        assert {each.fallback for each in outcome.found} == {outcome.fair.parts[0].why}
        assert all(each.points == each.raw for each in outcome.found)
    else:
        assert all(0 <= each.low <= each.fair <= each.high <= 1000 for each in outcome.found)


def test_where_fair_points_cannot_be_compared_the_mean_counts_and_says_why(monkeypatch):
    world = world_of.prize_at_desk(entries=2, people=8)
    with world.now():
        for entry, people in zip(
            world.entries, (world.assessors[:4], world.assessors[4:]), strict=True
        ):
            for number, each in enumerate(people):
                actions.assign(world.stage, entry, each, number == 0, by=None)
        world_of.accept_all(world.stage)
    marked(world, [60, 40], {each.serial: each.serial % 3 for each in world.assessors})
    stage = with_fair(world, monkeypatch, result="fair")
    outcome = outcome_of(stage)
    assert [each.fallback for each in outcome.found] == ["disconnected", "disconnected"]
    assert [each.points for each in outcome.found] == [each.raw for each in outcome.found]
    assert standings_of(stage, outcome, decide(stage, outcome.found)) == {}
    page = results_page(stage)
    assert [(count, code) for _why, count, code in page.lacking] == [(2, "disconnected")]
    assert [(row.fair_rank, row.moved, row.crosses) for row in page.rows] == [(None, 0, "")] * 2
    with world.now():
        actions.close_assessment(stage, by=world.secretary, with_missing=True)
    assert set(Result.objects.values_list("fallback", flat=True)) == {"disconnected"}
    told = json.loads(Record.objects.get(action="assessment.closed").content)["data"]
    assert told["without_fair_points"] == {"disconnected": 2}


def test_frozen_results_hold_everything_and_are_the_same_again(world):
    def close():
        with world.now():
            return actions.compute_results(world.stage, by=world.secretary)

    fields = (
        "raw", "fair", "low", "high", "model", "science", "fallback", "rank_low", "rank_high",
        "chance", "zone",
    )  # fmt: skip
    first = [tuple(getattr(row, name) for name in fields) for row in close()]
    fairness.kept._answers.clear()
    assert [tuple(getattr(row, name) for name in fields) for row in close()] == first
    for row in Result.objects.all():
        assert (row.model, row.science) == ("linear", VERSION)
        assert row.low <= row.fair <= row.high
        assert 1 <= row.rank_low <= row.rank_high <= 6
        assert 0 <= row.chance <= 1
        assert row.zone in ("yes", "discuss", "no")
    with world.now():
        for entry in world.entries:
            world_of.agreed(world.stage, entry)
        results = actions.close_assessment(world.stage, by=world.secretary)
    told = json.loads(Record.objects.get(action="assessment.closed").content)["data"]
    assert told["fair_model"] == "linear"
    assert told["science"] == VERSION
    assert len(told["scorebooks_sha256"]) == 64
    assert {row.entry_id: row.fair for row in results} == {
        row.entry_id: row.fair for row in Result.objects.all()
    }


def test_a_page_computes_nothing_twice_and_a_new_signature_counts_at_once(world, monkeypatch):
    calls, real = [], judging.fair_scores
    monkeypatch.setattr(judging, "fair_scores", lambda *given: calls.append(1) or real(*given))
    fairness.kept._answers.clear()
    results_page(world.stage)
    results_page(world.stage)
    assert len(calls) == 1
    row = Assignment.objects.filter(stage=world.stage).first()
    book = row.entry.scorebooks.get(assessor=row.assessor, kind="individual")
    with world.now():
        actions.reopen_scorebook(book, "Ошибка", by=world.secretary)
    results_page(world.stage)
    assert len(calls) == 2


def test_the_page_ranks_filters_and_tells_zones(world):
    page = results_page(world.stage)
    assert [row.fair_rank for row in sorted(page.rows, key=lambda r: -r.fair)] == [1, 2, 3, 4, 5, 6]
    assert {group.line for group in page.groups} == {Decimal(250)}
    zones = page.zones
    assert sum(zones.values()) == 6
    for zone in zones:
        assert {row.zone for row in page.chosen(Wanted(zone=zone))} == {zone}
    by_chance = [row.chance for row in page.chosen(Wanted(sort="chance"))]
    assert by_chance == sorted(by_chance, reverse=True)
    one = page.rows[0]
    page.rows[1].entry.organisation.search += one.entry.number.replace("-", " ")
    assert page.chosen(Wanted(search=one.entry.number)) == [one]
    for row in page.rows:
        assert row.correction == row.fair - row.raw
        assert row.then >= row.right >= Decimal("0.5")


def test_downloads_give_the_same_figures_to_a_stranger(world):
    head, *rows = ratings_rows(world.stage, counted_of(world.stage), totals=True)
    assert head == ["entry", "assessor", "points"]
    entry, assessor, points = zip(*rows, strict=True)
    fit = LinearScores().fit(Ratings.from_columns(entry, assessor, points))
    told = report_of(world.stage)
    assert {row["entry"]: row["fair"] for row in told["entries"]} == {
        row["id"]: f"{row['unshrunk']:.2f}" for row in fit.to_dict()["entries"]
    }
    assert json.dumps(told) == json.dumps(report_of(world.stage))
    assert not any(
        each.user.name in json.dumps(told, ensure_ascii=False) for each in world.assessors
    )
    marks = list(ratings_rows(world.stage, counted_of(world.stage), totals=False))
    assert len(marks) - 1 == len(rows) * 32
    assert sum(Decimal(row[5]) for row in marks[1:]) == sum(Decimal(row[2]) for row in rows)


def test_the_honour_that_the_points_decide_is_the_line_where_the_gate_has_none():
    world = world_of.goods_at("matrix", entries=5, people=5)
    world_of.team(world)
    marked(world, [80, 70, 50, 40, 30], {each.serial: each.serial for each in world.assessors})
    honour = fairness.deciding_honour(world.stage)
    assert honour.key == "regional-laureate"
    page = results_page(world.stage)
    assert page.honour
    (group,) = page.groups
    assert group.places == 2  # 38 % of five, the nearest whole number
    if not page.lacking:
        assert {row.zone for row in page.rows} <= {"yes", "discuss", "no"}
        assert sum(row.chance for row in page.rows) == pytest.approx(
            Decimal(2), abs=Decimal("0.02")
        )


def test_queries_do_not_grow(world):
    fairness.kept._answers.clear()
    with CaptureQueriesContext(connection) as asked:
        results_page(world.stage)
    assert len(asked) <= 8


def rules_of(fair, scales):
    """An edition with one assessment stage whose parts have these scales."""
    edition = intake.prize().rules
    stage = edition.stage("desk")
    model = edition.models[stage.scorebook.model]
    parts = [
        part.model_copy(update={"scale": scales[n % len(scales)]})
        for n, part in enumerate(model.criteria[0].parts)
    ]
    first = model.criteria[0].model_copy(update={"parts": parts})
    models = {stage.scorebook.model: model.model_copy(update={"criteria": [first]})}
    levels = schema.scales.OrdinalScale.model_validate(
        {
            "input": "ordinal",
            "levels": [{"value": n, "title": {"ru": "а", "en": "a"}} for n in (0, 1)],
        }
    )
    return edition.model_copy(
        update={"models": models, "scales": {**edition.scales, "a": levels, "b": levels}}
    ), stage.model_copy(update={"fair": fair})


@pytest.mark.parametrize(
    ("fair", "scales", "model"),
    [
        (None, ["a"], "rsm"),
        (None, ["a", "b"], "pcm"),
        ("linear", ["a"], "linear"),
        ("raw", ["a"], "raw"),
    ],
)
def test_unless_told_the_model_fits_the_scales(fair, scales, model):
    edition, stage = rules_of(fair, scales)
    assert edition.fair_model(stage) == model
