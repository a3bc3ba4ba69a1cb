"""Counting: quorum, tallies, majorities. Everything here can be counted again from the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from laureat.council.models import (
    Attendance,
    Choice,
    Motion,
    MotionState,
    Recusal,
    Seat,
    Session,
    SessionState,
    Slip,
    Voted,
)


@dataclass(frozen=True)
class Quorum:
    """Who has to be there, and who is."""

    total: int
    needed: int
    present: int

    @property
    def met(self) -> bool:
        """Whether the session may decide."""
        return self.total > 0 and self.present >= self.needed


def voting_seats(session: Session) -> list[Seat]:
    """The members who vote: of the panel before the session, of the roll once it was opened."""
    seats = Seat.objects.filter(panel=session.panel_id).exclude(role=Seat.Role.SECRETARY)
    if session.state == SessionState.PLANNED:
        seats = seats.filter(left_at__isnull=True)
    else:
        seats = seats.filter(attendance__session=session)
    return list(seats.select_related("user"))


def present_seats(session: Session) -> set[int]:
    """Primary keys of the seats marked as present."""
    return set(
        Attendance.objects.filter(session=session, present=True).values_list("seat", flat=True)
    )


def quorum(session: Session) -> Quorum:
    """The quorum by the rulebook."""
    return quorum_of(session, voting_seats(session), present_seats(session))


def quorum_of(session: Session, seats: Iterable[Seat], present: Iterable[int]) -> Quorum:
    """The same from rows that were read already."""
    voting = {seat.pk for seat in seats}
    needed = ceil(Fraction(session.stage.rules.quorum) * len(voting))
    return Quorum(len(voting), max(1, needed), len(voting & set(present)))


@dataclass(frozen=True)
class Tally:
    """Votes on a motion."""

    votes_for: int = 0
    votes_against: int = 0
    abstentions: int = 0

    @property
    def cast(self) -> int:
        """All votes, abstentions included."""
        return self.votes_for + self.votes_against + self.abstentions


def tallies(session: Session) -> dict[int, Tally]:
    """The votes on every motion of a session, counted from the ballots."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    if session.stage.rules.ballot == "secret":
        ballots = Slip.objects.filter(motion__session=session)
    else:
        ballots = Voted.objects.filter(motion__session=session)  # type: ignore[assignment]
    for motion, choice in ballots.values_list("motion_id", "choice"):
        counts[motion][choice] += 1
    return {
        motion: Tally(each[Choice.FOR], each[Choice.AGAINST], each[Choice.ABSTAIN])
        for motion, each in counts.items()
    }


def outcome(majority: str, tally: Tally, *, members: int, present: int) -> MotionState:
    """What a tally means.

    simple: more for than against; as many for as against is a tie · absolute: for by more than
    half of all members; exactly half for and half against is a tie · two-thirds: for by at least
    two thirds of those present (without the recused).
    """
    equal = tally.votes_for == tally.votes_against
    if majority == "absolute":
        if 2 * tally.votes_for > members:
            return MotionState.CARRIED
        return MotionState.TIED if equal and 2 * tally.votes_for == members else MotionState.LOST
    if majority == "two-thirds":
        return MotionState.CARRIED if 3 * tally.votes_for >= 2 * present else MotionState.LOST
    if equal:
        return MotionState.TIED
    return MotionState.CARRIED if tally.votes_for > tally.votes_against else MotionState.LOST


def entitled(session: Session) -> dict[int, int]:
    """How many members present may vote, by entry: all but the recused."""
    voting = {seat.pk for seat in voting_seats(session)} & present_seats(session)
    gone: Counter[int] = Counter(
        entry
        for seat, entry in Recusal.objects.filter(session=session).values_list("seat", "entry")
        if seat in voting
    )
    entries = Motion.objects.filter(session=session).values_list("entry", flat=True)
    return {entry: len(voting) - gone[entry] for entry in entries}


def uncounted(session: Session) -> int:
    """How many motions have votes that nobody has counted."""
    motions = session.motions.filter(state=MotionState.OPEN, voted__isnull=False)
    return motions.distinct().count()


@dataclass(frozen=True)
class Recount:
    """A session counted anew from its ballots."""

    outcomes: dict[str, tuple[Tally, str]]
    """By motion uid: the tally and what it means."""
    differences: list[str]
    """uids of the motions where that is not what was recorded."""


def recount(session: Session) -> Recount:
    """Count all decided motions again and compare. A tie may have been broken either way."""
    found = tallies(session)
    members = len(voting_seats(session))
    majority = session.stage.rules.majority
    outcomes: dict[str, tuple[Tally, str]] = {}
    differences = []
    for motion in Motion.objects.filter(session=session).exclude(state=MotionState.OPEN):
        tally = found.get(motion.pk, Tally())
        state = outcome(majority, tally, members=members, present=motion.entitled)
        outcomes[motion.uid] = (tally, state.value)
        recorded = Tally(motion.votes_for, motion.votes_against, motion.abstentions)
        agrees = state == motion.state or (
            state == MotionState.TIED
            and motion.state in {MotionState.CARRIED, MotionState.LOST}
            and bool(motion.reason_ru or motion.reason_en)
        )
        if tally != recorded or not agrees:
            differences.append(motion.uid)
    return Recount(outcomes, differences)
