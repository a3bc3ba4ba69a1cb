"""What stands at the end: honours, emblem rights, feedback."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from laureat.rulebook.schema.base import Key, Node, Share, Sourced, Text
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.saying import Wrong
from laureat.saying import say

Count = Annotated[int, Field(ge=0)]


class Honour(Sourced):
    """A title that a decision stage gives.

    Base honours of one stage exclude each other and are tried in the order of the file; an
    `overlay` comes on top of one of the honours named in `with`.
    """

    key: Key
    title: Text
    stage: Key
    """The decision stage that gives it."""
    at_most: Count | dict[Key, Count] | None = None
    """Cap for the whole group, or by category key."""
    share: Share | None = None
    """At most this share of the entries of a group (rounded to the nearest, at least one)."""
    top: Annotated[int, Field(ge=1)] | None = None
    """Only the best so many of a group."""
    per: Literal["edition", "category", "region"] = "edition"
    when: Predicate | None = None
    overlay: bool = False
    with_honours: list[Key] = Field([], alias="with")
    granted: Literal["vote", "rule"] = "vote"
    authority: Text | None = None
    """Whose decision it is, as the diploma says it."""
    tone: Literal["gold", "laurel", "plain"] = "laurel"
    public: bool = True

    @model_validator(mode="after")
    def _overlay_rests_on_something(self) -> Honour:
        if self.overlay and not self.with_honours:
            raise Wrong(
                say("the overlay %(key)s without 'with'", key=repr(self.key)),
                say("'with': the honours it comes on top of"),
            )
        return self


class Emblem(Sourced):
    """The right to use the sign of the award."""

    title: Text
    honours: list[Key]
    years: int = Field(ge=1)
    terms: Text | None = None


class Declining(Sourced):
    """What follows when a laureate declines a title."""

    days: Annotated[int, Field(ge=1)] | None = None
    """So many days after publication the laureate declines in the system; without it, until the
    diploma is issued. A letter to the secretary counts at any time."""
    place: Literal["stays-empty", "council"] = "stays-empty"
    """Nobody moves up by themselves. `council`: the place counts as free, so that the panel may
    decide about the next one while the contest runs."""
    shown: bool = False
    """Whether the public register says that a title was declined; else it names it no more."""


class ResultQuestions(Sourced):
    """Questions of applicants about a result that they were told."""

    working_days: int = Field(10, ge=1, le=250)
    """How long after the result was told they are asked, by the production week without the
    holidays of the Labour Code."""
    answer_within: int = Field(10, ge=1, le=250)
    """Working days for the answer."""


class Feedback(Sourced):
    """The report every applicant gets."""

    model_stage: Key
    """The last assessment stage whose scorebooks feed the report; earlier ones fill in."""
    compare_with: list[Literal["category", "honoured"]] = []
    groups_of_at_least: int = 5
    """Smaller groups have no means, and fewer honoured no line: they would give somebody away."""
    tell: list[Literal["place", "line"]] = ["place", "line"]
    """What applicants read of the order by points: their own place, and how many points the titles
    took that they did not get."""
    note: Text | None = None


class Diploma(Node):
    """How diplomas are numbered and signed."""

    numbering: str = "{year}-{serial:03d}"
    """Python format with year, region, serial, honour."""
    orientation: Literal["landscape", "portrait"] = "landscape"
    signed_by: Text
    signed_by_chair: bool = False
    """Whether that is the chair of the panel that decided: the name then stands beside the post."""
