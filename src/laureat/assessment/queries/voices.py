"""What the members of a team gave a part, side by side, for those who agree on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.spreads import spread_of, too_far
from laureat.assessment.models import Mark, Scorebook, ScorebookKind, ScorebookState
from laureat.assessment.permissions import team_of
from laureat.assessment.queries.books import PartRow, Sheet
from laureat.assessment.queries.words import shown_value
from laureat.platform.ui.charts import Dot, spread
from laureat.platform.ui.text import language

Book = tuple[Scorebook, bool, Mapping[str, Mark]]
"""A signed scorebook, whether its assessor leads, its marks by part."""


@dataclass(frozen=True)
class Given:
    """One assessor's mark, as a cell of the table."""

    serial: int
    shown: str
    edge: bool
    """The highest or the lowest of marks that lie too far apart."""


@dataclass(frozen=True)
class Said:
    """What one assessor wrote into a comment."""

    serial: int
    lead: bool
    lines: list[str]


@dataclass
class Colleague:
    """What a member of the team gave a part."""

    serial: int
    lead: bool
    row: PartRow


@dataclass
class Voices:
    """All signed individual marks of a part, for the consensus."""

    rows: list[Colleague]
    spread: Decimal | None
    limit: Decimal | None
    chart: Any = None

    @property
    def flagged(self) -> bool:
        """Whether the rule asks to discuss it."""
        return too_far(self.spread, self.limit)

    @property
    def scale(self) -> Any:
        """The part's scale."""
        return self.rows[0].row.scale if self.rows else None

    def marks(self) -> list[Given]:
        """The marks of the part, one a member."""
        values = [each.row.mark.value if each.row.mark else None for each in self.rows]
        return self._cells(values, self.flagged)

    def attribute(self, key: str) -> list[Given]:
        """The marks of an attribute, one a member."""
        return self._cells(self._attributes(key), self.apart(key) is not None)

    def apart(self, key: str) -> Decimal | None:
        """The spread of an attribute where the rule asks to discuss it."""
        found = spread_of(self.scale, [each for each in self._attributes(key) if each is not None])
        return found if too_far(found, self.limit) else None

    def said(self, name: str) -> list[Said]:
        """What the members wrote into a comment."""
        return [
            Said(each.serial, each.lead, getattr(each.row.mark, name).splitlines())
            for each in self.rows
            if each.row.mark and getattr(each.row.mark, name).strip()
        ]

    def _attributes(self, key: str) -> list[Decimal | None]:
        marks = [each.row.mark.attributes.get(key) if each.row.mark else None for each in self.rows]
        return [Decimal(mark) if mark else None for mark in marks]

    def _cells(self, values: Sequence[Decimal | None], flagged: bool) -> list[Given]:
        known = [value for value in values if value is not None]
        edges = {min(known), max(known)} if flagged and known else set()
        return [
            Given(
                each.serial,
                shown_value(self.scale, value),
                value is not None and value in edges,
            )
            for each, value in zip(self.rows, values, strict=True)
        ]


def signed_books(book: Scorebook) -> list[Book]:
    """The team's signed individual scorebooks with marks. Three queries."""
    team = {each.assessor_id: each.lead for each in team_of(book.entry_id, book.stage_id)}
    rows = (
        Scorebook.objects.filter(
            stage_id=book.stage_id,
            entry_id=book.entry_id,
            kind=ScorebookKind.INDIVIDUAL,
            state=ScorebookState.SIGNED,
            assessor__in=list(team),
        )
        .select_related("assessor")
        .prefetch_related("marks")
        .order_by("assessor__serial")
    )
    return [
        (each, team[each.assessor_id], {mark.part: mark for mark in each.marks.all()})
        for each in rows
    ]


def mark_to_discuss(sheet: Sheet, books: Sequence[Book]) -> None:
    """Note at every part of the team's scorebook how far its members lie apart."""
    limit = sheet.book.stage.rules.scorebook.discuss_when_spread_over
    for row in sheet.rows:
        marks = [marks.get(row.key) for _book, _lead, marks in books]
        row.spread = spread_of(row.scale, [m.value for m in marks if m and m.value is not None])
        row.apart = too_far(row.spread, limit)


def next_to_discuss(sheet: Sheet, key: str) -> PartRow | None:
    """The part to discuss after this one; after the last one the first."""
    keys = [row.key for row in sheet.rows]
    after = [row for row in sheet.discuss if keys.index(row.key) > keys.index(key)]
    found = next(iter([*after, *sheet.discuss]), None)
    return None if found is None or found.key == key else found


def voices_of(row: PartRow, books: Sequence[Book]) -> Voices:
    """What everybody gave one part, with the spread and its chart."""
    stage = row.book.stage
    rows = [
        Colleague(
            book.assessor.serial,
            lead,
            PartRow(row.part, row.criterion, row.weight, row.scale, book, marks.get(row.key)),
        )
        for book, lead, marks in books
    ]
    values = [
        each.row.mark.value for each in rows if each.row.mark and each.row.mark.value is not None
    ]
    shares = [(each.serial, share) for each in rows if (share := each.row.share) is not None]
    chart = None
    if len(shares) > 1:
        mean = sum((share for _serial, share in shares), Decimal(0)) / len(shares)
        chart = spread(
            [Dot(_("Assessor %(number)s") % {"number": serial}, share) for serial, share in shares],
            title=_("Marks of the assessors, percent of the part"),
            columns=(_("Assessor"), _("Percent")),
            mean=(_("mean"), round(mean, 1)),
            consensus=(_("consensus"), row.share) if row.share is not None else None,
            lang=language(),
        )
    limit = stage.rules.scorebook.discuss_when_spread_over
    return Voices(rows, spread_of(row.scale, values), limit, chart)
