"""Honours of past years, as public sources name them (`history.yaml` beside the editions)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from laureat.rulebook.schema.base import Key, Node, Text
from laureat.rulebook.schema.edition import Source
from laureat.rulebook.schema.loading import load_document
from laureat.rulebook.schema.saying import Wrong, one_of
from laureat.saying import say

RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
"""Two digits, as on licence plates: 42 is Kuzbass."""


class HistoricalHonour(Node):
    """One honour of one organisation (for goods: of one product) in one year."""

    year: int | None = Field(None, ge=1990, le=2100)
    """The contest's year; empty where the source does not state it."""
    organisation: Text
    named: bool = True
    """False where the source does not name the organisation: then it is only described."""
    region: RegionCode | None = None
    product: Text | None = None
    category: Key | None = None
    honour: Key | None = None
    """Key of the base honour; empty where the source leaves it open or the contest differs."""
    overlays: list[Key] = []
    """Honours on top of it."""
    title: Text
    """What was received, as the source says it."""
    note: Text | None = None
    inferred: list[str] = []
    """Fields that were concluded, not read."""
    source: Key

    @model_validator(mode="after")
    def _inferred_are_fields(self) -> HistoricalHonour:
        unknown = [name for name in self.inferred if name not in type(self).model_fields]
        if unknown:
            raise Wrong(
                say("'inferred' names %(field)s", field=repr(unknown[0])),
                say("a field of this entry"),
            )
        return self


class History(Node):
    """The known honours of an award before it ran in this house."""

    award: Key
    note: Text
    honours: list[HistoricalHonour]
    sources: dict[Key, Source]

    @model_validator(mode="after")
    def _sources_exist(self) -> History:
        unknown = sorted({each.source for each in self.honours} - set(self.sources))
        if unknown:
            raise Wrong(say("unknown source %(key)s", key=repr(unknown[0])), one_of(self.sources))
        return self


def load_history(path: Path) -> History:
    """The history in `path`; raises RulebookError."""
    return load_document(path, History)
