"""Workbooks about lists that are entered: the template, and what each line came to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from laureat.registry.lists import FACTS, Columns, Line, Reading, Table
from laureat.registry.sheets import Column, sheet

_WIDTHS = {"name_ru": 46, "name_en": 30, "address": 46, "region": 30, "head_name": 34, "email": 28}


def template_sheet() -> bytes:
    """A workbook to fill in: the headings that are understood."""
    columns = [Column(str(title), _WIDTHS.get(fact, 18)) for fact, title in FACTS.items()]
    return sheet(_("Organisations"), columns, [])


def outcome_sheet(table: Table, columns: Columns, reading: Reading) -> bytes:
    """The list itself, before each line what becomes of it and why: to be mended and sent again."""
    titles = [title or str(place) for place, title in enumerate(columns.titles, 1)]
    head = [
        Column(_("Line"), 8, "figure"),
        Column(_("What becomes of it"), 26),
        Column(_("Remarks"), 60),
        *(Column(title, 22) for title in titles),
    ]
    rows = []
    for line in reading.lines:
        cells = table.rows[line.number]
        padded = [*cells, *([""] * (len(titles) - len(cells)))]
        rows.append([line.number, fate(line), _remarks(line), *padded])
    return sheet(_("Organisations"), head, rows)


def fate(line: Line) -> str:
    """What becomes of a line, in a word or two."""
    if line.problem:
        return _("cannot be used")
    if line.data:
        return _("new")
    return _("known, says something else") if line.changes else _("known, nothing new")


def _remarks(line: Line) -> str:
    told = [
        _("%(fact)s: “%(was)s” → “%(shall)s”")
        % {"fact": each.title, "was": each.was or "—", "shall": each.shall}
        for each in line.changes
    ]
    return "; ".join(filter(None, [line.problem, *line.notes, *told]))
