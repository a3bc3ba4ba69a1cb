"""Something that does not hold in a document, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """Something that does not hold, at a path of the edition's document."""

    path: Path
    message: str
    expected: str = ""

    @property
    def where(self) -> str:
        """The path as people write it: `stages[3].gate.at_least`."""
        return written(self.path)


def written(path: Iterable[str | int]) -> str:
    """`path` as people write it: `stages[3].gate.at_least`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
