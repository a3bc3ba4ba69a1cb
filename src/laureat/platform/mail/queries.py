"""Reading the outbox for pages and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform import words
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.clock import now, wall
from laureat.platform.i18n.search import search_key
from laureat.platform.mail.models import Message, MessageState, Worker
from laureat.platform.mail.permissions import (
    audits_mail,
    handle_message,
    handles_mail,
    see_message_state,
)


def counts(among: QuerySet[Message] | None = None) -> dict[str, int]:
    """How many messages are in each state."""
    rows = Message.objects.all() if among is None else among
    found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in MessageState}


def oldest_waiting() -> datetime | None:
    """Since when the oldest message waits that should have left already, or could not yet leave."""
    due = Q(due_at__lte=now()) | Q(tries__gt=0)
    waiting = Message.objects.filter(due, state=MessageState.QUEUED)
    return waiting.order_by("queued_at").values_list("queued_at", flat=True).first()


def refused() -> Message | None:
    """The message that was tried last and did not leave, and is to be tried again."""
    tried = Message.objects.filter(state=MessageState.QUEUED, tries__gt=0)
    return tried.order_by("-due_at", "-pk").first()


MISSING_AFTER = timedelta(minutes=5)
"""A worker, or cron, is at it about every minute."""


@dataclass(frozen=True)
class NoWorker:
    """Nobody is at the work that waits."""

    since: datetime | None
    """When a worker was last seen; None: never here."""

    @property
    def said(self) -> str:
        """For operators, in one sentence."""
        if self.since is None:
            return _("No worker has ever been seen here.")
        return _("The last worker was seen at %(time)s UTC.") % {
            "time": f"{self.since:%Y-%m-%d %H:%M}"
        }


def worker_missing() -> NoWorker | None:
    """Whether no worker sends mail and does what was ordered; None if one does. One query."""
    seen = Worker.objects.values_list("seen_at", flat=True).first()
    if seen is not None and wall() - seen <= MISSING_AFTER:
        return None
    return NoWorker(seen)


def last_failures(most: int = 5) -> QuerySet[Message]:
    """What was given up last."""
    return Message.objects.filter(state=MessageState.FAILED).order_by("-due_at")[:most]


def outbox(
    user: User, *, state: str = "", kind: str = "", scope: str = "", to: str = ""
) -> QuerySet[Message]:
    """The messages whose state `user` sees, newest first, filtered; by addressee only those whose
    addressees they may know.
    """
    found = (handle_message if to else see_message_state).of(user)
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if scope:
        found = found.filter(scope=scope)
    if to:
        # Addresses know no Cyrillic, so the database's own comparing is enough.
        found = found.filter(to__icontains=to.strip())
    return found.select_related("user").order_by("-queued_at", "-pk")


def find(uid: str) -> Message | None:
    """One message with what its page shows, or None."""
    found = Message.objects.select_related("user").prefetch_related("attachments")
    return found.filter(uid=uid).first()


@dataclass(frozen=True)
class Choices:
    """What a reader's outbox can be filtered by: codes with their words, in their order."""

    kinds: list[tuple[str, str]]
    contests: list[tuple[str, str]]


def choices(user: User) -> Choices:
    """The kinds and contests that occur in the outbox of `user`."""
    pairs = list(see_message_state.of(user).order_by().values_list("kind", "scope").distinct())
    known = words.contests()
    kinds = {kind: words.mail_name(kind) for kind, _scope in pairs}
    contests = {scope: known[scope].name if scope in known else scope for _kind, scope in pairs}
    return Choices(_in_order(kinds), _in_order(contests))


def _in_order(named: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda pair: search_key(pair[1]))


@dataclass(frozen=True)
class Row:
    """A message in the list, with its kind in words."""

    message: Message
    kind: str
    open: bool
    """Whether the reader may know the addressee and read the text."""


def rows(user: User, found: Iterable[Message]) -> list[Row]:
    """The lines of a page."""
    return [
        Row(each, words.mail_name(each.kind), bool(handle_message(user, each))) for each in found
    ]


def desk_sections(user: User) -> list[Section]:
    """The way to the outbox for auditors; those who run a contest find it in their office."""
    if not audits_mail(user) or handles_mail(user):
        return []
    counted = counts(see_message_state.of(user))
    item = Item(
        _("Outgoing mail"),
        reverse("mail:outbox"),
        detail=_("What was sent when, without names and texts"),
        state=ngettext("%(n)s message", "%(n)s messages", sum(counted.values()))
        % {"n": sum(counted.values())},
    )
    return [Section(_("Mail"), [item])]
