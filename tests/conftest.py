"""What every test shares. Worlds (editions, entries, assessors) are in `tests/worlds/`."""

import gc
import os

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# Property tests try the same cases every time: a red run can be looked at twice.
# HYPOTHESIS_PROFILE=thorough searches for new ones.
_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", max_examples=50, derandomize=True, database=None, **_calm)
settings.register_profile("thorough", max_examples=2000, **_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With `-n`, a file stays in one process: its world is played once. Long files come first."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "loadfile"
        config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """What was imported stays: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _everybody_reads_russian_at_first():
    """A request for an English page leaves its language behind in the thread."""
    translation.activate("ru")


@pytest.fixture(scope="session", autouse=True)
def _rulebooks_are_read_once() -> None:
    from tests.worlds import kept

    kept.read_rulebooks_once()


@pytest.fixture(autouse=True)
def _worlds_are_played_once(request: pytest.FixtureRequest) -> None:
    from tests.worlds import kept

    kept.allow(request.node)
