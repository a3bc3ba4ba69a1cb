"""Lists: panels with members, sessions of a stage, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from laureat.council.models import (
    Guest,
    Motion,
    MotionState,
    Panel,
    Recusal,
    Seat,
    Session,
    SessionState,
    Voted,
)
from laureat.council.permissions import run_panel, run_session, seats_of, see_session
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage


@dataclass(frozen=True)
class Seated:
    """A panel with those who sit in it now."""

    panel: Panel
    seats: list[Seat]


def panels(edition: Edition, user: User) -> list[Seated]:
    """The panels of an edition whose members `user` seats, with those who sit now."""
    sitting = Seat.objects.filter(left_at__isnull=True).select_related("user").order_by("order")
    found = (
        run_panel.of(user)
        .filter(edition=edition)
        .select_related("edition__award")
        .prefetch_related(Prefetch("seats", queryset=sitting))
    )
    return [Seated(panel, list(panel.seats.all())) for panel in found]


def edition_of(award: str, key: str) -> Edition:
    """The edition with its rules. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("award", "version").get(award__key=award, key=key)


def panel_by_uid(uid: str) -> Panel:
    """A panel with its edition. Raises Panel.DoesNotExist."""
    return Panel.objects.select_related("edition__award", "edition__version").get(uid=uid)


def seat_by_pk(pk: int) -> Seat:
    """A seat with its panel and person. Raises Seat.DoesNotExist."""
    return Seat.objects.select_related("panel__edition__award", "user").get(pk=pk)


def person_by_email(email: str) -> User | None:
    """Whom to seat; None for nobody who can sign in."""
    return User.objects.filter(email=email, is_active=True).first()


def sits_in(user: User, panel: Panel) -> bool:
    """Whether the person holds a place in the panel now."""
    return seats_of(user).filter(panel=panel).exists()


def guest_by_pk(pk: int) -> Guest:
    """A guest with the session. Raises Guest.DoesNotExist."""
    return Guest.objects.select_related("session").get(pk=pk)


def decision_stage(uid: str) -> Stage:
    """A decision stage with its edition. Raises Stage.DoesNotExist."""
    found = Stage.objects.select_related("edition__award", "edition__version")
    return found.get(uid=uid, kind=StageKind.DECISION)


def panel_for(stage: Stage) -> Panel | None:
    """The panel that decides at `stage`, if it was made."""
    rules = stage.edition.rules.panels[stage.rules.panel]
    region = stage.region if rules.per == "region" else ""
    return Panel.objects.filter(
        edition=stage.edition_id, key=stage.rules.panel, region=region
    ).first()


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
    presides: bool
    left: int
    """Motions that wait for the member's vote, as the ballot counts them."""
    tied: int

    @property
    def to_approve(self) -> bool:
        """Whether the session is over and its minutes wait for this person's approval."""
        return self.session.state in _OVER


_LIVE = (SessionState.PLANNED, SessionState.OPEN)
_OVER = (SessionState.CLOSED, SessionState.PUBLISHED)


def seats_with_sessions(user: User) -> list[Waiting]:
    """Sessions to come or going on in panels where the person sits, and those over whose minutes
    the person has to approve: these first.
    """
    own = Q(panel__seats__user=user, panel__seats__left_at__isnull=True)
    here = Q(own_seat__isnull=False)
    live = here & Q(state__in=_LIVE)
    written = here & Q(state__in=_OVER, approved_at=None, returned_at=None, presiding=F("own_seat"))
    found = (
        Session.objects.annotate(own_seat=FilteredRelation("panel__seats", condition=own))
        .filter(live | written)
        .annotate(
            seat=F("own_seat"),
            seat_role=F("own_seat__role"),
            motions_left=_how_many(_unvoted(user)),
            motions_tied=_how_many(Motion.objects.filter(state=MotionState.TIED)),
        )
        .select_related("panel", "stage__edition__award")
        .order_by("held_at")
    )
    waiting = [
        Waiting(
            each,
            each.seat_role,
            _presides(each, each.seat, each.seat_role),
            each.motions_left,
            each.motions_tied,
        )
        for each in found
    ]
    return sorted(waiting, key=lambda each: not each.to_approve)


def _unvoted(user: User) -> QuerySet[Motion]:
    """Open motions that the person has neither voted on nor is recused from."""
    mine = {"seat__user": user}
    recused = Recusal.objects.filter(session=OuterRef("session"), entry=OuterRef("entry"), **mine)
    voted = Voted.objects.filter(motion=OuterRef("pk"), **mine)
    return Motion.objects.filter(~Exists(voted), ~Exists(recused), state=MotionState.OPEN)


def _how_many(motions: QuerySet[Motion]) -> Coalesce:
    """The number of those of `motions` that stand on a session's agenda."""
    own = motions.filter(session=OuterRef("pk")).order_by().values("session")
    counted = Subquery(own.annotate(count=Count("pk")).values("count"))
    return Coalesce(counted, 0, output_field=IntegerField())


def _presides(session: Session, seat: int, role: str) -> bool:
    if session.presiding_id is None:
        return role == Seat.Role.CHAIR
    return bool(session.presiding_id == seat)


def to_run(user: User) -> QuerySet[Session]:
    """Sessions that the secretary has something to do for: to prepare, lead, publish, or whose
    approved minutes wait for a signature.
    """
    under_way = ~Q(state__in=[SessionState.PUBLISHED, SessionState.CANCELLED])
    approved = Q(approved_at__isnull=False, signed_at__isnull=True)
    mine = run_session.of(user).filter(under_way | approved)
    return mine.select_related("panel", "stage__edition__version").order_by("held_at")


def without_session(user: User) -> QuerySet[Stage]:
    """Decision stages of the person where entries wait and no session was planned yet."""
    held = Session.objects.exclude(state=SessionState.CANCELLED)
    return (
        run_stage.of(user)
        .filter(
            kind=StageKind.DECISION,
            state__in=[StageState.PLANNED, StageState.OPEN],
            passages__state="active",
        )
        .exclude(sessions__in=held)
        .select_related("edition")
        .distinct()
        .order_by("closes_at", "pk")
    )
