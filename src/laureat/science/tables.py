"""Plain tables from files that other programs wrote: any delimiter, any usual encoding.

What spreadsheets in Russia and elsewhere save: UTF-8 with or without its mark, UTF-16, windows-1251;
commas, semicolons, tabs or bars; quoted cells; decimal points or commas.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from laureat.terminal import said

DELIMITERS = ";\t,|"
MISSING = ("", "NA", ".", "-")
"""Cells that say: nothing here (empty, R's, SAS's, a dash)."""
_COMMA = re.compile(r"[+-]?\d*,\d+")


@dataclass(frozen=True)
class Sheet:
    """The first line and the others, with the numbers of their lines in the file."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    head_line: int = 1

    def places(self, wanted: Sequence[str]) -> list[int]:
        """Positions of columns by name. Raises ValueError with those that are there."""
        for name in wanted:
            if name not in self.head:
                there = ", ".join(self.head) or said("none")
                raise ValueError(
                    said(
                        "%(file)s: no column %(name)s; the file has %(there)s",
                        file=self.name,
                        name=repr(name),
                        there=there,
                    )
                )
            if self.head.count(name) > 1:
                raise ValueError(
                    said(
                        "%(file)s: column %(name)s stands there twice",
                        file=self.name,
                        name=repr(name),
                    )
                )
        return [self.head.index(name) for name in wanted]

    def cells(self, wanted: Sequence[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every row; each row has as many cells as the first line."""
        places = range(len(self.head)) if wanted is None else self.places(wanted)
        for line, row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: expected %(columns)s cells, got %(count)s",
                        file=self.name,
                        line=line,
                        columns=len(self.head),
                        count=len(row),
                    )
                )
            yield line, [row[place] for place in places]

    def headless(self) -> list[tuple[int, tuple[str, ...]]]:
        """All lines, the first among them."""
        return [(self.head_line, self.head), *self.rows]


def decoded(content: bytes) -> str:
    """Text by its mark, else UTF-8, else windows-1251."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def read(content: bytes, name: str = "file") -> Sheet:
    """The table in `content`; lines without anything in them are left out."""
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                found.append((reader.line_num, cells))
    except csv.Error as error:
        raise ValueError(
            said(
                "%(file)s line %(line)s: not a table (%(error)s)",
                file=name,
                line=reader.line_num,
                error=error,
            )
        ) from None
    if not found:
        raise ValueError(
            said(
                "%(file)s: expected a line with the names of columns, the file is empty", file=name
            )
        )
    return Sheet(name, found[0][1], tuple(found[1:]), found[0][0])


def _delimiter(text: str) -> str:
    """The one that the first line has most of, outside of quotes; a semicolon before a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))


def decimal(text: str) -> Decimal:
    """A finite number, written with a decimal point or comma. Raises ValueError."""
    plain = text.strip().replace("\u00a0", "").replace("−", "-")
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(said("expected a finite number, got %(text)s", text=repr(text))) from None
    if not value.is_finite() or not math.isfinite(float(value)):
        raise ValueError(said("expected a finite number, got %(text)s", text=repr(text)))
    return value


def number(text: str) -> float:
    """The same as a float."""
    return float(decimal(text))


def write_json(file: Path | None, found: Mapping[str, object]) -> None:
    """Everything into a file, if one is wanted; there are no numbers that JSON does not know."""
    if file is not None:
        text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False, default=str)
        file.write_text(text + "\n", encoding="utf-8")
