"""Scorebooks: begun, saved, signed, opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks, notices, spreads
from laureat.assessment.actions.marks import (
    Crowded,
    Incomplete,
    MarkInput,
    Stale,
    Undiscussed,
    WrongMarks,
    missing,
    state_of,
    too_many,
)
from laureat.assessment.actions.writing import digest, drafted, fill, starting_marks
from laureat.assessment.models import (
    SCOREBOOK_TRANSITIONS,
    Assignment,
    AssignmentState,
    Mark,
    Sample,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.intake.models import Entry, Passage
from laureat.ledger.models import Record
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage


@transaction.atomic
def start_scorebook(assignment: Assignment, *, by: User | None) -> Scorebook:
    """The assessor's own scorebook on the entry; the one already begun if there is one.

    Measured values that the applicant has stated are filled in. Raises Denied, Refused.
    """
    if by is not None:
        permissions.answer_assignment.require(by, assignment)
    stage = locks.shared(assignment.stage)
    entry, own = assignment.entry, {"stage": stage, "assessor_id": assignment.assessor_id}
    books = Scorebook.objects.filter(**own, entry=entry.pk, kind=ScorebookKind.INDIVIDUAL)
    existing = books.order_by().first()
    if existing:
        return existing
    state = Assignment.objects.values_list("state", flat=True).get(pk=assignment.pk)
    if state != AssignmentState.ACCEPTED:
        raise Refused(_("First confirm that you have no conflict of interest."))
    check_open(stage, entry)
    if not stage.rules.scorebook.individual:
        raise Refused(_("At this stage only the team's scorebook is written."))
    if permissions.blind(stage) and not is_coded(stage, entry):
        raise Refused(_("The samples have not been coded yet: wait for the secretary."))
    marks = starting_marks(stage, entry)
    empty = {} if marks else {"version": 1, "saved_at": now()}  # there is nothing more to save
    try:
        with transaction.atomic():
            book = Scorebook.objects.create(
                **own,
                **empty,
                entry=entry,
                edition=stage.edition,
                kind=ScorebookKind.INDIVIDUAL,
                started_at=now(),
            )
    except IntegrityError:  # a double click: the other one has begun it
        return books.get()
    if marks:
        fill(book, marks)
    return book


def check_open(stage: Stage, entry: Entry) -> None:
    """Raise Refused unless people may judge the entry at the stage now."""
    if not stage.is_open:
        raise Refused(_("This stage is not open: nothing can be written now."))
    if not permissions.walks(entry.pk, stage.pk):
        raise Refused(_("This entry is not in the stage now."))


def is_coded(stage: Stage, entry: Entry) -> bool:
    """Whether the entry's sample has a code."""
    return Sample.objects.filter(stage=stage, entry=entry).exists()


@transaction.atomic
def save_marks(
    scorebook: Scorebook,
    marks: Mapping[str, MarkInput],
    *,
    version: int,
    seen: Mapping[str, str] | None = None,
    by: User | None,
) -> Scorebook:
    """Keep the marks of some parts; the totals are stored with them, or nothing is.

    `version` is the one that was open. With `seen`, the `state_of` the marks that were open, a
    newer version is written on where only other parts have changed since: two windows on two
    parts do not disturb each other, and who tries again after a lost answer disturbs nobody.

    Drafts enter no ledger: the signature does, with a digest of every mark. Raises Denied,
    WrongMarks (what is off its scale, part by part), Stale (saved elsewhere meanwhile), Refused.
    """
    book = locks.scorebook(scorebook, locks.shared(scorebook.stage))
    _may_be_written(book, by)
    if book.version != version and not _untouched(book, marks, seen):
        raise Stale(book.version)
    fill(book, marks, settled=book.kind == ScorebookKind.CONSENSUS)
    scorebook.version, scorebook.points, scorebook.filled, scorebook.saved_at = (
        book.version,
        book.points,
        book.filled,
        book.saved_at,
    )
    return book


def _untouched(
    book: Scorebook, marks: Mapping[str, MarkInput], seen: Mapping[str, str] | None
) -> bool:
    """Whether all that is to be written is stored as it was when the page was opened, or as it is
    to be written: the answer to the first try was lost on the way, and the page tries again.
    """
    if seen is None:
        return False
    stored = dict.fromkeys(marks, "")
    stored |= {row.part: state_of(row) for row in book.marks.filter(part__in=list(marks))}
    changed = [key for key in marks if seen.get(key) != stored[key]]
    try:
        wanted = drafted(book, {key: marks[key] for key in changed})
    except WrongMarks:
        return False
    return all(state_of(row) == stored[row.part] for row in wanted)


def _may_be_written(book: Scorebook, by: User | None) -> None:
    if by is not None:
        permissions.write_scorebook.require(by, book)
        return
    if book.state != ScorebookState.DRAFT:
        raise Refused(_("The scorebook is signed: open it again first."))
    if not book.stage.is_open:
        raise Refused(_("This stage is not open: nothing can be written now."))
    if not permissions.walks(book.entry_id, book.stage_id):
        raise Refused(_("This entry is not in the stage now."))


@transaction.atomic
def sign_scorebook(
    scorebook: Scorebook,
    *,
    by: User | None,
    version: int | None = None,
    undiscussed: Collection[str] = (),
    crowded: Collection[str] = (),
) -> Scorebook:
    """Sign a complete scorebook: from now on it counts and is not written any more.

    Of a team's scorebook two things are signed only knowingly, and the journal keeps which parts
    it is about. undiscussed: the team ought to have discussed them; crowded: their comments, which
    began as those of all members together, have more lines than the applicant should have to read.
    Raises Denied, Incomplete (what is missing where), Undiscussed, Crowded, Stale, Refused.
    """
    stage = locks.shared(scorebook.stage)
    locks.entry(scorebook.entry_id)
    book = locks.scorebook(scorebook, stage)
    _may_be_written(book, by)
    if version is not None and version != book.version:
        raise Stale(book.version)
    marks = {mark.part: mark for mark in book.marks.all()}
    lacking = list(missing(book.stage, marks))
    if lacking:
        raise Incomplete(lacking)
    if book.kind == ScorebookKind.CONSENSUS:
        _require_all_signed(book)
    left = spreads.undiscussed(book, marks)
    if not set(left) <= set(undiscussed):
        raise Undiscussed(left)
    long = _too_long(book, marks)
    if not set(long) <= set(crowded):
        raise Crowded(long)
    move(book, ScorebookState.SIGNED)
    book.signed_at = now()
    _take_over(book)
    book.save(update_fields=["state", "version", "signed_at", "assessor"])
    ledger.append(
        book.stage.edition.chain,
        "scorebook.signed",
        subject=book.uid,
        by=by,
        data={"kind": str(book.kind), "sha256": digest(marks.values(), book.salt)}
        | ({"undiscussed": left} if left else {})
        | ({"crowded": long} if long else {}),
    )
    scorebook.state, scorebook.version, scorebook.signed_at = (
        book.state,
        book.version,
        book.signed_at,
    )
    if book.kind == ScorebookKind.INDIVIDUAL:
        _tell_lead_when_all_signed(book)
    return book


def _too_long(book: Scorebook, marks: Mapping[str, Mark]) -> list[str]:
    """Parts of a team's scorebook with comments of too many lines. One's own is nobody's reading."""
    if book.kind != ScorebookKind.CONSENSUS:
        return []
    return list(dict.fromkeys(each.part for each in too_many(book.stage, marks)))


def _require_all_signed(book: Scorebook) -> None:
    """Scorebooks that the team's rests on may have been opened again: then they wait for their
    signature first. Those that were never signed were left out when it was begun.
    """
    team = permissions.team_of(book.entry_id, book.stage_id).values("assessor")
    rows = Scorebook.objects.filter(
        stage_id=book.stage_id,
        entry_id=book.entry_id,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.DRAFT,
        assessor__in=team,
    )
    drafts = dict(rows.order_by().values_list("uid", "assessor__serial"))
    if not drafts:
        return
    reopened = Record.objects.filter(
        chain__key=book.stage.edition.chain, subject__in=drafts, action="scorebook.reopened"
    )
    serials = {drafts[uid] for uid in reopened.values_list("subject", flat=True)}
    numbers = ", ".join(map(str, sorted(serials)))
    if numbers:
        raise Refused(
            _("Opened again and not signed yet: the scorebooks of assessors %(numbers)s.")
            % {"numbers": numbers}
        )


def _take_over(book: Scorebook) -> None:
    """The team's scorebook is the work of whoever leads the team now."""
    if book.kind == ScorebookKind.CONSENSUS:
        lead = permissions.team_of(book.entry_id, book.stage_id).filter(lead=True).first()
        if lead is not None:
            book.assessor = lead.assessor


def move(book: Scorebook, state: ScorebookState) -> None:
    """Change the state by the table; every move is a new version."""
    if state not in SCOREBOOK_TRANSITIONS[book.state]:
        raise Refused(
            _("The scorebook is “%(state)s”: this cannot be done now.")
            % {"state": book.get_state_display()}
        )
    book.state = state
    book.version += 1


def _tell_lead_when_all_signed(book: Scorebook) -> None:
    stage = book.stage
    if not stage.rules.scorebook.consensus:
        return
    team = permissions.team_of(book.entry_id, book.stage_id)
    signed = Scorebook.objects.filter(
        stage=stage,
        entry_id=book.entry_id,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
    )
    members = set(team.order_by().values_list("assessor", flat=True))
    if members.difference(signed.order_by().values_list("assessor", flat=True)):
        return
    leading = team.filter(lead=True).select_related("assessor__user").first()
    if leading is None:
        return
    lead = leading.assessor
    uids, number = (stage.uid, book.entry.uid), book.entry.number
    notices.tell(
        lead.user,
        "all-signed",
        stage,
        lambda: (
            _("Entry %(number)s: all scorebooks are signed") % {"number": number},
            f"{notices.contest(stage)}\n"
            + _("Stage: %(stage)s") % {"stage": localised(stage, "title")}
            + "\n\n"
            + _("You can start the team's scorebook now:")
            + f"\n\n{notices.address('assessment:team', *uids)}\n",
        ),
        dedupe_key=f"assessment.all-signed:{stage.uid}:{book.entry.uid}:{book.version}:{book.uid}",
    )


@transaction.atomic
def reopen_scorebook(scorebook: Scorebook, reason: str, *, by: User | None) -> Scorebook:
    """Let a signed scorebook be written again; with a reason, and logged.

    The lead opens the scorebooks of the team, the secretary any. Raises Denied, Refused.
    """
    stage = locks.shared(scorebook.stage)
    locks.entry(scorebook.entry_id)
    book = locks.scorebook(scorebook, stage)
    if by is not None:
        passage = Passage.objects.select_related("stage__edition__award").get(
            entry_id=book.entry_id, stage_id=book.stage_id
        )
        permissions.lead_team.require(by, passage)
    if not reason.strip():
        raise Refused(_("Say why the scorebook is opened again."), field="reason")
    if not book.stage.is_open:
        raise Refused(_("This stage is not open: its scorebooks stay as they are."))
    if not permissions.walks(book.entry_id, book.stage_id):
        raise Refused(_("This entry is not in the stage now."))
    agreed = Scorebook.objects.filter(
        stage_id=book.stage_id,
        entry_id=book.entry_id,
        kind=ScorebookKind.CONSENSUS,
        state=ScorebookState.SIGNED,
    )
    if book.kind == ScorebookKind.INDIVIDUAL and agreed.exists():
        raise Refused(_("The team's scorebook is signed: open that one again first."))
    if by is not None and book.kind == ScorebookKind.INDIVIDUAL:
        own = book.assessor.user_id == by.pk
        if own and not permissions.manage_stage(by, book.stage):
            raise Denied(_("Your own scorebook is opened again by the secretary."))
    move(book, ScorebookState.DRAFT)
    book.signed_at = None
    _take_over(book)
    book.save(update_fields=["state", "version", "signed_at", "assessor"])
    ledger.append(
        book.stage.edition.chain,
        "scorebook.reopened",
        subject=book.uid,
        by=by,
        data={"reason_sha256": ledger.words(reason)},
    )
    notices.tell_reopened(book.assessor, book.stage, reason.strip(), book.uid)
    scorebook.state, scorebook.version, scorebook.signed_at = book.state, book.version, None
    return book
