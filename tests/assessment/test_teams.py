"""Assessors, conflicts, teams and answers."""

import json

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from laureat.assessment import actions, permissions
from laureat.assessment.actions import proposing
from laureat.assessment.models import Assessor, Assignment, AssignmentState, Conflict, Scorebook
from laureat.assessment.queries.proposal import proposal_page
from laureat.assessment.queries.teams import Wanted, team_entries
from laureat.ledger.models import Record, Words
from laureat.platform.access.models import Grant, Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from tests.worlds import assessment as world_of
from tests.worlds import intake

pytestmark = pytest.mark.django_db


def live(stage, entry):
    return set(
        Assignment.objects.filter(
            stage=stage, entry=entry, state__in=("proposed", "accepted")
        ).values_list("assessor__serial", flat=True)
    )


def test_an_assessor_is_numbered_gets_the_role_and_is_enrolled_once():
    edition = intake.prize()
    boss, user = intake.secretary(edition), intake.person()
    row = actions.enrol_assessor(edition, user, region="42", may_lead=True, by=boss)
    assert (row.serial, row.region, row.may_lead) == (1, "42", True)
    assert Grant.objects.get(user=user).role == Role.ASSESSOR
    with pytest.raises(Refused) as refused:
        actions.enrol_assessor(edition, user, by=boss)
    assert refused.value.field == "email"
    with pytest.raises(Refused) as refused:
        actions.enrol_assessor(edition, intake.person(), region="00", by=boss)
    assert refused.value.field == "region"
    with pytest.raises(Refused) as refused:
        actions.enrol_assessor(edition, intake.person(), stages=["council"], by=boss)
    assert "desk, visit" in str(refused.value)
    with pytest.raises(Denied):
        actions.enrol_assessor(edition, intake.person(), by=user)


def test_a_regional_secretary_keeps_the_assessors_of_the_region():
    edition = intake.goods("42")
    local = intake.secretary(edition, "42")
    assert actions.enrol_assessor(edition, intake.person(), region="42", by=local).region == "42"
    with pytest.raises(Denied):
        actions.enrol_assessor(edition, intake.person(), region="54", by=local)
    stranger = actions.enrol_assessor(edition, intake.person(), region="54", by=None)
    conflict = actions.declare_conflict(stranger, intake.factory("54"), "Родственник", by=None)
    with pytest.raises(Denied):
        actions.lift_conflict(conflict, "Уволился", by=local)
    with pytest.raises(Denied):
        actions.declare_conflict(stranger, intake.factory("54"), "Слухи", by=local)
    actions.lift_conflict(conflict, "Уволился", by=intake.secretary(edition, "54"))


def test_nobody_lifts_their_own_conflict():
    edition = intake.prize()
    boss = intake.secretary(edition)
    own = actions.enrol_assessor(edition, boss, by=None)
    conflict = actions.declare_conflict(own, intake.factory(), "Акционер", by=boss)
    with pytest.raises(Denied):
        actions.lift_conflict(conflict, "Продал", by=boss)
    actions.lift_conflict(conflict, "Продал", by=intake.secretary(edition))
    lifted = json.loads(Record.objects.get(action="conflict.lifted").content)["data"]
    assert Words.objects.get(commitment=lifted["reason_sha256"]).text == "Продал"


def test_an_invited_assessor_reads_in_the_letter_what_they_are_invited_for():
    edition = intake.prize()
    boss = intake.secretary(edition)
    actions.invite_assessor(edition, "anna@demo.invalid", "Анна Демо", by=boss)
    letter = Message.objects.get(kind="account.invitation")
    assert f"— Эксперт, {edition.title_ru}" in letter.body


def test_ties_with_those_who_apply_later_are_found_and_kept_once():
    edition = intake.prize()
    organisation, other = intake.factory(), intake.factory()
    works = world_of.assessors(edition, 1, works_for=[organisation])[0]
    acting = actions.enrol_assessor(edition, intake.acting_for(other), by=None)
    mailing = actions.invite_assessor(edition, "anna@demo-works.example", "Анна Демо", by=None)
    organisation.site = "https://www.demo-works.example/"
    organisation.save(update_fields=["site"])
    assert not Conflict.objects.filter(kind=Conflict.Kind.DETECTED).exists()
    for each in (organisation, other):
        intake.submitted(edition, each)
    found = actions.detect_conflicts(edition)
    pairs = {(each.assessor.serial, each.organisation_id) for each in found}
    assert pairs == {
        (works.serial, organisation.pk), (acting.serial, other.pk),
        (mailing.serial, organisation.pk),
    }  # fmt: skip
    assert {each.kind for each in found} == {Conflict.Kind.DETECTED}
    assert actions.detect_conflicts(edition) == []


def test_proposed_teams_are_complete_reasoned_and_asked_by_one_letter_each():
    world = world_of.prize_at_desk(entries=3, people=7)
    with world.now():
        report = actions.propose_teams(world.stage, by=world.secretary)
    assert report.proposal.complete
    assert {len(live(world.stage, entry)) for entry in world.entries} == {4}
    assert all("load:" in each.why for each in report.created)
    asked = {each.assessor.user.email for each in report.created}
    letters = Message.objects.filter(kind="assessment.asked")
    assert sorted(letters.values_list("to", flat=True)) == sorted(asked)
    with world.now():
        assert actions.propose_teams(world.stage, by=world.secretary).created == ()


def test_the_rules_of_the_team_hold_when_assigning_by_hand():
    world = world_of.prize_at_desk(entries=1, people=8)
    entry = world.entries[0]
    local = world_of.assessors(world.edition, 1, region="42")[0]
    newcomers = world_of.assessors(world.edition, 2, newcomer=True, leads=0)
    with world.now():
        with pytest.raises(Refused, match=r"регион|region"):
            actions.assign(world.stage, entry, local, by=world.secretary)
        with pytest.raises(Refused) as refused:
            actions.assign(world.stage, entry, newcomers[0], True, by=world.secretary)
        assert refused.value.field == "lead"
        actions.assign(world.stage, entry, newcomers[0], by=world.secretary)
        with pytest.raises(Refused):
            actions.assign(world.stage, entry, newcomers[1], by=world.secretary)
        first = actions.assign(world.stage, entry, world.assessors[0], True, by=world.secretary)
        actions.assign(world.stage, entry, world.assessors[1], True, by=world.secretary)
        first.refresh_from_db()
        assert not first.lead
        for each in world.assessors[2:5]:
            actions.assign(world.stage, entry, each, by=world.secretary)
        with pytest.raises(Refused, match="6"):
            actions.assign(world.stage, entry, world.assessors[5], by=world.secretary)


def test_nobody_takes_more_than_their_load():
    world = world_of.prize_at_desk(entries=2, people=1)
    actions.change_assessor(world.assessors[0], by=world.secretary, max_load=1)
    with world.now():
        actions.assign(world.stage, world.entries[0], world.assessors[0], by=None)
        with pytest.raises(Refused):
            world.assessors[0].refresh_from_db()
            actions.assign(world.stage, world.entries[1], world.assessors[0], by=None)


def test_material_opens_after_the_conflict_question_only():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world, accepted=False)[0]
    user, entry = row.assessor.user, row.entry
    assert not permissions.see_material(user, entry)
    with world.now():
        with pytest.raises(Denied):
            actions.answer_assignment(row, "accept", by=intake.person())
        actions.answer_assignment(row, "accept", by=user)
    assert permissions.see_material(user, entry)


def test_declining_proposes_somebody_else_and_tells_the_secretary():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world, accepted=False)[0]
    before = live(world.stage, row.entry)
    with world.now():
        actions.answer_assignment(row, "decline", "В отпуске", by=row.assessor.user)
    after = live(world.stage, row.entry)
    assert len(after) == len(before) == 4
    assert row.assessor.serial not in after
    assert Assignment.objects.filter(entry=row.entry, lead=True).count() == 1
    assert Message.objects.filter(kind="assessment.answered", to=world.secretary.email).exists()


def test_a_conflict_needs_its_reason_and_ends_everything_of_the_organisation():
    world = world_of.prize_at_desk(entries=2, people=6)
    rows = world_of.team(world)
    row = rows[0]
    other = world.entries[1]
    other.organisation = row.entry.organisation
    other.save(update_fields=["organisation"])
    with world.now():
        with pytest.raises(Refused) as refused:
            actions.answer_assignment(row, "conflict", " ", by=row.assessor.user)
        assert refused.value.field == "reason"
        actions.answer_assignment(row, "conflict", "Родственник директора", by=row.assessor.user)
    mine = Assignment.objects.filter(assessor=row.assessor)
    assert {each.state for each in mine} == {AssignmentState.CONFLICTED}
    conflict = Conflict.objects.get(assessor=row.assessor)
    assert (conflict.kind, conflict.reason) == ("declared", "Родственник директора")
    assert not permissions.see_material(row.assessor.user, row.entry)
    with world.now(), pytest.raises(Refused):
        actions.assign(world.stage, row.entry, row.assessor, by=world.secretary)
    actions.lift_conflict(conflict, "Родственник уволился", by=world.secretary)
    conflict.refresh_from_db()
    assert conflict.lifted_reason == "Родственник уволился"


def test_a_released_assessor_keeps_the_scorebook_but_it_no_longer_counts():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    with world.now():
        world_of.signed(rows[0], 90)
        for row in rows[1:]:
            world_of.signed(row, 50)
        with pytest.raises(Refused):
            actions.release(rows[0], "", by=world.secretary)
        actions.release(rows[0], "Не может участвовать", by=world.secretary)
        found = actions.preview_gate(world.stage).outcome.found[0]
    assert Scorebook.objects.count() == 4
    assert found.beside["mean"] == 500
    assert Message.objects.filter(kind="assessment.released").count() == 1
    removed = json.loads(Record.objects.get(action="assignment.removed").content)["data"]
    assert Words.objects.get(commitment=removed["reason_sha256"]).text == "Не может участвовать"


def test_what_matters_is_in_the_ledger_without_names():
    world = world_of.prize_at_desk(entries=1)
    row = world_of.team(world, accepted=False)[0]
    with world.now():
        actions.answer_assignment(row, "conflict", "Друг", by=row.assessor.user)
    said = list(
        Record.objects.filter(action__startswith="conflict").values_list("content", flat=True)
    )
    assert len(said) == 1
    assert row.assessor.user.name not in said[0]
    assert "Друг" not in said[0]


def test_reminders_go_to_those_who_owe_something_once_a_day():
    world = world_of.prize_at_desk(entries=1)
    rows = world_of.team(world)
    with world.now():
        world_of.signed(rows[1])
        assert actions.remind(world.stage, by=world.secretary) == 3
        actions.remind(world.stage, by=world.secretary)
    letters = Message.objects.filter(kind="assessment.reminder")
    assert letters.count() == 3
    assert rows[1].assessor.user.email not in set(letters.values_list("to", flat=True))
    first = letters.first()
    assert first.body == (
        f"{world.edition.title_ru}\n\nЕщё не подписана 1 тетрадь.\n"
        "Этап закрывается 30\xa0апреля 2024, 23:59 по московскому времени.\n\n"
        f"{settings.BASE_URL}/assessment/\n"
    )


# ---------------------------------------------------------------------------- proposals


def plan_of(world):
    with world.now():
        return actions.plan_teams(world.stage)


def test_a_proposal_is_the_same_until_something_changes_and_asks_nobody():
    world = world_of.prize_at_desk(entries=3, people=7)
    one, two = plan_of(world), plan_of(world)
    assert one.digest == two.digest
    assert one.proposal == two.proposal
    assert not Assignment.objects.exists()
    with world.now():
        with pytest.raises(Refused, match=r"changed|изменилось"):
            actions.propose_teams(world.stage, by=world.secretary, seen="another")
        report = actions.propose_teams(world.stage, by=world.secretary, seen=one.digest)
    assert {(row.entry_id, row.assessor_id) for row in report.created} == one.proposal.pairs()
    told = json.loads(Record.objects.get(action="teams.proposed").content)["data"]
    assert told["seed"] == one.task.seed
    assert (told["wishes"], told["gaps"]) == (0, 0)
    assert float(told["worth"]) <= float(told["bound"]) + 1e-6


def test_wishes_change_the_proposal_and_what_they_change_is_told():
    world = world_of.prize_at_desk(entries=2, people=7)
    entry = world.entries[0]
    first = plan_of(world).proposal
    out = next(a for a in world.assessors if (entry.pk, a.pk) not in first.pairs())
    inside = next(a for a in world.assessors if (entry.pk, a.pk) in first.pairs())
    with world.now():
        actions.wish(world.stage, entry, out, "must", by=world.secretary)
        actions.wish(world.stage, entry, inside, "never", by=world.secretary)
    plan = plan_of(world)
    assert (entry.pk, out.pk) in plan.proposal.pairs()
    assert (entry.pk, inside.pk) not in plan.proposal.pairs()
    assert plan.without_wishes.pairs() == first.pairs()
    page = proposal_page(world.stage)
    (swap,) = [each for each in page.swaps if each.entry == entry]
    assert out.serial in swap.come
    assert inside.serial in swap.go
    assert page.wishes == 2
    with world.now():
        actions.wish(world.stage, entry, out, "", by=world.secretary)
        actions.wish(world.stage, entry, inside, "", by=world.secretary)
    assert plan_of(world).proposal == first
    assert Record.objects.filter(action="pairing.wished").count() == 4


def test_wishes_keep_the_rules_and_the_permission():
    world = world_of.prize_at_desk(entries=1, people=8)
    entry = world.entries[0]
    local = world_of.assessors(world.edition, 1, region="42")[0]
    with world.now():
        with pytest.raises(Denied):
            actions.wish(world.stage, entry, world.assessors[0], "must", by=world.assessors[0].user)
        with pytest.raises(Refused, match=r"регион|region"):
            actions.wish(world.stage, entry, local, "must", by=world.secretary)
        with pytest.raises(Refused):
            actions.wish(world.stage, entry, world.assessors[0], "perhaps", by=world.secretary)
        for each in world.assessors[:6]:
            actions.wish(world.stage, entry, each, "must", by=world.secretary)
        with pytest.raises(Refused, match="6"):
            actions.wish(world.stage, entry, world.assessors[6], "must", by=world.secretary)
        report = actions.propose_teams(world.stage, by=world.secretary)
        assert {row.assessor for row in report.created} == set(world.assessors[:6])
        with pytest.raises(Refused, match=r"already|уже"):
            actions.wish(world.stage, entry, world.assessors[0], "never", by=world.secretary)


def test_wishes_keep_to_loads_and_newcomers_as_asking_by_hand_does():
    world = world_of.prize_at_desk(entries=3, people=6)
    one, two = world_of.assessors(world.edition, 2, newcomer=True)
    busy = world.assessors[0]
    Assessor.objects.filter(pk=busy.pk).update(max_load=2)
    busy.refresh_from_db()
    first, second, third = world.entries
    with world.now():
        actions.wish(world.stage, first, busy, "must", by=world.secretary)
        actions.wish(world.stage, second, busy, "must", by=world.secretary)
        actions.wish(world.stage, second, busy, "must", by=world.secretary)
        with pytest.raises(Refused, match=r"не больше 2|at most 2"):
            actions.wish(world.stage, third, busy, "must", by=world.secretary)
        actions.wish(world.stage, second, busy, "", by=world.secretary)
        actions.wish(world.stage, third, busy, "must", by=world.secretary)
        limit = world.stage.rules.team.newcomers
        assert limit == 1
        actions.wish(world.stage, first, one, "must", by=world.secretary)
        with pytest.raises(Refused, match=r"newcomer|Новичк"):
            actions.wish(world.stage, first, two, "must", by=world.secretary)


def test_a_wish_made_before_somebody_took_fewer_entries_does_not_ask_them_for_more():
    world = world_of.prize_at_desk(entries=3, people=8)
    busy = world.assessors[0]
    with world.now():
        for entry in world.entries:
            actions.wish(world.stage, entry, busy, "must", by=world.secretary)
        Assessor.objects.filter(pk=busy.pk).update(max_load=1)
        report = actions.propose_teams(world.stage, by=world.secretary)
    assert [row.assessor for row in report.created].count(busy) == 1


def test_what_cannot_be_filled_is_explained_by_the_cheapest_changes():
    world = world_of.prize_at_desk(entries=3, people=4)
    for each in world.assessors:
        each.max_load = 2
        each.save(update_fields=["max_load"])
    page = proposal_page(world.stage)
    assert page.lacking
    assert 1 <= len(page.ways) <= 3
    assert page.asked == 8
    assert not page.optimal
    with world.now():
        report = actions.propose_teams(world.stage, by=world.secretary)
    assert len(report.created) == 8
    assert report.proposal.gaps


def test_the_page_of_the_proposal_takes_wishes_and_asks():
    world = world_of.prize_at_desk(entries=2, people=7)
    client = Client()
    client.force_login(
        world.secretary, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    address = reverse("assessment:proposal", args=[world.stage.uid])
    with world.now():
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(address).content.decode()
        assert len(asked) <= 10
        assert "Разослать приглашения" in shown
        plan = actions.plan_teams(world.stage)
        entry, member = plan.fresh[0]
        pair = {"entry": plan.entries[entry].uid, "assessor": plan.people[member.person].uid}
        one = f"{address}?entry={pair['entry']}"
        with CaptureQueriesContext(connection) as asked:
            assert "Исключить" in client.get(one).content.decode()
        assert len(asked) <= 10
        answer = client.post(one, {"go": "never", **pair}, follow=True)
        assert "Исключён вами" in answer.content.decode()
        assert client.get(f"{address}?entry=nothing").status_code == 404
        stale = client.post(address, {"go": "ask", "seen": plan.digest}, follow=True)
        assert "Посмотрите ещё раз" in stale.content.decode()
        client.post(address, {"go": "ask", "seen": actions.plan_teams(world.stage).digest})
    assert Assignment.objects.filter(entry_id=entry).exclude(assessor_id=member.person).count() == 4
    assert not Assignment.objects.filter(entry_id=entry, assessor_id=member.person).exists()


def wished(world, number=0):
    """A wish for a pair that everything allows."""
    entry, person = world.entries[0], world.assessors[number]
    actions.wish(world.stage, entry, person, "must", by=world.secretary)
    assert proposal_page(world.stage).unkept == []
    return entry, person


CHANGES = {
    "он больше не работает на этом этапе": lambda _w, _e, who: {"active": False},
    "конфликт интересов": lambda _w, entry, _who: {"works_for": [entry.organisation]},
    "он из региона соискателя": lambda _w, entry, _who: {"region": entry.region},
}


@pytest.mark.parametrize("why", CHANGES)
def test_a_wish_that_fits_no_longer_is_told_with_the_reason(why):
    world = world_of.prize_at_desk(entries=1, people=6)
    entry, person = wished(world)
    with world.now():
        actions.change_assessor(person, by=None, **CHANGES[why](world, entry, person))
        (broken,) = proposal_page(world.stage).unkept
        assert broken.said == (
            f"Эксперт {person.serial} не сможет оценивать заявку {entry.number}, "
            f"как вы хотели: {why}."
        )
        client = signed_in(world.secretary)
        address = reverse("assessment:proposal", args=[world.stage.uid])
        assert broken.said in client.get(address).content.decode()
        report = actions.propose_teams(world.stage, by=world.secretary)
        assert [each.said for each in report.unkept] == [broken.said]
        actions.wish(world.stage, entry, person, "", by=world.secretary)
        assert proposal_page(world.stage).unkept == []


def test_full_teams_and_loads_and_refusals_keep_wishes_from_being_kept():
    world = world_of.prize_at_desk(entries=2, people=8)
    entry, person = wished(world)
    with world.now():
        actions.change_assessor(person, by=None, max_load=1)
        actions.assign(world.stage, world.entries[1], person, by=None)
        assert [each.why for each in proposal_page(world.stage).unkept] == ["load"]
        actions.change_assessor(person, by=None, max_load=9)
        for other in world.assessors[1:7]:
            actions.assign(world.stage, entry, other, by=None)
        assert [each.why for each in proposal_page(world.stage).unkept] == ["team"]
        leaving = Assignment.objects.get(entry=entry, assessor=world.assessors[1])
        actions.release(leaving, "Замена", by=None)
        assert proposal_page(world.stage).unkept == []
        mine = actions.assign(world.stage, entry, person, by=None)
        assert proposal_page(world.stage).wishes == 0
        actions.answer_assignment(mine, "decline", "Отпуск", by=person.user)
        assert [each.why for each in proposal_page(world.stage).unkept] == ["left"]
    letter = Message.objects.filter(kind="assessment.answered", to=world.secretary.email).last()
    assert "как вы хотели: он отказался или был освобождён" in letter.body


def test_somebody_asked_against_a_wish_is_told():
    world = world_of.prize_at_desk(entries=1, people=6)
    entry, person = world.entries[0], world.assessors[0]
    actions.wish(world.stage, entry, person, "never", by=world.secretary)
    with world.now():
        actions.assign(world.stage, entry, person, by=None)
    assert [each.why for each in proposal_page(world.stage).unkept] == ["asked"]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# ---------------------------------------------------------------------------- hanging together


def pairs_at(monkeypatch, entries, people, **values):
    """A stage judged by pairs, fair points decide; each assessor takes one entry."""
    world = world_of.prize_at_desk(entries=entries, people=people)
    rules = world.stage.rules.model_copy(
        update={
            "result": "fair",
            "team": world.stage.rules.team.model_copy(
                update={"size": (2, 3), "newcomers": None, "same_region": True}
            ),
        }
    )
    edition = world.stage.edition.rules
    stages = [rules if each.key == rules.key else each for each in edition.stages]
    changed = edition.model_copy(update={"stages": stages})
    monkeypatch.setattr(type(world.stage.edition.version), "rules", changed)
    Assessor.objects.update(**values)
    return world


def test_the_page_warns_of_teams_that_cannot_be_compared_and_names_the_cheapest_change(monkeypatch):
    world = pairs_at(monkeypatch, 2, 4, max_load=1)
    Assessor.objects.filter(serial=1).update(max_load=2)
    first, second = world.entries
    with world.now():
        for number, entry in enumerate((first, first, second, second)):
            actions.assign(world.stage, entry, world.assessors[number], number % 2 == 0, by=None)
        page = proposal_page(world.stage)
        (join,) = page.joins
        assert (page.apart, page.still_apart, page.by_fair) == (1, 0, True)
        assert (join.entry, join.assessor.serial, join.needs) == (second, 1, "")
        client = signed_in(world.secretary)
        address = reverse("assessment:proposal", args=[world.stage.uid])
        assert "считалось бы простое среднее" in client.get(address).content.decode()
        pair = {"entry": second.uid, "assessor": world.assessors[0].uid}
        client.post(address, {"go": "assign", **pair})
        page = proposal_page(world.stage)
        assert (page.apart, page.joins) == (0, [])
        assert "считалось бы простое среднее" not in client.get(address).content.decode()


def test_teams_that_hang_together_are_preferred_to_even_loads(monkeypatch):
    world = pairs_at(monkeypatch, 4, 8, max_load=3)
    page = proposal_page(world.stage)
    assert (page.apart, page.lacking) == (0, 0)
    assert {len(team.members) for team in page.teams} == {2}


def test_where_every_load_is_used_the_page_says_what_has_to_change_first(monkeypatch):
    world = pairs_at(monkeypatch, 2, 4, max_load=1)
    page = proposal_page(world.stage)
    assert (page.apart, [each.needs for each in page.joins]) == (
        1,
        [f"эксперт {page.joins[0].assessor.serial} возьмёт на одну заявку больше, чем согласовано"],
    )


def test_teams_are_found_by_entry_assessor_and_what_is_missing():
    world = world_of.prize_at_desk(entries=3, people=7)
    world_of.team(world, world.entries[0], accepted=False)
    first, second, third = world.entries
    with world.now():
        for row in Assignment.objects.filter(entry=second):
            actions.answer_assignment(row, "accept", by=None)
        Assignment.objects.filter(entry=third, lead=True).update(lead=False)

    def found(**wanted):
        return list(team_entries(world.stage, Wanted(**wanted)))

    assert found() == world.entries
    assert found(search=first.number) == [first]
    assert found(show="answers") == [first, third]
    assert found(show="gaps") == [third]
    member = Assignment.objects.filter(entry=first).first().assessor
    own = Assignment.objects.filter(assessor=member).values_list("entry", flat=True)
    assert {each.pk for each in found(assessor=str(member.serial))} == set(own)
    assert {each.pk for each in found(assessor=member.user.name)} == set(own)
    assert found(assessor="никто") == []
    client = signed_in(world.secretary)
    address = reverse("assessment:teams", args=[world.stage.uid])
    for query in ("", "?assessor=1&show=gaps&q=1", f"?entry={first.uid}"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address + query).status_code == 200
        assert len(asked) <= 10, query
    assert client.get(f"{address}?entry=nothing").status_code == 404


def test_a_replacement_is_planned_with_what_hangs_together_through_the_whole_stage(monkeypatch):
    """Only the entry that somebody left gets another; the teams of the rest show what is joined."""
    world = world_of.prize_at_desk(entries=3, people=8)
    world_of.team(world)
    planned, real = [], proposing.plan_teams
    monkeypatch.setattr(
        proposing, "plan_teams", lambda *given: planned.append(real(*given)) or planned[-1]
    )
    leaving = Assignment.objects.filter(entry=world.entries[0], lead=False).first()
    with world.now():
        actions.answer_assignment(leaving, "conflict", "Акционер", by=None)
    (plan,) = planned
    others = Assignment.objects.filter(stage=world.stage, state="accepted").exclude(
        entry=world.entries[0]
    )
    teams = {}
    for row in others:
        teams.setdefault(row.entry_id, set()).add(row.assessor_id)
    assert list(plan.task.teams[0][:1]) == [world.entries[0].pk]
    assert [set(team) for _group, team in plan.task.elsewhere] == [
        teams[key] for key in sorted(teams)
    ]
    assert {group for group, _team in plan.task.elsewhere} == {plan.task.jobs[0].compared}
    assert plan.proposal.apart == 0
    assert actions.plan_teams(world.stage).task.elsewhere == ()
