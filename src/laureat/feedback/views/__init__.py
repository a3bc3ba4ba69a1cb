"""Pages of the room."""

from laureat.feedback.views.reading import of_entry, pdf, report
from laureat.feedback.views.secretary import edit, make, overview, release

__all__ = ["edit", "make", "of_entry", "overview", "pdf", "release", "report"]
