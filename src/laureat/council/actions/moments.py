"""When somebody came or left, if it is written down later than it was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from laureat.council.models import Motion, MotionState, Presence, Recusal, Seat, Session
from laureat.council.queries.course import pauses
from laureat.platform.clock import now
from laureat.platform.errors import Refused


def begun_at(session: Session) -> datetime:
    """When the sitting that goes on now began: the opening, or where it was taken up on another day."""
    assert session.opened_at is not None
    return max([session.opened_at, *(again for _closed, again in pauses(session))])


def check_moment(
    session: Session, at: datetime, came: Collection[Seat], left: Collection[Seat]
) -> None:
    """Raise Refused unless these members can have come and left at `at`: while the session sits, not
    before they were there, and not so that a count that was made would have been another one.
    """
    zone = session.stage.edition.time_zone
    begun = begun_at(session)
    if not begun <= at <= now():
        raise Refused(
            _("Name a time between %(begun)s, when the session began, and now.")
            % {"begun": f"{begun.astimezone(zone):%H:%M}"},
            field="at",
        )
    moved = {seat.pk: seat for seat in (*came, *left)}
    known: dict[int, datetime] = {}
    for presence in Presence.objects.filter(session=session, seat__in=moved).order_by("came_at"):
        known[presence.seat_id] = presence.left_at or presence.came_at
    for pk, last in known.items():
        if at < last:
            raise Refused(
                _("%(name)s: the minutes know of a later coming or leaving, at %(time)s.")
                % {"name": moved[pk].user.called, "time": f"{last.astimezone(zone):%H:%M}"},
                field="at",
            )
    _not_before_a_count(session, at, [seat for seat in moved.values() if seat.votes], set(left))


def _not_before_a_count(
    session: Session, at: datetime, voting: list[Seat], left: set[Seat]
) -> None:
    """Who is written down as present at a count took part in it, and the other way round."""
    zone = session.stage.edition.time_zone
    recused = set(
        Recusal.objects.filter(session=session, seat__in=voting).values_list("seat", "entry")
    )
    counted = Motion.objects.filter(session=session, counted_at__gt=at).exclude(
        state=MotionState.OPEN
    )
    for motion in counted.select_related("entry").order_by("-counted_at", "order"):
        assert motion.counted_at is not None
        for seat in voting:
            if (seat.pk, motion.entry_id) in recused:
                continue
            values = {
                "name": seat.user.called,
                "entry": motion.entry.number or "",
                "time": f"{motion.counted_at.astimezone(zone):%H:%M}",
            }
            said = (
                _(
                    "%(name)s was there when the votes on the entry %(entry)s were counted at "
                    "%(time)s. Name a later time, or have that vote repeated first."
                )
                if seat in left
                else _(
                    "The votes on the entry %(entry)s were counted at %(time)s without %(name)s. "
                    "Name a later time, or have that vote repeated first."
                )
            )
            raise Refused(said % values, field="at")
