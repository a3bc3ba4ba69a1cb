"""Reading reports: as a page, as a document, as a list."""

from laureat.feedback.queries.drawings import profile_chart, total_chart, total_title, way_chart
from laureat.feedback.queries.listing import (
    Line,
    Standing,
    desk_sections,
    lines,
    report,
    report_of,
    standing,
)
from laureat.feedback.queries.paper import corrections, pdf_data, pdf_images
from laureat.feedback.queries.reading import Reading, reading

__all__ = [
    "Line",
    "Reading",
    "Standing",
    "corrections",
    "desk_sections",
    "lines",
    "pdf_data",
    "pdf_images",
    "profile_chart",
    "reading",
    "report",
    "report_of",
    "standing",
    "total_chart",
    "total_title",
    "way_chart",
]
