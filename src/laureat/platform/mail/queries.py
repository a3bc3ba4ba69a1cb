"""Reading the outbox for pages and the command line."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, QuerySet

from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.mail.models import Message, MessageState
from laureat.platform.mail.permissions import handle_message


def counts(among: QuerySet[Message] | None = None) -> dict[str, int]:
    """How many messages are in each state."""
    rows = Message.objects.all() if among is None else among
    found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in MessageState}


def oldest_waiting() -> datetime | None:
    """Since when the oldest message waits that should have left already."""
    waiting = Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now())
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def last_failures(most: int = 5) -> QuerySet[Message]:
    """What was given up last."""
    return Message.objects.filter(state=MessageState.FAILED).order_by("-due_at")[:most]


def outbox(
    user: User, *, state: str = "", kind: str = "", scope: str = "", to: str = ""
) -> QuerySet[Message]:
    """The messages that `user` handles, newest first, filtered."""
    found = handle_message.of(user)
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


def choices(user: User) -> tuple[list[str], list[str]]:
    """The kinds and scopes that occur in the outbox of `user`."""
    rows = handle_message.of(user).order_by().values_list("kind", "scope").distinct()
    pairs = list(rows)
    return sorted({kind for kind, _ in pairs}), sorted({scope for _, scope in pairs})
