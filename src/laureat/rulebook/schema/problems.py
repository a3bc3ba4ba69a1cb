"""What is wrong with a rulebook, said so that an organiser can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where. Lines and columns count from 1; 0 is the whole file."""

    file: str
    """Relative to the awards folder, e.g. `rf-quality-prize/2024.yaml`."""
    line: int
    column: int
    path: str
    """Where in the document, e.g. `stages[3].gate.at_least`."""
    message: str
    """What was found."""
    expected: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        path = f" {self.path}:" if self.path else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{place}:{path} {self.message}{expected}"


class RulebookError(Exception):
    """A rulebook that cannot be loaded, with everything that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
