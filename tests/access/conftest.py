"""The small world, built once for the room: everything inside is undone at the end.

Every page is asked for once: what somebody has read is remembered, and the tests of the room judge
it one after another, role by role.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.utils.translation import get_language

from laureat.platform import clock
from laureat.platform.access import middleware
from laureat.platform.documents import pdf
from tests.access.speaking import Speaker
from tests.worlds import small_season
from tests.worlds.walking import Reader

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Role by role, so that pages need not be remembered for long."""
    places = [place for place, item in enumerate(items) if item.path.is_relative_to(HERE)]
    ours = sorted((items[place] for place in places), key=_role)
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def _role(item: pytest.Item) -> int:
    """The place of the role that a test is about; what is about no role comes last."""
    role = item.callspec.params.get("role") if hasattr(item, "callspec") else None
    roles = (*small_season.ROLES, small_season.TASTING)
    return roles.index(role) if role else len(roles)


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    # On a busy machine the readers sign in longer ago than a proof of identity lasts.
    day = timedelta(days=1)
    lasting = override_settings(
        PROOF_LASTS=day, ACCOUNT_REAUTHENTICATION_TIMEOUT=int(day.total_seconds())
    )
    with django_db_blocker.unblock(), lasting, small_season.played() as found, _drawn_once():
        yield found


@pytest.fixture(autouse=True)
def its_time(world):
    with clock.at(small_season.NOW):
        yield


@pytest.fixture(scope="package", autouse=True)
def _refusals_are_no_news() -> Iterator[None]:
    """Thousands of requests are refused here: a failure's own lines drown in the log of them."""
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(level)


@pytest.fixture(scope="package")
def reader_of(world) -> Callable[[str], Reader]:
    """Somebody at the browser, by role; remembers what was read until it is another's turn."""
    # Signed in now: what a test does, this too, is undone at its end.
    readers = {role: Reader(user) for role, user in world.people.items()}

    def reader(role: str) -> Reader:
        for other in readers.keys() - {role}:
            readers[other].forget()
        return readers[role]

    return reader


@pytest.fixture(scope="package")
def speaker(world) -> Speaker:
    """Whoever reads for all others what all get alike."""
    return Speaker(world)


@contextmanager
def _drawn_once() -> Iterator[None]:
    """Let what is the same for certain be drawn once: the refusal of a person for a reason, and a
    document of the same data (tests/platform/documents shows that it has the same bytes).
    """
    draw, compiled = middleware.render, pdf._compile
    refusals: dict[tuple[Any, ...], HttpResponse] = {}
    documents: dict[tuple[Any, ...], bytes] = {}

    def refusal(request: HttpRequest, template: str, context: Any = None, **kind: Any) -> Any:
        said = {name: str(text) for name, text in (context or {}).items()}
        key = (template, repr(said), request.user.pk, get_language(), repr(kind))
        if key not in refusals:
            refusals[key] = draw(request, template, context, **kind)
        return copy(refusals[key])

    def document(path: Path, inputs: dict[str, str], standards: Sequence[Any]) -> bytes:
        key = (path, tuple(sorted(inputs.items())), tuple(standards))
        if key not in documents:
            documents[key] = compiled(path, inputs, standards)
        return documents[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "render", refusal)
        patch.setattr(pdf, "_compile", document)
        yield
