"""Handing an entry in, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.actions import notices
from laureat.intake.actions.errors import InvalidAnswers
from laureat.intake.actions.filling import (
    History,
    answers_digest,
    file_commitments,
    file_digests,
    locked,
    missing,
    open_for_changes,
    saved,
)
from laureat.intake.actions.receipts import Receipt, keep_receipt
from laureat.intake.actions.walking import begin_way, lay_anew, withdraw_from
from laureat.intake.forms.answers import is_asked
from laureat.intake.models import (
    ENTRY_TRANSITIONS,
    Amendment,
    Attachment,
    Entry,
    EntryState,
)
from laureat.intake.queries.eligibility import check_eligibility
from laureat.intake.queries.facts import all_fields, facts
from laureat.intake.queries.working import (
    forget_hints,
    handed_in_files,
    open_amendment,
    version_digest,
    working_copy,
)
from laureat.ledger.models import Record
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.queries import history_of
from laureat.rulebook.models import Edition


@transaction.atomic
def submit_entry(entry: Entry, *, by: User | None) -> Receipt:
    """Hand in an entry: it gets its number and its way through the stages, the applicant a receipt.

    Raises Denied, InvalidAnswers (what is missing, by field key), Refused (conditions no longer
    met, each reason on a line; too late, with the deadline in the edition's zone and Moscow's).
    """
    if by is not None:
        permissions.submit_entry.require(by, entry)
    # Numbers are given one after another; the edition comes before the entry wherever both are held.
    Edition.objects.select_for_update(no_key=True).get(pk=entry.edition_id)
    row = locked(entry)
    if row.state != EntryState.DRAFT:
        raise Refused(
            _("Entry %(number)s has been submitted already.") % {"number": row.number}
            if row.state == EntryState.SUBMITTED
            else _("The entry is %(state)s: it cannot be submitted.")
            % {"state": row.get_state_display()}
        )
    stage = open_for_changes(row)
    files, history = handed_in_files(row), history_of(row.organisation)
    if lacking := missing(row, files, history=history):
        raise InvalidAnswers(lacking)
    found = check_eligibility(
        row.edition,
        row.organisation,
        row.good,
        row.answers,
        row.category.key if row.category else "",
        entry=row,
        history=history,
    )
    if not found.ok:
        raise Refused("\n".join(found.reasons))
    row.category = found.category
    row.headcount = row.organisation.headcount
    row.submitted_at = now()
    row.late = bool(stage.closes_at and row.submitted_at > stage.closes_at)
    row.serial, row.number = _next_number(row.edition, row.region)
    row.state = EntryState.SUBMITTED
    record = _hand_in(row, "entry.submitted", files, history, by=by)
    begin_way(row, history, by=by)
    receipt = keep_receipt(row, stage, record, files, by=by)
    notices.submitted(row, stage, receipt.pdf, by=by, again=False)
    _tell(entry, row)
    return receipt


@transaction.atomic
def submit_changes(entry: Entry, *, by: User | None) -> Receipt:
    """Hand in the changes to a submitted entry: from now on this version counts.

    The number stays; the applicant gets a new receipt. Raises Denied, InvalidAnswers (what is
    missing), Refused (too late; nothing was changed; conditions no longer met).
    """
    if by is not None:
        permissions.submit_entry.require(by, entry)
    row = locked(entry)
    stage = open_for_changes(row)
    if row.state != EntryState.SUBMITTED:
        raise Refused(_("Submit the entry first; it can be changed afterwards."))
    work = working_copy(row)
    amendment = work.amendment
    if amendment is None or not work.changed:
        raise Refused(_("Nothing was changed since the version that counts."))
    if lacking := missing(work.entry, work.files):
        raise InvalidAnswers(lacking)
    row.answers = work.entry.answers
    found = check_eligibility(
        row.edition,
        row.organisation,
        row.good,
        row.answers,
        row.category.key if row.category else "",
        entry=row,
    )
    if not found.ok:
        raise Refused("\n".join(found.reasons))
    row.category = found.category
    _put_files_in_place(row, amendment)
    _end(amendment, handed_in=True)
    files, history = handed_in_files(row), history_of(row.organisation)
    record = _hand_in(row, "entry.resubmitted", files, history, by=by)
    lay_anew(row, by=by)
    receipt = keep_receipt(row, stage, record, files, by=by)
    notices.submitted(row, stage, receipt.pdf, by=by, again=True)
    _tell(entry, row)
    return receipt


@transaction.atomic
def drop_changes(entry: Entry, *, by: User | None) -> None:
    """Put aside the changes to a submitted entry; what was handed in counts as before.

    Raises Denied, Refused (there are none).
    """
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked(entry)
    amendment = open_amendment(row)
    if amendment is None:
        raise Refused(_("Nothing was changed since the version that counts."))
    _end(amendment, handed_in=False)
    saved(row, by)
    _tell(entry, row)


def _end(amendment: Amendment, *, handed_in: bool) -> None:
    amendment.ended_at = now()
    amendment.handed_in = handed_in
    amendment.save(update_fields=["ended_at", "handed_in"])


def _put_files_in_place(row: Entry, amendment: Amendment) -> None:
    changed = list(amendment.files.filter(replaced_at__isnull=True))
    row.attachments.filter(
        field__in=[each.field for each in changed], replaced_at__isnull=True
    ).update(replaced_at=now())
    Attachment.objects.bulk_create(
        Attachment(entry=row, field=each.field, file_id=each.file_id, attached_at=each.attached_at)
        for each in changed
        if each.file_id
    )


def _hand_in(
    row: Entry,
    action: str,
    handed_in: Mapping[str, Attachment],
    history: History,
    *,
    by: User | None,
) -> Record:
    """Freeze what is handed in: drop what is not asked, count the version, write it down."""
    known = facts(row, history=history)
    asked = {field.key for field in all_fields(row.edition) if is_asked(field, known)}
    row.answers = {key: value for key, value in row.answers.items() if key in asked}
    row.handed_in += 1
    row.version += 1
    row.save()
    files = file_digests(handed_in)
    return ledger.append(
        row.edition.chain,
        action,
        subject=row.uid,
        by=by,
        data={
            "number": row.number,
            "version": row.handed_in,
            "hash": version_digest(row, files),
            "category": row.category.key if row.category else None,
            "late": row.late,
            "answers": answers_digest(row),
            "files": file_commitments(row, files),
            "salted": True,
        },
    )


def _tell(entry: Entry, row: Entry) -> None:
    """Let the caller's object know what was handed in."""
    for field in Entry._meta.concrete_fields:
        setattr(entry, field.attname, getattr(row, field.attname))
    entry.category = row.category
    forget_hints(entry)


def _next_number(edition: Edition, region: str) -> tuple[int, str]:
    """The next serial and number: of the (locked) edition, or of the region where numbers name
    regions.
    """
    pattern = edition.rules.numbering
    rows = Entry.objects.filter(edition=edition)
    if "{region" in pattern:
        rows = rows.filter(region=region)
    serial = (rows.aggregate(last=Max("serial"))["last"] or 0) + 1
    return serial, pattern.format(year=edition.year, region=region or "00", serial=serial)


def why_not_withdrawn(entry: Entry) -> str:
    """Why an entry as it stands cannot be taken back; "" if it can."""
    if EntryState.WITHDRAWN in ENTRY_TRANSITIONS[entry.state]:
        return ""
    return _("The entry is %(state)s: it cannot be withdrawn.") % {
        "state": entry.get_state_display()
    }


@transaction.atomic
def withdraw_entry(entry: Entry, reason: str, *, by: User | None) -> Entry:
    """Take an entry back, with the reason in one's own words. It is kept.

    Raises Denied, Refused (already decided; no reason for an entry that was submitted).
    """
    if by is not None:
        permissions.withdraw_entry.require(by, entry)
    row = locked(entry)
    if said := why_not_withdrawn(row):
        raise Refused(said)
    reason = reason.strip()
    if row.state == EntryState.SUBMITTED and not reason:
        raise Refused(_("Please say in a few words why the entry is withdrawn."), field="reason")
    row.state = EntryState.WITHDRAWN
    row.withdrawn_at = now()
    row.withdrawn_reason = reason
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    withdraw_from(row, by=by)
    ledger.append(
        row.edition.chain,
        "entry.withdrawn",
        subject=row.uid,
        by=by,
        data={"number": row.number},
    )
    notices.withdrawn(row, by=by)
    entry.state = row.state
    entry.withdrawn_at, entry.withdrawn_reason = row.withdrawn_at, row.withdrawn_reason
    return row
