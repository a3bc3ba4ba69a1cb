"""Tables for those who calculate on: spreadsheets and CSV. Text stays text, also one that begins
with = and would be run as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from laureat.platform.i18n.content import localised
from laureat.platform.workbooks import new_workbook
from laureat.registry.models import Organisation

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOSCOW = ZoneInfo("Europe/Moscow")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    width: int = 16
    kind: Literal["text", "figure", "day", "instant"] = "text"


def sheet(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet: a heading that stays, filters, a line for each row."""
    out = BytesIO()
    book = new_workbook(out)
    page = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {
        "day": book.add_format({"num_format": "dd.mm.yyyy", "align": "left"}),
        "instant": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"}),
    }
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, bold)
    page.freeze_panes(1, 1)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(page, (last, place), value, formats.get(column.kind))
    page.autofilter(0, 0, max(last, 1), len(columns) - 1)
    book.close()
    return out.getvalue()


def _write(page: Any, place: tuple[int, int], value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        page.write_datetime(*place, value.astimezone(_MOSCOW).replace(tzinfo=None), look)
    elif isinstance(value, date):
        page.write_datetime(*place, datetime.combine(value, time()), look)
    elif isinstance(value, int):
        page.write_number(*place, value)
    else:
        page.write_string(*place, str(value))


class _Echo:
    """A file that hands back what is written."""

    def write(self, value: str) -> str:
        return value


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV for spreadsheets (UTF-8 with mark, semicolons), line by line."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow([column.title for column in columns])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """A value that a spreadsheet takes for text, never for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value.astimezone(_MOSCOW):%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def organisations_sheet(rows: Iterable[Organisation]) -> bytes:
    """The register: one line an organisation."""
    columns = [
        Column(_("Organisation"), 46),
        Column(_("INN"), 14),
        Column(_("KPP"), 12),
        Column(_("OGRN"), 17),
        Column(_("Region"), 30),
        Column(_("City"), 18),
        Column(_("Line of business"), 28),
        Column(_("Headcount"), 12, "figure"),
        Column(_("Active since"), 14, "day"),
        Column(_("Head"), 30),
        Column(_("Post of the head"), 26),
        Column(_("E-mail"), 28),
        Column(_("Phone"), 20),
        Column(_("Site"), 26),
        Column(_("Postal address"), 46),
        Column(_("Goods"), 8, "figure"),
    ]
    return sheet(_("Organisations"), columns, (_line(each) for each in rows))


def _line(each: Organisation) -> list[Any]:
    return [
        localised(each, "name"),
        each.inn,
        each.kpp,
        each.ogrn,
        localised(each.region, "name") if each.region else "",
        localised(each, "city"),
        localised(each.sector, "title") if each.sector else "",
        each.headcount,
        each.founded_on,
        each.head_name,
        each.head_post,
        each.email,
        each.phone,
        each.site,
        each.address,
        getattr(each, "good_count", 0),
    ]
