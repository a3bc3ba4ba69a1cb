"""Random public identifiers, safe in addresses."""

from __future__ import annotations

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 16
_COUNT = len(_ALPHABET) ** _LENGTH


def new_uid() -> str:
    """Sixteen random characters (79 bits) without look-alikes."""
    # One draw for all: a season makes a hundred thousand of them.
    number = secrets.randbelow(_COUNT)
    found = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        found.append(_ALPHABET[place])
    return "".join(found)
