"""Entries as a spreadsheet."""

from __future__ import annotations

import io
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from laureat.intake.models import Entry
from laureat.intake.queries.facts import all_fields
from laureat.intake.queries.filling import shown
from laureat.intake.queries.lists import region_names
from laureat.platform.i18n.content import localised
from laureat.platform.workbooks import new_workbook
from laureat.rulebook.models import Edition


def workbook(edition: Edition, entries: QuerySet[Entry], readable: QuerySet[Entry]) -> bytes:
    """All entries with all answers (those of `readable`). Text stays text, whatever it begins with."""
    questions = [field for field in all_fields(edition) if field.kind != "file"]
    stages = {stage.pk: localised(stage, "title") for stage in edition.stages.all()}
    names = {code: localised(region, "name") for code, region in region_names().items()}
    may_read = set(readable.values_list("pk", flat=True))
    heads = [
        _("Number"),
        _("State"),
        _("Stage"),
        _("Organisation"),
        _("INN"),
        _("Region"),
        localised(edition.rules.category_title),
        _("Product or service"),
        _("Submitted"),
        _("Late"),
        *(localised(field.label) for field in questions),
    ]
    out = io.BytesIO()
    book = new_workbook(out, many_rows=True)
    sheet = book.add_worksheet(_("Entries")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 2, 16)
    sheet.set_column(3, 3, 40)
    sheet.set_column(4, len(heads) - 1, 22)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    line = 0
    for line, entry in enumerate(entries.iterator(chunk_size=500), 1):
        for column, value in enumerate(_cells(edition, entry, stages, names)):
            sheet.write_string(line, column, value, plain)
        if entry.pk in may_read:
            for column, field in enumerate(questions, 10):
                sheet.write_string(line, column, shown(field, entry.answers.get(field.key)), plain)
    sheet.autofilter(0, 0, max(line, 1), len(heads) - 1)
    book.close()
    return out.getvalue()


def _cells(
    edition: Edition, entry: Entry, stages: dict[int, str], names: dict[str, str]
) -> list[str]:
    submitted: Any = entry.submitted_at
    place = getattr(entry, "place", None)
    return [
        entry.number or "",
        str(entry.get_state_display()),
        stages.get(place, "") if place else "",
        localised(entry.organisation, "name"),
        entry.organisation.inn,
        names.get(entry.region, entry.region),
        localised(entry.category, "title") if entry.category else "",
        localised(entry.good, "name") if entry.good else "",
        submitted.astimezone(edition.time_zone).strftime("%Y-%m-%d %H:%M") if submitted else "",
        _("Yes") if entry.late else "",
    ]
