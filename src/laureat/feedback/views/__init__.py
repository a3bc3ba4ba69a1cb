"""Pages of the room."""

from laureat.feedback.views.questions import (
    answer,
    answer_file,
    edition_questions,
    entry_questions,
    question_file,
    to_panel,
)
from laureat.feedback.views.reading import of_entry, pdf, report
from laureat.feedback.views.secretary import edit, make, overview, release

__all__ = [
    "answer",
    "answer_file",
    "edit",
    "edition_questions",
    "entry_questions",
    "make",
    "of_entry",
    "overview",
    "pdf",
    "question_file",
    "release",
    "report",
    "to_panel",
]
