"""What members did in a session, read in one query however long its agenda is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, TextField, Value, When
from django.db.models.functions import Cast, Concat

from laureat.council.models import Annulment, Recusal, Session, Voted

_VOTE, _RECUSAL, _VOID = range(3)


@dataclass
class Deeds:
    """Votes, recusals, and votes that became void."""

    votes: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """By motion: (seat, choice; "" in a secret vote)."""
    recusals: dict[int, list[Recusal]] = field(default_factory=lambda: defaultdict(list))
    """By entry."""
    void: dict[tuple[int, str], Annulment] = field(default_factory=dict)
    """By entry and honour: the last time that votes on it became void."""


def deeds_of(session: Session) -> Deeds:
    """Everything of a session."""
    nothing = Cast(Value(""), TextField())
    votes = Voted.objects.filter(motion__session=session).values_list(
        Value(_VOTE), "pk", "motion_id", "seat_id", Cast("choice", TextField()), nothing, nothing
    )
    recusals = Recusal.objects.filter(session=session).values_list(
        Value(_RECUSAL), "pk", "entry_id", "seat_id", "reason", _yes_or_no(), nothing
    )
    void = Annulment.objects.filter(session=session).values_list(
        Value(_VOID), "pk", "entry_id", Value(0), "reason_ru", "reason_en", _what()
    )
    found = Deeds()
    rows = votes.order_by().union(recusals.order_by(), void.order_by(), all=True)
    for kind, _pk, about, seat, said, more, what in sorted(rows):
        if kind == _VOTE:
            found.votes[about].append((seat, said))
        elif kind == _RECUSAL:
            recusal = Recusal(seat_id=seat, entry_id=about, reason=said, detected=more == "yes")
            found.recusals[about].append(recusal)
        else:
            cause, _space, honour = what.partition(" ")
            found.void[about, honour] = Annulment(cause=cause, reason_ru=said, reason_en=more)
    return found


def _yes_or_no() -> Case:
    """Whether the system found the tie, as text: the columns of a union are of one kind."""
    return Case(When(detected=True, then=Value("yes")), default=Value(""), output_field=TextField())


def _what() -> Concat:
    """Cause and honour in one column."""
    return Concat("cause", Value(" "), "honour", output_field=TextField())
