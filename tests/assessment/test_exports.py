"""What is exported of a closed stage is what it was when it closed, whatever became of its teams."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from laureat.assessment import actions
from laureat.assessment.actions import fairness, judging
from laureat.assessment.models import Assignment, Judging, Scorebook
from laureat.assessment.queries.downloads import NO_PARTS, OF_TODAY, report_of, results_table
from laureat.assessment.queries.judging import judged_by
from laureat.intake.actions import withdraw_entry
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.rulebook.models import Document, Edition, Version
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    """Four entries, all scorebooks signed at different marks, the stage closed."""
    world = world_of.prize_at_desk(entries=4, people=6)
    world_of.team(world)
    with world.now():
        for row in Assignment.objects.filter(stage=world.stage).order_by("pk"):
            percent = [60, 50, 40, 30][world.entries.index(row.entry)]
            world_of.signed(row, percent - 5 * (row.assessor.serial % 3))
        for entry in world.entries:
            world_of.agreed(world.stage, entry)
        actions.close_assessment(world.stage, by=None)
    world.stage.refresh_from_db()
    return world


def exported(world):
    """Every download, as plain as it gets: name of the file and what is in it."""
    client = Client()
    client.force_login(
        world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    found = {}
    for name, query in (("ratings", ""), ("ratings", "?rows=totals"), ("report", "")):
        page = client.get(reverse(f"assessment:{name}", args=[world.stage.uid]) + query)
        assert page.status_code == 200
        text = page.content.decode()
        told = json.loads(text) if name == "report" else list(csv.reader(io.StringIO(text)))
        found[name + query] = (page["Content-Disposition"], told)
    page = client.get(reverse("assessment:export", args=[world.stage.uid]))
    assert page.content[:2] == b"PK"
    with translation.override("ru"):
        found["export"] = dict(results_table(world.stage))
    return found


def in_conflict(world):
    """An assessor whose conflict of interest is found after closing; who still is in other teams."""
    gone = Assignment.objects.filter(stage=world.stage, state="accepted", lead=True).first()
    with clock.at(world.moment + timedelta(days=1)):
        actions.declare_conflict(gone.assessor, gone.entry.organisation, "Акционер", by=None)
    gone.refresh_from_db()
    assert gone.state == "conflicted"
    fairness.kept._answers.clear()
    return gone


def as_before_it_was_kept(world):
    """The stage as one that was closed by an older laureat."""
    Scorebook.objects.filter(stage=world.stage).update(counted=None)
    judging._tried.clear()


def test_every_download_of_a_closed_stage_stays_what_it_was(closed):
    before = exported(closed)
    gone = in_conflict(closed)
    own = judged_by(closed.stage, gone.assessor.serial)
    assert exported(closed) == before
    assert gone.entry in [each.entry for each in own]
    totals = before["ratings?rows=totals"][1]
    assert [gone.entry.number, str(gone.assessor.serial)] in [row[:2] for row in totals]
    assert len(totals) - 1 == Scorebook.objects.filter(kind="individual").count()
    head, *rows = before["export"]["Тетради"]
    place = head.index("Учтена")
    assert [row[place] for row in rows] == ["да"] * len(rows)


def test_the_workbook_says_which_scorebooks_do_not_count():
    world = world_of.prize_at_desk(entries=1)
    lead, released, *_others = world_of.team(world)
    with world.now():
        world_of.signed(lead)
        world_of.signed(released)
        actions.release(released, "Занят", by=None)

        def told():
            head, *rows = exported(world)["export"]["Тетради"]
            place = head.index("Эксперт")
            return sorted((row[place], row[head.index("Учтена")]) for row in rows)

        expected = sorted([(lead.assessor.serial, "да"), (released.assessor.serial, "нет")])
        assert told() == expected
        actions.close_assessment(
            world.stage,
            with_missing=True,
            tie_decisions={lead.entry.uid: True},
            reason="Эксперт занят",
            by=None,
        )
        world.stage.refresh_from_db()
        assert told() == expected


def test_what_counted_in_a_stage_closed_long_ago_is_proven_by_the_journal(closed):
    before = exported(closed)
    in_conflict(closed)
    as_before_it_was_kept(closed)
    judging.prove_missing()
    assert not Scorebook.objects.filter(counted=None).exists()
    assert exported(closed) == before


def test_figures_kept_from_what_counted_later_are_computed_once_more(closed):
    before = exported(closed)
    figures = Judging.objects.get(stage=closed.stage).figures
    gone = in_conflict(closed)
    as_before_it_was_kept(closed)
    Judging.objects.all().delete()
    Assignment.objects.filter(pk=gone.pk).update(moved_at="2020-01-01T00:00Z")  # not to be proven
    judging.keep_judging(closed.stage, by=None)
    later = Judging.objects.get(stage=closed.stage)
    assert later.figures["books"] == figures["books"] - 1
    Assignment.objects.filter(pk=gone.pk).update(moved_at=gone.moved_at)
    judging.prove_missing()
    assert Judging.objects.get(stage=closed.stage).figures == figures
    assert exported(closed) == before
    kept = Record.objects.filter(action="judging.kept", subject=closed.stage.uid)
    assert kept.count() == 2
    judging.prove_missing()
    assert kept.count() == 2


def test_figures_of_a_stage_closed_long_ago_rest_on_what_counted_then(closed):
    before = exported(closed)
    in_conflict(closed)
    as_before_it_was_kept(closed)
    Judging.objects.all().delete()
    judging.keep_judging(closed.stage, by=closed.secretary)
    assert exported(closed) == before


def test_what_cannot_be_proven_is_said_instead(closed):
    gone = in_conflict(closed)
    as_before_it_was_kept(closed)
    # as if the conflict had been known before the stage closed: another digest than the journal's
    Assignment.objects.filter(pk=gone.pk).update(moved_at="2020-01-01T00:00Z")
    for _again in range(2):
        judging.prove_missing()
    assert not Scorebook.objects.exclude(counted=None).exists()
    told = exported(closed)
    client = Client()
    client.force_login(
        closed.secretary, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("assessment:judging", args=[closed.stage.uid]))
    assert "сегодня входит в комиссии" in page.content.decode()
    assert "-totals-as-of-today.csv" in told["ratings?rows=totals"][0]
    totals = told["ratings?rows=totals"][1]
    assert [gone.entry.number, str(gone.assessor.serial)] not in [row[:2] for row in totals]
    head, *rows = told["export"]["Тетради"]
    assert {row[head.index("Учтена")] for row in rows} == {"неизвестно"}


def test_parts_that_were_not_kept_are_found_again_or_said_not_to_be_known(closed):
    before = report_of(closed.stage)
    assert before["parts"]
    assert before["notes"] == []
    row = Judging.objects.get(stage=closed.stage)
    del row.figures["fits"]
    row.save()
    assert report_of(closed.stage) == before
    Judging.objects.update(science="1999.1")
    told = report_of(closed.stage)
    assert (told["parts"], told["notes"]) == ([], [NO_PARTS])


def test_a_closed_stage_without_figures_says_of_when_its_report_is(closed):
    Judging.objects.all().delete()
    assert report_of(closed.stage)["notes"] == []
    as_before_it_was_kept(closed)
    assert report_of(closed.stage)["notes"] == [OF_TODAY]


def test_a_mended_slip_in_the_rulebook_does_not_stand_in_the_way_of_the_proof(closed):
    as_before_it_was_kept(closed)
    edition = closed.edition
    content = edition.version.document.content
    mended = Version.objects.create(
        award=edition.award, edition_key=edition.key, content_hash="f" * 64
    )
    Document.objects.create(version=mended, content=content)
    Edition.objects.filter(pk=edition.pk).update(version=mended)
    judging.prove_missing()
    assert not Scorebook.objects.filter(counted=None).exists()


def test_a_withdrawn_entry_still_tells_how_strict_its_assessors_were(closed):
    before = exported(closed)["ratings?rows=totals"]
    with closed.now():
        withdraw_entry(closed.entries[0], "Демо", by=None)
    assert exported(closed)["ratings?rows=totals"] == before
