"""Uploaded files as tables: CSV, text and workbooks; pasted rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.registry.lists.workbooks import place_of, workbook_rows

MOST_BYTES = 2 * 1024 * 1024
MOST_COLUMNS = 60
_LOOKED_AT = 20
"""By so many lines it is told what separates the columns."""

__all__ = [
    "MOST_BYTES",
    "Table",
    "decoded",
    "is_workbook",
    "read_table",
    "table_of",
    "workbook_rows",
]


@dataclass(frozen=True)
class Table:
    """The rows of a list that say something, by the number of their line."""

    rows: Mapping[int, list[str]]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max((len(cells) for cells in self.rows.values()), default=0)

    def text(self) -> str:
        """The same as text that `table_of` reads alike: what a form carries from page to page."""
        out = StringIO()
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        for number in range(1, max(self.rows, default=0) + 1):
            writer.writerow(self.rows.get(number, []))
        return out.getvalue()


def is_workbook(content: bytes) -> bool:
    """Whether this is a workbook (.xlsx). Raises Refused: too large, an old or locked one."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large: at most 2 MB."), field="file")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _(
                "This workbook is of an old kind (.xls) or locked by a password: save it as .xlsx "
                "without a password."
            ),
            field="file",
        )
    return content.startswith(b"PK\x03\x04")


def decoded(content: bytes) -> str:
    """A text file: UTF-8, or Windows-1251 as Excel writes it. Raises Refused."""
    if b"\0" in content:
        raise Refused(_("This is neither a text file nor a workbook (.xlsx)."), field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def read_table(content: bytes) -> Table:
    """The table in an uploaded file; of a workbook the first sheet. Raises Refused."""
    if not is_workbook(content):
        return table_of(decoded(content))
    rows = {}
    for number, cells in workbook_rows(content).items():
        places = {place_of(column): text for column, text in cells.items()}
        rows[number] = _row([places.get(place, "") for place in range(max(places) + 1)])
    return Table(rows)


def table_of(text: str) -> Table:
    """The table in `text`: columns are parted by tabs, semicolons or commas. Raises Refused."""
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text))
    rows = {}
    before = 0
    try:
        for cells in reader:
            row = [" ".join(cell.split()) for cell in cells]
            if any(row):
                rows[before + 1] = _row(row)
            before = reader.line_num  # a cell in quotation marks may run over several lines
    except csv.Error:
        raise Refused(
            _("Line %(line)d cannot be read: look for a quotation mark that is not closed.")
            % {"line": before + 1},
            field="file",
        ) from None
    return Table(rows)


def _row(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Refused(
            _("The table has more than %(most)d columns: leave only the list in it.")
            % {"most": MOST_COLUMNS},
            field="file",
        )
    return cells


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[: _LOOKED_AT * 2] if line.strip()][:_LOOKED_AT]
    for delimiter in ("\t", ";", ","):
        # A comma stands in names, too: it parts columns where nothing else does.
        if sum(delimiter in line for line in lines) * 2 >= len(lines):
            return delimiter
    return "\t"
