"""The organisations that a list names, and every line that names none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.identifiers import checked_inn
from laureat.registry.models import Organisation
from laureat.registry.queries import by_inn

_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
MOST_LINES = 5000


@dataclass
class List:
    """What a list came to."""

    organisations: list[Organisation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each, naming the line."""


def read_list(text: str, user: User | None = None) -> List:
    """The organisations whose INNs stand in `text`, one a line, whatever else a line holds.

    Empty lines and a heading line are passed over; every other line without a usable INN is named.
    With a `user`, organisations that this person does not keep are as unknown as those nobody has
    entered.
    """
    lines = text.splitlines()
    told = sum(bool(line.strip()) for line in lines)
    if told > MOST_LINES:
        raise Refused(
            _("The list has %(count)d lines; at most %(most)d fit into one campaign.")
            % {"count": told, "most": MOST_LINES},
            field="inns",
        )
    found: dict[str, int] = {}
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            problem = _read_line(number, line, found, first=not found)
            if problem:
                problems.append((number, problem))
    result = List()
    known = by_inn(found, user)
    for inn, number in found.items():
        if inn in known:
            result.organisations += known[inn]
        else:
            unknown = _("Line %(line)d: no organisation with INN %(inn)s is in the register.")
            problems.append((number, unknown % {"line": number, "inn": inn}))
    result.problems = [problem for _line, problem in sorted(problems)]
    return result


def _read_line(number: int, line: str, found: dict[str, int], *, first: bool) -> str:
    """Note the INN of a line; what is wrong with the line, "" if nothing is."""
    candidates = _INN.findall(line)
    if not candidates:
        if first and not re.search(r"\d", line):  # a heading
            return ""
        return _("Line %(line)d has no INN of 10 or 12 digits: “%(text)s”.") % {
            "line": number,
            "text": line.strip()[:40],
        }
    for candidate in candidates:
        try:
            inn = checked_inn(candidate)
        except Refused:
            continue
        if inn in found:
            return _("Line %(line)d: INN %(inn)s stands in line %(earlier)d already.") % {
                "line": number,
                "inn": inn,
                "earlier": found[inn],
            }
        found[inn] = number
        return ""
    return _("Line %(line)d: the check digit of INN %(inn)s does not match.") % {
        "line": number,
        "inn": candidates[0],
    }
