"""Honours as files: diplomas, archives, spreadsheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from laureat.council.models import Session
from laureat.honours.models import Honour
from laureat.honours.queries import Row, bases, diploma_data, diploma_title
from laureat.platform.documents import Language, qr_svg, render_pdf
from laureat.platform.i18n.content import localised
from laureat.platform.workbooks import new_workbook

_EPOCH = (1980, 1, 1, 0, 0, 0)


def diploma_pdf(
    honour: Honour, language: Language = "ru", *, session: Session | None = None
) -> bytes:
    """The diploma of an honour; the same honour gives the same bytes."""
    basis = session or bases([honour]).get(honour.pk)
    data = diploma_data(honour, basis, language)
    return render_pdf(
        "honours/diploma",
        data,
        language=language,
        title=diploma_title(honour, language),
        images={"qr": qr_svg(data["check"]["url"])},
    )


def diplomas_zip(honours: Sequence[Honour], language: Language = "ru") -> bytes:
    """All diplomas in one archive, named by their numbers."""
    sessions = bases(honours)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for honour in honours:
            name = honour.diploma.number.replace("/", "-")
            content = diploma_pdf(honour, language, session=sessions.get(honour.pk))
            archive.writestr(zipfile.ZipInfo(f"{name}.pdf", date_time=_EPOCH), content)
    return out.getvalue()


def workbook(rows: Iterable[Row]) -> bytes:
    """The list as a spreadsheet; text stays text even when it looks like a formula."""
    out = io.BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(_("Honours"))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    titles = (
        _("Diploma"),
        _("Honour"),
        _("Entry"),
        _("Organisation"),
        _("INN"),
        _("Good"),
        _("Category"),
        _("Region"),
        _("State"),
        _("Emblem from"),
        _("Emblem until"),
        _("Check address"),
    )
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, head)
    for line, each in enumerate(rows, start=1):
        entry = each.honour.entry
        region = entry.organisation.region
        texts = (
            each.number,
            each.title,
            entry.number or "",
            each.organisation,
            entry.organisation.inn,
            each.good,
            each.category,
            localised(region, "name") if region else "",
            each.honour.get_state_display(),
        )
        for column, value in enumerate(texts):
            sheet.write_string(line, column, str(value))
        if each.licence is not None:
            sheet.write_datetime(line, 9, _midnight(each.licence.starts_on), day)
            sheet.write_datetime(line, 10, _midnight(each.licence.ends_on), day)
        sheet.write_string(line, 11, each.check_url)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate((16, 28, 16, 48, 14, 40, 28, 28, 14, 12, 12, 44)):
        sheet.set_column(column, column, width)
    book.close()
    return out.getvalue()


def _midnight(day: date) -> datetime:
    """A date as the spreadsheet library wants it."""
    return datetime.combine(day, time(0))
