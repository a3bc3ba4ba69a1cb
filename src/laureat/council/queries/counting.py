"""Counting: quorum, tallies, majorities. Everything here can be counted again from the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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

LEAST_SLIPS = 3
"""A secret vote is counted from so many slips on, or when all who may vote have voted."""


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

    @property
    def missing(self) -> str:
        """Why the session may not decide, with the numbers; "" where it may."""
        if self.total == 0:
            return _("The panel has no voting members yet: seat them first.")
        if self.met:
            return ""
        here = ngettext(
            "There is no quorum: %(present)s of %(total)s voting members is present",
            "There is no quorum: %(present)s of %(total)s voting members are present",
            self.present,
        ) % {"present": self.present, "total": self.total}
        needed = _("at least %(needed)s are needed.") % {"needed": self.needed}
        return f"{here}, {needed}"


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


@dataclass(frozen=True)
class Electorate:
    """Who votes on an entry: the members who are there, without the recused."""

    may_vote: int
    needed: int
    """So many have to take part, abstentions included: the quorum of the vote."""
    secret: bool

    @property
    def least(self) -> int:
        """From so many votes on they are counted."""
        slips = min(LEAST_SLIPS, self.may_vote) if self.secret else 1
        return max(1, self.needed, slips)

    def obstacle(self, cast: int) -> str:
        """Why `cast` votes are not counted yet; "" where they are."""
        if cast == 0:
            return _("Nobody has voted on this motion yet.")
        if cast < self.needed:
            return ngettext(
                "%(cast)s member has voted, and a decision needs %(needed)s to take part "
                "(abstentions count): wait for the others.",
                "%(cast)s members have voted, and a decision needs %(needed)s to take part "
                "(abstentions count): wait for the others.",
                cast,
            ) % {"cast": cast, "needed": self.needed}
        if cast < self.least:
            return _(
                "The vote is secret, and so few slips would tell whose they are: wait until three "
                "members, or all who are present, have voted."
            )
        return ""


def ballot_quorum(session: Session) -> Fraction:
    """The share of the members who are not recused that has to take part in a vote."""
    rules = session.stage.rules
    return Fraction(rules.quorum if rules.ballot_quorum is None else rules.ballot_quorum)


def electorate(session: Session, *, members: int, recused: int, may_vote: int) -> Electorate:
    """By the rulebook: of `members` who vote, `recused` take no part in this entry and count
    neither among those who have to vote nor among those who may.
    """
    needed = ceil(ballot_quorum(session) * (members - recused))
    return Electorate(may_vote, max(1, needed), session.stage.rules.ballot == "secret")


def electorates(session: Session) -> dict[int, Electorate]:
    """Who votes, by entry of the agenda."""
    voting = {seat.pk for seat in voting_seats(session)}
    here = voting & present_seats(session)
    recused: dict[int, set[int]] = defaultdict(set)
    for seat, entry in Recusal.objects.filter(session=session).values_list("seat", "entry"):
        recused[entry].add(seat)
    entries = Motion.objects.filter(session=session).values_list("entry", flat=True)
    return {
        entry: electorate(
            session,
            members=len(voting),
            recused=len(voting & recused[entry]),
            may_vote=len(here - recused[entry]),
        )
        for entry in entries
    }


def undecided(tied: int, left: int) -> str:
    """Why a session with so many tied and open motions is not closed; "" where it can be."""
    if tied:
        return ngettext(
            "%(count)s motion is tied: who presides decides it first.",
            "%(count)s motions are tied: who presides decides them first.",
            tied,
        ) % {"count": tied}
    if left:
        return ngettext(
            "%(count)s motion is not decided yet: have it voted on and counted, or take it off "
            "the agenda.",
            "%(count)s motions are not decided yet: have them voted on and counted, or take them "
            "off the agenda.",
            left,
        ) % {"count": left}
    return ""


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
