"""What every signed-in person gets alike is read once: one of them speaks for the others.

The rooms in `THE_SAME_FOR_ALL` do not ask who reads. Of the pages that visitors see,
`test_public_pages_do_not_ask_who_reads` makes sure of it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation

from tests.access.places import Place, asked_by
from tests.worlds.small_season import World
from tests.worlds.walking import Reader, Told, leads


class Speaker:
    """Somebody without any role, who has signed in."""

    def __init__(self, world: World) -> None:
        """Nothing is read yet."""
        self._reader = Reader(world.people["stranger"])
        self._told: dict[str, Told] = {}

    def tells(self, role: str, address: str) -> Told | None:
        """What `role` would get at the address, unless they must ask there themselves."""
        if asked_by(Place(_name(address), "", ()), role):
            return None
        if address not in self._told:
            answer = self._reader.get(address, again=True)
            good = answer.code if answer.response.status_code < 400 else "broken"
            self._told[address] = Told(good, leads(answer, address))
        return self._told[address]


def _name(address: str) -> str:
    """What the address is called; nothing, if it is no page."""
    path = urlsplit(address).path
    with translation.override("en" if path.startswith("/en/") else "ru"):
        try:
            return resolve(path).view_name
        except Resolver404:
            return ""
