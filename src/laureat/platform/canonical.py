"""Canonical JSON (RFC 8785), quickly: what is hashed is written by the thousand.

The package `rfc8785` walks every value in Python. Where there are no numbers but whole ones and
all keys are ASCII, Python's own encoder (in C) writes the same bytes; all else goes to the package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import rfc8785

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_MOST = 2**53 - 1


def dumps(value: Any) -> bytes:
    """`value` as canonical JSON. Raises rfc8785.CanonicalizationError for what JSON cannot say."""
    if _plain(value):
        try:
            return _ENCODER.encode(value).encode()
        except UnicodeEncodeError:  # half a surrogate pair: the package says what is wrong
            pass
    return rfc8785.dumps(value)


def _plain(value: Any) -> bool:
    """Whether both writers agree on it."""
    kind = type(value)
    if kind is dict:
        if not all(type(key) is str and key.isascii() for key in value):
            return False
        inside: Iterable[Any] = value.values()
    elif kind is list or kind is tuple:
        inside = value
    elif kind is int:
        return bool(-_MOST <= value <= _MOST)
    else:
        return value is None or kind in _ALIKE
    return all(type(each) in _ALIKE or _plain(each) for each in inside)


_ALIKE = frozenset({str, bool})
"""What most values are: looked at without a call of their own."""
