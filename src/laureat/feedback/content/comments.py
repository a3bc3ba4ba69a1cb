"""Comments of assessors as the lines that an applicant reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from laureat.platform.i18n.search import search_key

_BULLET = re.compile(r"^\s*(?:[-–—•*·+]|\d{1,2}[.)])\s+")
_NOTHING = frozenset(
    {
        *("нет", "н", "а", "нд", "н д", "н а", "ок", "да", "не выявлено", "отсутствует"),
        *("отсутствуют", "не оценивалось", "без замечаний", "no", "none", "na", "n a", "ok"),
        *("yes", "nil", "nothing", "no comment", "no comments"),
    }
)
SHORT = 15
"""Letters below which a comment is pointed out to the secretary."""


def lines(text: str) -> list[str]:
    r"""The remarks of a comment: one a line, without bullets, empty words and repetitions.

    >>> lines("- Матрица компетенций обновляется.\n—\nнет\n")
    ['Матрица компетенций обновляется.']
    """
    return unique(_BULLET.sub("", line).strip() for line in text.splitlines())


def unique(remarks: Iterable[str]) -> list[str]:
    """Remarks that say something, each once, in the order given."""
    found: dict[str, str] = {}
    for remark in remarks:
        key = search_key(remark)
        if len(key) >= 2 and key not in _NOTHING:
            found.setdefault(key, " ".join(remark.split()))
    return list(found.values())


def merged(comments: Iterable[Iterable[str]]) -> list[str]:
    """Remarks of several people as one list, ordered by their letters: nobody can tell whose is
    whose, nor which ones are of the same hand.
    """
    together = unique(remark for comment in comments for remark in comment)
    return sorted(together, key=lambda remark: (search_key(remark), remark))


def surnames(names: Iterable[str]) -> frozenset[str]:
    """Words by which an assessor could be recognised in a comment."""
    words = {word for name in names for word in search_key(name).split()}
    return frozenset(word for word in words if len(word) >= 4 and word not in {"демо", "demo"})


@lru_cache(maxsize=1000)
def _pattern(known: frozenset[str]) -> re.Pattern[str]:
    """Any of the names as a whole word, also with a Russian ending."""
    stems = (rf"{name[:-1]}\w{{0,4}}" if len(name) >= 5 else name for name in sorted(known))
    return re.compile(rf"\b(?:{'|'.join(stems) or '(?!)'})\b")


def names_somebody(remark: str, known: frozenset[str]) -> bool:
    """Whether a remark holds a word of an assessor's name, also with a Russian ending."""
    return bool(_pattern(known).search(search_key(remark)))
