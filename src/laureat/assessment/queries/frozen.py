"""What a closed stage found, as it was frozen: of a thousand entries no more than pages show."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F

from laureat.assessment.models import Result
from laureat.intake.models import Entry, PassageState
from laureat.rulebook.models import Stage


class Frozen(NamedTuple):
    """A `Result`, by the names of its columns, without what only its digest needs."""

    entry_id: int
    points: Decimal | None
    raw: Decimal | None
    fair: Decimal | None
    low: Decimal | None
    high: Decimal | None
    beside: Mapping[str, str | None]
    model: str
    fallback: str
    rank_low: int | None
    rank_high: int | None
    chance: Decimal | None
    zone: str
    scorebooks: int
    tied_at_line: bool


class Decided(NamedTuple):
    """An entry that went on from a closed stage or stopped there, and what was found for it."""

    entry: Entry
    """By number and name: what else is asked of it is read row by row."""
    result: Frozen
    passed: bool
    parts: Mapping[str, str | None]
    """Points by part; empty unless they were asked for."""


_SHOWN = (
    *("uid", "number", "serial", "region", "category__key"),
    *("category__title_ru", "category__title_en"),
    *("organisation__name_ru", "organisation__name_en", "organisation__search"),
)


def decided_at(stage: Stage, *, parts: bool) -> list[Decided]:
    """By number; without those who have withdrawn since. Two queries at any length."""
    columns = [*Frozen._fields, "parts"] if parts else Frozen._fields
    found = {
        row[0]: row for row in Result.objects.filter(stage=stage).order_by().values_list(*columns)
    }
    entries: Any = (
        Entry.objects.filter(
            passages__stage=stage,
            passages__state__in=(PassageState.PASSED, PassageState.STOPPED),
        )
        .annotate(came_to=F("passages__state"))
        .select_related("organisation", "category")
        .only(*_SHOWN)
        .order_by("serial", "pk")
    )
    width = len(Frozen._fields)
    return [
        Decided(
            entry,
            Frozen(*row[:width]),
            entry.came_to == PassageState.PASSED,
            row[width] if parts else {},
        )
        for entry in entries
        if (row := found.get(entry.pk)) is not None
    ]
