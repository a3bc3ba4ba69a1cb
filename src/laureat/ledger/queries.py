"""Reading the journal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.ledger.actions import timestamp
from laureat.ledger.models import Chain, Record
from laureat.ledger.permissions import read_chain
from laureat.ledger.verification import Line, Verdict, verify
from laureat.platform import words
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.search import search_key

_CHECKSUM = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


def lines(chain: Chain) -> Iterator[Line]:
    """The chain's records in order of place, a few at a time."""
    rows = chain.records.order_by("seq", "pk").values_list(
        "seq", "content", "previous", "hash", "at", "action", "subject"
    )
    for seq, content, previous, found, at, action, subject in rows.iterator(chunk_size=2000):
        yield Line(seq, content, previous, found, timestamp(at), action, subject)


def verdict(chain: Chain, published: str = "") -> Verdict:
    """Recompute a stored chain; `published` is a head of it that was written down elsewhere."""
    return verify(
        chain.key, lines(chain), length=chain.length, head=chain.head, published=published
    )


def find(award: str, edition: str) -> Chain | None:
    """The journal of an edition, or None."""
    return Chain.objects.filter(key=f"{award}/{edition}").first()


def records(
    chain: Chain, user: Any, *, about: str = "", action: str = ""
) -> tuple[QuerySet[Record], words.Rows | None]:
    """Newest first; `about`: an identifier, a checksum, or part of a name that `user` may know.

    And the names that were asked for on the way, for `rows`.
    """
    found, told = chain.records.order_by("-seq"), None
    if _CHECKSUM.fullmatch(about):
        found = found.filter(hash=about.lower())
    elif about:
        found, told = words.sought(user, found, "subject", about)
    if action:
        found = found.filter(action__startswith=action)
    return found, told


def kinds(chain: Chain) -> frozenset[str]:
    """The actions that occur in the journal."""
    return _kinds(chain.pk, chain.head)


@lru_cache(maxsize=64)
def _kinds(chain: int, _head: str) -> frozenset[str]:
    """Kept by the head: nothing before it changes, and reading a whole journal takes a while."""
    found = Record.objects.filter(chain=chain).order_by().values_list("action", flat=True)
    return frozenset(found.distinct())


@dataclass(frozen=True)
class Row:
    """A record as people read it."""

    record: Record
    action: str
    about: words.Named


def rows(user: Any, found: Iterable[Record], told: words.Rows | None = None) -> list[Row]:
    """Records in words, as far as `user` may know whom they are about."""
    page = list(found)
    named = words.named(user, ((each.action, each.subject) for each in page), told)
    later = _("Event unknown to this version")
    return [
        Row(each, words.action_name(each.action) or later, named[each.action, each.subject])
        for each in page
    ]


@dataclass(frozen=True)
class ChainRow:
    """A journal in the list of all."""

    chain: Chain
    name: str
    readable: bool


def chains(user: Any) -> list[ChainRow]:
    """All journals with their heads, by name; the heads are public from the first day."""
    readable = (
        set(read_chain.of(user).values_list("pk", flat=True)) if isinstance(user, User) else None
    )
    known = words.contests()
    found = [
        ChainRow(
            chain,
            known[chain.key].name if chain.key in known else chain.key,
            chain.public if readable is None else chain.pk in readable,
        )
        for chain in Chain.objects.all()
    ]
    return sorted(found, key=lambda row: (search_key(row.name), row.chain.key))


def desk(user: User) -> Iterator[Section]:
    """The journals that an auditor reads."""
    if not grants(user, Role.AUDITOR):
        return
    known = words.contests()
    items = [
        Item(
            title=known[chain.key].name if chain.key in known else chain.key,
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
