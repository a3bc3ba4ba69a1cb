"""Spreadsheets: text stays text, and the time they tell is that of the platform's clock.

XlsxWriter alone would write the machine's clock into each file, so that the same figures never
gave the same bytes and a replayed season told the wrong day.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from xlsxwriter import Workbook

from laureat.platform.clock import now


def new_workbook(out: BytesIO, *, many_rows: bool = False) -> Workbook:
    """A workbook to fill and close; with `many_rows` each row is written for good before the next,
    and little memory is needed.
    """
    book = Workbook(
        out,
        {
            "in_memory": True,
            "constant_memory": many_rows,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": now().astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    return book
