"""Two people who enter or merge the same organisation at the same moment."""

import pytest

from laureat.platform.errors import Refused
from laureat.registry import actions
from laureat.registry.models import Organisation
from tests.worlds import registry as world
from tests.worlds.together import overlapping

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_legal_entity_is_entered_once_with_and_without_its_kpp():
    one, two = overlapping(
        lambda: world.organisation(1), lambda: world.organisation(1, kpp="420501001")
    )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert Organisation.objects.count() == 1


def test_two_cards_are_merged_one_way_only():
    first = world.organisation(1)
    second = world.organisation(2, inn="")
    others = [Organisation.objects.get(pk=each.pk) for each in (second, first)]
    one, two = overlapping(
        lambda: actions.merge_organisations(first, second, by=None),
        lambda: actions.merge_organisations(*others, by=None),
    )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert list(Organisation.objects.all()) == [first]


def test_a_card_that_is_being_merged_is_not_changed_beside():
    kept, gone = world.organisation(1), world.organisation(2, inn="")
    again = Organisation.objects.get(pk=gone.pk)
    one, two = overlapping(
        lambda: actions.merge_organisations(kept, gone, by=None),
        lambda: actions.change_organisation(again, {"phone": "8 384"}, by=None),
    )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert Organisation.every.get(pk=gone.pk).phone == ""
