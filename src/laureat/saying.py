"""Messages that are English where they are made and can be said in the reader's language elsewhere.

Science and the rulebook's schema know no Django and no catalogues: `say` keeps the sentence and what
is filled into it, so that whoever shows the message may translate the sentence first.
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

    def __reduce__(self) -> tuple[type[Said], tuple[str, dict[str, object]]]:
        """Messages of workers travel between processes whole."""
        return type(self), (self.sentence, dict(self.values))


def say(sentence: str, **values: object) -> Said:
    """A message: `sentence` (for the catalogue) with `values` filled in by name."""
    return Said(sentence, values)


def listed(parts: Iterable[str], between: str = "; ") -> Said:
    """Messages one after the other; each is translated by itself."""
    named = {f"part{place}": part for place, part in enumerate(parts)}
    return Said(between.join(f"%({name})s" for name in named), named)


def reason(error: Exception) -> object:
    """What an exception was raised with: the message that can be translated, if it is one."""
    return error.args[0] if error.args and isinstance(error.args[0], Said) else str(error)


def translated(value: object, translate: Callable[[str], str]) -> object:
    """`value` in another language, if it is a message."""
    return value.translated(translate) if isinstance(value, Said) else value
