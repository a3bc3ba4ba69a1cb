"""What every signed-in person gets alike is read once: one of them speaks for the others.

The rooms in `THE_SAME_FOR_ALL` do not ask who reads. Of the pages that visitors see,
`test_public_pages_do_not_ask_who_reads` makes sure of it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from inspect import getclosurevars
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from tests.access.places import Place, asked, asked_by
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


WITNESSES = ("anonymous", "stranger")
"""They send what a view does not take, and hear that it is not taken."""


def takes(address: str, method: str, role: str) -> bool:
    """Whether `role` may be answered anything but 405. A view that looks at the method before it
    looks who asks, but for whether they have signed in, says the same to all who have.
    """
    return role in WITNESSES or method in _methods(address)


def readable_by(world: World, role: str) -> list[str]:
    """Where `role` asks for something to read, in Russian."""
    return [address for address in asked(world, role) if takes(address, "GET", role)]


@cache
def _methods(address: str) -> Collection[str]:
    """What the view at an address takes, whoever has signed in; both, where it looks who it is."""
    found = _found(address)
    view = found.func if found else None
    while view is not None:
        around = getclosurevars(view).nonlocals
        if "request_method_list" in around:
            return around["request_method_list"]
        asks = getattr(around.get("test_func"), "__qualname__", "")
        view = around["view_func"] if asks.startswith(login_required.__qualname__) else None
    return ("GET", "POST")


def _name(address: str) -> str:
    """What the address is called; nothing, if it is no page."""
    found = _found(address)
    return found.view_name if found else ""


def _found(address: str) -> ResolverMatch | None:
    path = urlsplit(address).path
    with translation.override("en" if path.startswith("/en/") else "ru"):
        try:
            return resolve(path)
        except Resolver404:
            return None
