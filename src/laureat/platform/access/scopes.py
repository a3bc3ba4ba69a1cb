"""The editions that roles are given in, as the rulebook tells the platform.

The platform may not know the rooms to its left, so the rulebook registers how to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope:
    """One edition: its keys, its title in the reader's language, its regions and panels by key."""

    award: str
    edition: str
    title: str
    url: str = ""
    regions: dict[str, str] = field(default_factory=dict)
    panels: dict[str, str] = field(default_factory=dict)


Reader = Callable[[], Iterable[Scope]]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Tell how all editions are read."""
    if reader not in _readers:
        _readers.append(reader)


def scopes() -> list[Scope]:
    """All editions, newest first."""
    return [scope for reader in _readers for scope in reader()]


def scope_of(award: str, edition: str) -> Scope | None:
    """One edition, or None."""
    found = (each for each in scopes() if (each.award, each.edition) == (award, edition))
    return next(found, None)
