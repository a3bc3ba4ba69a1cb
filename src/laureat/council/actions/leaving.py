"""Coming late and leaving early: the times, and what becomes of votes that nobody has counted.

A vote belongs to those who are there when it is counted. What was counted before stays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import ngettext

from laureat import ledger
from laureat.council.actions.common import chain
from laureat.council.models import (
    Annulment,
    Motion,
    MotionState,
    Presence,
    Seat,
    Session,
    Slip,
    Voted,
)
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused


def begin_presence(session: Session, seats: Collection[int], at: datetime) -> None:
    """Write that the members of these seats are there from then on; who is there already stays."""
    there = set(
        Presence.objects.filter(session=session, left_at__isnull=True).values_list(
            "seat", flat=True
        )
    )
    Presence.objects.bulk_create(
        Presence(session=session, seat_id=seat, came_at=at) for seat in seats if seat not in there
    )


def end_presence(session: Session, seats: Collection[int], at: datetime) -> None:
    """Write that the members of these seats have left."""
    Presence.objects.filter(session=session, seat__in=seats, left_at__isnull=True).update(
        left_at=at
    )


def withdraw_votes(
    session: Session, leaving: Sequence[Seat], at: datetime, *, agreed: bool, by: User | None
) -> None:
    """Take the uncounted votes of those who leave out of the open motions; the minutes find them
    by the moment at which their members left.

    A secret slip does not know whose it is: there all votes on the motion are void, and whoever is
    there votes again. Raises Refused unless `agreed` says that this is wanted.
    """
    votes = Voted.objects.filter(
        motion__session=session, motion__state=MotionState.OPEN, seat__in=leaving
    )
    motions = list(Motion.objects.filter(pk__in=votes.values("motion")).order_by("order"))
    if not motions:
        return
    if not agreed:
        raise Refused(_consequence(session, len(motions)), field="withdraw")
    secret = session.stage.rules.ballot == "secret"
    members = set(votes.values_list("seat__user", flat=True))
    if secret:
        Slip.objects.filter(motion__in=motions).delete()
        votes = Voted.objects.filter(motion__in=motions)
    votes.delete()
    Annulment.objects.bulk_create(
        Annulment(
            session=session,
            entry_id=motion.entry_id,
            honour=motion.honour,
            cause=Annulment.Cause.LEFT,
            at=at,
        )
        for motion in motions
    )
    data = {
        "members": sorted(seat.user.commitment for seat in leaving if seat.user_id in members),
        "motions": [motion.uid for motion in motions],
        "void": "all" if secret else "own",
    }
    ledger.append(chain(session), "session.votes_withdrawn", subject=session.uid, by=by, data=data)


def _consequence(session: Session, motions: int) -> str:
    if session.stage.rules.ballot == "secret":
        said = ngettext(
            "Whoever leaves has voted on %(count)s motion that is not counted. The vote is secret, "
            "so all votes on it become void: count first, or say that the members vote again.",
            "Whoever leaves has voted on %(count)s motions that are not counted. The vote is "
            "secret, so all votes on them become void: count first, or say that the members vote "
            "again.",
            motions,
        )
    else:
        said = ngettext(
            "Whoever leaves has voted on %(count)s motion that is not counted: count first, or say "
            "that the vote is withdrawn.",
            "Whoever leaves has voted on %(count)s motions that are not counted: count first, or "
            "say that the votes are withdrawn.",
            motions,
        )
    return said % {"count": motions}
