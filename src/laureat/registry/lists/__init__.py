"""Lists of organisations that somebody pasted or uploaded: tables, whatever program wrote them."""

from laureat.registry.lists.files import (
    MOST_BYTES,
    Table,
    decoded,
    is_workbook,
    read_table,
    table_of,
    workbook_rows,
)
from laureat.registry.lists.headings import FACTS, Columns, columns_of
from laureat.registry.lists.reading import MOST_LINES, Change, Line, Reading, read_lines

__all__ = [
    "FACTS",
    "MOST_BYTES",
    "MOST_LINES",
    "Change",
    "Columns",
    "Line",
    "Reading",
    "Table",
    "columns_of",
    "decoded",
    "is_workbook",
    "read_lines",
    "read_table",
    "table_of",
    "workbook_rows",
]
