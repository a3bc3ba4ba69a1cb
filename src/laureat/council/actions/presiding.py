"""Who presides when the chair does not."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked
from laureat.council.actions.roll import require_present, require_quorum
from laureat.council.exports.calendar import session_url
from laureat.council.models import Attendance, Basis, Seat, Session, SessionState
from laureat.council.permissions import lead_session, presiding_seat
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail.actions import queue


@transaction.atomic
def choose_presiding(
    session: Session, seat: Seat, basis: str = Basis.NAMED, *, by: User | None
) -> Session:
    """Write down which member presides over this session instead of the chair.

    Named by the secretary before the session, or elected by the members who are there. Choosing
    the chair gives the session back. Raises Denied, Refused (not a voting member; absent; the
    rulebook wants the other way; there is no quorum to elect anybody).
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED, SessionState.OPEN)
    seat = Seat.objects.select_related("user").get(pk=seat.pk)
    if seat.panel_id != row.panel_id or seat.left_at is not None or not seat.votes:
        raise Refused(_("Only a voting member of this panel presides."), field="seat")
    if seat == presiding_seat(row):
        raise Refused(
            _("%(name)s presides over this session already.") % {"name": seat.user.called},
            field="seat",
        )
    if seat.role == Seat.Role.CHAIR:
        basis = ""
    elif basis not in Basis.values:
        raise Refused(_("Say how the acting chair was chosen."), field="basis")
    _allowed(row, basis)
    if basis == Basis.ELECTED:
        require_quorum(row)
    if basis == Basis.ELECTED or row.state == SessionState.OPEN:
        require_present(row, seat)
    row.presiding, row.presiding_basis = seat, basis
    row.save(update_fields=["presiding", "presiding_basis"])
    session.presiding, session.presiding_basis = seat, basis
    data = {"member": seat.user.commitment, "basis": str(basis) or "chair"}
    ledger.append(chain(row), "session.presiding", subject=row.uid, by=by, data=data)
    _tell(row, seat)
    return row


def _allowed(session: Session, basis: str) -> None:
    wanted = session.stage.edition.rules.panels[session.panel.key].acting_chair
    if basis and wanted not in {"either", basis}:
        raise Refused(
            _("The rules of this contest let the members who are present elect the acting chair.")
            if wanted == "elected"
            else _("The rules of this contest let the acting chair be named before the session."),
            field="basis",
        )


def settle_presiding(session: Session) -> Seat:
    """Who presides over a session that begins; written into its row (not saved).

    Raises Refused when the chair is absent and nobody was chosen.
    """
    seat = presiding_seat(session)
    here = seat and Attendance.objects.filter(session=session, seat=seat, present=True).exists()
    if seat is None or not here:
        raise Refused(
            _(
                "%(name)s is not here to preside: choose on this page which member presides, then "
                "open the session."
            )
            % {"name": seat.user.called}
            if seat
            else _("The panel has no chair: choose on this page which member presides.")
        )
    if session.presiding_id != seat.pk:
        session.presiding, session.presiding_basis = seat, ""
    return seat


def _tell(session: Session, seat: Seat) -> None:
    user = seat.user
    with translation.override(user.language):
        values = {
            "name": user,
            "panel": localised(session.panel, "title"),
            "edition": localised(session.stage.edition, "title"),
            "number": session.number,
            "link": session_url(session),
        }
        queue(
            to=user.email,
            user=user,
            kind="council.presiding",
            language=user.language,
            scope=chain(session),
            subject=_("You preside over session No. %(number)s") % values,
            body=_(
                "%(name)s,\n\nyou preside over session No. %(number)s of the panel “%(panel)s” (%(edition)s): you "
                "decide ties, put equals in order and approve the minutes.\n\nThe session: %(link)s\n"
            )
            % values,
        )
