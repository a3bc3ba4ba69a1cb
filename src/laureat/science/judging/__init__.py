"""What the scorebooks of a stage say together: the engines of this room, put to one question each.

found = fair_scores(books, "linear", weights)       points freed from severity, with intervals
standings(found, groups, lines)                     ranks, chances, zones around a line
panel(marks, books)                                 how the assessors judge, in numbers and codes

Keys are whole numbers, points exact decimals; what cannot be estimated comes back with a reason.
"""

from laureat.science.judging.panel import Habit, Panel, Study, panel
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
