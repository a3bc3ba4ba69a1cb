"""Conditions of a rulebook, written in CEL (Common Expression Language).

A predicate is compiled when the rulebook is loaded: a syntax error or an unknown name is a load
error, not a surprise in the middle of a season.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from laureat.rulebook.schema.saying import Wrong, found, one_of
from laureat.saying import Said, say

# The package imports its own command line, a whole terminal: a quarter of each of our starts.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402

VOCABULARY: dict[str, tuple[str, ...]] = {
    "organisation": ("headcount", "years_active", "region", "sector", "inn", "individual"),
    "product": ("months_on_market", "okpd2", "normative_document"),
    "entry": ("points", "category", "region", "honours", "answers", "late"),
    "edition": ("year", "key", "award"),
    "history": (),
    "answers": (),
}
"""The names a predicate may use. `history` is a list of {award, year, honour}; `answers` holds
the applicant's answers by field key; `entry.honours` is the list of honour keys so far."""

_PATH = re.compile(r"(?<![\w.'\"])(organisation|product|entry|edition)\.([a-z_]+)")


_ANSWER = re.compile(r"(?<![\w.'\"])answers\.([A-Za-z_]\w*)")
_PLACE = re.compile(r"<input>:\d+:(\d+): (.*)")
_BOUND = re.compile(r"\.(?:exists|exists_one|all|filter|map)\(\s*([a-z_]\w*)\s*,")


LONGEST = 2000
"""Characters of a condition: longer ones are nobody's rule."""


class PredicateError(Wrong):
    """A condition that cannot be read or cannot be evaluated."""


_SYNTAX = (
    (r"(?:mismatched|extraneous) input '<EOF>'", say("it ends too early")),
    (r"missing (\S+) at '<EOF>'", say("it ends without %(token)s")),
    (r"missing (\S+) at .*", say("%(token)s is missing here")),
    (r"(?:mismatched|extraneous) input (.+)", say("%(token)s cannot stand here")),
    (r"no viable alternative at input (.+)", say("%(token)s cannot stand here")),
    (r"token recognition error at: (.+)", say("%(token)s is no sign of a condition")),
)
"""What the parser says, and how people say it."""


def _parse_message(source: str, error: ValueError) -> Said:
    place = _PLACE.search(str(error))
    if not place:
        why = str(error).splitlines()[0]
        return say("the condition %(source)s cannot be read: %(why)s", source=repr(source), why=why)
    why = place[2].split(" expecting")[0].removeprefix("Syntax error: ")
    return say(
        "the condition %(source)s cannot be read at character %(column)s: %(why)s",
        source=repr(source),
        column=int(place[1]),
        why=_syntax(why),
    )


def _syntax(why: str) -> str:
    for pattern, sentence in _SYNTAX:
        if matched := re.fullmatch(pattern, why):
            return Said(sentence.sentence, {"token": matched[1]} if matched.groups() else {})
    return why


class Predicate:
    """A compiled condition.

    >>> Predicate("organisation.headcount <= 250").holds({"organisation": {"headcount": 250}})
    True
    """

    def __init__(self, source: str) -> None:
        """Compile `source`; raises PredicateError naming what is wrong."""
        self.source = source
        if len(source) > LONGEST:
            raise PredicateError(
                say("a condition of %(count)s characters", count=len(source)),
                say("at most %(max_length)s characters", max_length=LONGEST),
            )
        try:
            self._program = cel.compile(source)
        except ValueError as error:
            raise PredicateError(_parse_message(source, error)) from error
        known = {*VOCABULARY, *_BOUND.findall(source)}
        unknown = [name for name in self._program.variables() if name not in known]
        if unknown:
            raise PredicateError(
                say("unknown name %(name)s", name=repr(unknown[0])), one_of(VOCABULARY)
            )
        for name, attribute in _PATH.findall(source):
            if attribute not in VOCABULARY[name]:
                raise PredicateError(
                    say("%(name)s has no %(attribute)s", name=name, attribute=repr(attribute)),
                    one_of(VOCABULARY[name]),
                )
        self._names = frozenset(self._program.variables())
        self.answers = frozenset(_ANSWER.findall(source))
        """The form fields whose answers the condition reads as `answers.<key>`."""
        self._answers_alone = len(_ANSWER.findall(source)) == source.count("answers")

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the condition is true of `facts`; raises PredicateError if it has no answer.

        An answer that was not given yet is null: `answers.novelty == true` is then false.
        """
        given = {
            name: facts[name] for name in self._names if name in facts
        }  # all is copied into CEL
        if self.answers:
            known = facts.get("answers") or {}
            keys = self.answers if self._answers_alone else self.answers.union(known)
            given["answers"] = {key: known.get(key) for key in keys}
        elif "entry" in given and "answers" not in self.source:
            given["entry"] = {**given["entry"], "answers": {}}
        try:
            outcome = self._program.execute(given)
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            message = f"{self.source!r}: {error}"
            raise PredicateError(message) from error
        if not isinstance(outcome, bool):
            message = f"{self.source!r} is not a condition: it gives {outcome!r}"
            raise PredicateError(message)
        return outcome

    def __repr__(self) -> str:
        return f"Predicate({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Predicate) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Predicate:
            if isinstance(value, Predicate):
                return value
            if not isinstance(value, str):
                raise PredicateError(found(value), say("a condition: a text in CEL"))
            return cls(value)

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda predicate: predicate.source
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "description": "a condition in CEL"}
