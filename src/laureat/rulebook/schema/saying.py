"""Messages that are English here and can be said in the reader's language elsewhere.

The schema knows no Django and no catalogues: `say` keeps the sentence and what is filled into it, so
that whoever shows the message may translate the sentence first (`rulebook.reading.problems`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self


class Said(str):
    """A message in English, with the sentence and the values it was made of."""

    __slots__ = ("sentence", "values")

    sentence: str
    values: Mapping[str, object]

    def __new__(cls, sentence: str, values: Mapping[str, object]) -> Self:
        """`values` may be messages themselves."""
        found = super().__new__(cls, sentence % values if values else sentence)
        found.sentence, found.values = sentence, values
        return found

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in another language; `translate` knows the sentences."""
        sentence = translate(self.sentence)
        if not self.values:
            return sentence
        values = {name: translated(value, translate) for name, value in self.values.items()}
        return sentence % values


def say(sentence: str, **values: object) -> Said:
    """A message: `sentence` (for the catalogue) with `values` filled in by name."""
    return Said(sentence, values)


def translated(value: object, translate: Callable[[str], str]) -> object:
    """`value` in another language, if it is a message."""
    return value.translated(translate) if isinstance(value, Said) else value


def either(wanted: Iterable[str]) -> str:
    """One message of several ways out: a or b or c."""
    ways = [each for each in wanted if each]
    found = ways.pop() if ways else ""
    while ways:
        found = say("%(one)s or %(other)s", one=ways.pop(), other=found)
    return found


def one_of(known: Iterable[object]) -> Said:
    """What is expected where only some words will do."""
    return say("one of %(known)s", known=", ".join(str(each) for each in known))


def found(value: object) -> Said:
    """What was found instead, as it is written."""
    return say("found %(value)s", value=repr(value))


class Wrong(ValueError):
    """A value that cannot be: what was found, and what was expected."""

    def __init__(self, message: str, expected: str = "") -> None:
        """Both are messages for the reader."""
        super().__init__(f"{message}: expected {expected}" if expected else message)
        self.message = message
        self.expected = expected
