"""The receipt: what was handed in, when, and how anyone can check it later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from laureat.intake.models import RECEIPT, Attachment, Entry
from laureat.intake.queries.receipts import make_pdf
from laureat.ledger.models import Record
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.files.actions import keep_bytes
from laureat.platform.files.models import StoredFile
from laureat.rulebook.models import Stage


@dataclass(frozen=True)
class Receipt:
    """What the applicant is given. `pdf` is None if the document could not be made just then."""

    entry: Entry
    number: str
    submitted_at: datetime
    late: bool
    record: Record
    pdf: StoredFile | None


def keep_receipt(
    entry: Entry,
    stage: Stage,
    record: Record,
    files: Mapping[str, Attachment],
    *,
    by: User | None,
) -> Receipt:
    """Make the receipt of `files` and keep it beside them, in the transaction that hands them in."""
    assert entry.submitted_at is not None
    assert entry.number is not None
    content = make_pdf(entry, stage, record, files, by=by)
    stored = keep_bytes(content, f"{entry.number}.pdf", by=by) if content else None
    if stored:
        entry.attachments.filter(field=RECEIPT, replaced_at__isnull=True).update(replaced_at=now())
        Attachment.objects.create(entry=entry, field=RECEIPT, file=stored, attached_at=now())
    return Receipt(entry, entry.number, entry.submitted_at, entry.late, record, stored)
