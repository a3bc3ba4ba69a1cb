"""Queueing and delivering mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store
from laureat.platform.mail.models import TRANSITIONS, Message, MessageState

MOST_TRIES = 5
_WAIT = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))


def queue(
    *,
    to: str,
    kind: str,
    subject: str,
    body: str,
    user: User | None = None,
    scope: str = "",
    language: str = "ru",
    dedupe_key: str | None = None,
    attachments: Iterable[StoredFile] = (),
    delay: timedelta = timedelta(0),
) -> Message:
    """Put a message into the outbox, in the caller's transaction: a rollback takes it back.

    With a `dedupe_key` that was used before, the earlier message is returned and nothing is sent
    twice.
    """
    if dedupe_key:
        earlier = Message.objects.filter(dedupe_key=dedupe_key).first()
        if earlier:
            return earlier
    message = Message.objects.create(
        to=to,
        kind=kind,
        subject=" ".join(subject.split())[:300],
        body=body,
        user=user,
        scope=scope,
        language=language,
        dedupe_key=dedupe_key,
        queued_at=now(),
        due_at=now() + delay,
    )
    files = list(attachments)
    if files:
        message.attachments.set(files)
    return message


def _move(message: Message, state: MessageState) -> bool:
    """Compare and set: False if somebody else moved the message first."""
    if state not in TRANSITIONS[message.state]:
        return False
    moved = Message.objects.filter(pk=message.pk, state=message.state).update(state=state)
    message.state = state
    return bool(moved)


def deliver_due(limit: int = 100) -> tuple[int, int]:
    """Send what is due; returns how many were sent and how many failed.

    Safe to run several at once and to kill at any point: a message killed between sending and
    recording is sent again rather than lost.
    """
    sent = failed = 0
    due = Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now()).order_by("due_at")
    connection = get_connection()
    for message in due.prefetch_related("attachments")[:limit]:
        if not _move(message, MessageState.SENDING):
            continue
        if _send(message, connection):
            sent += 1
        else:
            failed += 1
    return sent, failed


def _send(message: Message, connection: object) -> bool:
    try:
        mail = EmailMessage(
            message.subject,
            message.body,
            settings.DEFAULT_FROM_EMAIL,
            [message.to],
            connection=connection,
            headers={
                "Message-ID": f"<{message.uid}@laureat>",
                "Content-Language": message.language,
            },
        )
        for stored in message.attachments.all():
            with store().open(stored.sha256) as content:
                mail.attach(stored.name, content.read(), stored.media_type)
        mail.send()
    except OSError as error:
        _retry_later(message, error)
        return False
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT, sent_at=now(), tries=message.tries + 1, error=""
    )
    return True


def _retry_later(message: Message, error: Exception) -> None:
    tries = message.tries + 1
    final = tries >= MOST_TRIES
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED if final else MessageState.QUEUED,
        tries=tries,
        error=str(error)[:2000],
        due_at=now() + _WAIT[min(tries, len(_WAIT)) - 1],
    )


def requeue_stuck(older_than: timedelta = timedelta(minutes=15)) -> int:
    """Queue again what a killed worker left in the middle."""
    return Message.objects.filter(state=MessageState.SENDING, due_at__lt=now() - older_than).update(
        state=MessageState.QUEUED
    )


@transaction.atomic
def resend(message: Message, *, by: User) -> None:
    """Send a sent or failed message once more. Raises Denied, Refused."""
    from laureat.platform.mail.permissions import handle_message  # noqa: PLC0415 - cycle

    handle_message.require(by, message)
    if not _move(message, MessageState.QUEUED):
        raise Refused(_("This message is already waiting to be sent."))
    Message.objects.filter(pk=message.pk).update(due_at=now(), tries=0, error="")


@transaction.atomic
def cancel(message: Message, *, by: User) -> None:
    """Take back a message that still waits. Raises Denied, Refused."""
    from laureat.platform.mail.permissions import handle_message  # noqa: PLC0415 - cycle

    handle_message.require(by, message)
    if not _move(message, MessageState.CANCELLED):
        raise Refused(_("This message has already left."))
