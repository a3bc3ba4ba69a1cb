"""What the pages of a session show line by line: plain values, nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from laureat.assessment.models import Result
from laureat.assessment.queries.beside import Alone
from laureat.council.models import Motion, MotionState, Seat, Session
from laureat.intake.models import Entry
from laureat.platform.ui.text import number


def span_words(low: Decimal, high: Decimal) -> str:
    """From–to, both with as many places as the longer one needs: 43,73–54,90."""
    exact = [round(end, 2).normalize() for end in (low, high)]
    places = max(0, *(-int(end.as_tuple().exponent) for end in exact))
    return "–".join(number(end, places) for end in exact)


@dataclass
class Row:
    """One motion with everything beside it."""

    motion: Motion
    organisation: str
    good: str
    title: str
    tone: str
    result: Result | None = None
    points: Decimal | None = None
    fair: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    chance: Decimal | None = None
    zone: str = ""
    """yes, discuss, no: how sure it is that the entry lies above the line; see `Room.line`."""
    alone: Alone | None = None
    """What the team's members gave alone, where the points are agreed ones; see `Room.beside`."""
    tie: str = ""
    line: str = ""
    ask_chair: bool = False
    cast: int = 0
    """Votes on it of members who are there."""
    may_vote: int = 0
    needed: int = 0
    """So many have to take part in the vote."""
    obstacle: str = ""
    """Why its votes are not counted now, in words."""
    ready: bool = False
    """Whether its votes can be counted now."""
    anew: str = ""
    """Why votes cast earlier are void and the members vote again."""
    voters: set[int] = field(default_factory=set)
    """Keys of the seats that have voted."""
    missing: list[str] = field(default_factory=list)
    """Members who are there, may vote and have not."""
    recusals: list[tuple[str, str]] = field(default_factory=list)
    my_vote: str = ""
    voted: bool = False
    recused: bool = False
    line_below: bool = False

    @property
    def by_fair(self) -> bool:
        """Whether the points that rank are fair points: only then the interval is theirs."""
        return self.result is not None and self.result.method == "fair" and not self.result.fallback

    @property
    def span(self) -> str:
        """The interval of the fair points; "" where there is none."""
        if self.low is None or self.high is None:
            return ""
        return span_words(self.low, self.high)

    @property
    def span_alone(self) -> str:
        """The interval of what the team's members gave alone; "" where there is none."""
        return "" if self.alone is None else span_words(self.alone.low, self.alone.high)

    @property
    def next_step(self) -> str:
        """What whoever leads can do about it, as the link to its page says."""
        if self.motion.state == MotionState.TIED:
            return _("Decide the tie")
        if self.counted:
            return _("Repeat the vote")
        if self.ready:
            return _("Count")
        return _("Who has voted") if self.cast else _("Change the proposal")

    @property
    def entry(self) -> Entry:
        """The entry."""
        return self.motion.entry

    @property
    def open(self) -> bool:
        """Whether it is still to be decided."""
        return self.motion.state == MotionState.OPEN

    @property
    def counted(self) -> bool:
        """Whether there is a count to show."""
        return self.motion.state != MotionState.OPEN

    @property
    def state_tone(self) -> str:
        """The colour of the state."""
        return {"carried": "ok", "lost": "warn", "tied": "error"}.get(self.motion.state, "quiet")


@dataclass(frozen=True)
class CapRow:
    """An honour in a group: how many there are."""

    title: str
    group: str
    most: int
    carried: int
    proposed: int

    @property
    def left(self) -> int:
        """Places left after what was carried."""
        return self.most - self.carried

    @property
    def over(self) -> bool:
        """More carried or proposed than allowed."""
        return self.carried > self.most or self.proposed > self.most


@dataclass(frozen=True)
class Group:
    """The motions of a category."""

    key: str
    title: str
    rows: list[Row]
    line: Decimal | None = None
    """Enough for its places, in what members gave alone; see `Room.beside`."""

    @property
    def left(self) -> int:
        """What the reader can still vote on."""
        return sum(row.open and not row.voted and not row.recused for row in self.rows)

    @property
    def zones(self) -> bool:
        """Whether anything is known of how sure the line is."""
        return any(row.zone for row in self.rows)

    @property
    def by_fair(self) -> bool:
        """Whether fair points rank."""
        return all(row.by_fair for row in self.rows if row.points is not None)

    @property
    def alone(self) -> bool:
        """Whether anything stands beside agreed points."""
        return any(row.alone for row in self.rows)


@dataclass(frozen=True)
class Member:
    """Somebody on the roll."""

    seat: Seat
    here: bool
    presides: bool
    since: str = ""
    """Since when the person is there, or until when they were, of a session that was opened."""

    @property
    def name(self) -> str:
        """As the roll says it."""
        return self.seat.user.called

    @property
    def votes(self) -> bool:
        """Whether this is a voting member."""
        return self.seat.votes

    @property
    def duty(self) -> str:
        """What the person does at this session."""
        acts = self.presides and self.seat.role != Seat.Role.CHAIR
        return _("presides today") if acts else str(self.seat.get_role_display())


def since(seat: Seat, session: Session) -> str:
    """When a member came late or left, by the clock of the contest; `load` has read the times."""
    came, gone = getattr(seat, "came_at", None), getattr(seat, "gone_at", None)
    again = getattr(seat, "taken_up_at", None)
    zone = session.stage.edition.time_zone
    if gone and again and gone.astimezone(zone).date() < again.astimezone(zone).date():
        return ""  # they went home when the session was closed for the day
    if gone is not None:
        return _("left at %(time)s") % {"time": f"{gone.astimezone(zone):%H:%M}"}
    if came is not None and came != session.opened_at:
        return _("here since %(time)s") % {"time": f"{came.astimezone(zone):%H:%M}"}
    return ""
