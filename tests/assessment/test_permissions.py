"""Each permission answers for one object what its queryset says for all."""

import pytest

from laureat.assessment import actions, permissions
from laureat.assessment.models import Assessor, Assignment, Scorebook, SiteVisit
from laureat.intake.models import Entry, Passage
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, Stage
from tests.worlds import assessment as world_of
from tests.worlds import intake

pytestmark = pytest.mark.django_db

KINDS = {
    "manage_stage": Stage,
    "change_teams": Stage,
    "keep_key": Stage,
    "manage_assessors": Edition,
    "keep_assessor": Assessor,
    "see_progress": Stage,
    "see_results": Stage,
    "answer_assignment": Assignment,
    "see_material": Entry,
    "write_scorebook": Scorebook,
    "read_scorebook": Scorebook,
    "lead_team": Passage,
    "see_team": Passage,
    "confirm_visit": SiteVisit,
    "see_visit": SiteVisit,
    "declare_for": Assessor,
}


@pytest.fixture
def everybody():
    """Two contests with every role, and scorebooks in every state."""
    prize = world_of.prize_at_desk(entries=2, people=6)
    rows = world_of.team(prize)
    with prize.now():
        for row in rows[:3]:
            world_of.signed(row)
        world_of.written(rows[3])
        actions.release(rows[5], "Для проверки", by=None)
        actions.answer_assignment(rows[6], "conflict", "Для проверки", by=None)
    goods = world_of.goods_at("tasting", entries=2)
    intake.secretary(goods.edition, "54")
    with goods.now():
        actions.code_samples(goods.stage, by=None)
        world_of.written(world_of.team(goods)[0])
    SiteVisit.objects.create(
        stage=prize.stage,
        entry=prize.entries[0],
        starts_on="2024-04-01",
        ends_on="2024-04-02",
        address="Демо",
    )
    auditor, organiser = intake.person(), intake.person()
    give_role(auditor, Role.AUDITOR, by=None, award=prize.edition.award.key)
    give_role(organiser, Role.ORGANISER, by=None)
    intake.acting_for(prize.entries[0].organisation)
    for world in (prize, goods):  # two who judge run the stage as well; one has signed everything
        for assessor in world.assessors[:2]:
            scope = {"award": world.edition.award.key, "edition": world.edition.key}
            give_role(assessor.user, Role.SECRETARY, by=None, **scope)
    intake.person()
    return prize, goods


def test_predicate_and_queryset_agree_for_everybody(everybody):
    prize, goods = everybody
    wrong = []
    for moment in (prize.moment, goods.moment):
        with clock.at(moment):
            for name, model in KINDS.items():
                permission = getattr(permissions, name)
                objects = list(model.objects.all())
                for user in User.objects.all():
                    listed = set(permission.of(user).values_list("pk", flat=True))
                    allowed = {each.pk for each in objects if permission(user, each)}
                    if listed != allowed:
                        wrong.append((name, user.name, listed ^ allowed))
    assert wrong == []


def test_who_writes_a_scorebook_reads_it(everybody):
    """Its pages ask only once."""
    prize, goods = everybody
    write, read = permissions.write_scorebook, permissions.read_scorebook
    for world in (prize, goods):
        with world.now():
            books, people = list(Scorebook.objects.all()), list(User.objects.all())
            may = [(user, each) for user in people for each in books if write(user, each)]
            assert may
            assert [(user.name, each.uid) for user, each in may if not read(user, each)] == []


def test_every_no_says_why(everybody):
    prize, _goods = everybody
    stranger = intake.person()
    with prize.now():
        for name, model in KINDS.items():
            answer = getattr(permissions, name)(stranger, model.objects.first())
            assert not answer
            assert str(answer.reason)
