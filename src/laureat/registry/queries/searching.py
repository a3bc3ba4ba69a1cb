"""How the register is searched: names by the beginnings of their words, codes as codes.

“сыр” finds «Сырная тарелка» and no «Касыр»; “10” finds «Завод № 10» and no good whose OKPD2 code or
INN happens to hold these digits; “10.51” finds the goods of that code and of all below it.
"""

from __future__ import annotations

import re

from django.db.models import Q

from laureat.platform.i18n.search import search_key
from laureat.registry.models import Organisation

_CODE = re.compile(r"\d{2}(\.\d+)+")
_WHOLE = 4
"""A number of fewer digits is a word of its own, never the beginning of an INN."""


def terms(search: str) -> list[str]:
    """The words and codes (with their dots) that somebody looks for."""
    found: list[str] = []
    for part in search.split():
        code = part.strip('.,;:()«»"')
        found += [code] if _CODE.fullmatch(code) else search_key(part).split()
    return found


def begins_word(column: str, term: str) -> Q:
    """Whether a word of the stored key begins with `term`; a short number is a whole word."""
    word = search_key(term)
    if not word.isdecimal() or len(word) >= _WHOLE:
        return Q(**{f"{column}__startswith": word}) | Q(**{f"{column}__contains": f" {word}"})
    return (
        Q(**{column: word})
        | Q(**{f"{column}__startswith": f"{word} "})
        | Q(**{f"{column}__endswith": f" {word}"})
        | Q(**{f"{column}__contains": f" {word} "})
    )


def good_found(term: str) -> Q:
    """The goods found by a word of their name, or by their code or one above it."""
    return Q(okpd2__startswith=term) if _CODE.fullmatch(term) else begins_word("search", term)


def organisation_found(term: str) -> Q:
    """The organisations that the public finds by a word. An INN is found whole and only if it is
    that of a legal entity: an entrepreneur's is personal, and could be guessed digit by digit.
    """
    found = begins_word("sort_key" if search_key(term).isdecimal() else "search", term)
    if len(term) == 10 and term.isdecimal():
        found |= Q(inn=term)
    return found


def named(term: str) -> Q:
    """The same for rows that point at an organisation, as `organisation__in`."""
    return Q(organisation__in=Organisation.objects.filter(organisation_found(term)).values("pk"))
