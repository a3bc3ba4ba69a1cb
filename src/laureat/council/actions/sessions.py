"""Opening sessions; who is there, who takes no part."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment.models import Assessor
from laureat.council.actions.common import chain, locked
from laureat.council.actions.leaving import begin_presence, end_presence, withdraw_votes
from laureat.council.actions.moments import check_moment
from laureat.council.actions.presiding import settle_presiding
from laureat.council.actions.roll import require_quorum, roll
from laureat.council.models import (
    SESSION_TRANSITIONS,
    Attendance,
    Guest,
    Recusal,
    Seat,
    Session,
    SessionState,
    Voted,
)
from laureat.council.permissions import lead_session, vote_in_session
from laureat.council.queries.counting import present_seats, quorum, voting_seats
from laureat.intake.models import Entry
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.rulebook.actions import open_stage
from laureat.rulebook.models import Edition, StageState


@transaction.atomic
def mark_attendance(
    session: Session,
    present: Collection[Seat],
    *,
    guests: Collection[Guest] | None = None,
    withdraw: bool = False,
    at: datetime | None = None,
    by: User | None,
) -> dict[int, bool]:
    """Write who is there; everybody else of the panel (and, if `guests` says who of those invited
    came, of the guests) is marked absent. In an open session each change has its time: `at`, if it
    is written down later than it happened (the journal keeps both), else this moment.

    Whoever leaves takes the own votes out of motions that are not counted yet, if `withdraw` says
    that this is wanted; what was counted before stays. Returns presence by seat. Raises Denied,
    Refused (somebody else's seat; votes would be withdrawn; a time that cannot be).
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED, SessionState.OPEN)
    here = {seat.pk for seat in present}
    seats = roll(row)
    if here - {seat.pk for seat in seats}:
        raise Refused(_("Somebody marked as present does not sit in this panel."))
    marks = {seat.pk: seat.pk in here for seat in seats}
    if row.state == SessionState.OPEN:
        gone = [seat for seat in seats if not marks[seat.pk]]
        before = present_seats(row)
        if at is not None:
            new = [seat for seat in seats if seat.pk in here - before]
            check_moment(row, at, new, [seat for seat in gone if seat.pk in before])
        moment = at or now()
        withdraw_votes(row, gone, moment, agreed=withdraw, by=by)
        end_presence(row, [seat.pk for seat in gone], moment)
        begin_presence(row, here, moment)
    for seat, there in marks.items():
        Attendance.objects.update_or_create(session=row, seat_id=seat, defaults={"present": there})
    if guests is not None:
        came = {guest.pk for guest in guests}
        row.invited.filter(pk__in=came).update(present=True)
        row.invited.exclude(pk__in=came).update(present=False)
    data: dict[str, object] = {
        "present": sorted(seat.user.commitment for seat in seats if marks[seat.pk]),
        "absent": sorted(seat.user.commitment for seat in seats if not marks[seat.pk]),
    }
    if at is not None and row.state == SessionState.OPEN:
        data["at"] = at.isoformat()  # the record itself says when it was written
    ledger.append(chain(row), "session.attendance", subject=row.uid, by=by, data=data)
    return marks


@transaction.atomic
def open_session(session: Session, *, by: User | None) -> Session:
    """Begin the sitting. Raises Denied, Refused (no agenda, no quorum, nobody to preside)."""
    if by is not None:
        lead_session.require(by, session)
    if session.stage.state == StageState.PLANNED:  # opened below: the edition is locked first
        Edition.objects.select_for_update(no_key=True).get(pk=session.stage.edition_id)
    row = locked(session)
    if SessionState.OPEN not in SESSION_TRANSITIONS[row.state] or row.opened_at is not None:
        raise Refused(
            _("The session is %(state)s: it cannot be opened now.")
            % {"state": row.get_state_display()}
        )
    if not row.motions.exists():
        raise Refused(_("There is no agenda yet: propose honours first."))
    require_quorum(row)
    head = settle_presiding(row)
    for seat in roll(row):
        Attendance.objects.get_or_create(session=row, seat=seat)
    stage = row.stage
    if stage.state == StageState.PLANNED:
        stage = open_stage(stage, by=None)
    if stage.state != StageState.OPEN:
        raise Refused(_("The stage is closed: open it first."))
    row.state, row.opened_at = SessionState.OPEN, now()
    row.save(update_fields=["state", "opened_at", "presiding", "presiding_basis"])
    begin_presence(row, present_seats(row), row.opened_at)
    detect_recusals(row)
    found = quorum(row)
    ledger.append(
        chain(row),
        "session.opened",
        subject=row.uid,
        by=by,
        data={
            "members": found.total,
            "needed": found.needed,
            "present": found.present,
            "presiding": head.user.commitment,
        },
    )
    session.presiding, session.presiding_basis = row.presiding, row.presiding_basis
    session.state, session.opened_at = row.state, row.opened_at
    return row


def detect_recusals(session: Session) -> list[Recusal]:
    """Recuse members who act or work for an organisation on the agenda (found by the system)."""
    seats = {seat.user_id: seat for seat in voting_seats(session)}
    entries = list(
        Entry.objects.filter(motions__session=session).select_related("organisation").distinct()
    )
    by_uid: dict[str, list[Entry]] = {}
    by_pk: dict[int, list[Entry]] = {}
    for entry in entries:
        by_uid.setdefault(entry.organisation.uid, []).append(entry)
        by_pk.setdefault(entry.organisation_id, []).append(entry)
    acting = Grant.objects.filter(
        role=Role.APPLICANT,
        user__in=seats,
        organisation__in=by_uid,
        ended_at__isnull=True,
    ).values_list("user", "organisation")
    pairs = {(seats[user].pk, entry.pk) for user, uid in acting for entry in by_uid[uid]}
    working = Assessor.objects.filter(
        edition=session.stage.edition_id, user__in=seats, works_for__in=by_pk
    ).values_list("user", "works_for")
    pairs |= {(seats[user].pk, entry.pk) for user, pk in working for entry in by_pk[pk]}
    known = set(Recusal.objects.filter(session=session).values_list("seat", "entry"))
    return Recusal.objects.bulk_create(
        Recusal(session=session, seat_id=seat, entry_id=entry, detected=True)
        for seat, entry in sorted(pairs - known)
    )


@transaction.atomic
def recuse(session: Session, seat: Seat, entry: Entry, reason: str, *, by: User | None) -> Recusal:
    """A member takes no part in deciding about `entry`: said by the member, or put on record by
    the secretary or chair. Raises Denied, Refused (no reason; voted already).
    """
    if by is not None:
        _require_own_or_led(by, session, seat)
    row = locked(session, SessionState.PLANNED, SessionState.OPEN)
    if not reason.strip():
        raise Refused(_("Say why: the minutes repeat it."), field="reason")
    if seat.panel_id != row.panel_id or not seat.votes:
        raise Refused(_("Only a voting member of this panel can be recused."))
    if not row.motions.filter(entry=entry).exists():
        raise Refused(_("This entry is not on the agenda."))
    if Voted.objects.filter(seat=seat, motion__session=row, motion__entry=entry).exists():
        raise Refused(
            _("This member has voted on the entry already: have the vote repeated first.")
        )
    recusal, new = Recusal.objects.get_or_create(
        session=row, seat=seat, entry=entry, defaults={"reason": reason.strip(), "at": now()}
    )
    if new:
        data = {"member": seat.user.commitment, "entry": entry.uid}
        ledger.append(chain(row), "session.recused", subject=row.uid, by=by, data=data)
    return recusal


def _require_own_or_led(by: User, session: Session, seat: Seat) -> None:
    if seat.user_id == by.pk:
        vote_in_session.require(by, session)
    elif not lead_session(by, session):
        raise Denied(_("You recuse yourself only; for others the secretary or the chair does."))
