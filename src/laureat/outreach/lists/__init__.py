"""Reading a list of INNs that somebody pasted or uploaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.registry.identifiers import checked_inn
from laureat.registry.models import Organisation
from laureat.registry.queries import by_inn

_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
MOST_LINES = 5000
MOST_BYTES = 2 * 1024 * 1024


@dataclass
class List:
    """What a pasted list came to."""

    organisations: list[Organisation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each, naming the line."""


def read_file(content: bytes) -> str:
    """The text of an uploaded CSV or text file (UTF-8, or Windows-1251 as Excel writes it)."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large: at most 2 MB."), field="file")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(
            _("This is a workbook, not a text file: in Excel, choose “Save as… CSV”."), field="file"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def read_list(text: str) -> List:
    """The organisations whose INNs stand in `text`, one a line, whatever else a line holds.

    Empty lines and a heading line are passed over; every other line without a usable INN is named.
    """
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise Refused(
            _("The list has %(count)d lines; at most %(most)d fit into one campaign.")
            % {"count": len(lines), "most": MOST_LINES},
            field="inns",
        )
    result = List()
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            _read_line(number, line, found, result.problems, first=not found)
    known = by_inn(found)
    for inn, number in found.items():
        if inn in known:
            result.organisations += known[inn]
        else:
            result.problems.append(
                _("Line %(line)d: no organisation with INN %(inn)s is in the register.")
                % {"line": number, "inn": inn}
            )
    return result


def _read_line(
    number: int, line: str, found: dict[str, int], problems: list[str], *, first: bool
) -> None:
    candidates = _INN.findall(line)
    if not candidates:
        if not (first and not re.search(r"\d", line)):  # a heading
            problems.append(
                _("Line %(line)d has no INN of 10 or 12 digits: “%(text)s”.")
                % {"line": number, "text": line.strip()[:40]}
            )
        return
    for candidate in candidates:
        try:
            inn = checked_inn(candidate)
        except Refused:
            continue
        if inn in found:
            problems.append(
                _("Line %(line)d: INN %(inn)s stands in line %(earlier)d already.")
                % {"line": number, "inn": inn, "earlier": found[inn]}
            )
        else:
            found[inn] = number
        return
    problems.append(
        _("Line %(line)d: the check digit of INN %(inn)s does not match.")
        % {"line": number, "inn": candidates[0]}
    )
