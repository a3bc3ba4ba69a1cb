"""What came of an entry: diplomas, the decision, the report.

Intake knows none of the rooms that make them, so they register a provider when they start, as they
do for «My work» (platform/accounts/desk.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from laureat.intake.models import Entry
from laureat.platform.accounts.models import User


@dataclass(frozen=True)
class Outcome:
    """Something to open on the page of an entry, or only a tag in its head."""

    title: str
    url: str = ""
    """Empty where the reader may know of it and not open it."""
    note: str = ""
    tag: SafeString | None = None
    """An honour in force, for the head of the page."""


Provider = Callable[[Entry, User], Iterable[Outcome]]
_providers: dict[int, Provider] = {}


def register(order: int, provider: Provider) -> None:
    """Add a room's provider; it answers in one query."""
    _providers[order] = provider


def outcomes_of(entry: Entry, reader: User) -> list[Outcome]:
    """What came of an entry on which something was decided, by order of the rooms."""
    return [each for order in sorted(_providers) for each in _providers[order](entry, reader)]
