"""What waits for a person of the room on «My work»."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.council.models import Seat, Session, SessionState
from laureat.council.queries.lists import (
    Waiting,
    seats_with_sessions,
    to_run,
    without_session,
)
from laureat.council.queries.publication import missing_signature
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage

_TONES = {"open": "ok", "closed": "warn"}
MOST = 10


def sections(user: User) -> Iterable[Section]:
    """Sessions of the panels the person sits in, then what the secretary has to do.

    A session stands here once: whoever also runs it finds it among the secretary's, unless a vote
    or the minutes wait for that very person.
    """
    runs = bool(grants(user, Role.SECRETARY, Role.ORGANISER))
    own = to_run(user) if runs else []
    run = {session.pk for session in own}
    sitting = [
        (waiting.session.pk, item)
        for waiting in seats_with_sessions(user)
        if (item := _member(waiting)).urgent or waiting.session.pk not in run
    ][:MOST]
    if sitting:
        yield Section(_("Sessions of my panels"), [item for _pk, item in sitting])
    if runs:
        told = {pk for pk, _item in sitting}
        items = [_to_run(session) for session in own if session.pk not in told][:MOST]
        items += [_bare(stage) for stage in without_session(user)[:MOST]]
        if items:
            yield Section(_("Councils and commissions"), items)


def _title(session: Session) -> str:
    return _("%(panel)s: session No. %(number)s") % {
        "panel": localised(session.panel, "title"),
        "number": session.number,
    }


def _minutes(session: Session, detail: str) -> Item:
    return Item(
        title=_title(session),
        url=reverse("council:minutes", args=[session.uid]),
        detail=detail,
        state=session.get_state_display(),
        tone=_TONES.get(session.state, ""),
        urgent=True,
    )


def _member(waiting: Waiting) -> Item:
    session = waiting.session
    if waiting.to_approve:
        return _minutes(session, _("Read and approve the minutes"))
    detail = ""
    urgent = False
    page = "council:session"
    if session.state == SessionState.OPEN:
        urgent = waiting.left > 0
        if waiting.presides and waiting.tied:
            urgent = True
            detail = ngettext(
                "%(count)s motion is tied: you decide",
                "%(count)s motions are tied: you decide",
                waiting.tied,
            ) % {"count": waiting.tied}
        elif waiting.left and waiting.role != Seat.Role.SECRETARY:
            detail = ngettext(
                "%(count)s motion waits for your vote",
                "%(count)s motions wait for your vote",
                waiting.left,
            ) % {"count": waiting.left}
            page = "council:ballot"  # straight to the first motion
        else:
            urgent = False
    return Item(
        title=_title(session),
        url=reverse(page, args=[session.uid]),
        detail=detail,
        state=session.get_state_display(),
        tone=_TONES.get(session.state, ""),
        due=session.held_at if session.state == SessionState.PLANNED else None,
        urgent=urgent,
    )


def _to_run(session: Session) -> Item:
    """What the secretary does next: lead, have the minutes approved, sign them, publish."""
    if session.approved_at is not None and session.signed_at is None:
        return _minutes(session, _("Sign the approved minutes"))
    closed = session.state == SessionState.CLOSED
    waits = bool(closed and missing_signature(session))
    detail = _("Closed: publish its decisions") if closed else ""
    if session.returned_at is not None:
        detail = _("The minutes were not approved: take the session up again")
    elif waits:
        detail = _("Closed: who presided has not approved the minutes yet")
    return Item(
        title=_title(session),
        url=reverse("council:lead", args=[session.uid]),
        detail=detail,
        state=session.get_state_display(),
        tone=_TONES.get(session.state, ""),
        due=session.held_at if session.state == SessionState.PLANNED else None,
        urgent=closed and (not waits or session.returned_at is not None),
        todo=session.state == SessionState.OPEN,
    )


def _bare(stage: Stage) -> Item:
    return Item(
        title=f"{localised(stage.edition, 'title')}: {localised(stage, 'title')}",
        url=reverse("council:stage", args=[stage.uid]),
        detail=_("Entries wait for a decision: plan a session"),
        due=stage.closes_at,
        todo=True,
    )
