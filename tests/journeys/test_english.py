"""English readers: every page of the site is looked at once, by somebody who may read it.

The pages are those of `tests/access`, in the small season that has an object in every state; who
may read which of them the matrix knows.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from laureat.platform import clock
from tests.access import matrix
from tests.access.places import places
from tests.journeys.hands import AT_WORK
from tests.worlds import small_season
from tests.worlds.walking import Reader, in_language

READERS = (
    "anonymous",
    "applicant",
    "assessor",
    "lead",
    "taster",
    "member",
    "chair",
    "secretary_42",
    "auditor",
    "secretary",
    "organiser",
)
"""Whoever comes first reads a page for all that come later."""
_FILE = re.compile(r"\.\w+$|/(?:export|live)/$|/2fa/recovery-codes/download/$")


class Stopped:
    """The clock of the small season, also for the threads that serve."""

    def get(self):
        return small_season.NOW


def read_by(world: small_season.World, role: str) -> list[str]:
    """The English pages that are `role`'s to read."""
    table = matrix.read()
    found = []
    for place in places(world):
        row = table.get((place.name, place.on, "GET"), {})
        first = next((each for each in READERS if row.get(each) == "ok"), "")
        address = in_language(place.name, list(place.args), "en")
        if first == role and not _FILE.search(address):
            found.append(address)
    return found


@pytest.mark.parametrize("role", READERS)
def test_no_english_page_bars_anybody(role, live_server, open_page, examine, monkeypatch):
    world = small_season.build()
    monkeypatch.setattr(clock, "_set", Stopped())
    reader, page = Reader(world.people[role]), open_page(locale="en-GB")
    if role != "anonymous":
        key = reader.client.session.session_key
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
        page.context.add_cookies([cookie])
    looked_at = []
    for address in read_by(world, role):
        told = reader.get(address)
        if not told.is_page:
            continue
        answer = page.goto(live_server.url + address, wait_until=AT_WORK)
        assert answer is not None
        assert answer.status == told.response.status_code, address
        assert page.locator("html").get_attribute("lang") == "en"
        examine(page, briefly=True)
        looked_at.append(address)
    assert looked_at
