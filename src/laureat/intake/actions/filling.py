"""Starting an entry and filling it in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.actions import notices
from laureat.intake.actions.errors import InvalidAnswers, Stale
from laureat.intake.forms.answers import clean_all, gaps
from laureat.intake.models import AmendedFile, Amendment, Attachment, Entry, EntryState
from laureat.intake.queries.eligibility import check_eligibility
from laureat.intake.queries.facts import all_fields, facts, form_of
from laureat.intake.queries.stages import intake_of, may_still_change, why_closed
from laureat.intake.queries.working import (
    Kept,
    forget_hints,
    handed_in_files,
    mark_of,
    open_amendment,
    working_copy,
)
from laureat.ledger.actions import commitment
from laureat.platform import canonical
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_upload
from laureat.platform.files.models import StoredFile
from laureat.platform.rows import lend
from laureat.registry.actions.rows import locked as locked_organisation
from laureat.registry.models import Good, Organisation
from laureat.rulebook import schema
from laureat.rulebook.models import Edition, Stage

History = Sequence[Mapping[str, Any]]
"""What an applicant has won before, as conditions ask for it."""


@transaction.atomic
def start_entry(
    edition: Edition,
    organisation: Organisation,
    *,
    good: Good | None = None,
    category_key: str = "",
    answers: Mapping[str, Any] | None = None,
    by: User | None,
) -> Entry:
    """Start an application. `answers` are those to the questions before the form.

    Raises Denied, InvalidAnswers, Refused (with every reason why this applicant cannot take part,
    or with when applications open or closed).
    """
    if by is not None:
        permissions.apply_for.require(by, organisation)
    organisation = locked_organisation(organisation)
    stage = intake_of(edition, organisation.region_id or "")
    if stage and (closed := why_closed(stage)):
        raise Refused(closed)
    found = check_eligibility(edition, organisation, good, answers or {}, category_key)
    if found.errors:
        raise InvalidAnswers(found.errors)
    if not found.ok or stage is None:
        raise Refused("\n".join(found.reasons))
    entry = Entry.objects.create(
        edition=edition,
        organisation=organisation,
        good=good,
        category=found.category,
        region=organisation.region_id or "",
        headcount=organisation.headcount,
        answers={key: value for key, value in found.answers.items() if value is not None},
        created_by=by,
        created_at=now(),
    )
    ledger.append(edition.chain, "entry.started", subject=entry.uid, by=by)
    return entry


def locked(entry: Entry) -> Entry:
    """The entry, locked, with what is decided by: organisation, good and category as they are now.

    Its edition is the one that `entry` came with.
    """
    row = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("organisation", "good", "category")
        .get(pk=entry.pk)
    )
    row.edition = entry.edition
    return row


def locked_alone(entry: Entry) -> Entry:
    """The entry, locked, for writing in it: nothing is decided yet, so that what `entry` came with
    (edition, organisation, good, category) will do.
    """
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    return lend(row, entry, "edition", "organisation", "good", "category")


def open_for_changes(entry: Entry) -> Stage:
    """The intake of `entry`, if the entry may be changed now. Raises Refused."""
    stage = intake_of(entry.edition, entry.region)
    if stage is None:
        raise Refused(_("The contest is not held in the region of this entry."))
    if entry.state not in (EntryState.DRAFT, EntryState.SUBMITTED):
        raise Refused(
            _("The entry is %(state)s: it can no longer be changed.")
            % {"state": entry.get_state_display()}
        )
    if closed := why_closed(stage):
        raise Refused(closed)
    if entry.state == EntryState.SUBMITTED and not may_still_change(stage):
        raise Refused(_("The deadline is over: a submitted entry can no longer be changed."))
    if entry.state == EntryState.SUBMITTED and entry.checks.exists():
        raise Refused(
            _("The secretary has begun to check this entry: it can no longer be changed.")
        )
    return stage


def missing(
    entry: Entry, attached: Iterable[str] | None = None, *, history: History | None = None
) -> dict[str, str]:
    """Messages by field key for everything that is asked, required and not there.

    `attached`: the fields that have a file, where those of a working copy are meant. `history`:
    of the applicant, where somebody has read it.
    """
    rules = entry.edition.rules
    known = facts(entry, history=history)
    if attached is None:
        attached = handed_in_files(entry)
    before = schema.Form.model_construct(
        sections=[
            schema.Section.model_construct(
                key="_questions", title=rules.category_title, fields=rules.questions
            )
        ]
    )
    found = [
        *gaps(before, entry.answers, (), known),
        *gaps(form_of(entry.edition), entry.answers, attached, known),
    ]
    return {gap.field.key: gap.message for gap in found}


def answers_digest(entry: Entry) -> str:
    """SHA-256 of the answers with the entry's salt."""
    return hashlib.sha256(
        canonical.dumps({"salt": entry.salt, "answers": entry.answers})
    ).hexdigest()


@transaction.atomic
def save_answers(
    entry: Entry,
    answers: Mapping[str, Any],
    *,
    version: int,
    was: Mapping[str, str] | None = None,
    over: bool = False,
    by: User | None,
) -> Entry:
    """Save answers by field key; fields not named keep theirs, empty ones are cleared.

    A draft may be as incomplete as it likes. Those of a submitted entry are kept as an amendment:
    the version handed in counts until `submit_changes`.

    `version`: the one that the page was opened at. `was`: marks (`mark_of`) of the answers that the
    page showed; with them only a field that both changed is a conflict, and what a colleague wrote
    elsewhere stays. `over`: write over even then, if nobody saved since `version`.

    Raises Denied, Refused (closed), InvalidAnswers (field by field; nothing is saved), Stale
    (somebody saved in between; the same content twice is no conflict).
    """
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked_alone(entry)
    open_for_changes(row)
    cleaned, errors = clean_all(all_fields(row.edition), answers)
    if errors:
        raise InvalidAnswers(errors)
    amendment = open_amendment(row)
    held = amendment.answers if amendment else row.answers
    changed = {key: value for key, value in cleaned.items() if held.get(key) != value}
    if was is not None:
        changed = _meant(changed, held, was, over=over and version == row.version)
    elif changed and version != row.version:
        raise Stale
    if not changed:
        return _told(entry, row)
    merged = {key: value for key, value in (held | changed).items() if value is not None}
    if row.state == EntryState.SUBMITTED:
        amendment = amendment or begin_amendment(row, by=by)
        amendment.answers = merged
        amendment.save(update_fields=["answers"])
    else:
        row.answers = merged
    saved(row, by)
    return _told(entry, row)


def _meant(
    changed: Mapping[str, Any], held: Mapping[str, Any], was: Mapping[str, str], *, over: bool
) -> dict[str, Any]:
    """What of `changed` the writer changed, by the marks of what they saw. Raises Stale."""
    found: dict[str, Any] = {}
    both = set()
    for key, value in changed.items():
        seen = was.get(key)
        if seen == mark_of(value):
            continue  # not touched here; a colleague's newer answer stays
        if seen != mark_of(held.get(key)) and not over:
            both.add(key)
        found[key] = value
    if both:
        raise Stale(both)
    return found


def saved(row: Entry, by: User | None, *, answers: bool = True) -> None:
    """Note who saved last; a save of `answers` counts as a version."""
    row.saved_by, row.saved_at = by, now()
    written = ["saved_by", "saved_at"]
    if answers:
        row.version += 1
        written += ["answers", "version"]
    row.save(update_fields=written)


def begin_amendment(row: Entry, *, by: User | None) -> Amendment:
    """Changes to a submitted (and locked) entry begin: with the answers that count."""
    return Amendment.objects.create(entry=row, answers=row.answers, started_by=by, started_at=now())


def _told(entry: Entry, row: Entry) -> Entry:
    """Let the caller's object know what was saved."""
    for name in (
        "answers", "version", "state", "category_id", "number", "submitted_at", "late", "handed_in",
        "saved_by", "saved_at",
    ):  # fmt: skip
        setattr(entry, name, getattr(row, name))
    forget_hints(entry)
    return row


def file_digests(files: Mapping[str, Attachment]) -> dict[str, str]:
    """SHA-256 of each file, by field key."""
    return {key: kept.file.sha256 for key, kept in sorted(files.items())}


def file_commitments(entry: Entry, digests: Mapping[str, str]) -> dict[str, str]:
    """What the journal says of each file: a bare checksum would prove to everybody who has the same
    document that it lies here. Made as `ledger words` are: salt, newline, checksum.
    """
    return {key: commitment(digest, entry.salt) for key, digest in digests.items()}


def _file_field(entry: Entry, key: str) -> schema.Field:
    for field in form_of(entry.edition).fields():
        if field.key == key and field.kind == "file":
            return field
    raise Refused(_("There is no such file in this form."), field=key)


@transaction.atomic
def attach(entry: Entry, field: str, upload: UploadedFile, *, by: User | None) -> Kept:
    """Attach a file under the key of its form field; an earlier one is kept as replaced.

    That of a submitted entry counts when its changes are handed in.
    Raises Denied, Refused (closed; wrong ending, content or size; a PDF that does not open).
    """
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked_alone(entry)
    open_for_changes(row)
    rule = _file_field(row, field)
    try:
        stored = keep_upload(upload, accept=rule.accept, largest_mb=rule.largest_mb, by=by)
    except Refused as error:
        error.field = field
        raise
    saved(row, by, answers=False)
    _told(entry, row)
    if row.state == EntryState.SUBMITTED:
        return _amend_file(row, field, stored, by=by)
    row.attachments.filter(field=field, replaced_at__isnull=True).update(replaced_at=now())
    return Attachment.objects.create(entry=row, field=field, file=stored, attached_at=now())


def _amend_file(
    row: Entry, field: str, stored: StoredFile | None, *, by: User | None
) -> AmendedFile:
    amendment = open_amendment(row) or begin_amendment(row, by=by)
    amendment.files.filter(field=field, replaced_at__isnull=True).update(replaced_at=now())
    return AmendedFile.objects.create(
        amendment=amendment, field=field, file=stored, attached_at=now()
    )


@transaction.atomic
def detach(entry: Entry, field: str, *, by: User | None) -> None:
    """Take back the file of a field. Raises Denied, Refused (closed)."""
    if by is not None:
        permissions.edit_entry.require(by, entry)
    row = locked_alone(entry)
    open_for_changes(row)
    _file_field(row, field)
    if field not in working_copy(row).files:
        return
    if row.state == EntryState.SUBMITTED:
        _amend_file(row, field, None, by=by)
    else:
        row.attachments.filter(field=field, replaced_at__isnull=True).update(replaced_at=now())
    saved(row, by, answers=False)
    _told(entry, row)


@transaction.atomic
def choose_category(entry: Entry, category_key: str, *, by: User | None) -> Entry:
    """Choose another category while the draft is being written.

    The applicant may, and the secretary may propose one until applications close.
    Raises Denied, Refused.
    """
    if by is not None:
        permissions.choose_category.require(by, entry)
    row = locked(entry)
    open_for_changes(row)
    if row.state != EntryState.DRAFT:
        raise Refused(_("The category can be changed only before the entry is submitted."))
    if not row.edition.rules.chosen_category:
        raise Refused(_("The category follows from the organisation's facts."))
    found = check_eligibility(
        row.edition, row.organisation, row.good, row.answers, category_key, entry=row
    )
    if found.category is None:
        raise Refused(_("There is no such category."), field="category")
    row.category = found.category
    row.version += 1
    row.save(update_fields=["category", "version"])
    ledger.append(
        row.edition.chain,
        "entry.category",
        subject=row.uid,
        by=by,
        data={"category": found.category.key},
    )
    if by is not None and not permissions.edit_entry(by, row):
        notices.category_chosen(row)
    return _told(entry, row)
