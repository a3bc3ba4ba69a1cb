"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from laureat.ledger.actions import timestamp
from laureat.ledger.models import Chain, Record
from laureat.ledger.verification import Line, Verdict, verify


def lines(chain: Chain) -> Iterator[Line]:
    """The chain's records in order of place, a few at a time."""
    rows = chain.records.order_by("seq", "pk").values_list(
        "seq", "content", "previous", "hash", "at", "action", "subject"
    )
    for seq, content, previous, found, at, action, subject in rows.iterator(chunk_size=2000):
        yield Line(seq, content, previous, found, timestamp(at), action, subject)


def verdict(chain: Chain) -> Verdict:
    """Recompute a stored chain."""
    return verify(chain.key, lines(chain), length=chain.length, head=chain.head)


def records(chain: Chain, *, subject: str = "", action: str = "") -> QuerySet[Record]:
    """Newest first, filtered."""
    found = chain.records.order_by("-seq")
    if subject:
        found = found.filter(subject=subject)
    if action:
        found = found.filter(action__startswith=action)
    return found
