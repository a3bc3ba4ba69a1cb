"""Who is erased is locked after all that comes before a person in the order of the house."""

import pytest

from laureat.assessment.models import Assessor
from laureat.council.models import Seat
from laureat.platform.accounts.actions import erase_person
from tests.worlds import assessment as judging
from tests.worlds import council as panels
from tests.worlds import people
from tests.worlds.locks import locks_taken


def in_order(taken, *names):
    """Where the rows come among those locked, first come first."""
    return sorted(names, key=taken.index) == list(names)


@pytest.mark.django_db
def test_the_stages_of_an_assessor_are_locked_before_the_person():
    world = judging.goods_at("tasting", entries=2, people=6)
    gone = judging.team(world)[0].assessor
    by = people.organiser()
    with world.now(), locks_taken() as taken:
        erase_person(gone.user, by=by)
    assert in_order(taken, "Stage", "Grant", "User", "Chain"), taken
    assert not Assessor.objects.get(pk=gone.pk).active


@pytest.mark.django_db
def test_the_panels_of_a_member_are_locked_before_the_person():
    _panel, seats = panels.seated(panels.at_council([("small", 900)]))
    by = people.organiser()
    with locks_taken() as taken:
        erase_person(seats[1].user, by=by)
    assert in_order(taken, "Panel", "Grant", "User", "Chain"), taken
    assert Seat.objects.get(pk=seats[1].pk).left_at is not None
