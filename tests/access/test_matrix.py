"""Every address of the site, asked by everybody: the table says who gets what."""

from __future__ import annotations

import pytest

from tests.access import matrix
from tests.access.places import names, places
from tests.worlds.secrets import leaks
from tests.worlds.small_season import ROLES
from tests.worlds.walking import Reader, in_language

pytestmark = pytest.mark.django_db
DENIED = {"sign-in", "no", "hidden", "method"}


def expected(role: str) -> dict[matrix.Key, str]:
    return {key: row[role] for key, row in matrix.read().items()}


def test_every_address_of_the_site_is_in_the_table(world):
    asked = places(world)
    assert names() == {place.name for place in asked}
    wanted = {(each.name, each.on, method) for each in asked for method in ("GET", "POST")}
    assert set(matrix.read()) == wanted


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says_and_a_refusal_changes_nothing(world, role):
    reader = Reader(world.people[role])
    pages: list[tuple[str, bytes]] = []
    found: dict[matrix.Key, str] = {}
    wrong: list[str] = []
    for place in places(world):
        path = in_language(place.name, list(place.args))
        got = reader.get(path)
        pages.append((path, got.everything))
        found[place.name, place.on, "GET"] = got.code
        sent = reader.post(path)
        found[place.name, place.on, "POST"] = "ok" if sent.code == "go" else sent.code
        if got.written:
            wrong.append(f"GET {path} writes {got.written}")
        if sent.code in DENIED and sent.written:
            wrong.append(f"POST {path} is refused ({sent.code}) and writes {sent.written}")
    assert wrong == []
    assert leaks(world, role, pages) == []
    wanted = expected(role)
    differs = {
        " ".join(key): f"{wanted.get(key)} expected, {code} found"
        for key, code in found.items()
        if wanted.get(key) != code
    }
    assert differs == {}
