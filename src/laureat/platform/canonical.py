"""Canonical JSON (RFC 8785), quickly: what is hashed is written by the thousand.

The package `rfc8785` walks every value in Python. Where there are no numbers but whole ones and
all keys are ASCII, Python's own encoder (in C) writes the same bytes; all else goes to the package.
"""

from __future__ import annotations

import json
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
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(
            map(_plain, value.values())
        )
    if kind is list or kind is tuple:
        return all(map(_plain, value))
    return kind is int and -_MOST <= value <= _MOST
