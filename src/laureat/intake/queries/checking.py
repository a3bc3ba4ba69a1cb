"""A check stage as a table, and one entry of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from laureat.intake.models import RECEIPT, CheckResult, Entry, Outcome, PassageState
from laureat.intake.queries import lists
from laureat.intake.queries.filling import answered
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage


@dataclass(frozen=True)
class Cell:
    """One item of one entry."""

    title: str
    result: CheckResult | None

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        if self.result is None:
            return "quiet"
        return "ok" if self.result.outcome == Outcome.PASSED else "warn"


@dataclass(frozen=True)
class CheckRow:
    """One entry of the table."""

    entry: Entry
    cells: list[Cell]

    @property
    def left(self) -> list[str]:
        """The items without a result."""
        return [cell.title for cell in self.cells if cell.result is None]

    @property
    def failed(self) -> list[Cell]:
        """The items that failed."""
        return [
            cell
            for cell in self.cells
            if cell.result is not None and cell.result.outcome == Outcome.FAILED
        ]

    @property
    def active(self) -> bool:
        """Whether it is still being checked."""
        return getattr(self.entry, "standing", "") == PassageState.ACTIVE

    @property
    def standing(self) -> str:
        """How it stands in the stage, in words."""
        return str(PassageState(getattr(self.entry, "standing", "active")).label)


def check_rows(stage: Stage, entries: Sequence[Entry]) -> list[CheckRow]:
    """The rows of the table (one query)."""
    results = lists.results_of(stage, entries)
    items = [(item.key, localised(item.title)) for item in stage.rules.checks]
    return [
        CheckRow(entry, [Cell(title, results[entry.pk].get(key)) for key, title in items])
        for entry in entries
    ]


def beside(stage: Stage, entry: Entry) -> tuple[str, str]:
    """The uids of the entries before and after this one in the stage ("" at the ends)."""
    order = list(lists.in_checks(stage).values_list("uid", flat=True))
    if entry.uid not in order:
        return "", ""
    place = order.index(entry.uid)
    before = order[place - 1] if place else ""
    after = order[place + 1] if place + 1 < len(order) else ""
    return before, after


def check_page(stage: Stage, entry: Entry) -> dict[str, Any]:
    """One entry beside its checks (two queries)."""
    files = entry.attachments.filter(replaced_at__isnull=True).exclude(field=RECEIPT)
    before, after = beside(stage, entry)
    return {
        "stage": stage,
        "edition": stage.edition,
        "entry": entry,
        "sections": answered(entry, list(files.select_related("file"))),
        "before": before,
        "after": after,
    }
