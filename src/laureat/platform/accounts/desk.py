"""«My work»: every room hangs here what waits for a person.

The platform knows no room, so rooms register a provider when they start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from laureat.platform.accounts.models import User


@dataclass(frozen=True)
class Item:
    """One line of a person's desk."""

    title: str
    url: str
    detail: str = ""
    state: str = ""
    tone: str = ""
    """"", ok, warn or gold: the colour of the state tag."""
    due: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Section:
    """A titled group of items; `more` leads to the whole list."""

    title: str
    items: list[Item] = field(default_factory=list)
    more: str = ""
    empty: str = ""


Provider = Callable[["User"], Iterable[Section]]
_providers: dict[int, Provider] = {}


def register(order: int, provider: Provider) -> None:
    """Add a room's provider; sections are shown by `order`."""
    _providers[order] = provider


def sections(user: User) -> list[Section]:
    """All that waits for `user`, by order of the rooms."""
    return [section for order in sorted(_providers) for section in _providers[order](user)]
