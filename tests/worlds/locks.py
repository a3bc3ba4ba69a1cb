"""Which rows an action locks, in which order: the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.models import QuerySet

from laureat.ledger import actions as ledger


@contextmanager
def locks_taken() -> Iterator[list[str]]:
    """Names of the models whose rows are locked inside the block, each where it came first.

    The head of a journal is locked by writing it ("Chain").
    """
    taken: list[str] = []
    lock, move = QuerySet.select_for_update, ledger._moved

    def note(name: str) -> None:
        if name not in taken:
            taken.append(name)

    def noted(self: QuerySet[Any], *args: Any, **kwargs: Any) -> QuerySet[Any]:
        note(self.model.__name__)
        return lock(self, *args, **kwargs)

    def moved(head: ledger.Head, after: ledger.Head) -> bool:
        note("Chain")
        return move(head, after)

    with (
        patch.object(QuerySet, "select_for_update", noted),
        patch.object(ledger, "_moved", moved),
    ):
        yield taken
