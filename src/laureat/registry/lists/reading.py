"""What the lines of a list come to: whom the register does not know yet, what it would change about
those it knows, which lines cannot be used and why. Writes nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.registry.actions.organisations import OrganisationData, fill, value_of
from laureat.registry.identifiers import LEGAL_ENTITY, checked_inn, checked_kpp, is_of_a_branch
from laureat.registry.lists.files import Table
from laureat.registry.lists.headings import FACTS, Columns
from laureat.registry.models import Organisation, Region, Sector
from laureat.registry.permissions import represented, served_regions
from laureat.registry.queries.doubles import inns_by_ogrn, known_without_inn
from laureat.registry.queries.organisations import by_inn, meant, regions, sectors

MOST_LINES = 3000
"""So many organisations are entered in one go."""
_SPARE = frozenset(FACTS) - {"name_ru", "inn", "kpp", "region"}
"""Without these facts, if they cannot be read, the organisation is entered all the same."""
_GENERIC = frozenset(
    search_key(
        "область обл край республика респ автономный автономная округ ао г город федерального "
        "значения region oblast krai republic of the autonomous okrug"
    ).split()
)


@dataclass(frozen=True)
class Change:
    """A fact of a known organisation of which the list says something else."""

    key: str
    """Identifies it on the page: the organisation's uid and the fact."""
    fact: str
    title: str
    was: str
    shall: str
    value: Any

    @property
    def fills(self) -> bool:
        """Whether the register says nothing yet."""
        return not self.was


@dataclass
class Line:
    """What a line of the list comes to."""

    number: int
    name: str
    inn: str = ""
    data: OrganisationData | None = None
    """Of an organisation that the register does not know."""
    known: Organisation | None = None
    changes: list[Change] = field(default_factory=list)
    problem: str = ""
    """Why the line cannot be used."""
    notes: list[str] = field(default_factory=list)
    """What of it cannot be used, or should be looked at."""


@dataclass
class Reading:
    """All lines of a list."""

    lines: list[Line] = field(default_factory=list)

    @property
    def new(self) -> list[Line]:
        """Whom the register does not know yet."""
        return [line for line in self.lines if line.data and not line.problem]

    @property
    def changed(self) -> list[Line]:
        """Known ones of whom the list says something else."""
        return [line for line in self.lines if line.changes]

    @property
    def same(self) -> list[Line]:
        """Known ones of whom the list says nothing new."""
        return [line for line in self.lines if line.known and not line.changes]

    @property
    def wrong(self) -> list[Line]:
        """Lines that cannot be used."""
        return [line for line in self.lines if line.problem]

    @property
    def noted(self) -> list[Line]:
        """Lines of which something should be looked at."""
        return [line for line in self.lines if line.notes and not line.problem]


def read_lines(
    table: Table, columns: Columns, *, region: str = "", user: User | None = None
) -> Reading:
    """What the lines below the head of `table` come to, as `columns` says what they hold.

    `region` is that of all that name none. `user` None is the operator, who may enter anybody.
    Raises Refused (too long, no column of INNs).
    """
    if "inn" not in columns.facts:
        raise Refused(_("Say which column holds the INN: by it organisations are told apart."))
    rows = {number: cells for number, cells in table.rows.items() if number > columns.last}
    if len(rows) > MOST_LINES:
        raise Refused(
            _("The list has %(count)d lines; at most %(most)d are entered in one go.")
            % {"count": len(rows), "most": MOST_LINES},
            field="file",
        )
    said = {number: _said(cells, columns.facts) for number, cells in rows.items()}
    reader = _Reader(region, user, said.values())
    return Reading(
        [reader.line(number, values) for number, values in sorted(said.items()) if values]
    )


def _said(cells: Sequence[str], facts: Sequence[str]) -> dict[str, str]:
    values = {
        fact: cell for fact, cell in zip(facts, cells, strict=False) if fact and cell.strip(" -–—")
    }
    for fact, lengths in (("inn", {9, 11}), ("kpp", {8})):
        text = values.get(fact, "").replace(" ", "")
        if text.isdecimal() and len(text) in lengths:
            values[fact] = f"0{text}"  # a spreadsheet has taken it for a figure
    return values


class _Reader:
    """Holds what all lines are compared with, asked once for all of them."""

    def __init__(self, region: str, user: User | None, said: Any) -> None:
        rows: list[Mapping[str, str]] = list(said)
        inns = {re.sub(r"\D", "", values.get("inn", "")) for values in rows} - {""}
        self.region, self.user = region, user
        self.known = by_inn(inns)
        kept = self.known if user is None else by_inn(inns, user)
        self.kept = {each.pk for listed in kept.values() for each in listed}
        self.served = None if user is None else served_regions(user)
        self.own = represented(user) if user else set()
        numbers = {re.sub(r"\D", "", values.get("ogrn", "")) for values in rows} - {""}
        self.ogrn = inns_by_ogrn(numbers)
        self.regions, self.sectors = list(regions()), list(sectors())
        names = {search_key(values.get("name_ru", "").split("«", 1)[-1])[:300] for values in rows}
        self.namesakes = known_without_inn(names - {""})
        self.seen: dict[tuple[str, str], int] = {}

    def line(self, number: int, said: dict[str, str]) -> Line:
        """What one line comes to."""
        line = Line(number, said.get("name_ru", ""), said.get("inn", ""))
        try:
            self._read(line, dict(said))
        except Refused as refused:
            line.problem, line.data, line.changes = str(refused), None, []
        return line

    def _read(self, line: Line, said: dict[str, str]) -> None:
        line.inn = inn = checked_inn(said.pop("inn", ""))
        if not inn:
            raise Refused(_("There is no INN: by it organisations are told apart."))
        kpp = checked_kpp(said.get("kpp", ""))
        earlier = self.seen.setdefault((inn, kpp), line.number)
        if earlier != line.number:
            raise Refused(
                _("The same organisation stands in line %(line)d already.") % {"line": earlier}
            )
        values = self._values(line, said)
        found = meant(self.known.get(inn, []), kpp)
        if found is None:
            self._enter(line, values | {"inn": inn, "is_branch": _is_branch(inn, kpp)})
        else:
            self._compare(line, found, values)

    def _values(self, line: Line, said: dict[str, str]) -> dict[str, Any]:
        """What is said, as OrganisationData names it; what cannot be used is noted and left out."""
        values: dict[str, Any] = dict(said)
        if "region" in values:
            values["region"] = _region(values["region"], self.regions)
        if "sector" in values:
            values["sector"] = _sector(values["sector"], self.sectors)
            if not values["sector"]:
                del values["sector"]
                self._left_out(line, "sector", said, _("no line of business of this name"))
        if "headcount" in values:
            count = re.fullmatch(r"(\d[\d\s]*)(?:\s*\D{1,9})?", said["headcount"])
            if count:
                values["headcount"] = int(re.sub(r"\s", "", count[1]))
            else:
                del values["headcount"]
                self._left_out(line, "headcount", said, _("no whole number"))
        number = re.sub(r"\D", "", values.get("ogrn", ""))
        if number and self.ogrn.get(number, line.inn) != line.inn:
            del values["ogrn"]
            self._left_out(line, "ogrn", said, _("it is registered under another INN"))
        return values

    def _left_out(self, line: Line, fact: str, said: Mapping[str, Any], why: str) -> None:
        line.notes.append(
            _("%(fact)s “%(value)s” is left out: %(why)s.")
            % {"fact": FACTS[fact], "value": said[fact], "why": why.rstrip(".")}
        )

    def _filled(
        self, line: Line, row: Organisation, values: dict[str, Any]
    ) -> tuple[Organisation, dict[str, Any]]:
        """A copy of `row` with all `values` that can be used, and these. Raises Refused."""
        while True:
            filled, given = copy.copy(row), dict(values)
            filled.region_id = given.pop("region", row.region_id) or None
            filled.sector_id = given.pop("sector", row.sector_id) or None
            try:
                fill(filled, given)
            except Refused as refused:
                if refused.field not in _SPARE & set(values):
                    raise
                self._left_out(line, refused.field, values, str(refused))
                del values[refused.field]
            else:
                return filled, values

    def _enter(self, line: Line, values: dict[str, Any]) -> None:
        if not values.get("name_ru"):
            raise Refused(_("There is no name, and the register does not know this INN."))
        values["region"] = values.get("region") or self.region
        if self.served is not None and values["region"] not in self.served:
            raise Refused(_("This region is not yours: its own secretary enters it."))
        filled, values = self._filled(line, Organisation(), values)
        filled.derive()
        line.data = OrganisationData(
            **{name: value_of(filled, name) for name in values}  # cleaned by `fill`
        )
        namesake = self.namesakes.get(filled.sort_key)
        if namesake and namesake.region_id in {None, filled.region_id}:
            line.notes.append(
                _(
                    "An organisation of this name without an INN is in the register: it will stand "
                    "among the likely doubles, where the two can be merged."
                )
            )

    def _compare(self, line: Line, known: Organisation, values: dict[str, Any]) -> None:
        earlier = self.seen.setdefault(("", known.uid), line.number)
        if earlier != line.number:
            raise Refused(
                _("The same organisation stands in line %(line)d already.") % {"line": earlier}
            )
        if self.user and known.uid in self.own:
            raise Refused(_("You act for this organisation yourself: change it on its page."))
        if known.pk not in self.kept:
            raise Refused(_("It is in the register; the secretary of its region keeps it."))
        filled, values = self._filled(line, known, values)
        line.known = known
        line.name = line.name or localised(known, "name")
        moved = values.get("region")
        if moved and self.served is not None and moved not in self.served:
            del values["region"]
            line.notes.append(_("It would leave your region: the region is left out."))
        line.changes = list(self._changes(known, filled, values))

    def _changes(
        self, known: Organisation, filled: Organisation, values: Mapping[str, Any]
    ) -> Iterator[Change]:
        for fact in (each for each in FACTS if each in values):
            was, shall = value_of(known, fact), value_of(filled, fact)
            if shall not in {"", None, was}:
                yield Change(
                    key=f"{known.uid}:{fact}",
                    fact=fact,
                    title=str(FACTS[fact]),
                    was=self._shown(fact, was),
                    shall=self._shown(fact, shall),
                    value=shall,
                )

    def _shown(self, fact: str, value: Any) -> str:
        if fact == "region":
            return next((localised(each, "name") for each in self.regions if each.pk == value), "")
        if fact == "sector":
            return next((localised(each, "title") for each in self.sectors if each.pk == value), "")
        return "" if value is None else str(value)


def _is_branch(inn: str, kpp: str) -> bool:
    return len(inn) == LEGAL_ENTITY and is_of_a_branch(kpp)


def _region(text: str, table: Sequence[Region]) -> str:
    """The code of a region that is named by code, name or a part of it. Raises Refused."""
    words = set(search_key(text).split())
    code = re.fullmatch(r"(\d{1,2})(?:\b.*)?", text.strip())
    if code and any(each.code == code[1].zfill(2) for each in table):
        return code[1].zfill(2)
    bare = words - _GENERIC
    found = {
        each.code
        for each in table
        for name in (each.name_ru, each.name_en)
        if words == set(search_key(name).split())
        or (bare and bare <= set(search_key(name).split()))
    }
    exact = {
        each.code
        for each in table
        for name in (each.name_ru, each.name_en)
        if bare and bare == set(search_key(name).split()) - _GENERIC
    }
    if len(exact) == 1:
        return exact.pop()
    if len(found) == 1:
        return found.pop()
    raise Refused(
        _("Region “%(text)s” is not in the table: write its name in full or its code.")
        % {"text": text[:60]}
    )


def _sector(text: str, table: Sequence[Sector]) -> str:
    words = search_key(text)
    for each in table:
        if words in {each.key, search_key(each.title_ru), search_key(each.title_en)}:
            return each.key
    return ""
