"""What every test shares. Worlds (editions, entries, assessors) are in `tests/worlds/`."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Template
from django.template.context import Context
from django.test.signals import template_rendered
from django.utils import translation
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# Property tests try the same cases every time: a red run can be looked at twice.
# HYPOTHESIS_PROFILE=thorough searches for new ones.
_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", max_examples=50, derandomize=True, database=None, **_calm)
settings.register_profile("thorough", max_examples=2000, **_calm)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


# ---------------------------------------------------------------------------------- many workers


class Scheduler(LoadScopeScheduling):
    """A file stays in one process: its world is played once. In the room that asks every address as
    everybody it is a role that stays: what it has read is remembered.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _colons, test = nodeid.partition("::")
        if "/access/" not in file or "[" not in test:
            return file
        return "access " + test.partition("[")[2].rstrip("]").partition("-")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduler:
    """Hand out the tests as `Scheduler` says, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return Scheduler(config, log)


# ---------------------------------------------------------------------------------- one process


def pytest_collection_finish() -> None:
    """What was imported stays: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A request for an English page leaves its language behind in the thread."""
    from tests.worlds import kept

    translation.activate("ru")
    kept.allow(item)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """A migrated database, from the copy that is kept in pytest's cache."""
    from tests.database import made

    cache = getattr(request.config, "cache", None)
    with django_db_blocker.unblock(), made(cache and cache.mkdir("laureat")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _rulebooks_are_read_once() -> None:
    from tests.worlds import kept

    kept.read_rulebooks_once()


@pytest.fixture(scope="session", autouse=True)
def _only_pages_tell_their_context(django_test_environment: None) -> None:
    """Django tells its test client of every template with a copy of its context: a page here is
    made of two hundred. `response.context` needs the page's own.
    """

    def render(self: Template, context: Context) -> str:
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    Template._render = render
