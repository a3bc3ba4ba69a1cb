"""A session as its pages show it, in a handful of queries at any length."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.db.models import Exists, OuterRef, Prefetch, Subquery

from laureat.assessment.models import Result
from laureat.assessment.queries.beside import Beside, alone_before
from laureat.council.models import (
    Attendance,
    Choice,
    Guest,
    MinutesText,
    Motion,
    MotionState,
    Presence,
    Seat,
    Session,
    SessionState,
)
from laureat.council.permissions import presiding_seat
from laureat.council.queries.counting import Quorum, quorum_of, undecided
from laureat.council.queries.counting import electorate as electorate_of
from laureat.council.queries.course import honour_title, void_because
from laureat.council.queries.deeds import Deeds, deeds_of
from laureat.council.queries.minutes import recusal_reason, subject, tie_words
from laureat.council.queries.places import Places
from laureat.council.queries.rows import CapRow, Group, Member, Row, since
from laureat.council.queries.standing import honours_of, line_of, model_of
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema
from laureat.rulebook.models import Category


class Room:
    """A session with its roll, agenda and votes, as one person sees it."""

    def __init__(self, session: Session, user_id: int | None) -> None:
        """`session` comes from `load`."""
        self.session = session
        self.stage = session.stage
        self.edition = session.stage.edition
        self.rules = session.stage.rules
        self.user_id = user_id

    @cached_property
    def members(self) -> list[Member]:
        """The roll: who sits in the panel, or sat in it when the session was opened."""
        planned = self.session.opened_at is None
        head = presiding_seat(self.session)
        return [
            Member(
                seat,
                bool(getattr(seat, "here", False)),
                seat == head,
                since(seat, self.session),
            )
            for seat in self.session.panel.seats.all()
            if (seat.left_at is None if planned else getattr(seat, "on_roll", False))
        ]

    @cached_property
    def me(self) -> Member | None:
        """The reader on the roll."""
        mine = [m for m in self.members if m.seat.user_id == self.user_id and not m.seat.left_at]
        return mine[0] if mine else None

    @property
    def my_seat(self) -> Seat | None:
        """Where the reader sits."""
        return self.me.seat if self.me else None

    @cached_property
    def head(self) -> Member | None:
        """Who presides."""
        return next((member for member in self.members if member.presides), None)

    @property
    def headless(self) -> bool:
        """Whether nobody is there to preside: some are marked as present, that one is not."""
        marked = any(member.here for member in self.members)
        return marked and not (self.head and self.head.here)

    @property
    def presides(self) -> bool:
        """Whether the reader presides."""
        return self.me is not None and self.me.presides

    @property
    def votes(self) -> bool:
        """Whether the reader is a voting member."""
        return self.me is not None and self.me.votes

    @property
    def present(self) -> bool:
        """Whether the reader is marked as present."""
        return self.me is not None and self.me.here

    @cached_property
    def guests(self) -> list[Guest]:
        """Who is invited without a vote."""
        return list(self.session.invited)

    @property
    def nobody(self) -> bool:
        """Whether the session sits and nobody is written down as present: it was taken up again on
        another day.
        """
        here = any(member.here for member in self.members)
        return self.session.state == SessionState.OPEN and not here

    @cached_property
    def quorum(self) -> Quorum:
        """Who has to be there, and who is."""
        voting = [member for member in self.members if member.votes]
        here = [member.seat.pk for member in voting if member.here]
        return quorum_of(self.session, [member.seat for member in voting], here)

    @property
    def version(self) -> str:
        """Changes when a page of the session has to be loaded anew."""
        head = self.head.seat.pk if self.head else 0
        parts = (self.decided, len(self.rows), int(self.present), head, len(self.to_vote))
        return "-".join([self.session.state, *map(str, parts), str(int(self.quorum.met))])

    @property
    def changeable(self) -> bool:
        """Whether agenda, roll and recusals can still change."""
        return self.session.state in {SessionState.PLANNED, SessionState.OPEN}

    @property
    def secret(self) -> bool:
        """Whether votes are secret."""
        return bool(self.rules.ballot == "secret")

    @property
    def voting(self) -> bool:
        """Whether the reader can vote now."""
        return (
            self.session.state == SessionState.OPEN
            and self.votes
            and self.present
            and self.quorum.met
        )

    @cached_property
    def _motions(self) -> list[Motion]:
        """All motions of the stage: this session's, and what others carried."""
        return list(
            Motion.objects.filter(session__stage=self.stage)
            .select_related(
                "entry__organisation__region", "entry__good", "entry__category", "session"
            )
            .order_by("session", "order")
        )

    @cached_property
    def honours(self) -> dict[str, schema.Honour]:
        """The honours of the stage by key."""
        return {each.key: each for each in honours_of(self.stage)}

    @cached_property
    def _deeds(self) -> Deeds:
        return deeds_of(self.session)

    @cached_property
    def _results(self) -> tuple[dict[int, Result], list[Result]]:
        """What ranks the entries of the agenda, by entry; and what they got where assessors judged
        alone, if that was another stage.
        """
        before = alone_before(self.stage)
        keys = {self.rules.points_from, *([before.key] if before else [])}
        found = Result.objects.filter(
            entry__in=[
                each.entry_id for each in self._motions if each.session_id == self.session.pk
            ],
            stage__edition=self.edition.pk,
            stage__key__in=keys,
        )
        ranking: dict[int, Result] = {}
        alone: list[Result] = []
        for result in found.select_related("stage"):
            if result.stage.key == self.rules.points_from:
                ranking[result.entry_id] = result
            else:
                alone.append(result)
        return ranking, alone

    @cached_property
    def _voting(self) -> dict[int, Member]:
        return {member.seat.pk: member for member in self.members if member.votes}

    @cached_property
    def rows(self) -> list[Row]:
        """The agenda in order."""
        motions = [each for each in self._motions if each.session_id == self.session.pk]
        results, _before = self._results
        model = model_of(self.stage)
        rows = [self._row(each, results.get(each.entry_id), model) for each in motions]
        if self.beside is not None:
            for row in rows:
                row.alone = self.beside.rows.get(row.entry.pk)
        for above, below in pairwise(rows):
            above.line_below = (
                above.entry.category_id == below.entry.category_id
                and above.motion.honour != below.motion.honour
                and above.entry.pk != below.entry.pk
            )
        return rows

    def _row(
        self,
        motion: Motion,
        result: Result | None,
        model: schema.Model | None,
    ) -> Row:
        organisation, good = subject(motion.entry)
        votes = self._deeds.votes[motion.pk]
        recusals = self._deeds.recusals[motion.entry_id]
        names = {seat: member.name for seat, member in self._voting.items()}
        here = {seat for seat, member in self._voting.items() if member.here}
        recused = {recusal.seat_id for recusal in recusals}
        voters = {seat for seat, _choice in votes}
        electorate = electorate_of(
            self.session,
            members=self.quorum.total,
            recused=len(recused & names.keys()),
            may_vote=len(here - recused),
        )
        cast = len(voters & here)
        obstacle = self.quorum.missing or electorate.obstacle(cast)
        counting = self.session.state == SessionState.OPEN and motion.state == MotionState.OPEN
        mine = self.me.seat.pk if self.me else None
        my = [choice for seat, choice in votes if seat == mine]
        honour = self.honours.get(motion.honour)
        ask = motion.tie_rule == "chair" and motion.chair_rank is None
        return Row(
            motion=motion,
            organisation=organisation,
            good=good,
            title=honour_title(self.honours, motion.honour),
            tone={"gold": "gold", "laurel": "ok"}.get(honour.tone, "neutral")
            if honour
            else "quiet",
            result=result,
            points=result.points if result else None,
            fair=result.fair if result else None,
            low=result.low if result else None,
            high=result.high if result else None,
            chance=result.chance if result and self.line else None,
            zone=result.zone if result and self.line else "",
            tie=tie_words(motion.tie_rule, model) if motion.tie_rule else "",
            line=honour_title(self.honours, motion.line_of) if motion.line_of else "",
            ask_chair=ask,
            cast=cast,
            may_vote=electorate.may_vote,
            needed=electorate.needed,
            obstacle=obstacle if counting else "",
            ready=counting and not obstacle,
            anew=self._anew(motion) if counting else "",
            voters=voters,
            missing=[name for seat, name in names.items() if seat in here - recused - voters],
            recusals=[(names.get(r.seat_id, "—"), recusal_reason(r)) for r in recusals],
            my_vote=str(Choice(my[0]).label) if my and my[0] else "",
            voted=bool(my),
            recused=mine in recused,
        )

    def _anew(self, motion: Motion) -> str:
        void = self._deeds.void.get((motion.entry_id, motion.honour))
        return void_because(void, self.secret) if void else ""

    @cached_property
    def places(self) -> Places:
        """How many of each honour there are, and what stands beside agreed points."""
        return Places(self.stage, self.session, self._motions, self._results[1])

    @property
    def beside(self) -> Beside | None:
        """See `Places.beside`."""
        return self.places.beside

    @property
    def caps(self) -> list[CapRow]:
        """See `Places.caps`."""
        return self.places.caps

    @cached_property
    def line(self) -> str:
        """The honour whose line the zones are about; "" where there are none."""
        honour = line_of(self.stage)
        return localised(honour, "title") if honour else ""

    @cached_property
    def groups(self) -> list[Group]:
        """The agenda by category."""
        groups: dict[str, Group] = {}
        for row in self.rows:
            category: Category | None = row.entry.category
            key = category.key if category else ""
            title = localised(category, "title") if category else ""
            groups.setdefault(
                key, Group(key, title, [], self.places.line_of(row.entry))
            ).rows.append(row)
        return list(groups.values())

    @property
    def to_vote(self) -> list[Row]:
        """What the reader can still vote on."""
        return [
            row
            for row in self.rows
            if row.open and not row.voted and not row.recused and not row.motion.waits_for_order
        ]

    @property
    def waiting(self) -> bool:
        """Whether motions wait until who presides has put equals in order."""
        return any(row.open and row.motion.waits_for_order for row in self.rows)

    @property
    def mine(self) -> list[Row]:
        """What the reader votes on in this session: all but what they are recused from."""
        return [row for row in self.rows if not row.recused]

    @property
    def tied(self) -> list[Row]:
        """Motions that wait for the chair."""
        return [row for row in self.rows if row.motion.state == MotionState.TIED]

    @property
    def asked(self) -> list[Row]:
        """Equals at a line, one row for each line, that the chair has to put in order."""
        first: dict[tuple[str, int | None, Decimal | None], Row] = {}
        for row in self.rows:
            if row.ask_chair:
                first.setdefault((row.motion.line_of, row.entry.category_id, row.points), row)
        return list(first.values())

    @property
    def decided(self) -> int:
        """Motions that are carried or lost."""
        return sum(row.motion.state in {MotionState.CARRIED, MotionState.LOST} for row in self.rows)

    @property
    def countable(self) -> bool:
        """Whether the votes on some motion can be counted now."""
        return any(row.ready for row in self.rows)

    @property
    def undecided(self) -> str:
        """Why the session cannot be closed yet; "" where it can."""
        return undecided(len(self.tied), sum(row.open for row in self.rows))


def load(uid: str) -> Session:
    """The session with its stage, edition and roll. Raises Session.DoesNotExist."""
    there = Attendance.objects.filter(session__uid=uid, seat=OuterRef("pk"))
    last = Presence.objects.filter(session__uid=uid, seat=OuterRef("pk")).order_by(
        "-came_at", "-pk"
    )
    voided = MinutesText.objects.filter(session__uid=uid, voided_at__isnull=False)
    taken_up = voided.order_by("-voided_at")
    seats = (
        Seat.objects.select_related("user")
        .annotate(
            on_roll=Exists(there),
            here=Exists(there.filter(present=True)),
            came_at=Subquery(last.values("came_at")[:1]),
            gone_at=Subquery(last.values("left_at")[:1]),
            taken_up_at=Subquery(taken_up.values("voided_at")[:1]),
        )
        .order_by("order", "pk")
    )
    return (
        Session.objects.select_related(
            "panel",
            "stage__edition__award",
            "stage__edition__version",
            "minutes",
            "presiding__user",
            "approved_by",
            "returned_by",
            "signed_by",
        )
        .prefetch_related(Prefetch("panel__seats", queryset=seats))
        .get(uid=uid)
    )
