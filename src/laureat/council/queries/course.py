"""How a session went: who came late or left early, which votes became void, when it was taken up
again. The minutes tell it line by line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.council.models import (
    Annulment,
    MinutesText,
    Motion,
    MotionState,
    Presence,
    Seat,
    Session,
)
from laureat.council.queries.standing import honours_of
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema


def honour_title(honours: dict[str, schema.Honour], key: str) -> str:
    """The title of an honour; "no honour" for none."""
    return localised(honours[key], "title") if key in honours else _("no honour")


def void_because(void: Annulment, secret: bool) -> str:
    """Why votes that were cast are void, said to those who vote again; "" where only the vote of a
    member who left was taken out.
    """
    if void.cause == Annulment.Cause.REPEATED:
        return _("The vote is repeated: %(reason)s.") % {
            "reason": localised(void, "reason").rstrip(".")
        }
    if secret:
        return _("A member left before the count, so the votes cast in secret became void.")
    return ""


def voided_texts(session: Session) -> QuerySet[MinutesText]:
    """The minutes that became void, as the session was taken up again."""
    return session.texts.filter(voided_at__isnull=False).order_by("voided_at", "pk")


def pauses(
    session: Session, voided: Iterable[MinutesText] | None = None
) -> list[tuple[datetime, datetime]]:
    """From when until when the session was closed in between, where it went on on another day.
    `voided`: its `voided_texts`, where they were read already.
    """
    zone = session.stage.edition.time_zone
    return [
        (text.written_at, text.voided_at)
        for text in (voided_texts(session) if voided is None else voided)
        if text.voided_at
        and text.written_at.astimezone(zone).date() < text.voided_at.astimezone(zone).date()
    ]


class Course:
    """What happened between opening and closing, in the reader's language."""

    def __init__(self, session: Session) -> None:
        """Nothing is read yet."""
        self.session = session
        self.zone = session.stage.edition.time_zone

    # ------------------------------------------------------------------ what is known

    @cached_property
    def _presences(self) -> list[Presence]:
        found = Presence.objects.filter(session=self.session).select_related("seat__user")
        return list(found.order_by("came_at", "seat__order", "pk"))

    @cached_property
    def _by_seat(self) -> dict[int, list[Presence]]:
        found: dict[int, list[Presence]] = defaultdict(list)
        for each in self._presences:
            found[each.seat_id].append(each)
        return found

    @cached_property
    def _annulments(self) -> list[Annulment]:
        found = Annulment.objects.filter(session=self.session).select_related("entry")
        return list(found.order_by("at", "pk"))

    @cached_property
    def _voided(self) -> list[MinutesText]:
        return list(voided_texts(self.session))

    @cached_property
    def _pauses(self) -> list[tuple[datetime, datetime]]:
        return pauses(self.session, self._voided)

    @cached_property
    def _taken_up(self) -> list[tuple[datetime, str]]:
        return [
            (text.voided_at, localised(text, "voided_reason"))
            for text in self._voided
            if text.voided_at
        ]

    # ------------------------------------------------------------------ times

    @cached_property
    def _several_days(self) -> bool:
        """A time alone would be read as one of the day that the minutes bear."""
        moments = [self.session.opened_at, self.session.closed_at]
        moments += [at for each in self._presences for at in (each.came_at, each.left_at)]
        moments += [each.at for each in self._annulments] + [at for at, _why in self._taken_up]
        moments += [closed for closed, _again in self._pauses]
        return len({at.astimezone(self.zone).date() for at in moments if at}) > 1

    def hour(self, at: datetime) -> str:
        """A moment of the session; with its day where the session lasted longer than one."""
        here = at.astimezone(self.zone)
        if self._several_days:
            return f"{date_format(here, 'j E Y')}, {here:%H:%M}"
        return f"{here:%H:%M}"

    @property
    def opened(self) -> str | None:
        """When it was opened."""
        return self.hour(self.session.opened_at) if self.session.opened_at else None

    @property
    def closed(self) -> str | None:
        """When it was closed."""
        return self.hour(self.session.closed_at) if self.session.closed_at else None

    @property
    def form(self) -> str | None:
        """How members met, where some joined by video."""
        if not self.session.link:
            return None
        if self.session.place_ru or self.session.place_en:
            return pgettext("minutes", "in one place, with a link by video")
        return pgettext("minutes", "by video")

    # ------------------------------------------------------------------ members

    def at_opening(self, marked: Iterable[int]) -> list[int]:
        """The seats of those who were there when it was opened; before that, who is marked."""
        if self.session.opened_at is None:
            return list(marked)
        return [seat for seat in self._by_seat if self._from_the_start(seat)]

    def _from_the_start(self, seat: int) -> bool:
        opened = self.session.opened_at
        return opened is not None and self._by_seat[seat][0].came_at <= opened

    def attended(self, seat: int, *, here: bool) -> dict[str, str]:
        """Whether a member came (`here`: is marked so), and when if not the whole time."""
        came = here or seat in self._by_seat
        note = self.note(seat)
        return {"status": "present" if came else "absent"} | ({"note": note} if note else {})

    def note(self, seat: int) -> str:
        """When the member was there; "" for the whole session."""
        said = []
        for place, each in enumerate(self._by_seat.get(seat, [])):
            early = place == 0 and self._from_the_start(seat)
            start, end = self.hour(each.came_at), each.left_at and self.hour(each.left_at)
            if end and early:
                said.append(pgettext("attendance", "until %(end)s") % {"end": end})
            elif end:
                said.append(
                    pgettext("attendance", "from %(start)s to %(end)s")
                    % {"start": start, "end": end}
                )
            elif not early:
                said.append(pgettext("attendance", "from %(start)s") % {"start": start})
        return ", ".join(said)

    @cached_property
    def _moved(self) -> bool:
        """Whether attendance changed during the session."""
        return any(each.left_at for each in self._presences) or any(
            not self._from_the_start(seat) for seat in self._by_seat
        )

    def took_part(self, motion: Motion) -> str | None:
        """How many of those who could vote have voted, where that is not plain to see."""
        if motion.state == MotionState.OPEN:
            return None
        cast = motion.votes_for + motion.votes_against + motion.abstentions
        if cast == motion.entitled and not self._moved:
            return None
        return _("%(cast)s of %(all)s voted") % {"cast": cast, "all": motion.entitled}

    # ------------------------------------------------------------------ line by line

    def lines(self, voting: Iterable[Seat]) -> list[dict[str, str]]:
        """What happened, in order, as {at, text}."""
        told = [
            *self._changes(list(voting)),
            *self._repeated(),
            *self._closings(),
            *self._again(),
        ]
        told.sort(key=lambda each: each[0])
        return [{"at": self.hour(at), "text": text} for at, text in told]

    def _changes(self, voting: list[Seat]) -> Iterator[tuple[datetime, str]]:
        """Who came and who left, and how many voting members were there then."""
        votes = {seat.pk for seat in voting}
        came: dict[datetime, list[Seat]] = defaultdict(list)
        left: dict[datetime, list[Seat]] = defaultdict(list)
        here = 0
        for seat, presences in self._by_seat.items():
            for place, each in enumerate(presences):
                if place == 0 and self._from_the_start(seat):
                    here += seat in votes
                else:
                    came[each.came_at].append(each.seat)
                if each.left_at:
                    left[each.left_at].append(each.seat)
        void = self._void_by_leaving()
        closings = {closed for closed, _again in self._pauses}
        anew = False
        for at in sorted(came.keys() | left.keys()):
            said = []
            if at in closings:  # they went home, which is told as the end of the day
                here -= sum(seat.pk in votes for seat in left[at])
                anew = True
                continue
            arrived = pgettext("minutes", "Came: %(names)s.")
            if anew and came[at]:
                arrived, anew = pgettext("minutes", "Present: %(names)s."), False
            for moved, one, text in (
                (left[at], -1, pgettext("minutes", "Left: %(names)s.")),
                (came[at], 1, arrived),
            ):
                here += one * sum(seat.pk in votes for seat in moved)
                if moved:
                    said.append(text % {"names": ", ".join(seat.user.called for seat in moved)})
            said.append(
                _("Voting members present: %(here)s of %(all)s.")
                % {"here": here, "all": len(votes)}
            )
            if at in void:
                said.append(self._void_words() % {"entries": ", ".join(void[at])})
            yield at, " ".join(said)

    def _void_by_leaving(self) -> dict[datetime, list[str]]:
        found: dict[datetime, list[str]] = defaultdict(list)
        for each in self._annulments:
            if each.cause == Annulment.Cause.LEFT:
                found[each.at].append(self._what(each))
        return found

    def _void_words(self) -> str:
        if self.session.stage.rules.ballot == "secret":
            return _(
                "The vote being secret, all votes not counted yet became void and were cast anew: "
                "%(entries)s."
            )
        return _("Votes of those who left that were not counted yet were withdrawn: %(entries)s.")

    def _what(self, void: Annulment) -> str:
        title = honour_title(self._honours, void.honour)
        return _("entry %(number)s (%(title)s)") % {"number": void.entry.number, "title": title}

    @cached_property
    def _honours(self) -> dict[str, schema.Honour]:
        return {each.key: each for each in honours_of(self.session.stage)}

    def _repeated(self) -> Iterator[tuple[datetime, str]]:
        for each in self._annulments:
            if each.cause != Annulment.Cause.REPEATED:
                continue
            values: dict[str, object] = {
                "what": self._what(each),
                "reason": localised(each, "reason").rstrip("."),
                "for": each.votes_for,
                "against": each.votes_against,
                "abstained": each.abstentions,
            }
            if each.votes_for is None:
                text = _(
                    "Vote repeated on %(what)s: %(reason)s. The votes cast before were not counted "
                    "and are void."
                )
            else:
                text = _(
                    "Vote repeated on %(what)s: %(reason)s. The count before, void: for %(for)s, "
                    "against %(against)s, abstained %(abstained)s."
                )
            yield each.at, text % values

    def _closings(self) -> Iterator[tuple[datetime, str]]:
        for closed, _again in self._pauses:
            yield closed, _("The session was closed for the day.")

    def _again(self) -> Iterator[tuple[datetime, str]]:
        for at, reason in self._taken_up:
            why = reason.rstrip(".")
            yield (
                at,
                _("The closed session was taken up again: %(reason)s.") % {"reason": why}
                if why
                else _("The closed session was taken up again."),
            )
