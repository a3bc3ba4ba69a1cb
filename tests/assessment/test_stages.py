"""Tastings, visits, results and closing."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from laureat.assessment import actions, permissions
from laureat.assessment.actions import OpenDecisions, UnfinishedStage
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import Result, Sample, Scorebook
from laureat.intake.actions import reinstate
from laureat.intake.models import Entry, Passage
from laureat.ledger.models import Record, Words
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.rulebook.actions import open_stage
from laureat.rulebook.schema import Text
from tests.worlds import assessment as world_of
from tests.worlds import intake
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------------------- tastings


def test_codes_are_given_once_sealed_and_opened_after_closing():
    world = world_of.goods_at("tasting", entries=2)
    with world.now():
        taster = world.assessors[0].user
        with pytest.raises(Denied):
            actions.code_samples(world.stage, by=taster)
        actions.code_samples(world.stage, by=world.secretary)
        with pytest.raises(Refused):
            actions.code_samples(world.stage, by=world.secretary)
    assert len(set(Sample.objects.values_list("code", flat=True))) == 2
    sealed = json.loads(Record.objects.get(action="samples.coded").content)["data"]
    assert sealed["samples"] == 2
    assert not any(entry.uid in json.dumps(sealed) for entry in world.entries)
    world_of.team(world)
    world_of.judged(world, [70, 90])
    with world.now():
        actions.close_assessment(world.stage, by=world.secretary)
    opened = json.loads(Record.objects.get(action="samples.opened").content)["data"]["key"]
    text = "\n".join(sorted(f"{e['code']} {e['entry']} {e['salt']}" for e in opened))
    assert hashlib.sha256(text.encode()).hexdigest() == sealed["seal"]


def test_a_blind_stage_that_nobody_reached_has_nothing_to_code_and_closes():
    edition = intake.goods("42")
    stage, moment = world_of.opened(edition, "tasting", "42")
    page = reverse("assessment:samples", args=[stage.uid])
    with clock.at(moment):
        assert actions.code_samples(stage, by=None) == []
        client = Client()
        client.force_login(
            intake.secretary(edition, "42"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        assert "кодировать нечего" in client.post(page, follow=True).content.decode()
        assert actions.propose_teams(stage, by=None).created == ()
        assert actions.close_assessment(stage, by=None) == []
    assert not Sample.objects.exists()


def test_whoever_tastes_does_not_code():
    world = world_of.goods_at("tasting", entries=1)
    actions.enrol_assessor(world.edition, world.secretary, region="42", by=None)
    with world.now(), pytest.raises(Denied):
        actions.code_samples(world.stage, by=world.secretary)


def test_tasters_answer_over_the_list_of_makers_and_never_see_whose_sample_it_is():
    world = world_of.goods_at("tasting", entries=2, people=6)
    rows = world_of.team(world, accepted=False)
    taster = rows[0].assessor
    entry = rows[0].entry
    with world.now():
        with pytest.raises(Refused):
            actions.start_scorebook(rows[0], by=taster.user)
        with pytest.raises(Refused) as refused:
            actions.answer_tasting(
                world.stage, taster, conflicts=[entry.organisation], by=taster.user
            )
        assert refused.value.field == "reason"
        actions.answer_tasting(
            world.stage, taster, conflicts=[entry.organisation], reason="Жена", by=taster.user
        )
        world_of.accept_all(world.stage)
        actions.code_samples(world.stage, by=world.secretary)
    states = dict(taster.assignments.values_list("entry_id", "state"))
    assert states.pop(entry.pk) == "conflicted"
    assert set(states.values()) <= {"accepted"}
    for other in world.entries:
        assert not permissions.see_material(taster.user, other)
        passage = Passage.objects.get(entry=other, stage=world.stage)
        assert not permissions.see_team(taster.user, passage)


# ---------------------------------------------------------------------------- visits


@pytest.fixture
def visiting():
    return two_to_visit()


@kept
def two_to_visit():
    """The prize after its remote assessment: the visit stage is open."""
    world = world_of.desk_judged([60, 50])
    with world.now():
        actions.close_assessment(world.stage, by=world.secretary)
    world.stage, world.moment = world_of.opened(world.edition, "visit")
    return world


def planned(world, **values):
    first = world.stage.opens_at.date() + timedelta(days=10)
    given = {
        "starts_on": first,
        "ends_on": first + timedelta(days=1),
        "address": "Кемерово, Демо 1",
        "by": None,
    }
    return actions.plan_visit(world.stage, world.entries[0], **given | values)


def test_the_team_goes_on_and_marks_start_from_the_agreed_ones(visiting):
    before = set(
        visiting.entries[0].assignments.filter(state="accepted").values_list("assessor", flat=True)
    )
    rows = world_of.team(visiting, visiting.entries[0])
    assert len(rows) in (3, 4)
    assert {each.assessor_id for each in rows} <= before
    with visiting.now():
        with pytest.raises(Refused):
            actions.start_scorebook(rows[0], by=rows[0].assessor.user)
        book = actions.start_consensus(
            visiting.entries[0], visiting.stage, by=rows[0].assessor.user
        )
    earlier = Scorebook.objects.get(entry=visiting.entries[0], kind="consensus", stage__key="desk")
    assert (book.points, book.filled) == (earlier.points, 32)


def test_a_visit_is_planned_confirmed_and_held(visiting):
    rows = world_of.team(visiting, visiting.entries[0])
    applicant = intake.acting_for(visiting.entries[0].organisation)
    with visiting.now():
        with pytest.raises(Denied):
            planned(visiting, by=rows[1].assessor.user)
        visit = planned(visiting, by=rows[0].assessor.user)
        letter = Message.objects.get(kind="assessment.visit.planned")
        entry, days = visiting.entries[0], "12–13\xa0июня 2024"
        assert letter.to == applicant.email
        subject = f"Заявка {entry.number}: выезд экспертов {days}, подтвердите даты"
        assert letter.subject == subject.replace("\xa0", " ")
        assert letter.body == (
            f"{visiting.edition.title_ru}\nЗаявка {entry.number}, {entry.organisation.name_ru}\n\n"
            f"Даты: {days}\nАдрес: Кемерово, Демо 1\n\nПодтвердите даты:\n{settings.BASE_URL}"
            f"/assessment/teams/{visiting.stage.uid}/{entry.uid}/visit/\n"
            "Если даты не подходят, напишите секретарю.\n"
        )
        with pytest.raises(Denied):
            actions.confirm_visit(visit, by=rows[0].assessor.user)
        actions.confirm_visit(visit, by=applicant)
        assert Message.objects.filter(kind="assessment.visit.confirmed").count() == len(rows)
        with pytest.raises(Refused):
            actions.hold_visit(visit, by=rows[0].assessor.user)
    with clock.at(visiting.moment + timedelta(days=30)):
        actions.hold_visit(visit, by=rows[0].assessor.user)
        with pytest.raises(Refused):
            planned(visiting)
    assert visit.state == "held"


def test_who_only_helps_with_an_application_does_not_agree_to_a_visit(visiting):
    entry = visiting.entries[0]
    helper = intake.person("Помощников Демо")
    scope = {"award": visiting.edition.award.key, "edition": visiting.edition.key}
    give_role(helper, Role.APPLICANT, by=None, organisation=entry.organisation.uid, **scope)
    with visiting.now():
        visit = planned(visiting)
        assert not Message.objects.filter(to=helper.email).exists()
        assert not permissions.see_visit(helper, visit)
        with pytest.raises(Denied):
            actions.confirm_visit(visit, by=helper)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": date(2024, 6, 1)}, "ends_on"),
        ({"starts_on": date(2024, 6, 20), "ends_on": date(2024, 6, 27)}, "ends_on"),
        ({"starts_on": date(2024, 5, 30), "ends_on": date(2024, 6, 1)}, "starts_on"),
        ({"starts_on": date(2024, 8, 30), "ends_on": date(2024, 9, 1)}, "ends_on"),
        ({"address": " "}, "address"),
    ],
)
def test_dates_against_the_rules_are_refused_at_their_field(visiting, values, field):
    with visiting.now(), pytest.raises(Refused) as refused:
        planned(visiting, **values)
    assert refused.value.field == field


# ---------------------------------------------------------------------------- results


def test_results_by_every_method_with_fair_points_and_parts():
    world = world_of.desk_judged([60, 40, 20])
    with world.now():
        results = actions.compute_results(world.stage, by=world.secretary)
    assert [(r.points, r.rank, r.scorebooks) for r in results] == [
        (Decimal(600), 1, 5), (Decimal(400), 2, 5), (Decimal(200), 3, 5),
    ]  # fmt: skip
    first = results[0]
    assert (first.method, first.beside["mean"]) == ("consensus", "600.00")
    assert first.low <= 600 <= first.high
    assert sum(Decimal(value) for value in first.parts.values()) == 600


def test_closing_is_refused_with_what_is_unfinished():
    world = world_of.prize_at_desk(entries=2)
    rows = world_of.team(world)
    with world.now():
        for row in rows[:3]:
            world_of.signed(row)
        with pytest.raises(UnfinishedStage) as refused:
            actions.close_assessment(world.stage, by=world.secretary)
    waits = [(each.entry, each.code) for each in refused.value.unfinished]
    assert waits.count((world.entries[0], "scorebook")) == 1
    assert waits.count((world.entries[1], "scorebook")) == 4
    assert (world.entries[0], "consensus") in waits


def test_one_entry_that_waits_is_counted_in_right_english():
    world = world_of.prize_at_desk(entries=1)
    world_of.team(world)
    with world.now(), override("en"), pytest.raises(UnfinishedStage) as refused:
        actions.close_assessment(world.stage, by=world.secretary)
    said = "The stage is not finished. Entries that wait for something: 1 (28-0001)."
    assert str(refused.value) == said


def test_closing_passes_and_stops_with_reasons_that_tell_no_points():
    world = world_of.prize_at_desk(entries=2)
    applicants = [intake.acting_for(entry.organisation) for entry in world.entries]
    world_of.team(world)
    world_of.judged(world, [60, 20])
    with world.now():
        with pytest.raises(Denied):
            actions.close_assessment(world.stage, by=world.assessors[0].user)
        actions.close_assessment(world.stage, by=world.secretary)
        with pytest.raises(Refused):
            actions.close_assessment(world.stage, by=world.secretary)
        with pytest.raises(Refused):
            actions.compute_results(world.stage, by=world.secretary)
    passages = {p.entry_id: p for p in Passage.objects.filter(stage=world.stage)}
    assert [passages[entry.pk].state for entry in world.entries] == ["passed", "stopped"]
    stopped = passages[world.entries[1].pk]
    assert stopped.reason_ru == "Оценка ниже порога этапа: нужно не менее 250 баллов"
    assert "200" not in stopped.reason_ru + stopped.reason_en
    assert Passage.objects.get(entry=world.entries[0], stage__key="visit").state == "active"
    assert Entry.objects.get(pk=world.entries[1].pk).state == "stopped"
    letters = Message.objects.filter(kind="assessment.outcome")
    assert {each.to for each in letters} == {user.email for user in applicants}
    first = world.entries[0]
    letter = letters.get(to=applicants[0].email)
    assert letter.subject == "Заявка 28-0001 проходит дальше"
    assert letter.body == (
        f"{world.edition.title_ru}\n{first.organisation.name_ru}\n\nЭтап: Заочная оценка\n"
        "По итогам этапа заявка проходит дальше.\n\n"
        f"Путь заявки по этапам: {settings.BASE_URL}/entries/{first.uid}/\n"
    )
    assert not any("200" in each.body or "600" in each.body for each in letters)


def test_a_stage_opened_again_for_an_appeal_keeps_what_it_found_for_the_others():
    world = world_of.desk_judged([60, 20])
    with world.now():
        actions.close_assessment(world.stage, by=world.secretary)
        reinstate(world.entries[1], reason=Text(ru="Апелляция", en="Appeal"), by=None)
        open_stage(world.stage, by=world.secretary)
        actions.compute_results(world.stage, by=world.secretary)
        actions.close_assessment(
            world.stage,
            by=world.secretary,
            tie_decisions={world.entries[1].uid: True},
            reason="Апелляция",
        )
    points = dict(Result.objects.values_list("entry", "points"))
    assert points == {world.entries[0].pk: Decimal(600), world.entries[1].pk: Decimal(200)}


def test_an_entry_without_a_result_is_decided_by_a_person():
    world = world_of.prize_at_desk(entries=2)
    world_of.team(world)
    world.entries, lost = world.entries[:1], world.entries[1]
    world_of.judged(world, [60])
    with world.now():
        with pytest.raises(OpenDecisions) as refused:
            actions.close_assessment(world.stage, by=world.secretary, with_missing=True)
        assert [each.key for each in refused.value.decisions] == [lost.uid]
        with pytest.raises(Refused, match="нет результата") as unsaid:
            actions.close_assessment(
                world.stage, by=world.secretary, with_missing=True, tie_decisions={lost.uid: True}
            )
        assert unsaid.value.field == "reason"
        actions.close_assessment(
            world.stage,
            by=world.secretary,
            with_missing=True,
            tie_decisions={lost.uid: False},
            reason="Материалы не поступили",
        )
    row = Result.objects.get(entry=lost)
    assert (row.points, row.rank) == (None, None)
    assert "Материалы не поступили" in Passage.objects.get(entry=lost, stage=world.stage).reason_ru


def test_the_secretary_decides_against_the_rule_only_with_a_reason():
    world = world_of.desk_judged([20])
    uid = world.entries[0].uid
    with world.now():
        with pytest.raises(Refused) as refused:
            actions.close_assessment(world.stage, by=world.secretary, tie_decisions={uid: True})
        assert refused.value.field == "reason"
        actions.close_assessment(
            world.stage, by=world.secretary, tie_decisions={uid: True}, reason="Апелляция"
        )
    assert Passage.objects.get(entry=uid_of(uid), stage=world.stage).state == "passed"
    closed = json.loads(Record.objects.get(action="assessment.closed").content)["data"]
    assert Words.objects.get(commitment=closed["reason_sha256"]).text == "Апелляция"


def uid_of(uid):
    return Entry.objects.get(uid=uid)


def test_wrong_totals_are_found_and_repaired():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    with world.now():
        book = world_of.signed(rows[0])
    assert actions.check_totals(world.stage) == []
    Scorebook.objects.filter(pk=book.pk).update(points=1, filled=3)
    book.marks.filter(part="1a").update(points=7)
    found = actions.check_totals(world.stage, repair=True)
    assert [(each.stored, each.counted, each.filled) for each in found] == [
        (Decimal(1), Decimal(500), 32)
    ]
    assert actions.check_totals(world.stage) == []


def test_a_withdrawn_entry_leaves_the_provisional_results():
    world = world_of.prize_at_desk(entries=2)
    world_of.team(world)
    world_of.judged(world)
    with world.now():
        actions.compute_results(world.stage)
        from laureat.intake.actions import withdraw_entry

        withdraw_entry(world.entries[1], "Реорганизация", by=None)
        assert [r.entry for r in actions.compute_results(world.stage)] == world.entries[:1]
        assert len(outcome_of(world.stage).found) == 1


@pytest.mark.parametrize("how", ["conflict", "released"])
def test_the_teams_scorebook_counts_no_more_when_its_lead_had_to_leave(how):
    world = world_of.prize_at_desk(entries=1, people=5)
    rows = world_of.team(world)
    world_of.judged(world, [60])
    entry, lead = world.entries[0], next(row for row in rows if row.lead)
    following = next(row for row in rows if not row.lead and row.assessor.may_lead)
    book = Scorebook.objects.get(kind="consensus")
    with world.now():
        assert outcome_of(world.stage).found[0].points == Decimal(600)
        if how == "conflict":
            actions.declare_conflict(lead.assessor, entry.organisation, "Родня", by=None)
        else:
            actions.release(lead, "Болеет", by=None)
        outcome = outcome_of(world.stage)
        assert outcome.found[0].points is None
        assert "takeover" in {each.code for each in outcome.unfinished}
        actions.assign(world.stage, entry, following.assessor, lead=True, by=None)
        owing = {"conflict": 2, "released": 1}  # who is asked in place of the lead owes an answer
        assert actions.remind(world.stage, by=None) == owing[how]
        following.refresh_from_db()
        user = following.assessor.user
        reopened = actions.reopen_scorebook(book, "Ведёт другой эксперт", by=user)
        assert reopened.assessor == following.assessor
        actions.sign_scorebook(reopened, by=user)
        outcome = outcome_of(world.stage)
    assert outcome.found[0].points == Decimal(600)
    assert "takeover" not in {each.code for each in outcome.unfinished}
