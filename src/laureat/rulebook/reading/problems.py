"""What is wrong with a rulebook, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from laureat.rulebook.schema.problems import Problem
from laureat.saying import translated


@dataclass(frozen=True)
class Told:
    """A problem as it is shown."""

    place: str
    """File and line."""
    path: str
    """Where in the document."""
    said: str
    """What was found, and what was expected."""

    def __str__(self) -> str:
        return f"{self.place}{f' {self.path}:' if self.path else ''} {self.said}"


def told(problem: Problem) -> Told:
    """`problem` in the reader's language, whole sentences."""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    found = translated(problem.message, _)
    expected = translated(problem.expected, _)
    said = f"{found} — {_('expected')} {expected}" if expected else f"{found}"
    return Told(place, problem.path, said)
