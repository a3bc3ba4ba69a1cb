"""Applicants who act at the same moment."""

import pytest

from laureat.intake import actions
from laureat.intake.models import Colleague
from laureat.platform.errors import Refused
from tests.worlds import intake as world
from tests.worlds.together import overlapping

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_one_colleague_is_invited_once_from_two_entries_at_once():
    edition = world.goods("42")
    organisation = world.factory("42")
    user = world.acting_for(organisation)
    with world.at(edition, "2023-04-10"):
        entries = [
            world.draft(edition, organisation, good=world.bread(organisation), by=user)
            for _number in range(2)
        ]
        one, two = overlapping(
            *(
                lambda entry=entry: actions.invite_colleague(
                    entry, "one@demo.invalid", may_submit=False, by=user
                )
                for entry in entries
            )
        )
    assert (one.error, type(two.error), two.waited) == (None, Refused, True)
    assert Colleague.objects.count() == 1
