"""Which column of a list holds what: told by the words of its head row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from laureat.platform.i18n.search import search_key
from laureat.registry.lists.files import Table

FACTS: dict[str, Any] = {
    "name_ru": _("Name in Russian"),
    "name_en": _("Name in English"),
    "inn": _("INN"),
    "kpp": _("KPP"),
    "ogrn": _("OGRN or OGRNIP"),
    "region": _("Region"),
    "city_ru": _("City in Russian"),
    "address": _("Postal address"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "site": _("Site"),
    "head_name": _("Head: surname, first name, patronymic"),
    "head_post": _("Post of the head"),
    "headcount": _("Headcount"),
    "sector": _("Line of business"),
}
"""What is read from a list, in the order of the template."""

# In this order: “e-mail address” is no address, “post of the head” no head. ё is read as е.
_WORDS = {
    "inn": r"\bинн\b|\binn\b",
    "kpp": r"\bкпп\b|\bkpp\b",
    "ogrn": r"\bогрн|\bogrn",
    "email": r"\be ?mail|\bмейл|\bэл\w* (?:почт|адрес)|\bпочта$",
    "phone": r"телефон|\bтел\b|phone",
    "site": r"сайт|\b(?:web ?)?site\b",
    "head_post": r"должност|\bpost of\b|position|job title",
    "headcount": r"численност|сотрудник|работник|\bчел\b|headcount|employees|staff",
    "head_name": r"руководител|директор|\bфио\b|\bф и о\b|\bhead\b|\bceo\b|director",
    "address": r"адрес|address",
    "city_ru": r"\bгород|населенн|\bcity\b|\btown\b",
    "region": r"регион|субъект|\bобласть\b|region",
    "sector": r"отрасл|вид деятельн|сфера|sector|line of business|industry",
    "name_en": r"английск|in english|english name",
    "name_ru": r"наименован|назван|организаци|предприяти|компани|\bname\b|compan|organi[sz]ation"
    r"|enterprise",
}
_INN = re.compile(r"(?:\d{9,10}|\d{11,12})")
_LOOKED_AT = 20
"""In so many rows at the top the head row is looked for: titles stand above it."""


@dataclass(frozen=True)
class Columns:
    """What was made out of a table's head."""

    last: int
    """The last line of the head; the list begins after it (0: there is none)."""
    titles: tuple[str, ...]
    """What each column is called."""
    facts: tuple[str, ...]
    """What each column holds: a key of FACTS, "" for what is left out."""


def fact_of(title: str) -> str:
    """What a column of this title holds ("": nothing that we read)."""
    words = search_key(title)
    return next((fact for fact, word in _WORDS.items() if re.search(word, words)), "")


def columns_of(table: Table) -> Columns:
    """The head of a table and what its columns hold.

    The head may take two rows, with «Руководитель» over «ФИО» and «Должность»; without a head the
    column of INNs is told by its numbers.
    """
    width = table.width
    top = sorted(table.rows)[:_LOOKED_AT]
    scores = {number: len({fact_of(cell) for cell in table.rows[number]} - {""}) for number in top}
    best = max(top, key=lambda number: (scores[number], -number), default=0)
    if not best or scores[best] < 2 or _is_data(table.rows[best]):
        return Columns(0, ("",) * width, _by_numbers(table))
    above, below = _beside(table, top, best)
    titles = _titles(width, table.rows[best], above, below)
    return Columns(
        max(number for number in (best, best + 1 if below else 0)),
        titles,
        _once([fact_of(title) for title in titles]),
    )


def _beside(table: Table, top: list[int], best: int) -> tuple[list[str], list[str]]:
    """The other row of a head of two: above or below the one that says most."""
    above, below = table.rows.get(best - 1, []), table.rows.get(best + 1, [])
    if len([cell for cell in above if cell]) < 2 or _is_data(above):
        above = []  # the title of the sheet
    if _is_data(below) or not any(fact_of(cell) for cell in below):
        below = []
    return above, below


def _is_data(cells: list[str]) -> bool:
    return any(_INN.fullmatch(cell.replace(" ", "")) for cell in cells)


def _titles(width: int, best: list[str], above: list[str], below: list[str]) -> tuple[str, ...]:
    def at(cells: list[str], place: int) -> str:
        return cells[place] if place < len(cells) else ""

    found = []
    for place in range(width):
        lower, upper = at(below, place), at(best, place)
        if not below:
            lower, upper = upper, at(above, place)
        found.append(lower if fact_of(lower) else " ".join(filter(None, (upper, lower))))
    return tuple(found)


def _once(facts: list[str]) -> tuple[str, ...]:
    """Each fact in its first column only."""
    return tuple("" if fact in facts[:place] else fact for place, fact in enumerate(facts))


def _by_numbers(table: Table) -> tuple[str, ...]:
    counts = [0] * table.width
    for cells in table.rows.values():
        for place, cell in enumerate(cells):
            counts[place] += bool(_INN.fullmatch(cell.replace(" ", "")))
    most = max(counts, default=0)
    return tuple(
        "inn" if most and place == counts.index(most) else "" for place in range(table.width)
    )
