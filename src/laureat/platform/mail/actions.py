"""Queueing and delivering mail."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased
from laureat.platform.clock import now, wall
from laureat.platform.errors import Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store
from laureat.platform.mail.models import TRANSITIONS, Message, MessageState, Worker
from laureat.platform.mail.permissions import handle_message

logger = logging.getLogger(__name__)
MOST_TRIES = 5
WAIT = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""How long to wait after the first, second, third and fourth failure."""
STUCK_AFTER = timedelta(minutes=15)
_WORKER_DIED = "The worker stopped while sending."


def note_worker() -> None:
    """Say that a worker is at its work: a job of every worker, done about every minute."""
    Worker.objects.update_or_create(pk=1, defaults={"seen_at": wall()})


def queue(
    *,
    to: str,
    kind: str,
    subject: str,
    body: str,
    user: User | None = None,
    scope: str = "",
    seal: str = "",
    language: str = "ru",
    dedupe_key: str | None = None,
    attachments: Iterable[StoredFile] = (),
    delay: timedelta = timedelta(0),
    reply_to: str = "",
) -> Message:
    """Put a message into the outbox, in the caller's transaction: a rollback takes it back.

    With a `dedupe_key` that was used before, the earlier message is returned and nothing is sent
    twice, also when two ask at the same time.
    """
    fields: dict[str, Any] = {
        "to": to,
        "reply_to": reply_to,
        "kind": kind,
        "subject": " ".join(subject.split())[:300],
        "body": body.strip() + "\n",
        "user": user,
        "scope": scope,
        "seal": seal,
        "language": language,
        "queued_at": now(),
        "due_at": now() + delay,
    }
    if not dedupe_key:
        return _with_files(Message.objects.create(**fields), attachments)
    earlier = Message.objects.filter(dedupe_key=dedupe_key).first()
    if earlier:
        return earlier
    try:
        with transaction.atomic():
            message = Message.objects.create(dedupe_key=dedupe_key, **fields)
    except IntegrityError:
        return Message.objects.get(dedupe_key=dedupe_key)
    return _with_files(message, attachments)


def _with_files(message: Message, attachments: Iterable[StoredFile]) -> Message:
    files = list(attachments)
    if files:
        message.attachments.add(*files)
    return message


def _move(message: Message, state: MessageState, **values: Any) -> bool:
    """Compare and set: False if somebody else moved the message first."""
    if state not in TRANSITIONS[message.state]:
        return False
    here = Message.objects.filter(pk=message.pk, state=message.state)
    if not here.update(state=state, **values):
        return False
    message.state = state
    for name, value in values.items():
        setattr(message, name, value)
    return True


def deliver_due(limit: int = 100) -> tuple[int, int]:
    """Send what is due; returns how many were sent and how many failed.

    Safe to run several at once and to kill at any point: a message killed between sending and
    recording is sent again rather than lost.
    """
    sent = failed = 0
    due = Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now())
    connection = get_connection()
    for message in due.order_by("due_at", "pk").prefetch_related("attachments")[:limit]:
        # While it is being sent, `due_at` says since when: see `requeue_stuck`.
        if not _move(message, MessageState.SENDING, due_at=now()):
            continue
        if _send(message, connection):
            sent += 1
        else:
            failed += 1
    return sent, failed


def _send(message: Message, connection: Any) -> bool:
    try:
        _hand_over(message, connection)
    except Exception as error:  # noqa: BLE001 - one bad letter must not stop the others
        _retry_later(message, error)
        return False
    _move(message, MessageState.SENT, sent_at=now(), tries=message.tries + 1, error="")
    return True


def _hand_over(message: Message, connection: Any) -> None:
    mail = EmailMessage(
        message.subject,
        message.body,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        connection=connection,
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": f"<{message.uid}@laureat>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    for stored in message.attachments.all():
        with store().open(stored.sha256) as content:
            mail.attach(stored.name, content.read(), stored.media_type)
    mail.send()


def _refusals(error: Exception) -> list[tuple[int, str]]:
    """What a server said about each address it did not take: code and text."""
    if not isinstance(error, SMTPRecipientsRefused):
        return []
    return [
        (code, text.decode(errors="replace") if isinstance(text, bytes) else str(text))
        for code, text in error.recipients.values()
    ]


def _is_final(error: Exception) -> bool:
    """Whether the address will never be taken (RFC 5321, 4.2.1: codes from 500 on)."""
    codes = [code for code, _text in _refusals(error)]
    return bool(codes) and min(codes) >= 500


def in_words(error: Exception) -> str:
    """Why a message did not leave, as the server said it."""
    said = " ".join(f"{code} {text}" for code, text in _refusals(error))
    return said or str(error) or type(error).__name__


def _retry_later(message: Message, error: Exception) -> None:
    tries = message.tries + 1
    final = tries >= MOST_TRIES or _is_final(error)
    logger.warning("message %s to be sent: %s (try %s)", message.uid, error, tries)
    _move(
        message,
        MessageState.FAILED if final else MessageState.QUEUED,
        tries=tries,
        error=in_words(error)[:2000],
        due_at=now() if final else now() + WAIT[tries - 1],
    )


def requeue_stuck(older_than: timedelta = STUCK_AFTER) -> int:
    """Queue again what a killed worker left in the middle; what kills workers again and again is
    given up like any other failure.
    """
    stuck = Message.objects.filter(state=MessageState.SENDING, due_at__lt=now() - older_than)
    stuck.filter(tries__gte=MOST_TRIES - 1).update(
        state=MessageState.FAILED, tries=F("tries") + 1, error=_WORKER_DIED
    )
    return stuck.update(state=MessageState.QUEUED, tries=F("tries") + 1, error=_WORKER_DIED)


@transaction.atomic
def resend(message: Message, *, by: User) -> Message:
    """Send a sent or failed message once more. Raises Denied, Refused."""
    handle_message.require(by, message)
    row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not _move(row, MessageState.QUEUED, due_at=now(), tries=0, error=""):
        if row.state == MessageState.CANCELLED:
            raise Refused(_("This message was cancelled; it is not sent any more."))
        raise Refused(_("This message is already waiting to be sent."))
    return row


@transaction.atomic
def cancel(message: Message, *, by: User) -> Message:
    """Take back a message that still waits. Raises Denied, Refused."""
    handle_message.require(by, message)
    row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not _move(row, MessageState.CANCELLED):
        if row.state == MessageState.CANCELLED:
            raise Refused(_("This message was cancelled before."))
        raise Refused(_("This message has already left."))
    return row


def take_back(message: Message) -> bool:
    """Cancel a message that still waits, for a room that has asked its own permission; False if it
    has left (or is leaving).
    """
    return _move(message, MessageState.CANCELLED)


def forget_mail(sender: Any, user: User, address: str, **kwargs: Any) -> None:
    """Blank the letters to somebody who is erased, and those that asked others to erase them; that
    something was sent, and when, stays.
    """
    theirs = Message.objects.filter(user=user) | Message.objects.filter(to__iexact=address)
    mine = list(theirs.values_list("pk", flat=True))
    waiting = (MessageState.QUEUED, MessageState.SENDING)
    Message.objects.filter(pk__in=mine, state__in=waiting).update(state=MessageState.CANCELLED)
    Message.objects.filter(pk__in=mine).update(to=user.email, subject="", body="", error="")
    about = Message.objects.filter(dedupe_key__startswith=f"erasure:{user.uid}:")
    about.filter(state__in=waiting).update(state=MessageState.CANCELLED)
    about.update(body="")


person_erased.connect(forget_mail, dispatch_uid="mail.forget_mail")
