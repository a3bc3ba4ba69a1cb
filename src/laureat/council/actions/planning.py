"""Planning, moving and cancelling sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked, panel_of, reasoned
from laureat.council.actions.inviting import tell_all
from laureat.council.models import SESSION_TRANSITIONS, Panel, Seat, Session, SessionState
from laureat.council.permissions import lead_session, run_session
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both
from laureat.rulebook.models import Stage, StageKind
from laureat.rulebook.permissions import run_stage

JUST_NOW = timedelta(hours=1)
"""Who sits down at once plans the session a little after it began."""


def _time_and_place(held_at: datetime, place: tuple[str, str], link: str) -> None:
    """Raise Refused unless members can come: a time that is not over, a place or a link."""
    if held_at.tzinfo is None:
        raise Refused(_("Say when the session is held."), field="held_at")
    if held_at < now() - JUST_NOW:
        raise Refused(
            _("This time is over: name one that is still to come, members are asked to be there."),
            field="held_at",
        )
    if not any(place) and not link:
        raise Refused(_("Name the place, or a link to join by video."), field="place_ru")


@transaction.atomic
def plan_session(
    stage: Stage, held_at: datetime, place: Words = "", *, link: str = "", by: User | None
) -> Session:
    """Plan a sitting of the stage's panel and tell its members: at a place, by a `link`, or both.

    Raises Denied, Refused (time over; neither place nor link; nobody in the panel who votes).
    """
    if by is not None:
        run_stage.require(by, stage)
    if stage.kind != StageKind.DECISION:
        raise Refused(_("Panels sit at decision stages only."))
    place_ru, place_en = both(place)
    _time_and_place(held_at, (place_ru, place_en), link)
    panel = Panel.objects.select_for_update().get(pk=panel_of(stage).pk)
    voting = panel.seats.filter(left_at__isnull=True).exclude(role=Seat.Role.SECRETARY)
    if not voting.exists():
        raise Refused(_("The panel has no voting members yet: seat them first."))
    last = panel.sessions.aggregate(last=Max("number"))["last"] or 0
    session = Session.objects.create(
        panel=panel,
        stage=stage,
        number=last + 1,
        held_at=held_at,
        place_ru=place_ru,
        place_en=place_en,
        link=link,
    )
    ledger.append(
        stage.edition.chain,
        "session.planned",
        subject=session.uid,
        by=by,
        data={"panel": str(panel), "number": session.number, "held_at": held_at.isoformat()},
    )
    tell_all(session)
    return session


@transaction.atomic
def move_session(
    session: Session,
    held_at: datetime,
    place: Words = "",
    *,
    link: str = "",
    by: User | None,
) -> Session:
    """Change when and where a planned session is held, and tell the members.

    Raises Denied, Refused (time over; neither place nor link).
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED)
    place_ru, place_en = both(place)
    wanted = (held_at, place_ru, place_en, link)
    if (row.held_at, row.place_ru, row.place_en, row.link) == wanted:
        return row
    _time_and_place(held_at, (place_ru, place_en), link)
    row.held_at, row.place_ru, row.place_en, row.link = wanted
    row.revision += 1
    row.save(update_fields=["held_at", "place_ru", "place_en", "link", "revision"])
    data = {"held_at": held_at.isoformat()}
    ledger.append(chain(row), "session.moved", subject=row.uid, by=by, data=data)
    tell_all(row)
    return row


@transaction.atomic
def cancel_session(session: Session, reason: Words, *, by: User | None) -> Session:
    """Call off a session that has not begun, and tell everybody who was asked to come.

    Its number is not given again; its agenda stays readable. Raises Denied, Refused (no reason;
    begun or over).
    """
    if by is not None:
        run_session.require(by, session)
    row = locked(session)
    if SessionState.CANCELLED not in SESSION_TRANSITIONS[row.state]:
        raise Refused(
            _("The session is %(state)s: only one that has not begun is cancelled.")
            % {"state": row.get_state_display()}
        )
    ru, en = reasoned(reason, _("Say why: those who were asked to come read it."))
    row.state, row.cancelled_at = SessionState.CANCELLED, now()
    row.cancelled_reason_ru, row.cancelled_reason_en = ru, en
    row.revision += 1
    row.save(
        update_fields=[
            "state", "cancelled_at", "cancelled_reason_ru", "cancelled_reason_en", "revision",
        ]
    )  # fmt: skip
    data = {"reason_sha256": ledger.words(ru, en)}
    ledger.append(chain(row), "session.cancelled", subject=row.uid, by=by, data=data)
    tell_all(row)
    session.state = row.state
    return row
