"""Spreadsheets tell the platform's time, and the same figures give the same bytes."""

import re
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

import laureat
from laureat.platform import clock
from laureat.platform.workbooks import new_workbook

THEN = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)


def filled(many_rows):
    out = BytesIO()
    with clock.at(THEN):
        book = new_workbook(out, many_rows=many_rows)
        page = book.add_worksheet("Лист")
        page.write(0, 0, "=1+1")
        page.write(0, 1, "https://site.ru")
        book.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def twice():
    """Both kinds of a book, and the same a while later."""
    first = [filled(many_rows) for many_rows in (False, True)]
    time.sleep(1.1)  # the machine's clock has whole seconds in such a file
    return first, [filled(many_rows) for many_rows in (False, True)]


@pytest.mark.parametrize("many_rows", [False, True])
def test_the_same_figures_give_the_same_bytes_at_any_hour(twice, many_rows):
    first, later = (books[many_rows] for books in twice)
    assert later == first
    with ZipFile(BytesIO(first)) as book:
        core = book.read("docProps/core.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2024-05-17T09:30:00Z"}
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_no_room_makes_a_workbook_with_a_clock_of_its_own():
    root = Path(laureat.__file__).parent
    users = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "xlsxwriter" in path.read_text()
    ]
    assert users == ["platform/workbooks.py"]
