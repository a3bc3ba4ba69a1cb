"""Which rows an action locks, in which order: the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.models import QuerySet


@contextmanager
def locks_taken() -> Iterator[list[str]]:
    """Names of the models whose rows are locked inside the block, each where it came first."""
    taken: list[str] = []
    lock = QuerySet.select_for_update

    def noted(self: QuerySet[Any], *args: Any, **kwargs: Any) -> QuerySet[Any]:
        if self.model.__name__ not in taken:
            taken.append(self.model.__name__)
        return lock(self, *args, **kwargs)

    with patch.object(QuerySet, "select_for_update", noted):
        yield taken
