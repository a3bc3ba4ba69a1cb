"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.ledger.actions import timestamp
from laureat.ledger.models import Chain, Record
from laureat.ledger.permissions import read_chain
from laureat.ledger.verification import Line, Verdict, verify
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User


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


def desk(user: User) -> Iterator[Section]:
    """The journals that an auditor reads."""
    if not grants(user, Role.AUDITOR):
        return
    items = [
        Item(
            title=chain.key,
            url=reverse("ledger:chain", args=chain.key.split("/", 1)),
            detail=f"{chain.head[:12]}…",
            state=ngettext("%(n)s record", "%(n)s records", chain.length) % {"n": chain.length},
        )
        for chain in read_chain.of(user).order_by("key")
    ]
    yield Section(
        _("Journals"),
        items,
        more=reverse("ledger:chains"),
        empty=_("No journal yet: the first record is written when an edition is loaded."),
    )
