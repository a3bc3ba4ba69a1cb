"""What a page was opened at, so that a later save does not overwrite an earlier one unseen."""

from __future__ import annotations

from django.http import QueryDict


def read_version(data: QueryDict, *names: str, missing: int = -1) -> int:
    """The version under the first of `names` that was sent, by default `version`; -1, which nothing
    ever has, where it is not a number.
    """
    for name in names or ("version",):
        text = data.get(name) or ""
        if text:
            return int(text) if text.isdecimal() and len(text) < 10 else -1
    return missing
