"""Two people at once over one proposed change."""

import pytest

from laureat.platform.access.models import Role
from laureat.platform.errors import Refused
from laureat.registry import actions
from laureat.registry.models import Organisation, Proposal
from tests.worlds import registry as world
from tests.worlds.together import overlapping

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WHY = "Лист записи ЕГРЮЛ"


@pytest.fixture
def known():
    """An honoured organisation, who acts for it and two who keep it."""
    applicant = world.person()
    found = world.organisation(1, by=applicant, is_demo=False)
    actions.record_distinction(
        found,
        award_key="demo",
        year=2023,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        by=None,
    )
    return found, applicant, [world.person(Role.SECRETARY) for _each in range(2)]


def asked(found, name, by):
    return actions.change_or_propose(found, {"name_ru": name}, why=WHY, by=by).proposal


def test_one_of_two_secretaries_decides(known):
    found, applicant, (first, second) = known
    row = asked(found, "АО «Новое»", applicant)
    again = Proposal.objects.select_related("organisation").get(pk=row.pk)
    one, two = overlapping(
        lambda: actions.decide_proposal(row, accept=False, reason="нет", seen=1, by=first),
        lambda: actions.decide_proposal(again, accept=True, seen=1, by=second),
    )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert Organisation.objects.get().name_ru == "ООО «Демо-завод 1»"


def test_what_is_added_meanwhile_is_not_accepted_unread(known):
    found, applicant, (secretary, _other) = known
    row = asked(found, "АО «Новое»", applicant)
    card = Organisation.objects.get()
    one, two = overlapping(
        lambda: asked(card, "АО «Совсем другое»", applicant),
        lambda: actions.decide_proposal(row, accept=True, seen=1, by=secretary),
    )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert Organisation.objects.get().name_ru == "ООО «Демо-завод 1»"


def test_two_clicks_make_one_proposal(known):
    found, applicant, _secretaries = known
    card = Organisation.objects.get()
    one, two = overlapping(
        lambda: asked(found, "АО «Новое»", applicant),
        lambda: asked(card, "АО «Новое»", applicant),
    )
    assert (one.error, two.error, two.waited) == (None, None, True)
    assert one.value == two.value == Proposal.objects.get()
