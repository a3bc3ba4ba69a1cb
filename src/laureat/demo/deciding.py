"""Panels sit, vote, decide; results are published in one step."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from laureat.council.actions import (
    approve_minutes,
    break_tie,
    close_session,
    decide_all,
    mark_attendance,
    open_session,
    order_equals,
    plan_session,
    propose_honours,
    publish_session,
    recuse,
    sign_minutes,
    vote_list,
)
from laureat.council.models import Choice, Motion, MotionState, Recusal, Seat, Session
from laureat.honours.actions import issue_diplomas
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.base import Text

if TYPE_CHECKING:
    from laureat.demo.season import Season

PLACE = Text(ru="Зал заседаний (демо)", en="Meeting hall (demo)")
ORDER = Text(
    ru="Предпочтение отдано заявке с более полными подтверждениями.",
    en="Preference was given to the entry with the more complete evidence.",
)
CHAIR_DECIDES = Text(
    ru="Голоса разделились поровну; решение принял председательствующий.",
    en="The votes were equal; the presiding person decided.",
)
OWN = "Работает в организации соискателя (демо)."


def play(season: Season, stage: Stage) -> None:
    """A whole sitting at `stage`: agenda, quorum, recusals, votes, ties, minutes, publication."""
    with season.progress.step(format_lazy(_("session: {stage}"), stage=stage), 4) as tick:
        with season.at(season.instant(stage, 0.1)):
            session = prepare(season, stage)
        tick()
        with season.at(session.held_at):
            hold(season, session)
            tick()
            with transaction.atomic():
                vote(season, session)
            tick()
            with transaction.atomic():
                settle(season, session)
        with season.at(publication(season, stage)):
            publish(season, session)
        tick()


def prepare(season: Season, stage: Stage, held_at: datetime | None = None) -> Session:
    """Plan the sitting, in the middle of the stage unless said otherwise, and propose honours;
    equals at a line are put in order by the chair.
    """
    # One region after the other: the first may have published when the next one would have sat.
    planned = max(season.instant(stage, 0.6), season.moment + timedelta(days=1))
    session = plan_session(stage, held_at or planned, PLACE, by=None)
    propose_honours(session, by=None)
    for _attempt in range(20):
        equals = _equals(session)
        if not equals:
            break
        order_equals(session, [motion.entry for motion in equals], ORDER, by=None)
    return session


def _equals(session: Session) -> list[Motion]:
    """The first group of equals at a line whom only the chair can tell apart."""
    open_ties = session.motions.filter(
        at_line=True, tie_rule="chair", chair_rank__isnull=True
    ).select_related("entry")
    found: dict[str, list[Motion]] = {}
    for motion in open_ties.order_by("entry__serial", "entry__pk"):
        found.setdefault(f"{motion.line_of} {motion.entry.category_id}", []).append(motion)
    groups = [group for group in found.values() if len(group) > 1]
    return groups[0] if groups else []


def hold(season: Season, session: Session) -> None:
    """Most members come; one recuses themself from an entry; the sitting opens."""
    random = season.random(f"attendance {session.stage}")
    seats = list(session.panel.seats.filter(left_at__isnull=True).select_related("user"))
    present = [seat for seat in seats if _must_come(seat) or random.random() < 0.85]
    mark_attendance(session, present, by=None)
    open_session(session, by=None)
    member = next(seat for seat in present if seat.role == Seat.Role.MEMBER)
    motion = session.motions.select_related("entry").order_by("order").last()
    if motion:
        recuse(session, member, motion.entry, OWN, by=None)


def _must_come(seat: Seat) -> bool:
    return seat.role != Seat.Role.MEMBER or bool(seat.user.demo_role)


def vote(season: Season, session: Session) -> None:
    """Everybody present votes on everything they are not recused from."""
    random = season.random(f"votes {session.stage}")
    motions = list(session.motions.order_by("order").select_related("entry"))
    tied = _to_tie(session, motions)
    seats = [row.seat for row in session.attendance.filter(present=True).select_related(
        "seat__user").order_by("seat__order")]  # fmt: skip
    voters = [seat for seat in seats if seat.votes]
    recused = set(Recusal.objects.filter(session=session).values_list("seat", "entry"))
    for place, seat in enumerate(voters):
        choices = {
            motion.uid: _choice(random, motion, tied, place, len(voters))
            for motion in motions
            if (seat.pk, motion.entry_id) not in recused
        }
        vote_list(session, choices, by=_fresh(seat.user))


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def _to_tie(session: Session, motions: list[Motion]) -> Motion | None:
    """In sittings of regions one vote comes out equal, so that the chair must decide."""
    if not session.panel.region:
        return None
    return next((motion for motion in motions if motion.honour), None)


def _choice(random: Random, motion: Motion, tied: Motion | None, place: int, voters: int) -> str:
    if tied and motion.pk == tied.pk:
        half = voters // 2
        if place < half:
            return Choice.FOR
        return Choice.AGAINST if place < 2 * half else Choice.ABSTAIN
    return random.choices([Choice.FOR, Choice.AGAINST, Choice.ABSTAIN], weights=[90, 5, 5])[0]


def settle(season: Season, session: Session) -> None:
    """Count, break ties, close."""
    decide_all(session, by=None)
    for motion in session.motions.filter(state=MotionState.TIED):
        break_tie(motion, carried=True, reason=CHAIR_DECIDES, by=None)
    closed = close_session(session, by=None)
    if closed.presiding is not None:  # the minutes go the whole way: approved, then signed
        approve_minutes(closed, by=_fresh(closed.presiding.user))
        writer = closed.panel.seats.filter(role="secretary", left_at__isnull=True).first()
        if writer is not None:
            sign_minutes(closed, by=_fresh(writer.user))


def publication(season: Season, stage: Stage) -> datetime:
    """When the decisions become public: with the confirming act, or a week after the sitting."""
    order = season.plan.honour_order
    if order and stage.rules.confirmed_by:
        return datetime.combine(order.on, time(10), tzinfo=season.edition.time_zone)
    return season.moment + timedelta(days=7)


def publish(season: Season, session: Session) -> None:
    """Publish everything at once and issue the diplomas."""
    order = season.plan.honour_order
    confirmed = bool(order and session.stage.rules.confirmed_by)
    reference = Text(ru=order.ru, en=order.en) if order and confirmed else None
    publish_session(session, order_reference=reference, by=None)
    issue_diplomas(season.edition, by=None)
