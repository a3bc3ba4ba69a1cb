"""Rows read again under their lock."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def lend(row: Row, given: Row, *names: str) -> Row:
    """Let the relations `names` that `given` came with serve `row` too, which is the same row read
    later; where it points elsewhere now, or `given` came without, they are read when asked for.

    For what nobody decides by: they may be older than the row.
    """
    for name in names:
        field = cast("models.ForeignKey[Any, Any]", row._meta.get_field(name))
        if field.is_cached(given) and getattr(row, field.attname) == getattr(given, field.attname):
            setattr(row, name, getattr(given, name))
    return row
