"""The copy of one's data: every room hangs here what it keeps about a person.

The platform knows no room, so rooms register a provider when they start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from laureat.platform.accounts.models import User

Provider = Callable[["User"], list[dict[str, Any]]]
"""Plain values, a row each; nothing about anybody else."""
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Add what the copy calls `name`."""
    _providers[name] = provider


def rooms(user: User) -> dict[str, list[dict[str, Any]]]:
    """What the rooms keep about `user`."""
    return {name: provider(user) for name, provider in _providers.items()}
