"""Who belongs to a session and who of them is there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from laureat.council.models import Attendance, Seat, Session
from laureat.council.queries.counting import quorum
from laureat.platform.errors import Refused


def roll(session: Session) -> list[Seat]:
    """Everybody of the panel; once the session was opened, the roll of that moment."""
    seats = Seat.objects.filter(panel=session.panel_id).select_related("user")
    if session.opened_at is None:
        return list(seats.filter(left_at__isnull=True))
    return list(seats.filter(attendance__session=session))


def require_quorum(session: Session) -> None:
    """Raise Refused, saying how many are there and how many are needed."""
    if missing := quorum(session).missing:
        raise Refused(missing)


def require_present(session: Session, seat: Seat) -> None:
    """Raise Refused unless the roll says that the member is there."""
    if not Attendance.objects.filter(session=session, seat=seat, present=True).exists():
        raise Refused(
            _("%(name)s is not marked as present: write down the attendance first.")
            % {"name": seat.user.called},
            field="seat",
        )
