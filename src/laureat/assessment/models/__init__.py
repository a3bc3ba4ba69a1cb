"""Assessors, conflicts, teams, scorebooks, visits, samples and results."""

from laureat.assessment.models.people import (
    ASSIGNMENT_TRANSITIONS,
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
    Pairing,
    Tie,
)
from laureat.assessment.models.results import Judging, Result
from laureat.assessment.models.work import (
    BY_ENTRY,
    SCOREBOOK_TRANSITIONS,
    KeyReader,
    Mark,
    Sample,
    Scorebook,
    ScorebookKind,
    ScorebookState,
    SiteVisit,
)

__all__ = [
    "ASSIGNMENT_TRANSITIONS",
    "BY_ENTRY",
    "LIVE",
    "SCOREBOOK_TRANSITIONS",
    "Assessor",
    "Assignment",
    "AssignmentState",
    "Conflict",
    "Judging",
    "KeyReader",
    "Mark",
    "Pairing",
    "Result",
    "Sample",
    "Scorebook",
    "ScorebookKind",
    "ScorebookState",
    "SiteVisit",
    "Tie",
]
