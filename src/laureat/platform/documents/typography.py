"""Spaces that must not break, for Russian and English text.

Only spaces are touched: the words, dashes and quotes stay as the author typed them.
Control characters, which neither PDF nor Word can hold, are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Language = Literal["ru", "en"]

NBSP = "\N{NO-BREAK SPACE}"

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

MONTHS_RU = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


# Each pattern matches exactly one space, which becomes a no-break space.
_BOTH = (
    r"(?<=[№§]) (?=\S)",  # № 5
    r"(?<=\S) (?=[—–-] )",  # слово — слово
    r"(?<=\d) (?=%)",  # 5 %
    r"(?<=\d) (?=\(\d)",  # +7 (495) 777-43-12
    r"(?<=\d\)) (?=\d)",
)
_RU = (
    r"(?<=\b[А-ЯЁ]\.) (?=[А-ЯЁ](?:\.|[а-яё]))",  # А. В. Громов
    r"(?<=[а-яё]) (?=[А-ЯЁ]\. ?[А-ЯЁ]\.)",  # Громов А. В.
    r"(?<=\b[гдпс]\.) (?=[\dА-ЯЁ«])",  # г. Кемерово, д. 63
    r"(?<=\b(?:ул|пр|им|ст|пп|гг|см)\.) (?=[\dА-ЯЁ«])",
    r"(?<=\b(?:тел|доб|обл|рис|стр)\.) (?=[\dА-ЯЁ(+])",
    rf"(?<=\d) (?=(?:г\.|гг\.|в\.|лет\b|год|руб|тыс|млн|млрд|балл|чел|{'|'.join(MONTHS_RU)}))",
    r"(?<=\b(?:АО|ИП)) (?=«)",
    r"(?<=\b(?:ООО|ПАО|ЗАО|НАО|ФБУ|МОО|АНО|ФГУ|ГУП|МУП)) (?=«)",
)
_SHORT_RU = re.compile(
    r"(?<![\w-])(в|и|к|с|о|у|а|я|на|не|но|по|до|за|из|от|об|во|со|ко|для|при|без|под|над) (?=\S)",
    re.IGNORECASE,
)
_SHORT_EN = re.compile(r"(?<![\w’'-])(a|an|I|of|to|in|on|at|by) (?=\S)", re.IGNORECASE)
_EN = (
    r"(?<=\b[A-Z]\.) (?=[A-Z](?:\.|[a-z]))",
    r"(?<=\b(?:No|Mr|Ms|Dr)\.) (?=\S)",
    r"(?<=\bMrs\.) (?=\S)",
    rf"(?<=\d) (?=(?:{'|'.join(MONTHS_EN)})\b)",
    r"(?<=\d) (?=(?:points?|years?|people)\b)",
)


def _compile(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_RULES: dict[Language, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "ru": (_compile((*_BOTH, *_RU)), _SHORT_RU),
    "en": (_compile((*_BOTH, *_EN)), _SHORT_EN),
}


def clean(text: str) -> str:
    """The text without characters that no document format can hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def polish(text: str, language: Language, *, short_words: bool = True) -> str:
    """The text with no-break spaces where a line must not end.

    ``short_words=False`` leaves the space after «в», «на», “of”: Word does not stretch a no-break
    space, and many of them spoil a justified line.

    >>> polish("от 16.01.2024 № 5 в г. Кемерово", "ru").replace(NBSP, "~")
    'от~16.01.2024 №~5 в~г.~Кемерово'
    """
    spaces, short = _RULES[language]
    polished = spaces.sub(NBSP, clean(text))
    return short.sub(lambda m: m[1] + NBSP, polished) if short_words else polished


def walk(value: object, change: Callable[[str], str]) -> object:
    """A copy of JSON-able data with every string (but no key) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: walk(item, change) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [walk(item, change) for item in value]
    return value
