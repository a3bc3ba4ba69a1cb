"""Who seats panels, runs sessions, sits in them, presides."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.council.models import Motion, Panel, Seat, Session, SessionState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, holds, no, within
from laureat.platform.accounts.models import User

_STAFF = (Role.ORGANISER, Role.SECRETARY)
_PANEL = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}
_SESSION = {
    "award": "stage__edition__award__key",
    "edition": "stage__edition__key",
    "region": "stage__region",
}


def _scope(panel: Panel) -> dict[str, str]:
    return {
        "award": panel.edition.award.key,
        "edition": panel.edition.key,
        "region": panel.region,
    }


def _session_scope(session: Session) -> dict[str, str]:
    edition = session.stage.edition
    return {"award": edition.award.key, "edition": edition.key, "region": session.stage.region}


def _may_run_panel(user: User, panel: Panel) -> Answer:
    if holds(user, *_STAFF, **_scope(panel)):
        return YES
    return no(_("Only the secretary of this edition seats the members of a panel."))


def _panels(user: User) -> QuerySet[Panel]:
    return Panel.objects.filter(within(user, *_STAFF, **_PANEL))


def _may_run(user: User, session: Session) -> Answer:
    if holds(user, *_STAFF, **_session_scope(session)):
        return YES
    return no(_("Only the secretary of this session does this."))


def _run(user: User) -> QuerySet[Session]:
    return Session.objects.filter(within(user, *_STAFF, **_SESSION))


def seats_of(user: User) -> QuerySet[Seat]:
    """The places that `user` holds now."""
    return Seat.objects.filter(user=user, left_at__isnull=True)


def _sits(user: User, session: Session, *roles: str) -> bool:
    return any(
        seat.user_id == user.pk and seat.left_at is None and (not roles or seat.role in roles)
        for seat in session.panel.seats.all()  # pages have read them already
    )


def _seated(user: User, *roles: str) -> Q:
    seats = seats_of(user).filter(role__in=roles) if roles else seats_of(user)
    return Q(panel__in=seats.values("panel"))


def _may_see(user: User, session: Session) -> Answer:
    scope = _session_scope(session)
    if holds(user, *_STAFF, **scope) or _sits(user, session):
        return YES
    if holds(user, Role.AUDITOR, **scope):
        if session.state == SessionState.PUBLISHED:
            return YES
        return no(_("The decisions of this session are not published yet."))
    return no(_("Only the members of the panel and its secretary see this session."))


def _seen(user: User) -> QuerySet[Session]:
    audited = within(user, Role.AUDITOR, **_SESSION) & Q(state=SessionState.PUBLISHED)
    run = within(user, *_STAFF, **_SESSION)
    if not run:
        return Session.objects.all()
    return Session.objects.filter(run | _seated(user) | audited)


_VOTING = (Seat.Role.CHAIR, Seat.Role.MEMBER)


def _may_vote(user: User, session: Session) -> Answer:
    if _sits(user, session, *_VOTING):
        return YES
    return no(_("Only the members of the panel vote."))


def _voted_in(user: User) -> QuerySet[Session]:
    return Session.objects.filter(_seated(user, *_VOTING))


def presiding_seat(session: Session) -> Seat | None:
    """Who presides: the member chosen for this session, else the chair of the panel."""
    sitting = [seat for seat in session.panel.seats.all() if seat.left_at is None]
    chosen = [seat for seat in sitting if seat.pk == session.presiding_id]
    return next(iter([*chosen, *(seat for seat in sitting if seat.role == Seat.Role.CHAIR)]), None)


def _may_preside(user: User, session: Session) -> Answer:
    seat = presiding_seat(session)
    if seat is not None and seat.user_id == user.pk:
        return YES
    return no(_("Only the one who presides over the session does this."))


def _presides(user: User) -> Q:
    """The same as a condition: chosen, or the chair where nobody (still sitting) was chosen."""
    chosen = Q(presiding__isnull=False, presiding__left_at__isnull=True)
    return (chosen & Q(presiding__user=user)) | (~chosen & _seated(user, Seat.Role.CHAIR))


def _presided(user: User) -> QuerySet[Session]:
    return Session.objects.filter(_presides(user))


def _may_lead(user: User, session: Session) -> Answer:
    if (
        holds(user, *_STAFF, **_session_scope(session))
        or _sits(user, session, Seat.Role.CHAIR)
        or _may_preside(user, session)
    ):
        return YES
    return no(_("Only the secretary of the session and the chair of the panel do this."))


def _led(user: User) -> QuerySet[Session]:
    run = within(user, *_STAFF, **_SESSION)
    if not run:
        return Session.objects.all()
    return Session.objects.filter(run | _seated(user, Seat.Role.CHAIR) | _presides(user))


def _may_see_motion(user: User, motion: Motion) -> Answer:
    return _may_see(user, motion.session)


def _motions_seen(user: User) -> QuerySet[Motion]:
    return Motion.objects.filter(session__in=_seen(user))


run_panel = Permission("run_panel", may=_may_run_panel, among=_panels)
"""Seat and unseat members."""
run_session = Permission("run_session", may=_may_run, among=_run)
"""Plan, propose, count, close, publish: the secretary's work."""
see_session = Permission("see_session", may=_may_see, among=_seen)
"""See a session with its pending decisions: its secretary and the panel; auditors once it is
published."""
vote_in_session = Permission("vote_in_session", may=_may_vote, among=_voted_in)
"""Vote and recuse oneself."""
preside = Permission("preside", may=_may_preside, among=_presided)
"""Order equals, break ties, approve the minutes: the chair, or who was chosen to act for them."""
lead_session = Permission("lead_session", may=_may_lead, among=_led)
"""Open, close, change the agenda, take the count: the secretary, the chair, who presides."""
see_motion = Permission("see_motion", may=_may_see_motion, among=_motions_seen)
"""See a proposal, pending ones included."""
