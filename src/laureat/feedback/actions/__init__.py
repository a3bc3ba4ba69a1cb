"""Feedback reports, and questions about a result with their answers."""

from laureat.feedback.actions.questions import answer_question, ask_question, put_to_panel
from laureat.feedback.actions.reports import Made, edit_report, make_reports, release_reports

__all__ = [
    "Made",
    "answer_question",
    "ask_question",
    "edit_report",
    "make_reports",
    "put_to_panel",
    "release_reports",
]
