"""Names of people in Latin letters, for English pages and papers.

Where a person has not said how their name is written, it is transliterated as Russian passports for
travel are (ICAO Doc 9303, part 3, section 6, as Russian passports have used it since 2014). That is
a way to read the name, nothing official: the name in Russian letters stays the legal one.
"""

from __future__ import annotations

import re

from laureat.platform.i18n.content import current

_LETTERS = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "ie",
    "ь": "",
    "ю": "iu",
    "я": "ia",
}
_WORD = re.compile("[а-яё]+", re.IGNORECASE)


def in_latin(name: str) -> str:
    """A name in Latin letters; what has no Russian letters stays as it is.

    >>> in_latin("Щербакова Юлия Ильинична")
    'Shcherbakova Iuliia Ilinichna'
    """
    return _WORD.sub(lambda word: _word(word[0]), name)


def _word(word: str) -> str:
    loud = len(word) > 1 and word.isupper()
    said = []
    for letter in word:
        latin = _LETTERS[letter.lower()]
        if letter.isupper():
            latin = latin.upper() if loud else latin.capitalize()
        said.append(latin)
    return "".join(said)


def called(name: str, latin: str = "") -> str:
    """A person's name as the reader's language writes it: `latin` if they said how."""
    return name if current() == "ru" else latin or in_latin(name)
