"""Lists: panels with members, sessions of a stage, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from laureat.council.models import Motion, MotionState, Panel, Seat, Session
from laureat.council.permissions import run_panel, see_session
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, Stage


def panels(edition: Edition, user: User) -> list[Panel]:
    """The panels of an edition whose members `user` seats, with those who sit now."""
    sitting = Seat.objects.filter(left_at__isnull=True).select_related("user")
    return list(
        run_panel.of(user)
        .filter(edition=edition)
        .select_related("edition__award")
        .prefetch_related(Prefetch("seats", queryset=sitting.order_by("order"), to_attr="sitting"))
    )


def sessions(stage: Stage, user: User) -> QuerySet[Session]:
    """The sessions of a stage that `user` may see, newest first, with their counts."""
    return (
        see_session.of(user)
        .filter(stage=stage)
        .select_related("panel")
        .annotate(
            motions_all=Count("motions", distinct=True),
            motions_carried=Count(
                "motions",
                filter=Q(motions__state=MotionState.CARRIED) & ~Q(motions__honour=""),
                distinct=True,
            ),
        )
        .order_by("-number")
    )


@dataclass(frozen=True)
class Waiting:
    """A session as a desk shows it."""

    session: Session
    role: str
    open_motions: int
    voted: int
    tied: int

    @property
    def left(self) -> int:
        """Motions that the member has not voted on (recusals aside)."""
        return max(0, self.open_motions - self.voted)


def seats_with_sessions(user: User, *states: str) -> list[Waiting]:
    """Sessions in `states` of panels that the person sits in."""
    seats = {
        seat.panel_id: seat
        for seat in Seat.objects.filter(user=user, left_at__isnull=True).order_by("pk")
    }
    if not seats:
        return []
    found = list(
        Session.objects.filter(panel__in=seats, state__in=states)
        .select_related("panel", "stage__edition__award")
        .order_by("held_at")
    )
    counts = {
        row["session"]: (row["open_motions"], row["mine"], row["tied"])
        for row in Motion.objects.filter(session__in=found)
        .values("session")
        .annotate(
            open_motions=Count("pk", filter=Q(state=MotionState.OPEN), distinct=True),
            mine=Count(
                "pk", filter=Q(state=MotionState.OPEN, voted__seat__user=user), distinct=True
            ),
            tied=Count("pk", filter=Q(state=MotionState.TIED), distinct=True),
        )
        .order_by()
    }
    return [
        Waiting(each, seats[each.panel_id].role, *counts.get(each.pk, (0, 0, 0))) for each in found
    ]
