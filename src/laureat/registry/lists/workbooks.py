"""The first sheet of an uploaded workbook (.xlsx) as rows of text."""

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

MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS = 20_000
"""Rows with text; a workbook may have styled empty ones to its very end."""
MOST_ELEMENTS = 1_100_000
"""No sheet has more rows than 1,048,576: who sends more means no good."""
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError),
    *(NotImplementedError, RuntimeError),  # an unknown packing; a password
)


def workbook_rows(content: bytes) -> dict[int, dict[str, str]]:
    """Row number → column letters → text, of the rows that say something. Raises Refused."""
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
    return rows


def _rows(archive: zipfile.ZipFile) -> dict[int, dict[str, str]]:
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
                cells[name[0] if name else letters(place)] = text
        if cells and number > MOST_ROWS:
            raise Refused(
                _("The workbook has more than %(most)d rows: leave only the list in it.")
                % {"most": MOST_ROWS},
                field="file",
            )
        if cells:
            rows[number] = cells
    return rows


def letters(place: int) -> str:
    """The letters of the column at `place` (0: A, 26: AA)."""
    found = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        found = chr(ord("A") + digit) + found
    return found


def place_of(column: str) -> int:
    """The place of a column by its letters (A: 0)."""
    place = 0
    for letter in column:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


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
    """The elements of a part, one after the other; nothing outside of the file is read.

    What was read is taken out of the tree, not only emptied: a small file may unpack to millions of
    empty rows, of which each would stay in memory.
    """
    with archive.open(name) as part:
        content = part.read(MOST_UNPACKED + 1)
    too_large = Refused(_("The workbook is too large: leave only the list in it."), field="file")
    if len(content) > MOST_UNPACKED:
        raise too_large
    for count, (_event, element) in enumerate(
        etree.iterparse(
            BytesIO(content), tag=tag, resolve_entities=False, no_network=True, load_dtd=False
        )
    ):
        if count > MOST_ELEMENTS:
            raise too_large
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
