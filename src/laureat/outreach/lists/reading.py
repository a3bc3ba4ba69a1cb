"""The organisations that a list names, and every line that names none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.identifiers import checked_inn
from laureat.registry.models import Organisation
from laureat.registry.queries import by_inn, meant

_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
_KPP = re.compile(r"[\s;,/|]*(?:кпп|kpp)?[\s:№]*(\d{4}[0-9A-Z]{2}\d{3})(?![0-9A-Z])", re.IGNORECASE)
"""A KPP counts where it follows the INN: other numbers of nine digits mean other things."""
MOST_LINES = 5000


@dataclass
class List:
    """What a list came to."""

    organisations: list[Organisation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each, naming the line."""


def read_list(text: str, user: User | None = None) -> List:
    """The organisations whose INNs stand in `text`, one a line, whatever else a line holds.

    An INN means the legal entity, that is its head office; a KPP after it one of its branches.

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
    found: dict[tuple[str, str], int] = {}
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            problem = _read_line(number, line, found, first=not found)
            if problem:
                problems.append((number, problem))
    result = List()
    known = by_inn({inn for inn, _kpp in found}, user)
    lines_of: dict[Organisation, int] = {}
    for (inn, kpp), number in found.items():
        organisation = meant(known.get(inn, []), kpp)
        earlier = lines_of.get(organisation) if organisation else None
        if organisation is None:
            problems.append((number, _not_there(number, inn, kpp, known.get(inn, []))))
        elif earlier:
            problems.append((number, _again(number, inn, earlier)))
        else:
            lines_of[organisation] = number
            result.organisations.append(organisation)
    result.problems = [problem for _line, problem in sorted(problems)]
    return result


def _not_there(line: int, inn: str, kpp: str, branches: Sequence[Organisation]) -> str:
    said = {"line": line, "inn": inn, "kpp": kpp}
    if not branches:
        return _("Line %(line)d: no organisation with INN %(inn)s is in the register.") % said
    said["known"] = ", ".join(each.kpp or _("head office") for each in branches)
    if kpp:
        return (
            _("Line %(line)d: of INN %(inn)s the register knows no KPP %(kpp)s, only: %(known)s.")
            % said
        )
    return (
        _(
            "Line %(line)d: of INN %(inn)s the register knows only branches; write the KPP of one "
            "after the INN: %(known)s."
        )
        % said
    )


def _again(line: int, inn: str, earlier: int) -> str:
    return _("Line %(line)d: INN %(inn)s stands in line %(earlier)d already.") % {
        "line": line,
        "inn": inn,
        "earlier": earlier,
    }


def _read_line(number: int, line: str, found: dict[tuple[str, str], int], *, first: bool) -> str:
    """Note INN and KPP of a line; what is wrong with the line, "" if nothing is."""
    candidates = list(_INN.finditer(line))
    if not candidates:
        if first and not re.search(r"\d", line):  # a heading
            return ""
        return _("Line %(line)d has no INN of 10 or 12 digits: “%(text)s”.") % {
            "line": number,
            "text": line.strip()[:40],
        }
    for candidate in candidates:
        try:
            inn = checked_inn(candidate[0])
        except Refused:
            continue
        behind = _KPP.match(line, candidate.end())
        named = (inn, behind[1].upper() if behind else "")
        if named in found:
            return _again(number, inn, found[named])
        found[named] = number
        return ""
    return _("Line %(line)d: the check digit of INN %(inn)s does not match.") % {
        "line": number,
        "inn": candidates[0][0],
    }
