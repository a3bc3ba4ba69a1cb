"""Panels in session: from entries with points to published decisions, through actions.

    edition = at_council([("small", 612), ("small", 571), ("large", 640)])
    panel = seated(edition, members=5)
    session = planned(edition)                 # agenda proposed
    with sitting(session): …                   # everybody present, session open
    everybody_votes(session, "for"); actions.decide_all(session, by=None)

What an assessment finds is set here directly, so that a test can choose the points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from laureat.assessment.models import Result
from laureat.council import actions
from laureat.council.models import Motion, Panel, Seat, Session
from laureat.intake.actions import pass_many
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform import clock
from laureat.platform.accounts.models import User
from laureat.rulebook.actions import open_stage
from laureat.rulebook.models import Edition, Stage
from tests.worlds import intake as world
from tests.worlds.kept import kept
from tests.worlds.sketches import sketched

HEADCOUNTS = {"small": 180, "medium": 620, "large": 2400}


def decision_stage(edition: Edition, key: str = "council", region: str = "") -> Stage:
    return world.stage_of(edition, key, region)


def walked(entry: Entry, stage: Stage) -> Entry:
    """Let an entry pass everything before `stage`."""
    for _ in range(20):
        passage = Passage.objects.filter(entry=entry, state=PassageState.ACTIVE).first()
        if passage is None or passage.stage_id == stage.pk:
            return entry
        at = Stage.objects.select_related("edition__award", "edition__version").get(
            pk=passage.stage_id
        )
        pass_many([entry], at, by=None)
    return entry


def found(
    entry: Entry,
    stage: Stage,
    points: str | int | None,
    *,
    beside: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> Result:
    """What the assessment before a decision stage found."""
    source = stage.edition.stages.get(key=stage.rules.points_from, region__in=["", entry.region])
    value = None if points is None else Decimal(str(points))
    return Result.objects.create(
        stage=source,
        entry=entry,
        method=source.rules.result,
        points=value,
        low=None if value is None else value - 8,
        high=None if value is None else value + 8,
        beside=dict(beside or {}),
        fair=(beside or {}).get("fair"),
        parts=dict(parts or {}),
        scorebooks=4,
    )


@kept
def at_council(
    entries: Sequence[tuple[str, str | int | None]],
    *,
    beside: Sequence[Mapping[str, str]] = (),
    language: str = "ru",
) -> Edition:
    """The prize of 2024 with entries (category, points) that wait for the Council; each stands on
    those before.
    """
    if not entries:
        return world.prize()
    *before, (category, points) = entries
    number = len(before)
    extra = list(beside)
    edition = at_council(before, beside=extra[:number], language=language)
    organisation = world.factory(headcount=HEADCOUNTS[category])
    by = world.acting_for(organisation, language=language)
    moment = f"2024-02-{1 + number % 27:02d}T12:{number // 27:02d}"
    entry = world.submitted(edition, organisation, by=by, moment=moment)
    stage = decision_stage(edition)
    walked(entry, stage)
    found(entry, stage, points, beside=extra[number] if number < len(extra) else None)
    return edition


@kept
def at_regional(entries: Sequence[tuple[str, str | int | None]], region: str = "42") -> Edition:
    """100 Best Goods with goods (nomination, points) that wait for a regional commission; each
    stands on those before.
    """
    if not entries:
        return world.goods(region)
    *before, (category, points) = entries
    number = len(before)
    edition = at_regional(before, region)
    organisation = world.factory(region)
    by = world.acting_for(organisation)
    moment = f"2023-04-{1 + number % 27:02d}T12:{number // 27:02d}"
    entry = world.submitted(edition, organisation, category=category, by=by, moment=moment)
    stage = decision_stage(edition, "regional", region)
    walked(entry, stage)
    found(entry, stage, points)
    return edition


def seated(
    edition: Edition, members: int = 3, *, key: str = "council", region: str = ""
) -> tuple[Panel, list[Seat]]:
    """A panel with a chair (the first seat), members and a secretary (the last)."""
    panels = {(p.key, p.region): p for p in actions.make_panels(edition)}
    panel = panels[key, region]
    roles = ["chair", *["member"] * (members - 1), "secretary"]
    seats = []
    for number, role in enumerate(roles, start=1):
        user = world.person(f"Членов Демо {number}")
        seats.append(actions.seat_member(panel, user, role, by=None))
    return panel, seats


def planned(
    edition: Edition,
    *,
    stage: str = "council",
    region: str = "",
    held_at: str = "2024-11-14T11:00",
    propose: bool = True,
) -> Session:
    """A session with its agenda, planned a fortnight before it is held."""
    at = datetime.fromisoformat(held_at).replace(tzinfo=edition.time_zone)
    with clock.at(at - timedelta(days=14)):
        session = actions.plan_session(
            decision_stage(edition, stage, region), at, ("г. Москва", "Moscow"), by=None
        )
    if propose:
        actions.propose_honours(session, by=None)
    return session


def voting(session: Session) -> list[Seat]:
    return list(
        session.panel.seats.filter(left_at__isnull=True).exclude(role="secretary").order_by("order")
    )


@contextmanager
def sitting(session: Session, present: Sequence[Seat] | None = None) -> Iterator[Session]:
    """Inside the block the session is open, at the time it is held."""
    with clock.at(session.held_at):
        actions.mark_attendance(session, voting(session) if present is None else present, by=None)
        open_session(session)
        yield session


def open_session(session: Session) -> Session:
    opened = actions.open_session(session, by=None)
    session.state, session.opened_at = opened.state, opened.opened_at
    return session


def everybody_votes(
    session: Session, choice: str = "for", *, but: Mapping[str, str] | None = None
) -> None:
    """All members present vote on all open motions they may vote on; `but` by motion uid."""
    from laureat.council.models import Recusal, Voted

    for seat in voting(session):
        if not session.attendance.filter(seat=seat, present=True).exists():
            continue
        recused = Recusal.objects.filter(session=session, seat=seat).values("entry")
        motions = Motion.objects.filter(session=session, state="open").exclude(entry__in=recused)
        motions = motions.exclude(pk__in=Voted.objects.filter(seat=seat).values("motion"))
        choices = {m.uid: (but or {}).get(m.uid, choice) for m in motions}
        if choices:
            actions.vote_list(session, choices, by=seat.user)


def decided(session: Session) -> Session:
    """Vote for everything, count, close."""
    with sketched(), sitting(session):
        everybody_votes(session)
        actions.decide_all(session, by=None)
        actions.close_session(session, by=None)
    return session


def signed(session: Session) -> Session:
    """The minutes of a closed session go their way: approved, then signed."""
    row = Session.objects.select_related("presiding__user", "stage__edition__version").get(
        pk=session.pk
    )
    if row.approved_at is None:
        assert row.presiding is not None
        actions.approve_minutes(row, by=row.presiding.user)
        row.refresh_from_db()
    if row.signed_at is None:
        actions.sign_minutes(row, by=secretary(row.stage.edition, row.stage.region))
    return row


def published(session: Session, order: tuple[str, str] | None = None) -> Session:
    with clock.at(session.held_at):
        with sketched():
            signed(session)
        return actions.publish_session(session, order_reference=order, by=None)


def secretary(edition: Edition, region: str = "") -> User:
    return world.secretary(edition, region)


def honours_of(session: Session) -> list[tuple[str, str]]:
    """(points, honour) of the motions in order."""
    results = dict(
        Result.objects.filter(entry__motions__session=session).values_list("entry", "points")
    )
    return [(str(results.get(m.entry_id)), m.honour) for m in session.motions.order_by("order")]


def open_stage_of(edition: Edition, key: str, region: str = "") -> None:
    open_stage(world.stage_of(edition, key, region), by=None)
