"""The small world, built once for the room: everything inside is undone at the end."""

import pytest

from laureat.platform import clock
from tests.worlds import small_season


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), small_season.played() as found:
        yield found


@pytest.fixture(autouse=True)
def its_time(world):
    with clock.at(small_season.NOW):
        yield
