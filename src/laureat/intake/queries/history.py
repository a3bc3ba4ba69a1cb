"""What happened to an entry, as its readers may know it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, Value
from django.utils.translation import gettext_lazy as _

from laureat.intake.models import Entry, Move, Passage, PassageState
from laureat.intake.queries.walking import Known, ends_the_way
from laureat.intake.words import ACTIONS
from laureat.ledger.models import Record
from laureat.platform.i18n.content import current, localised
from laureat.rulebook.models import Stage

_STEPS = {
    PassageState.ACTIVE: _("The application came to the stage “%(stage)s”"),
    PassageState.PASSED: _("The application passed the stage “%(stage)s”"),
    PassageState.STOPPED: _("The application did not pass the stage “%(stage)s”"),
    PassageState.SPARED: _("The application does not need the stage “%(stage)s” any more"),
}
"""What is worth a line; a withdrawal has its own record, and to wait is no event."""
_DECIDED = _("A decision about the application was made at the stage “%(stage)s”")
"""At the last one, which nobody passes."""


@dataclass(frozen=True)
class Event:
    """A record of the ledger, or a step through the stages (which the ledger has by stage)."""

    at: datetime
    words: str
    seq: int | None = None
    version: int | None = None
    """Of the entry, if this was its submission."""
    reason: str = ""


def events(entry: Entry, ever: Sequence[Passage], known: Known, *, everything: bool) -> list[Event]:
    """Records and steps of an entry, the oldest first (one query).

    `ever`: its passages with those that it was spared. Who may not know everything reads nothing
    of what is pending: of the first stage that is shown otherwise than it is, only that it began.
    """
    pending = [passage.stage.order for passage, state in known.passages if state != passage.state]
    until = None if everything else min(pending, default=None)
    stages = {passage.stage_id: passage.stage for passage in ever}
    found = []
    for at, what, seq, said, reason_ru, reason_en, stage_id in sorted(_rows(entry), key=_order):
        if stage_id is None:
            version = (json.loads(said)["data"] or {}).get("version")
            found.append(Event(at, str(ACTIONS["entry"][what]), seq, version))
        elif _is_told(stages[stage_id], what, until):
            reason = reason_en if current() == "en" else reason_ru
            stage = localised(stages[stage_id], "title")
            words = _words(stages[stage_id], what) % {"stage": stage}
            found.append(Event(at, words, reason=reason or reason_ru or reason_en))
    return found


def _words(stage: Stage, what: str) -> str:
    decided = what == PassageState.PASSED and ends_the_way(stage)
    return str(_DECIDED if decided else _STEPS[PassageState(what)])


_Row = tuple[datetime, str, int, str, str, str, int | None]


def _rows(entry: Entry) -> list[_Row]:
    """Time, what, place in the order, content, reason twice, stage: of records and of steps."""
    nothing = Value("")
    records = Record.objects.filter(
        chain__key=entry.edition.chain, subject=entry.uid, action__in=list(ACTIONS["entry"])
    ).values_list(
        "at", "action", "seq", "content", nothing, nothing, Value(None, BigIntegerField())
    )
    steps = Move.objects.filter(entry=entry, state__in=list(_STEPS)).values_list(
        "at", "state", F("pk"), nothing, "reason_ru", "reason_en", "stage_id"
    )
    # Neither query is ordered: a part of a union must not be.
    return list(records.order_by().union(steps.order_by(), all=True))


def _order(row: _Row) -> tuple[datetime, bool, int]:
    return row[0], row[6] is not None, row[2]


def _is_told(stage: Stage, state: str, until: int | None) -> bool:
    if until is None or stage.order < until:
        return True
    return stage.order == until and state == PassageState.ACTIVE
