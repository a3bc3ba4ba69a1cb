"""The register as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def organisations_sheet(rows: Iterable[Organisation]) -> bytes:
    """One line an organisation; every text cell is text, also one that begins with =."""
    head = (
        (_("Organisation"), 46),
        (_("INN"), 14),
        (_("KPP"), 12),
        (_("OGRN"), 17),
        (_("Region"), 30),
        (_("City"), 18),
        (_("Line of business"), 28),
        (_("Headcount"), 12),
        (_("Active since"), 14),
        (_("Head"), 30),
        (_("Post of the head"), 26),
        (_("E-mail"), 28),
        (_("Phone"), 20),
        (_("Site"), 26),
        (_("Postal address"), 46),
        (_("Goods"), 8),
    )
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Organisations")[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
    for column, (title, width) in enumerate(head):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, each in enumerate(rows, 1):
        _line(sheet, last, each, day)
    sheet.autofilter(0, 0, max(last, 1), len(head) - 1)
    book.close()
    return out.getvalue()


def _line(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    each: Organisation,
    day: xlsxwriter.format.Format,
) -> None:
    texts = {
        0: localised(each, "name"),
        1: each.inn,
        2: each.kpp,
        3: each.ogrn,
        4: localised(each.region, "name") if each.region else "",
        5: localised(each, "city"),
        6: localised(each.sector, "title") if each.sector else "",
        9: each.head_name,
        10: each.head_post,
        11: each.email,
        12: each.phone,
        13: each.site,
        14: each.address,
    }
    for column, text in texts.items():
        sheet.write_string(line, column, text)
    if each.headcount is not None:
        sheet.write_number(line, 7, each.headcount)
    if each.founded_on is not None:
        sheet.write_datetime(line, 8, datetime.combine(each.founded_on, time()), day)
    sheet.write_number(line, 15, getattr(each, "good_count", 0))
