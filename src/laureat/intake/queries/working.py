"""The working copy of an entry: a draft itself, or a submitted one with its changes so far."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from laureat.intake.models import (
    RECEIPT,
    AmendedFile,
    Amendment,
    Attachment,
    CheckResult,
    Entry,
    EntryState,
)
from laureat.platform import canonical

Kept = Attachment | AmendedFile
"""A file under the key of its field; both kinds have `uid`, `file` and `attached_at`."""


@dataclass(frozen=True)
class Working:
    """What an applicant writes at."""

    entry: Entry
    """The entry with the answers of the working copy. Never save it."""
    files: dict[str, Kept]
    """By field key."""
    amendment: Amendment | None
    submitted: Entry
    """The entry as it is stored: what counts."""
    submitted_files: dict[str, Attachment]

    @property
    def changed(self) -> bool:
        """Whether handing it in would change anything."""
        return self.amendment is not None and (
            self.entry.answers != self.submitted.answers
            or {key: kept.file_id for key, kept in self.files.items()}
            != {key: kept.file_id for key, kept in self.submitted_files.items()}
        )


_HINTS = ("amendment", "amended_answers", "is_checked")


def with_hints(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Adds the open changes and whether checks have begun, so that pages need not ask each time."""
    changes = Amendment.objects.filter(entry=OuterRef("pk"), ended_at__isnull=True)
    checks = CheckResult.objects.filter(entry=OuterRef("pk"))
    return rows.annotate(
        amendment=Subquery(changes.values("pk")[:1]),
        amended_answers=Subquery(changes.values("answers")[:1]),
        is_checked=Exists(checks),
    )


def forget_hints(entry: Entry) -> None:
    """The entry was changed: what was known when it was read may no longer be so."""
    for name in _HINTS:
        entry.__dict__.pop(name, None)


def open_amendment(entry: Entry) -> Amendment | None:
    """The changes that are not handed in yet, if there are any.

    One query, or none for reading an entry that came `with_hints`.
    """
    if entry.state != EntryState.SUBMITTED:
        return None
    hints = vars(entry)
    if "amendment" not in hints:
        return entry.amendments.filter(ended_at__isnull=True).first()
    if hints["amendment"] is None:
        return None
    return Amendment(pk=hints["amendment"], entry=entry, answers=hints["amended_answers"])


def being_checked(entry: Entry) -> bool:
    """Whether the secretary has begun to check the entry (at most one query)."""
    hint: bool | None = getattr(entry, "is_checked", None)
    return entry.checks.exists() if hint is None else hint


def handed_in_files(entry: Entry) -> dict[str, Attachment]:
    """The files of the entry that count, by field key (one query)."""
    current = entry.attachments.filter(replaced_at__isnull=True).exclude(field=RECEIPT)
    return {each.field: each for each in current.select_related("file").order_by("pk")}


def working_copy(entry: Entry, submitted: dict[str, Attachment] | None = None) -> Working:
    """The entry as its applicant writes at it (three queries at most).

    `submitted`: the files that count, where somebody has read them already.
    """
    submitted = handed_in_files(entry) if submitted is None else submitted
    amendment = open_amendment(entry)
    if amendment is None:
        return Working(entry, dict(submitted), None, entry, submitted)
    files: dict[str, Kept] = dict(submitted)
    for each in amendment.files.filter(replaced_at__isnull=True).select_related("file"):
        files.pop(each.field, None)
        if each.file_id:
            files[each.field] = each
    seen = copy.copy(entry)
    seen.answers = amendment.answers
    return Working(seen, files, amendment, entry, submitted)


def as_submitted(entry: Entry) -> Working:
    """The entry as everybody else reads it: what was handed in."""
    files = handed_in_files(entry)
    return Working(entry, dict(files), None, entry, files)


def mark_of(value: Any) -> str:
    """A short mark of an answer, by which a page knows which one it showed."""
    return hashlib.sha256(canonical.dumps({"answer": value})).hexdigest()[:12]


def version_digest(entry: Entry, files: dict[str, str]) -> str:
    """SHA-256 of what was handed in: number of the version, answers, checksums of files.

    Salted, so that nobody guesses short answers from it. Records that do not say `salted` are of
    earlier releases: they hash "entry", its random name, instead of "salt" and name bare checksums.
    """
    content = {
        "salt": entry.salt,
        "version": entry.handed_in,
        "answers": entry.answers,
        "files": files,
    }
    return hashlib.sha256(canonical.dumps(content)).hexdigest()
