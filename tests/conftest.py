"""What every test shares. Worlds (editions, entries, assessors) are in `tests/worlds.py`."""

import os

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# Property tests try the same cases every time: a red run can be looked at twice.
# HYPOTHESIS_PROFILE=thorough searches for new ones.
_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, database=None, **_calm)
settings.register_profile("thorough", max_examples=2000, **_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(autouse=True)
def _everybody_reads_russian_at_first():
    """A request for an English page leaves its language behind in the thread."""
    translation.activate("ru")


@pytest.fixture(autouse=True)
def _worlds_are_played_once(request: pytest.FixtureRequest) -> None:
    from tests.worlds import kept

    kept.allow(request.node)
