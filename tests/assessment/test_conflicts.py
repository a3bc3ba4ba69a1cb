"""Conflicts of interest, wherever they are declared: the team is completed, the secretary knows."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from laureat.assessment import actions, permissions
from laureat.assessment.models import Assignment, AssignmentState, Conflict, Result, Scorebook
from laureat.assessment.queries.office import teams_to_complete
from laureat.assessment.queries.teams import could_join, team_row
from laureat.intake.actions import accept_invitation, invite_colleague
from laureat.platform.access.actions import end_role, give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.rulebook.schema import Text
from tests.worlds import assessment as world_of
from tests.worlds import intake
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db


def live(world, entry):
    rows = Assignment.objects.filter(entry=entry, state__in=["proposed", "accepted"])
    return set(rows.values_list("assessor__serial", flat=True))


def letters(world, kind="assessment.answered"):
    return list(
        Message.objects.filter(kind=kind, to=world.secretary.email).values_list("subject", "body")
    )


def test_a_conflict_named_on_a_page_is_replaced_and_the_secretary_told():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world)[1]
    entry, before = row.entry, live(world, row.entry)
    with world.now():
        actions.declare_conflict(row.assessor, entry.organisation, "Акционер", by=row.assessor.user)
        actions.declare_conflict(row.assessor, entry.organisation, "Акционер", by=row.assessor.user)
    row.refresh_from_db()
    assert (row.state, row.reason) == (AssignmentState.CONFLICTED, "Акционер")
    after = live(world, entry)
    assert len(after) == len(before) == 4
    assert row.assessor.serial not in after
    ((subject, body),) = letters(world)
    assert "конфликт интересов" in subject
    assert str(row.assessor.serial) in subject
    assert entry.number in body
    assert "Приглашён другой эксперт." in body


def test_who_cannot_be_replaced_is_said_by_letter_and_on_the_desk():
    world = world_of.prize_at_desk(entries=1, people=4)
    row = world_of.team(world)[1]
    with world.now():
        assert teams_to_complete(world.secretary) == []
        actions.declare_conflict(row.assessor, row.entry.organisation, "Акционер", by=None)
        ((item,),) = [each.items for each in teams_to_complete(world.secretary)]
        assert teams_to_complete(row.assessor.user) == []
    assert (item.urgent, item.tone) == (True, "warn")
    assert (
        item.detail == "не хватает экспертов у 1 заявки, за неделю в комиссиях освободилось 1 место"
    )
    assert item.url.endswith("?show=gaps")
    assert len(live(world, row.entry)) == 3
    ((_subject, body),) = letters(world)
    assert "дополните комиссию" in body


def test_the_secretary_who_declares_it_gets_no_letter_about_it():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world)[1]
    with world.now():
        actions.declare_conflict(
            row.assessor, row.entry.organisation, "Акционер", by=world.secretary
        )
    assert letters(world) == []
    assert len(live(world, row.entry)) == 4


def test_after_the_stage_is_closed_its_results_stand_and_nobody_is_asked():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world)[1]
    world_of.judged(world, [60])
    with world.now():
        actions.close_assessment(world.stage, by=None)
        before = Result.objects.values("points", "scorebooks").get()
        actions.declare_conflict(row.assessor, row.entry.organisation, "Акционер", by=None)
    assert Result.objects.values("points", "scorebooks").get() == before
    assert len(live(world, row.entry)) == 3
    ((_subject, body),) = letters(world)
    assert "Этап закрыт" in body


def test_all_entries_of_the_organisation_are_named_in_one_letter():
    world = world_of.prize_at_desk(entries=2, people=8)
    row = world_of.team(world)[0]
    other = world.entries[1]
    other.organisation = row.entry.organisation
    other.save(update_fields=["organisation"])
    with world.now():
        if row.assessor.serial not in live(world, other):
            leaving = Assignment.objects.filter(entry=other, lead=False).first()
            actions.release(leaving, "Замена", by=None)
            actions.assign(world.stage, other, row.assessor, by=None)
        actions.answer_assignment(row, "conflict", "Сын директора", by=row.assessor.user)
    ((_subject, body),) = letters(world)
    assert all(each.number in body for each in world.entries)
    assert row.assessor.serial not in live(world, row.entry) | live(world, other)


def test_a_regional_secretary_looks_for_ties_among_the_own_assessors_only():
    edition = intake.goods("42")
    organisation = intake.factory("42")
    mine, theirs = (
        actions.enrol_assessor(
            edition,
            intake.person(name),
            region=region,
            works_for=[organisation],
            by=None,
        )
        for name, region in (("Местнова Демо", "42"), ("Соседов Демо", "54"))
    )
    intake.submitted(edition, organisation, category="food")
    with pytest.raises(Denied):
        actions.detect_conflicts(edition, by=mine.user)
    found = actions.detect_conflicts(edition, by=intake.secretary(edition, "42"))
    assert [each.assessor for each in found] == [mine]
    assert [each.assessor for each in actions.detect_conflicts(edition)] == [theirs]
    assert Conflict.objects.count() == 2


def test_an_entry_already_decided_about_is_not_judged_any_more():
    world = world_of.prize_at_desk(entries=2)
    rows = world_of.team(world)
    world_of.judged(world, [60, 20])
    row = next(each for each in rows if each.entry_id == world.entries[0].pk and not each.lead)
    book = Scorebook.objects.get(assessor=row.assessor, entry=world.entries[0], kind="individual")
    with world.now():
        actions.close_assessment(world.stage, by=None)
        world_of.opened_again(world, world.entries[1], Text(ru="Апелляция", en="Appeal"))
        with pytest.raises(Refused) as refused:
            actions.reopen_scorebook(book, "Опечатка", by=None)
        assert "нет на этапе" in str(refused.value)
        assert not permissions.write_scorebook(row.assessor.user, book)


def test_who_begins_to_help_an_applicant_judges_it_no_more():
    world = world_of.prize_at_desk(entries=2, people=7)
    rows = world_of.team(world)
    entry = world.entries[0]
    mine = next(each for each in rows if each.entry_id == entry.pk and not each.lead)
    user = mine.assessor.user
    applicant = intake.acting_for(entry.organisation)
    with world.now():
        invited = invite_colleague(entry, user.email, may_submit=False, by=applicant)
        assert not Conflict.objects.exists()
        accept_invitation(invited, by=user)
    (found,) = Conflict.objects.all()
    assert (found.assessor, found.organisation) == (mine.assessor, entry.organisation)
    assert (found.kind, found.lifted_at) == (Conflict.Kind.DETECTED, None)
    mine.refresh_from_db()
    assert mine.state == AssignmentState.CONFLICTED
    assert mine.assessor.serial not in live(world, entry)
    assert len(live(world, entry)) == len([row for row in rows if row.entry_id == entry.pk])
    assert letters(world)
    others = Assignment.objects.filter(assessor=mine.assessor).exclude(entry=entry)
    assert not others.filter(state=AssignmentState.CONFLICTED).exists()


def test_a_representative_named_by_the_secretary_is_kept_apart_in_contests_that_are_not_over():
    world = world_of.prize_at_desk(entries=1)
    assessor = world.assessors[0]
    give_role(assessor.user, Role.MEMBER, by=None, award="rf-quality-prize", edition="2024")
    assert not Conflict.objects.exists()
    organisation = intake.factory()
    give_role(assessor.user, Role.APPLICANT, by=None, edition="1999", organisation=organisation.uid)
    assert not Conflict.objects.exists()
    grant = give_role(assessor.user, Role.APPLICANT, by=None, organisation=organisation.uid)
    assert [each.organisation for each in assessor.conflicts.all()] == [organisation]
    end_role(grant, by=None)
    assert Conflict.objects.filter(lifted_at__isnull=True).count() == 1
    Conflict.objects.all().delete()
    world.edition.state = "archived"
    world.edition.save()
    give_role(assessor.user, Role.APPLICANT, by=None, organisation=organisation.uid)
    assert not Conflict.objects.exists()


# ---------------------------------------------------------------------------- found, not told


def test_whoever_is_enrolled_is_kept_apart_from_their_own_at_once():
    world = world_of.prize_at_desk(entries=3, people=4)
    first, second, third = world.entries
    second.organisation.site = "https://www.demo-works.example/"
    second.organisation.save(update_fields=["site"])
    works = world_of.assessors(world.edition, 1, works_for=[first.organisation])[0]
    mailing = actions.invite_assessor(
        world.edition, "anna@demo-works.example", "Анна Демо", by=world.secretary
    )
    acting = actions.enrol_assessor(
        world.edition, intake.acting_for(third.organisation), by=world.secretary
    )
    found = Conflict.objects.order_by("pk").values_list(
        "assessor", "organisation", "kind", "tie", "about", "reason"
    )
    assert list(found) == [
        (works.pk, first.organisation_id, "detected", "employer", "", ""),
        (mailing.pk, second.organisation_id, "detected", "domain", "demo-works.example", ""),
        (acting.pk, third.organisation_id, "detected", "applicant", "", ""),
    ]
    assert actions.detect_conflicts(world.edition) == []


def test_whoever_enrols_a_tied_person_locks_the_stages_before_the_journal():
    world = world_of.prize_at_desk(entries=1, people=4)
    person = intake.acting_for(world.entries[0].organisation)
    with locks_taken() as taken:
        actions.enrol_assessor(world.edition, person, by=world.secretary)
    assert taken[:4] == ["Edition", "Stage", "User", "Chain"]


def test_a_new_employer_ends_at_once_what_was_to_be_judged_of_it():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world)[1]
    organisation = row.entry.organisation
    with world.now(), locks_taken() as taken:
        actions.change_assessor(row.assessor, by=world.secretary, works_for=[organisation])
    row.refresh_from_db()
    assert (row.state, row.reason, row.conflict.tie) == ("conflicted", "", "employer")
    assert taken[:2] == ["Stage", "Assessor"]
    assert taken.index("Chain") > taken.index("Assessor")
    assert row.assessor.serial not in live(world, row.entry)
    assert len(live(world, row.entry)) == 4
    lifted = actions.lift_conflict(row.conflict, "Уволился", by=world.secretary)
    actions.change_assessor(row.assessor, by=world.secretary, works_for=[organisation])
    assert list(Conflict.objects.all()) == [lifted]


def test_a_tie_that_came_later_keeps_the_pair_apart_before_anybody_looks_for_it():
    world = world_of.prize_at_desk(entries=1, people=5)
    tied, entry = world.assessors[0], world.entries[0]
    tied.works_for.set([entry.organisation])
    with world.now():
        assert tied.pk not in {m.person for _e, m in actions.plan_teams(world.stage).fresh}
        with pytest.raises(Refused) as refused:
            actions.assign(world.stage, entry, tied, by=world.secretary)
        assert "Работает в этой организации" in str(refused.value)
        offered = {uid for uid, _words in could_join(team_row(world.stage, entry.uid))}
        assert offered == {each.uid for each in world.assessors[1:]}
        (found,) = actions.detect_conflicts(world.edition, by=world.secretary)
        actions.lift_conflict(found, "Уволился", by=world.secretary)
        assert actions.assign(world.stage, entry, tied, by=world.secretary).state == "proposed"


def test_a_reason_that_was_found_is_said_in_the_language_of_its_reader():
    world = world_of.prize_at_desk(entries=1, people=6)
    row = world_of.team(world)[1]
    with world.now():
        actions.change_assessor(row.assessor, by=None, works_for=[row.entry.organisation])
    said = {"ru": "Работает в этой организации", "en": "Works for this organisation"}
    staff, own = signed_in(world.secretary), signed_in(row.assessor.user)
    for language, sentence in said.items():
        with translation.override(language), world.now():
            pages = [
                (staff, "conflicts", (world.edition.uid,)),
                (staff, "assessor", (row.assessor.uid,)),
                (staff, "teams", (world.stage.uid,)),
                (own, "assignment", (row.uid,)),
            ]
            for client, name, args in pages:
                shown = client.get(reverse(f"assessment:{name}", args=args)).content.decode()
                assert sentence in shown, (name, language)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
