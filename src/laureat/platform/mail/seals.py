"""Letters that some of those who handle an edition's mail may not read yet.

A letter names in `Message.seal` what it tells of. The platform knows no room: the room that seals its
letters registers who must not open which of them for now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from laureat.platform.accounts.models import User

Closed = Callable[[User], Iterable[str]]
"""The seals that are closed to a person."""
_rooms: dict[str, Closed] = {}


def register(room: str, closed: Closed) -> None:
    """Let a room close letters to people."""
    _rooms[room] = closed


def closed_to(user: User) -> frozenset[str]:
    """The seals that `user` must not open (read once per user object, as roles are: a list of letters
    asks for each of them).
    """
    found: frozenset[str] | None = user.__dict__.get("_sealed_mail")
    if found is None:
        found = frozenset(seal for closed in _rooms.values() for seal in closed(user))
        user.__dict__["_sealed_mail"] = found
    return found
