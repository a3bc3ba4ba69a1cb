"""What rooms to the left make of an edition: they say it here, because the rulebook knows none of
them.
"""

from __future__ import annotations

from collections.abc import Callable

from laureat.rulebook.models import Edition

Walked = Callable[[Edition], bool]
_told_by: list[Walked] = []


def tell_walks(source: Walked) -> None:
    """A room that knows entries says here whether one has come to any stage of an edition."""
    _told_by.append(source)


def walked(edition: Edition) -> bool:
    """Whether an entry has come to any stage."""
    return any(source(edition) for source in _told_by)
