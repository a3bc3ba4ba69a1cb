"""«My work»: every room hangs here what waits for a person.

The platform knows no room, so rooms register a provider when they start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
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
    todo: bool = False
    """Something this very person has to do; the rest is here to be looked at."""

    @property
    def waits(self) -> bool:
        """Whether it waits for the person: what is urgent has to be done anyway."""
        return self.todo or self.urgent


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


def parted(found: Iterable[Section]) -> tuple[list[Section], list[Section]]:
    """What waits for the person, and what is at hand: a section with both stands in both."""
    waiting, at_hand = [], []
    for section in found:
        todo = [item for item in section.items if item.waits]
        rest = [item for item in section.items if not item.waits]
        if todo:
            waiting.append(replace(section, items=todo, more="" if rest else section.more))
        if rest or (not todo and section.empty):
            at_hand.append(replace(section, items=rest))
    return waiting, at_hand
