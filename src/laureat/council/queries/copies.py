"""What is kept about somebody as a member of a panel: their part of the copy of their data."""

from __future__ import annotations

from typing import Any

from laureat.council.models import Seat, Voted
from laureat.platform.accounts.models import User


def copy_of_seats(user: User) -> list[dict[str, Any]]:
    """The panels they sit or sat in, and how they voted; nobody knows it where it was secret."""
    seats = Seat.objects.filter(user=user).select_related("panel__edition__award").order_by("pk")
    return [
        {
            "contest": each.panel.edition.chain,
            "panel": each.panel.title_ru,
            "role": each.role,
            "left_at": each.left_at,
            "votes": [
                {
                    "entry": vote.motion.entry.number,
                    "honour": vote.motion.honour,
                    "choice": vote.choice,
                }
                for vote in Voted.objects.filter(seat=each)
                .select_related("motion__entry")
                .order_by("pk")
            ],
        }
        for each in seats
    ]
