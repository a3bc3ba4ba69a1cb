"""Every address of the site, asked by everybody: the table says who gets what."""

from __future__ import annotations

import os

import pytest

from tests.access import matrix
from tests.access.places import asked, names, places, plausible
from tests.access.speaking import takes
from tests.worlds.secrets import leaks
from tests.worlds.small_season import ROLES

pytestmark = pytest.mark.django_db
DENIED = {"sign-in", "no", "hidden", "method"}


def expected(role: str) -> dict[matrix.Key, str]:
    return {key: row[role] for key, row in matrix.read().items()}


def keep(role: str, found: dict[matrix.Key, str]) -> None:
    """With LAUREAT_MATRIX=write, what was observed becomes the table (one worker only)."""
    if os.environ.get("LAUREAT_MATRIX") != "write":
        return
    table = matrix.read()
    for key, code in found.items():
        row = table.setdefault(key, dict.fromkeys(ROLES, ""))
        row[role] = code
        if role == "stranger":
            for other in ROLES:
                row[other] = row[other] or code
    matrix.write(table)


def test_every_address_of_the_site_is_in_the_table(world):
    known = places(world)
    assert names() == {place.name for place in known}
    wanted = {(each.name, each.on, method) for each in known for method in ("GET", "POST")}
    assert set(matrix.read()) == wanted


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says_and_a_refusal_changes_nothing(world, reader_of, role):
    reader = reader_of(role)
    pages: list[tuple[str, bytes]] = []
    found: dict[matrix.Key, str] = {}
    wrong: list[str] = []
    for path, place in asked(world, role).items():
        got = [reader.get(path)] if takes(path, "GET", role) else []
        pages += [(path, each.everything) for each in got]
        found[place.name, place.on, "GET"] = got[0].code if got else "method"
        sent = [reader.post(path, plausible(place, world))] if takes(path, "POST", role) else []
        said = sent[0].code if sent else "method"
        found[place.name, place.on, "POST"] = "ok" if said == "go" else said
        if said not in DENIED:
            sent.append(reader.post(path))
        wrong += [f"GET {path} writes {each.written}" for each in got if each.written]
        wrong += [
            f"POST {path} is refused ({each.code}) and writes {each.written}"
            for each in sent
            if each.code in DENIED and each.written
        ]
        wrong += [
            f"{path} answers {each.response.status_code}"
            for each in (*got, *sent)
            if each.response.status_code >= 500
        ]
    assert wrong == []
    assert leaks(world, role, pages) == []
    wanted = expected(role)
    differs = {
        " ".join(key): f"{wanted.get(key)} expected, {code} found"
        for key, code in found.items()
        if wanted.get(key) != code
    }
    keep(role, found)
    assert differs == {}
