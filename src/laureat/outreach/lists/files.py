"""Uploaded lists as lines of text: CSV, TXT and Excel workbooks."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from laureat.platform.errors import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS = 20_000
"""Rows with text; a workbook may have styled empty ones to its very end."""
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HEADING = re.compile(r"\s*(?:инн|inn)\b", re.IGNORECASE)
_KPP_HEADING = re.compile(r"\s*(?:кпп|kpp)\b", re.IGNORECASE)
_LOOKED_AT = 10
"""In so many rows at the top a heading is looked for."""


def read_file(content: bytes) -> str:
    """The lines of an uploaded list: a line of text for each line or row of the file.

    Text is UTF-8, or Windows-1251 as Excel writes it. Raises Refused.
    """
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large: at most 2 MB."), field="file")
    if content.startswith(b"PK\x03\x04"):
        return "\n".join(_workbook(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _(
                "This workbook is of an old kind (.xls) or locked by a password: save it as .xlsx "
                "without a password."
            ),
            field="file",
        )
    if b"\0" in content:
        raise Refused(_("This is neither a text file nor a workbook (.xlsx)."), field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


# ---------------------------------------------------------------------------- workbooks (.xlsx)

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError),
    *(NotImplementedError, RuntimeError),  # an unknown packing; a password
)


def _workbook(content: bytes) -> list[str]:
    """The rows of the first sheet; where a column is headed «ИНН», only that column, followed by
    what a column headed «КПП» says.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            rows = _rows(archive)
    except _DAMAGED as error:
        raise Refused(
            _("The workbook cannot be read: open it in Excel and save it anew."), field="file"
        ) from error
    except KeyError as error:
        raise Refused(
            _("This is neither a text file nor a workbook (.xlsx)."), field="file"
        ) from error
    if not rows:
        raise Refused(_("The first sheet of the workbook is empty."), field="file")
    column, kpp = _column(rows, _HEADING), _column(rows, _KPP_HEADING)
    lines = [""] * max(rows)
    for number, cells in rows.items():
        if column:
            inn = _padded(cells.get(column, ""))
            behind = f" {cells[kpp]}" if inn and cells.get(kpp) else ""
            lines[number - 1] = f"{inn}{behind}" or " ".join(cells.values())
        else:
            lines[number - 1] = "\t".join(cells.values())
    return lines


def _column(rows: dict[int, dict[str, str]], heading: re.Pattern[str]) -> str:
    """The letters of the column that is headed so."""
    for number in sorted(rows)[:_LOOKED_AT]:
        for column, text in rows[number].items():
            if heading.match(text):
                return column
    return ""


def _padded(text: str) -> str:
    """An INN that a workbook keeps as a number has lost its leading zero."""
    return f"0{text}" if text.isdecimal() and len(text) in {9, 11} else text


def _rows(archive: zipfile.ZipFile) -> dict[int, dict[str, str]]:
    """Row number → column letters → text, of the rows that say something."""
    shared = _strings(archive)
    rows: dict[int, dict[str, str]] = {}
    number = 0
    for row in _elements(archive, _first_sheet(archive), f"{_SHEET}row"):
        given = row.get("r", "")
        number = int(given) if given.isdecimal() else number + 1
        cells = {}
        for place, cell in enumerate(row.iterfind(f"{_SHEET}c")):
            text = " ".join(_text(cell, shared).split())
            if text:
                name = re.match("[A-Z]+", cell.get("r", ""))
                cells[name[0] if name else f"#{place}"] = text
        if cells and number > MOST_ROWS:
            raise Refused(
                _("The workbook has more than %(most)d rows: leave only the list in it.")
                % {"most": MOST_ROWS},
                field="file",
            )
        if cells:
            rows[number] = cells
    return rows


def _text(cell: Any, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    value = cell.findtext(f"{_SHEET}v") or ""
    if kind == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    if kind != "n":
        return value
    try:
        figure = Decimal(value)
    except InvalidOperation:
        return value
    whole = figure.is_finite() and abs(figure) < 10**15 and figure == figure.to_integral_value()
    return str(int(figure)) if whole else value


def _strings(archive: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in archive.namelist():
        return []
    return [
        "".join(part.text or "" for part in item.iter(f"{_SHEET}t"))
        for item in _elements(archive, name, f"{_SHEET}si")
    ]


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Where the first sheet is kept. KeyError if this is no workbook."""
    sheets = _elements(archive, "xl/workbook.xml", f"{_SHEET}sheet")
    wanted = next((sheet.get(f"{_OFFICE}id") for sheet in sheets), None)
    for link in _elements(archive, "xl/_rels/workbook.xml.rels", "{*}Relationship"):
        if link.get("Id") == wanted:
            target = str(link.get("Target"))
            return target[1:] if target.startswith("/") else f"xl/{target}"
    return "xl/worksheets/sheet1.xml"


def _elements(archive: zipfile.ZipFile, name: str, tag: str) -> Iterator[Any]:
    """The elements of a part, one after the other; nothing outside of the file is read."""
    with archive.open(name) as part:
        content = part.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise Refused(_("The workbook is too large: leave only the list in it."), field="file")
    for _event, element in etree.iterparse(
        BytesIO(content), tag=tag, resolve_entities=False, no_network=True, load_dtd=False
    ):
        yield element
        element.clear()
