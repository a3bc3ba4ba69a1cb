"""Appending to the journal."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from laureat.ledger.models import Chain, Record, Words
from laureat.platform import canonical
from laureat.platform.accounts.models import User
from laureat.platform.clock import now


def digest(previous: str, content: str) -> str:
    """SHA-256 (hex) that ties `content` to everything before it."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def timestamp(instant: datetime) -> str:
    """An instant as the ledger writes it: UTC, microseconds, Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(text: str, salt: str) -> str:
    r"""SHA-256 (hex) of salt, newline, text: what the journal says of words that it does not hold.

    To prove a text later, show it with its salt and count again:
    `printf '%s\n%s' "$salt" "$text" | sha256sum`. Without the salt, which is random and no part
    of the journal, even short texts cannot be guessed from it.
    """
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def words(*texts: str) -> str:
    """Keep what somebody wrote in their own words; returns the commitment for the journal.

    Words may name people; a journal becomes public and nothing is ever taken out of it. So they
    are kept beside it with their salt (several texts, as of two languages, a line each), where
    `forget_words` erases both: nothing ties the record to them any more. No words: "".
    """
    text = "\n".join(each.strip() for each in texts if each.strip())
    if not text:
        return ""
    salt = secrets.token_hex(16)
    kept = Words.objects.create(commitment=commitment(text, salt), salt=salt, text=text)
    return kept.commitment


@transaction.atomic
def forget_words(commitment: str) -> bool:
    """Erase the words behind a commitment and their salt; whether there were any."""
    return bool(Words.objects.filter(commitment=commitment).delete()[0])


def append(
    chain: str, action: str, *, subject: str, by: User | None, data: dict[str, Any]
) -> Record:
    """Append a record to `chain` in the caller's transaction.

    `subject` is the public identifier of what it is about; `by` enters as a salted commitment
    ("clock" for the system); `data` holds JSON values (no floats: decimals as strings).
    Raises TransactionManagementError outside a transaction: what happened and its record are
    written together or not at all.
    """
    if not connection.in_atomic_block:
        message = "a ledger record is written in the transaction of what it records"
        raise transaction.TransactionManagementError(message)
    place = (connection.alias, chain)
    head = _seen.get(place) or _locked(chain)
    while True:
        at = now()
        said = {
            "action": action,
            "at": timestamp(at),
            "by": by.commitment if by else "clock",
            "chain": chain,
            "data": data,
            "seq": head.length + 1,
            "subject": subject,
        }
        content = canonical.dumps(said).decode()
        after = Head(head.pk, head.length + 1, digest(head.hash, content))
        if _moved(head, after):
            break
        head = _locked(chain)
    _seen[place] = after
    return Record.objects.create(
        chain_id=head.pk,
        seq=after.length,
        at=at,
        action=action,
        subject=subject,
        content=content,
        previous=head.hash,
        hash=after.hash,
    )


class Head(NamedTuple):
    """Where a chain ends."""

    pk: int
    length: int
    hash: str


_seen: dict[tuple[str, str], Head] = {}
"""The heads that this process wrote last, by database and chain. Only a guess that saves reading:
others may have appended since, and a transaction may have been rolled back.
"""


def _moved(head: Head, after: Head) -> bool:
    """Let the chain end at `after` (and hold its row) if it still ends at `head`."""
    with connection.cursor() as cursor:  # written out: building it takes longer than doing it
        cursor.execute(
            "UPDATE ledger_chain SET length = %s, head = %s"
            " WHERE id = %s AND length = %s AND head = %s",
            [after.length, after.hash, *head],
        )
        return bool(cursor.rowcount)


def _locked(key: str) -> Head:
    rows = Chain.objects.select_for_update().filter(key=key).values_list("pk", "length", "head")
    found = rows.first()
    if found is None:  # the first record ever: whoever comes second waits for the other's row
        Chain.objects.get_or_create(key=key)
        found = rows.get()
    return Head(*found)


@transaction.atomic
def open_to_public(chain: str) -> None:
    """From now on everybody may read and verify `chain`."""
    Chain.objects.filter(key=chain).update(public=True)
