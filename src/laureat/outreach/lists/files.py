"""Uploaded lists as lines of text: CSV, TXT and Excel workbooks."""

from __future__ import annotations

import re

from laureat.registry.lists import decoded, is_workbook, workbook_rows

_HEADING = re.compile(r"\s*(?:инн|inn)\b", re.IGNORECASE)
_KPP_HEADING = re.compile(r"\s*(?:кпп|kpp)\b", re.IGNORECASE)
_LOOKED_AT = 10
"""In so many rows at the top a heading is looked for."""


def read_file(content: bytes) -> str:
    """The lines of an uploaded list: a line of text for each line or row of the file.

    Text is UTF-8, or Windows-1251 as Excel writes it. Raises Refused.
    """
    return "\n".join(_lines(content)) if is_workbook(content) else decoded(content)


def _lines(content: bytes) -> list[str]:
    """The rows of the first sheet; where a column is headed «ИНН», only that column, followed by
    what a column headed «КПП» says.

    What stands above that heading is the title of the sheet and names nobody: its rows are empty
    here.
    """
    rows = workbook_rows(content)
    head, column = _column(rows, _HEADING)
    _row, kpp = _column(rows, _KPP_HEADING)
    lines = [""] * max(rows)
    for number, cells in rows.items():
        if not column:
            lines[number - 1] = "\t".join(cells.values())
        elif number >= head:
            inn = _padded(cells.get(column, ""))
            behind = f" {cells[kpp]}" if inn and cells.get(kpp) else ""
            lines[number - 1] = f"{inn}{behind}" or " ".join(cells.values())
    return lines


def _column(rows: dict[int, dict[str, str]], heading: re.Pattern[str]) -> tuple[int, str]:
    """The row of this heading and the letters of its column (0 and "": there is none)."""
    for number in sorted(rows)[:_LOOKED_AT]:
        for column, text in rows[number].items():
            if heading.match(text):
                return number, column
    return 0, ""


def _padded(text: str) -> str:
    """An INN that a workbook keeps as a number has lost its leading zero."""
    return f"0{text}" if text.isdecimal() and len(text) in {9, 11} else text
