"""An assessment stage as its secretary sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import (
    AssignmentState,
    Sample,
    ScorebookKind,
    ScorebookState,
)
from laureat.assessment.queries.words import unfinished_words
from laureat.intake.models import Entry
from laureat.rulebook.models import Stage, StageState


@dataclass
class EntryRow:
    """How far one entry is."""

    entry: Entry
    code: str = ""
    asked: int = 0
    accepted: int = 0
    begun: int = 0
    signed: int = 0
    consensus: str = ""
    hidden: bool = False
    """Nothing that moves is told: the reader tastes here."""
    waits: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Nothing is missing."""
        return not self.waits


@dataclass
class Progress:
    """How far a stage is."""

    rows: list[EntryRow]
    signed: int
    wanted: int
    unanswered: int

    @property
    def done(self) -> int:
        """Entries with nothing missing."""
        return sum(row.done for row in self.rows)

    @property
    def left(self) -> int:
        """Entries that wait for something."""
        return len(self.rows) - self.done


def progress_of(stage: Stage, *, codes: bool = False, hidden: bool = False) -> Progress:
    """Every entry of the stage with what it waits for. Five queries at any size.

    codes: of a blind stage also the codes. hidden: not how far each entry is, for those who taste
    there: an entry that moves on when they answer, leave or sign a sheet would give its code away.
    """
    outcome = outcome_of(stage, parts=False)
    rows = {each.entry.pk: EntryRow(each.entry, hidden=hidden) for each in outcome.found}
    if stage.state != StageState.CLOSED:
        for item in () if hidden else outcome.unfinished:
            rows[item.entry.pk].waits.append(unfinished_words(item))
    for key, row in rows.items():
        asked = outcome.team.get(key, {}).values()
        row.asked = len(asked)
        row.accepted = sum(each.state == AssignmentState.ACCEPTED for each in asked)
        for book in outcome.begun.get(key, ()):
            if book.kind == ScorebookKind.CONSENSUS:
                row.consensus = book.state
            else:
                row.begun += 1
                row.signed += book.state == ScorebookState.SIGNED
    if codes:
        for entry, code in Sample.objects.filter(stage=stage).values_list("entry_id", "code"):
            if entry in rows:
                rows[entry].code = code
    found = list(rows.values())
    return Progress(
        found,
        sum(row.signed for row in found),
        sum(max(row.accepted, stage.rules.team.size[0]) for row in found)
        if stage.rules.scorebook.individual
        else 0,
        sum(row.asked - row.accepted for row in found),
    )
