"""What a person is in the middle of: told before they are erased.

The platform knows no room, so rooms register a provider when they start. A duty either passes on by
itself (the room listens to `person_erased`), or must be settled before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from laureat.platform.accounts.models import User


@dataclass(frozen=True)
class Duty:
    """Something that waits for this very person."""

    said: str
    then: str
    """What becomes of it, or what to do before."""
    url: str = ""
    blocks: bool = False
    """Nobody is erased while it is there."""


Provider = Callable[["User"], Iterable[Duty]]
_providers: dict[str, Provider] = {}
Holder = Callable[["User"], object]
_holders: dict[int, Holder] = {}


def register(room: str, provider: Provider) -> None:
    """Add a room's provider."""
    _providers[room] = provider


def register_hold(order: int, holder: Holder) -> None:
    """Say which rows of a room an erasure changes that come before a person in the order of all
    locks (docs/developers.md); `order` is theirs in it: panels and sessions 20, stages 30, roles 40.
    """
    _holders[order] = holder


def hold_before(user: User) -> None:
    """Lock all of them, before the person is locked."""
    for order in sorted(_holders):
        _holders[order](user)


def duties(user: User) -> list[Duty]:
    """All that `user` is in the middle of; what must be settled first stands first."""
    found = [duty for provider in _providers.values() for duty in provider(user)]
    return sorted(found, key=lambda duty: not duty.blocks)
