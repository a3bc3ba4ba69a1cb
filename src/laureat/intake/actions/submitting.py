"""Handing an entry in, and taking it back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.actions import notices
from laureat.intake.actions.errors import InvalidAnswers
from laureat.intake.actions.filling import (
    answers_digest,
    file_digests,
    locked,
    missing,
    open_for_changes,
)
from laureat.intake.actions.receipts import Receipt, keep_receipt
from laureat.intake.actions.walking import stages_for
from laureat.intake.forms.answers import is_asked
from laureat.intake.models import (
    ENTRY_TRANSITIONS,
    Entry,
    EntryState,
    Passage,
    PassageState,
)
from laureat.intake.queries.eligibility import check_eligibility
from laureat.intake.queries.facts import all_fields, facts
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Edition


@transaction.atomic
def submit_entry(entry: Entry, *, by: User | None) -> Receipt:
    """Hand in an entry: it gets its number and its way through the stages, the applicant a receipt.

    Raises Denied, InvalidAnswers (what is missing, by field key), Refused (conditions no longer
    met, each reason on a line; too late, with the deadline in the edition's zone and Moscow's).
    """
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked(entry)
    if row.state != EntryState.DRAFT:
        raise Refused(
            _("Entry %(number)s has been submitted already.") % {"number": row.number}
            if row.state == EntryState.SUBMITTED
            else _("The entry is %(state)s: it cannot be submitted.")
            % {"state": row.get_state_display()}
        )
    stage = open_for_changes(row)
    if lacking := missing(row):
        raise InvalidAnswers(lacking)
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
    row.headcount = row.organisation.headcount
    row.submitted_at = now()
    row.late = bool(stage.closes_at and row.submitted_at > stage.closes_at)
    known = facts(row)
    asked = {field.key for field in all_fields(row.edition) if is_asked(field, known)}
    row.answers = {key: value for key, value in row.answers.items() if key in asked}
    row.serial, row.number = _next_number(row.edition, row.region)
    row.state = EntryState.SUBMITTED
    row.version += 1
    row.save()
    _begin_way(row)
    record = ledger.append(
        row.edition.chain,
        "entry.submitted",
        subject=row.uid,
        by=by,
        data={
            "number": row.number,
            "category": row.category.key if row.category else None,
            "late": row.late,
            "answers": answers_digest(row),
            "files": file_digests(row),
        },
    )
    receipt = keep_receipt(row, stage, record, by=by)
    notices.submitted(row, receipt.pdf, by=by, again=False)
    for field in Entry._meta.concrete_fields:
        setattr(entry, field.attname, getattr(row, field.attname))
    entry.category = row.category
    return receipt


@transaction.atomic
def renew_receipt(entry: Entry, *, by: User | None) -> Receipt:
    """A new receipt after a submitted entry was changed; it is sent too. Raises Denied, Refused."""
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked(entry)
    stage = open_for_changes(row)
    if row.state != EntryState.SUBMITTED:
        raise Refused(_("There is no receipt before an entry is submitted."))
    record = ledger.append(
        row.edition.chain,
        "entry.receipt",
        subject=row.uid,
        by=by,
        data={
            "number": row.number,
            "answers": answers_digest(row),
            "files": file_digests(row),
        },
    )
    receipt = keep_receipt(row, stage, record, by=by)
    notices.submitted(row, receipt.pdf, by=by, again=True)
    return receipt


def _next_number(edition: Edition, region: str) -> tuple[int, str]:
    """The next serial and number: of the edition, or of the region where numbers name regions."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    pattern = edition.rules.numbering
    rows = Entry.objects.filter(edition=edition)
    if "{region" in pattern:
        rows = rows.filter(region=region)
    serial = (rows.aggregate(last=Max("serial"))["last"] or 0) + 1
    return serial, pattern.format(year=edition.year, region=region or "00", serial=serial)


def _begin_way(entry: Entry) -> None:
    """Passages for every stage that applies: the intake is passed, the next one begins."""
    states = [PassageState.PASSED, PassageState.ACTIVE]
    Passage.objects.bulk_create(
        [
            Passage(
                entry=entry,
                stage=stage,
                state=states[place] if place < len(states) else PassageState.WAITING,
                moved_at=now(),
            )
            for place, stage in enumerate(stages_for(entry))
        ]
    )


@transaction.atomic
def withdraw_entry(entry: Entry, reason: str, *, by: User | None) -> Entry:
    """Take an entry back, with the reason in one's own words. It is kept.

    Raises Denied, Refused (already decided; no reason for an entry that was submitted).
    """
    if by is not None:
        permissions.withdraw_entry.require(by, entry)
    row = locked(entry)
    if EntryState.WITHDRAWN not in ENTRY_TRANSITIONS[row.state]:
        raise Refused(
            _("The entry is %(state)s: it cannot be withdrawn.")
            % {"state": row.get_state_display()}
        )
    reason = reason.strip()
    if row.state == EntryState.SUBMITTED and not reason:
        raise Refused(_("Please say in a few words why the entry is withdrawn."), field="reason")
    row.state = EntryState.WITHDRAWN
    row.withdrawn_at = now()
    row.withdrawn_reason = reason
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    Passage.objects.filter(entry=row, state__in=[PassageState.WAITING, PassageState.ACTIVE]).update(
        state=PassageState.WITHDRAWN, moved_at=now()
    )
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
