"""What an applicant fills in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field as Limit
from pydantic import model_validator

from laureat.rulebook.schema.base import Key, Node, Sourced, Text
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.saying import Wrong
from laureat.saying import say

FieldKind = Literal[
    "text",
    "long_text",
    "number",
    "decimal",
    "percent",
    "date",
    "choice",
    "choices",
    "yes_no",
    "email",
    "phone",
    "url",
    "file",
]


class Choice(Node):
    """One answer of a choice."""

    key: Key
    title: Text


class Field(Sourced):
    """One question of a form."""

    key: Key
    label: Text
    kind: FieldKind = "text"
    required: bool = True
    help: Text | None = None
    when: Predicate | None = None
    """Asked only if this holds (of `answers`, `organisation`, `product`, `entry.category` and
    `entry.region`); an answer not given yet is null."""
    choices: list[Choice] = []
    least: Decimal | None = None
    most: Decimal | None = None
    longest: int | None = None
    """Most characters of a text."""
    accept: list[str] = []
    """File name endings without dot, e.g. pdf, docx."""
    largest_mb: Decimal = Decimal(20)
    public: bool = False
    """Shown on public pages of honoured entries."""

    @model_validator(mode="after")
    def _consistent(self) -> Field:
        if self.kind in ("choice", "choices") and not self.choices:
            raise Wrong(say("a choice without choices"), say("'choices': a list"))
        if self.kind == "file" and not self.accept:
            raise Wrong(say("a file without the endings it may have"), say("'accept', e.g. [pdf]"))
        return self


class Section(Node):
    """A page of a form."""

    key: Key
    title: Text
    note: Text | None = None
    fields: list[Field] = Limit(min_length=1)


class Form(Node):
    """A form in sections."""

    sections: list[Section] = Limit(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Form:
        keys = [field.key for field in self.fields()]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise Wrong(
                say("keys of fields used twice: %(keys)s", keys=", ".join(twice)),
                say("a key of its own for each"),
            )
        return self

    def fields(self) -> Iterator[Field]:
        """All fields in reading order."""
        for section in self.sections:
            yield from section.fields
