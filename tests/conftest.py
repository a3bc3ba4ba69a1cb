"""What every test shares. Worlds (editions, entries, assessors) are in `tests/worlds/`."""

from __future__ import annotations

import gc
import os
import random
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


COMPILED = {
    f"tests/science/test_{name}.py": f"tests/science/ {loops}"
    for loops, names in {
        "fair": "commands conditional diagnostics fair_scores generality judging ranks",
        "assigning": "assigning_crowded assigning_floor",
    }.items()
    for name in names.split()
}
"""Files that call the same loops: a clean checkout compiles them at the first call, for ten seconds;
two workers would both do it at the same time.
"""


def together(nodeid: str) -> str:
    """Tests of one name run in one process: a file, whose world is played once; files that compile
    the same; in the room that asks every address as everybody, a role: what it has read is
    remembered; a journey by itself.
    """
    file, _colons, test = nodeid.partition("::")
    if "/journeys/" in file:
        return nodeid
    if file in COMPILED:
        return COMPILED[file]
    if "/access/" not in file or "[" not in test:
        return file
    return "tests/access/ " + test.partition("[")[2].rstrip("]").partition("-")[0]


class Scheduler(LoadScopeScheduling):
    """Hands out what stays together, in the order in which it was collected."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduler:
    config.option.loadscopereorder = False
    return Scheduler(config, log)


ORDER = os.environ.get("LAUREAT_TEST_ORDER")
"""Any word: the tests run in an order of its own. Whatever rests on another test shows."""
LONG = (
    "journeys/test_season",
    "science",
    "access",
    "showcase",
    "feedback",
    "honours",
    "assessment",
    "council",
    "demo",
)
"""Rooms whose files take long come first: what is short evens out the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among several workers: one begins to play the world of `tests/access`, all the others have
    something else to do meanwhile.
    """
    if ORDER:
        _shuffle(items, random.Random(ORDER))
        return
    if not hasattr(config, "workerinput"):
        return
    first = next((together(item.nodeid) for item in items if "/access/" in item.nodeid), "")

    def place(item: pytest.Item) -> int:
        if together(item.nodeid) == first:
            return -1
        begins = (f"tests/{each}" for each in LONG)
        return next((n for n, each in enumerate(begins) if item.nodeid.startswith(each)), len(LONG))

    items.sort(key=place)


def _shuffle(items: list[pytest.Item], dice: random.Random) -> None:
    """Another order, of what stays together and within it."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(together(item.nodeid), []).append(item)
    names = list(groups)
    dice.shuffle(names)
    items.clear()
    for name in names:
        dice.shuffle(groups[name])
        items += groups[name]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# ---------------------------------------------------------------------------------- one process


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
