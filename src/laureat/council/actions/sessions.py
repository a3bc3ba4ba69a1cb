"""Planning and opening sessions; who is there, who takes no part."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat import ledger
from laureat.assessment.models import Assessor
from laureat.council.actions.common import chain, locked, panel_of, people_of
from laureat.council.models import (
    SESSION_TRANSITIONS,
    Attendance,
    Panel,
    Recusal,
    Seat,
    Session,
    SessionState,
    Voted,
)
from laureat.council.permissions import lead_session, vote_in_session
from laureat.council.queries.counting import quorum, voting_seats
from laureat.intake.models import Entry
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.text import moment
from laureat.rulebook.actions import open_stage
from laureat.rulebook.models import Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage


@transaction.atomic
def plan_session(stage: Stage, held_at: datetime, place: Words = "", *, by: User | None) -> Session:
    """Plan a sitting of the stage's panel and tell its members. Raises Denied, Refused."""
    if by is not None:
        run_stage.require(by, stage)
    if stage.kind != StageKind.DECISION:
        raise Refused(_("Panels sit at decision stages only."))
    if held_at.tzinfo is None:
        raise Refused(_("Say when the session is held."), field="held_at")
    panel = Panel.objects.select_for_update().get(pk=panel_of(stage).pk)
    last = panel.sessions.aggregate(last=Max("number"))["last"] or 0
    place_ru, place_en = both(place)
    session = Session.objects.create(
        panel=panel,
        stage=stage,
        number=last + 1,
        held_at=held_at,
        place_ru=place_ru,
        place_en=place_en,
    )
    ledger.append(
        stage.edition.chain,
        "session.planned",
        subject=session.uid,
        by=by,
        data={"panel": str(panel), "number": session.number, "held_at": held_at.isoformat()},
    )
    _invite(session, people_of(panel))
    return session


@transaction.atomic
def move_session(
    session: Session, held_at: datetime, place: Words = "", *, by: User | None
) -> Session:
    """Change when and where a planned session is held, and tell the members.

    Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED)
    place_ru, place_en = both(place)
    if row.held_at == held_at and (row.place_ru, row.place_en) == (place_ru, place_en):
        return row
    row.held_at, row.place_ru, row.place_en = held_at, place_ru, place_en
    row.save(update_fields=["held_at", "place_ru", "place_en"])
    data = {"held_at": held_at.isoformat()}
    ledger.append(chain(row), "session.moved", subject=row.uid, by=by, data=data)
    _invite(row, people_of(row.panel))
    return row


def _invite(session: Session, people: Iterable[User]) -> None:
    for user in people:
        with translation.override(user.language):
            when = moment(session.held_at, zone=user.time_zone)
            values = {
                "name": user,
                "panel": localised(session.panel, "title"),
                "number": session.number,
                "when": f"{when.shown} {when.zone}".strip(),
                "place": localised(session, "place") or _("to be announced"),
            }
            queue(
                to=user.email,
                user=user,
                kind="council.session_planned",
                language=user.language,
                scope=chain(session),
                subject=_("Session No. %(number)s: %(when)s") % values,
                body=_(
                    "%(name)s,\n\nsession No. %(number)s of the panel “%(panel)s” is held on "
                    "%(when)s.\nPlace: %(place)s.\n\nThe agenda with the entries is under “My "
                    "work”. If you are tied to an applicant, recuse yourself there.\n"
                )
                % values,
            )


@transaction.atomic
def mark_attendance(
    session: Session, present: Collection[Seat], *, by: User | None
) -> dict[int, bool]:
    """Write who is there; everybody else of the panel is marked absent.

    Returns presence by seat. Votes cast before somebody leaves stay. Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED, SessionState.OPEN)
    here = {seat.pk for seat in present}
    seats = _roll(row)
    if here - {seat.pk for seat in seats}:
        raise Refused(_("Somebody marked as present does not sit in this panel."))
    marks = {seat.pk: seat.pk in here for seat in seats}
    for seat, there in marks.items():
        Attendance.objects.update_or_create(session=row, seat_id=seat, defaults={"present": there})
    data = {
        "present": sorted(seat.user.commitment for seat in seats if marks[seat.pk]),
        "absent": sorted(seat.user.commitment for seat in seats if not marks[seat.pk]),
    }
    ledger.append(chain(row), "session.attendance", subject=row.uid, by=by, data=data)
    return marks


def _roll(session: Session) -> list[Seat]:
    """Everybody of the panel; once the session was opened, the roll of that moment."""
    seats = Seat.objects.filter(panel=session.panel_id).select_related("user")
    if session.opened_at is None:
        return list(seats.filter(left_at__isnull=True))
    return list(seats.filter(attendance__session=session))


@transaction.atomic
def open_session(session: Session, *, by: User | None) -> Session:
    """Begin the sitting. Raises Denied, Refused (no agenda, no quorum)."""
    if by is not None:
        lead_session.require(by, session)
    row = locked(session)
    if SessionState.OPEN not in SESSION_TRANSITIONS[row.state] or row.opened_at is not None:
        raise Refused(
            _("The session is %(state)s: it cannot be opened now.")
            % {"state": row.get_state_display()}
        )
    if not row.motions.exists():
        raise Refused(_("There is no agenda yet: propose honours first."))
    require_quorum(row)
    for seat in _roll(row):
        Attendance.objects.get_or_create(session=row, seat=seat)
    stage = row.stage
    if stage.state == StageState.PLANNED:
        stage = open_stage(stage, by=None)
    if stage.state != StageState.OPEN:
        raise Refused(_("The stage is closed: open it first."))
    row.state, row.opened_at = SessionState.OPEN, now()
    row.save(update_fields=["state", "opened_at"])
    detect_recusals(row)
    found = quorum(row)
    ledger.append(
        chain(row),
        "session.opened",
        subject=row.uid,
        by=by,
        data={"members": found.total, "needed": found.needed, "present": found.present},
    )
    session.state, session.opened_at = row.state, row.opened_at
    return row


def require_quorum(session: Session) -> None:
    """Raise Refused, saying how many are there and how many are needed."""
    found = quorum(session)
    if found.total == 0:
        raise Refused(_("The panel has no voting members yet: seat them first."))
    if not found.met:
        here = ngettext(
            "There is no quorum: %(present)s of %(total)s voting members is present",
            "There is no quorum: %(present)s of %(total)s voting members are present",
            found.present,
        ) % {"present": found.present, "total": found.total}
        needed = _("at least %(needed)s are needed.") % {"needed": found.needed}
        raise Refused(f"{here}, {needed}")


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
            _("This member has voted on the entry already: the chair can have the vote repeated.")
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
