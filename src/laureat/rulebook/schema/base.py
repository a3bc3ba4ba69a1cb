"""The small types that every part of a rulebook is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from laureat.rulebook.schema.saying import Wrong, found
from laureat.saying import say

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
"""A stable name inside one rulebook: letters, digits, `-`, `_`, `.`."""


class Node(BaseModel):
    """A part of a rulebook: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        coerce_numbers_to_str=True,  # `edition: 2024` needs no quotes
        use_attribute_docstrings=True,  # editors show them, see `json_schema`
    )


class Text(Node):
    """A text in both languages."""

    ru: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `language` ("ru" or "en")."""
        return self.en if language == "en" else self.ru


class Sourced(Node):
    """A rule that says where it comes from, or that it is assumed."""

    source: str = ""
    """Key of the edition's `sources`, or a plain reference."""
    assumed: bool = False
    """True where no source confirms the rule: pages say so."""


def _fraction(value: Any) -> Any:
    """Read "1/5", "34 %", 0.5 or 1 as an exact fraction."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(str(value))
    text = str(value).replace(" ", "").replace("\u202f", "")
    try:
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise Wrong(found(value), say("a share such as 1/5, 0.2 or 20 %")) from None


def _positive_share(value: Fraction) -> Fraction:
    if not 0 <= value <= 1:
        raise Wrong(say("found %(value)s", value=value), say("a share from 0 to 1"))
    return value


Share = Annotated[
    Fraction,
    BeforeValidator(lambda value: _positive_share(_fraction(value))),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "examples": ["1/5", 0.2, "20 %"]}),
]
"""An exact share of a whole: written 1/5, 0.2 or 20 %."""
