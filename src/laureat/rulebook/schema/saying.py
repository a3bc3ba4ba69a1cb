"""What the schema says of a value that cannot be (see `laureat.saying`, `rulebook.reading.problems`)."""

from __future__ import annotations

from collections.abc import Iterable

from laureat.saying import Said, say


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
