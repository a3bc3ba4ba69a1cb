"""Who has applied, and where entries walk: told to rooms to the right, which know no applications."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from laureat.intake.models import Entry, Passage
from laureat.rulebook.models import Edition


def applied(award: str = "", edition: str = "", region: str = "") -> QuerySet[Any]:
    """The organisations (their keys) that submitted an entry there, ever; "" means any.

    A draft is the applicant's own business, so it does not count.
    """
    asked = {"edition__award__key": award, "edition__key": edition, "region": region}
    wanted = {lookup: value for lookup, value in asked.items() if value}
    return Entry.objects.filter(submitted_at__isnull=False, **wanted).values("organisation")


def walked(edition: Edition) -> bool:
    """Whether an entry was handed in, so that it has a way, spared stages included."""
    return Passage.everything.filter(stage__edition=edition).exists()


def applied_goods() -> QuerySet[Any]:
    """The goods (their keys) of entries that were submitted, ever."""
    return Entry.objects.filter(submitted_at__isnull=False, good__isnull=False).values("good")
