"""Who has not voted yet, and whose votes leave with them: said before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.council.queries.room import Room
from laureat.council.queries.rows import Row


@dataclass(frozen=True)
class Waiting:
    """A member whose vote is missing on so many motions."""

    name: str
    motions: int


def waiting_for(rows: Iterable[Row]) -> list[Waiting]:
    """Members present whose vote is missing on these motions."""
    missing: Counter[str] = Counter()
    for row in rows:
        missing.update(row.missing)
    return [Waiting(name, count) for name, count in missing.items()]


def begun(room: Room) -> list[Row]:
    """Open motions that somebody has voted on."""
    return [row for row in room.rows if row.open and row.cast]


def too_few(room: Room) -> str:
    """Why nothing can be counted although some have voted; "" where something can."""
    return "" if room.countable else next((row.obstacle for row in begun(room)), "")


def count_question(room: Room) -> str:
    """What the dialog says before all votes are counted."""
    ready = sum(row.ready for row in room.rows)
    asked = ngettext(
        "Count the votes on %(count)s motion?", "Count the votes on %(count)s motions?", ready
    ) % {"count": ready}
    return " ".join([asked, *_told(room)])


def count_one(row: Row) -> str:
    """What the dialog says before the votes on one motion are counted."""
    asked = _("Count the votes on this motion?")
    if not row.missing:
        return asked
    late = _("Not voted yet: %(names)s; after the count they cannot any more.")
    return f"{asked} {late % {'names': '; '.join(row.missing)}}"


def _told(room: Room) -> list[str]:
    said = []
    late = waiting_for(row for row in room.rows if row.ready)
    if late:
        names = "; ".join(f"{each.name} ({each.motions})" for each in late)
        said.append(
            _("Not voted yet (on how many): %(names)s; after the count they cannot any more.")
            % {"names": names}
        )
    left = sum(not row.ready for row in begun(room))
    if left:
        said.append(
            ngettext(
                "%(count)s motion stays open: too few have voted on it.",
                "%(count)s motions stay open: too few have voted on them.",
                left,
            )
            % {"count": left}
        )
    return said


@dataclass(frozen=True)
class Leaving:
    """What becomes of votes when some members are not there any more."""

    names: list[str]
    """Those who leave and have voted on motions that nobody has counted."""
    rows: list[Row]
    """These motions."""


def leaving(room: Room, staying: Collection[int]) -> Leaving:
    """If only `staying` (keys of seats) stay."""
    gone = {member.seat.pk: member.name for member in room.members}
    for seat in staying:
        gone.pop(seat, None)
    rows = [row for row in room.rows if row.open and row.voters & gone.keys()]
    voted = set().union(*(row.voters for row in rows))
    return Leaving([name for seat, name in gone.items() if seat in voted], rows)
