"""How the assessors judge: kept when the stage is closed, told in careful words."""

import json
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment import actions
from laureat.assessment.actions import fairness, locks
from laureat.assessment.actions.judging import judging_digest, keep_missing
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import Assignment, Judging, Scorebook
from laureat.assessment.queries import judging as queries
from laureat.assessment.queries.downloads import report_of
from laureat.assessment.queries.habits import (
    copying_words,
    figure,
    reliable_words,
    verdict,
)
from laureat.assessment.queries.judging import (
    AssessorRow,
    Wanted,
    _histogram,
    judged_by,
    judging_page,
)
from laureat.ledger.models import Record
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.science import judging
from tests.worlds import assessment as world_of
from tests.worlds import intake
from tests.worlds.kept import kept


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def world(db):
    return signed_by_seven()


@kept
def signed_by_seven():
    """Six entries; the first assessor is much stricter than the others."""
    world = world_of.prize_at_desk(entries=6, people=7)
    world_of.team(world)
    random = Random(1)
    with world.now():
        for row in Assignment.objects.filter(stage=world.stage).order_by("pk"):
            value = [60, 50, 40, 35, 25, 15][world.entries.index(row.entry)]
            value -= 20 if row.assessor.serial == 1 else 0
            percent = round((value + random.gauss(0, 2)) / 5) * 5
            world_of.signed(row, min(100, max(0, percent)))
    return world


@pytest.fixture
def closed(db):
    return closed_by_seven()


@kept
def closed_by_seven():
    world = signed_by_seven()
    with world.now():
        for entry in world.entries:
            world_of.agreed(world.stage, entry)
        actions.close_assessment(world.stage, by=None)
    return world


def never(*_given):
    raise AssertionError("science was asked again")


def test_while_the_stage_is_open_the_page_tells_what_is_signed(world):
    page = judging_page(world.stage, names=True)
    first = page.chosen(Wanted())[0]
    assert (first.serial, first.name) == (1, world.assessors[0].user.name)
    assert first.stricter
    assert page.agreement["alpha"] is not None
    assert "эксперт 1" in page.strict_words
    assert len(page.rows) == len({book.assessor_id for book in outcome_of(world.stage).books})
    assert not Judging.objects.exists()


def test_of_a_large_open_stage_the_page_shows_what_was_computed_last(world, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 100)
    assert judging_page(world.stage, names=True) is None
    client = signed_in(world.secretary)
    address = reverse("assessment:judging", args=[world.stage.uid])
    with world.now():
        assert "это займёт несколько секунд" in client.get(address).content.decode()
        assert client.post(address, follow=True).status_code == 200
        monkeypatch.setattr(judging, "panel", never)
        fairness.kept._answers.clear()
        page = judging_page(world.stage, names=True)
        assert (page.since, page.figures["books"]) == (0, 24)
        assert page.computed_at is not None
        assert "Подписано тетрадей с тех пор: 0" in client.get(address).content.decode()
        book = Scorebook.objects.filter(stage=world.stage).first()
        actions.reopen_scorebook(book, "Опечатка", by=None)
        assert judging_page(world.stage, names=True).since == 0
    assert not Record.objects.filter(action="judging.kept").exists()


def test_of_a_stage_that_is_not_open_yet_nothing_is_computed(world):
    world.stage.state = "planned"
    world.stage.save()
    with pytest.raises(Refused):
        actions.keep_judging(world.stage, by=world.secretary)


def test_figures_are_frozen_with_the_results_and_read_without_science(closed, monkeypatch):
    row = Judging.objects.get()
    told = json.loads(Record.objects.get(action="assessment.closed").content)["data"]
    assert (row.digest, row.science) == (told["scorebooks_sha256"], judging.VERSION)
    assert told["judging_sha256"] == judging_digest(row)
    assert row.salt not in json.dumps(told)
    fairness.kept._answers.clear()
    monkeypatch.setattr(judging, "panel", never)
    page = judging_page(closed.stage, names=True)
    assert page.figures == row.figures
    assert page.chosen(Wanted())[0].serial == 1
    report = report_of(closed.stage)
    assert (report["agreement"], report["habits"]) == (
        row.figures["agreement"], row.figures["habits"],
    )  # fmt: skip


def test_a_stage_closed_before_they_were_kept_gets_the_same_figures_once(closed):
    kept = Judging.objects.get()
    before = (kept.figures, kept.digest)
    kept.delete()
    fairness.kept._answers.clear()
    auditor = intake.person("Ревизорова Демо")
    give_role(auditor, Role.AUDITOR, by=None)
    address = reverse("assessment:judging", args=[closed.stage.uid])
    staff = signed_in(closed.secretary)
    shown = staff.get(address).content.decode()
    assert "Показатели этого этапа ещё не посчитаны" in shown
    assert "Посчитать сейчас" in shown
    assert not Judging.objects.exists()
    assert "Посчитать сейчас" not in signed_in(auditor).get(address).content.decode()
    assert signed_in(auditor).post(address).status_code == 403
    with pytest.raises(Denied):
        actions.keep_judging(closed.stage, by=auditor)
    assert staff.post(address, follow=True).status_code == 200
    row = Judging.objects.get()
    assert (row.figures, row.digest) == before
    told = json.loads(Record.objects.get(action="judging.kept").content)["data"]
    assert told["judging_sha256"] == judging_digest(row)
    assert actions.keep_judging(closed.stage, by=closed.secretary).pk == row.pk
    assert Record.objects.filter(action="judging.kept").count() == 1


def test_science_is_asked_before_anything_is_locked(world, monkeypatch):
    """It takes seconds: others go on writing meanwhile."""
    for entry in world.entries:
        with world.now():
            world_of.agreed(world.stage, entry)
    fairness.kept._answers.clear()
    order, panel = [], judging.panel
    monkeypatch.setattr(judging, "panel", lambda *given: order.append("science") or panel(*given))
    own = locks.own
    monkeypatch.setattr(locks, "own", lambda *given: order.append("locks") or own(*given))
    with world.now():
        actions.close_assessment(world.stage, by=None)
        assert order == ["science", "locks"]
        Judging.objects.all().delete()
        fairness.kept._answers.clear()
        order.clear()
        actions.keep_judging(world.stage, by=None)
    assert order == ["science", "locks"]


def test_the_clock_computes_what_nobody_asked_for(closed):
    Judging.objects.all().delete()
    keep_missing()
    assert Judging.objects.get().stage == closed.stage
    keep_missing()
    assert Record.objects.filter(action="judging.kept").count() == 1


def test_a_stage_closed_again_keeps_what_it_found_last(closed):
    before = Judging.objects.get()
    Judging.objects.update(digest="older", figures={})
    closed.stage.state = "open"
    closed.stage.save()
    with closed.now():
        actions.close_assessment(closed.stage, by=None)
    after = Judging.objects.get()
    assert (after.pk, after.digest, after.figures) == (before.pk, before.digest, before.figures)


def test_the_page_is_filtered_sorted_and_told_without_names_to_auditors(closed):
    page = judging_page(closed.stage, names=True)
    everybody = {row.serial for row in page.rows}
    assert [row.serial for row in page.chosen(Wanted(search="1"))] == [1]
    name = closed.assessors[2].user.name
    assert {row.serial for row in page.chosen(Wanted(search=name.upper()))} == {3}
    assert [row.serial for row in page.chosen(Wanted(show="stricter"))] == [1]
    assert page.chosen(Wanted(show="ask")) == page.odd
    by_number = [row.serial for row in page.chosen(Wanted(sort="number"))]
    assert by_number == sorted(everybody)
    strictness = [row.severity for row in page.chosen(Wanted(sort="severity"))]
    assert strictness == sorted(strictness)
    assert {row.serial for row in page.chosen(Wanted(sort="nonsense"))} == everybody
    auditor = judging_page(closed.stage, names=False)
    assert {row.name for row in auditor.rows} == {""}
    assert auditor.chosen(Wanted(search=name)) == []


def test_no_habits_and_strictness_are_two_things(closed, monkeypatch):
    """The page said that nobody differs, and in the next sentence who does."""
    row = Judging.objects.get(stage=closed.stage)
    row.figures["habits"] = []
    row.save()
    page = signed_in(closed.secretary).get(
        f"/en{reverse('assessment:judging', args=[closed.stage.uid])}"
    )
    told = page.content.decode()
    assert "No odd habits: nobody" in told
    assert "How strict somebody is, is another matter." in told
    assert "stricter or more lenient than the average" in told
    assert "differ from those of the others by more than chance" not in told


def test_one_assessor_is_compared_entry_by_entry(closed):
    rows = judged_by(closed.stage, 1)
    books = Scorebook.objects.filter(stage=closed.stage, kind="individual")
    assert {each.entry.pk for each in rows} == set(
        books.filter(assessor__serial=1).values_list("entry", flat=True)
    )
    for each in rows:
        others = books.filter(entry=each.entry).exclude(assessor__serial=1)
        points = list(others.values_list("points", flat=True))
        assert each.colleagues == len(points)
        assert each.apart == each.own - round(sum(points) / len(points), 2)
    apart = [abs(each.apart) for each in rows]
    assert apart == sorted(apart, reverse=True)
    client = signed_in(closed.secretary)
    address = reverse("assessment:judging", args=[closed.stage.uid])
    assert rows[0].entry.number in client.get(f"{address}?assessor=1").content.decode()
    assert client.get(f"{address}?assessor=99").status_code == 404
    assert client.get(f"{address}?assessor=x").status_code == 404


def test_the_pages_ask_little_at_any_length(closed):
    client = signed_in(closed.secretary)
    address = reverse("assessment:judging", args=[closed.stage.uid])
    for query in ("", "?q=1&show=ask&sort=books", "?assessor=1"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address + query).status_code == 200
        assert len(asked) <= 10, query


# ---------------------------------------------------------------------------- words

RELIABILITY = st.floats(0, 1)


@given(RELIABILITY, RELIABILITY, st.floats(1, 12), st.none() | st.integers(1, 50), st.booleans())
def test_nobody_is_told_that_one_assessor_is_enough(raw, fair, now, needed, by_fair):
    study = [
        {"assessors": k, "raw": raw * k / (1 + raw * (k - 1)), "fair": fair * k / (1 + fair * (k - 1))}
        for k in range(1, 13)
    ]  # fmt: skip
    agreement = {
        "reliability_raw": raw, "reliability_fair": fair, "assessors_now": now,
        "assessors_needed": needed, "d_study": study, "entries": 20,
    }  # fmt: skip
    with translation.override("en"):
        said = reliable_words(agreement, 60, by_fair)
        word, _tone = verdict(agreement, by_fair)
        value = fair if by_fair else raw
        shown = figure(value)
    words = {"reliable": "can be relied on:", "with reservations": "on with reservations:"}
    assert words.get(word, "cannot be relied on:") in said[0]
    assert (word == "reliable") == (value >= 0.8)
    assert f"its reliability is {shown} (" in said[0]
    assert "60 scorebooks of 20 entries" in said[-1]
    whole = " ".join(said[:-1])
    assert " 1 assessors" not in whole
    assert "enough" not in whole
    if "would still have" in whole:
        assert "no advice to make teams smaller" in whole


@given(st.lists(st.decimals(-500, 500, places=2), min_size=1, max_size=200))
def test_every_assessor_stands_in_one_column(values):
    rows = [
        AssessorRow(n, "", 1, value, value, value, None, None, None)
        for n, value in enumerate(values)
    ]
    chart = _histogram(rows)
    assert sum(int(row[1]) for row in chart.rows) == len(values)
    assert len(chart.rows) <= 14


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, ""),  # kept before copying was looked at
        ({"copying": None}, ""),
        ({"copying": {"pairs": 0, "needs": None}}, "Списывание здесь не распознать"),
        ({"copying": {"pairs": 4, "needs": 9}}, "общих заявок у них не меньше 9. Пар, у которых"),
    ],
)
def test_the_secretary_is_told_when_copying_would_be_noticed(told, said):
    with translation.override("ru"):
        words = copying_words(told)
    assert said in words
    assert bool(words) is bool(said)


def test_the_report_of_a_closed_stage_stays_what_was_frozen(closed):
    before = report_of(closed.stage)
    row = Judging.objects.get()
    assert before["scorebooks_sha256"] == row.digest
    assert (before["science"], before["model"]) == (row.science, row.figures["model"])
    assert before["parts"]
    gone = Assignment.objects.filter(stage=closed.stage, state="accepted").first()
    with closed.now():
        actions.declare_conflict(gone.assessor, gone.entry.organisation, "Акционер", by=None)
    gone.refresh_from_db()
    assert gone.state == "conflicted"
    fairness.kept._answers.clear()
    assert report_of(closed.stage) == before


def test_the_pages_of_a_closed_stage_ask_science_nothing(closed, monkeypatch):
    fairness.kept._answers.clear()
    monkeypatch.setattr(judging, "fair_scores", never)
    monkeypatch.setattr(judging, "panel", never)
    client = signed_in(closed.secretary)
    for name in ("results", "report", "judging"):
        address = reverse(f"assessment:{name}", args=[closed.stage.uid])
        assert client.get(address).status_code == 200
