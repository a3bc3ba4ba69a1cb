"""What the scorebooks of a stage say together: the engines of this room, put to one question each.

found = fair_scores(books, "linear", weights)       points freed from severity, with intervals
standings(found, groups, lines)                     ranks, chances, zones around a line
panel(marks, books)                                 how the assessors judge, in numbers and codes

Keys are whole numbers, points exact decimals; what cannot be estimated comes back with a reason.
The engines are loaded when something is asked of them: they take longer to load than most commands
of the command line take.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from laureat.science.judging.figures import Habit, Panel, Study, panel
    from laureat.science.judging.scores import (
        Book,
        Fair,
        Mark,
        Model,
        Part,
        Score,
        Severity,
        fair_scores,
        units,
    )
    from laureat.science.judging.standing import Line, Standing, standings

VERSION = "3"
"""Counts changes of method: frozen results name the version that made them."""

__all__ = [
    "VERSION", "Book", "Fair", "Habit", "Line", "Mark", "Model", "Panel", "Part", "Score",
    "Severity", "Standing", "Study", "fair_scores", "panel", "standings", "units",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for module in ("scores", "standing", "figures") if name in __all__ else ():
        found = getattr(import_module(f"{__name__}.{module}"), name, None)
        if found is not None:
            return found
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
