"""Everybody follows every link, in both languages."""

from __future__ import annotations

from functools import partial

import pytest

from tests.access.reading import flaws
from tests.access.speaking import readable_by
from tests.worlds.secrets import leaks
from tests.worlds.small_season import ROLES
from tests.worlds.walking import pattern, walk

pytestmark = pytest.mark.django_db

READER = 2
"""Queries that say who reads: the session and the person."""
MOST = 8
"""Most queries of a page besides, at any length."""
MORE = {
    "/account/?": 18,  # my work: one of every room, who asks to be erased, what is proposed or asked
    "/assessment/stages/*/teams/?check": 14,  # the proposal reads the whole stage
    "/assessment/stages/*/teams/proposal/?": 10,  # so does its page
    "/council/session/*/minutes/?": 13,  # the page is the whole document, with who came and left
    "/council/session/*/publish/?": 10,  # shows what will be published
    "/council/session/*/entry/*/?": 10,  # everything about an entry
}


def limit(address: str) -> int:
    """Most queries of a page for somebody who has signed in."""
    return READER + MORE.get(pattern(address.removeprefix("/en")), MOST)


IN_ENGLISH = ("stranger", "applicant", "lead", "secretary", "chair", "auditor")
"""Between them they see every page; the Russian ones are walked by everybody."""
WALKS = [(role, "ru") for role in ROLES] + [(role, "en") for role in IN_ENGLISH]


@pytest.mark.parametrize(("role", "language"), WALKS)
def test_no_link_is_dead_and_every_page_is_whole_and_quick(
    world, reader_of, speaker, role, language
):
    reader = reader_of(role)
    known = readable_by(world, role) if language == "ru" else []
    found = walk(reader, language=language, known=known, told=partial(speaker.tells, role))
    dead = {
        address: f"{each.code}, linked from {found.came_from[address]}"
        for address, each in found.told.items()
        if each.code not in {"ok", "go"}
    } | {
        address: f"{answer.code} {answer.response.status_code}, linked from {found.came_from[address]}"
        for address, answer in found.pages.items()
        if answer.code not in {"ok", "go", *([] if world.people[role] else ["sign-in"])}
        or answer.response.status_code >= 400
    }
    assert dead == {}
    whole = {
        address: answer
        for address, answer in ((address, reader.get(address)) for address in known)
        if answer.response.status_code == 200
    }
    pages = whole | found.pages
    writing = {address: each.written for address, each in pages.items() if each.written}
    assert writing == {}
    spoilt = {
        address: wrong
        for address, answer in pages.items()
        if answer.is_page and (wrong := flaws(answer.tree, language))
    }
    assert spoilt == {}
    slow = {
        pattern(address): answer.queries
        for address, answer in pages.items()
        if answer.is_page and answer.queries > limit(address)
    }
    assert slow == {}
    assert leaks(world, role, ((at, each.everything) for at, each in pages.items())) == []
