"""Results of an assessment stage: what was found, how sure it is."""

from __future__ import annotations

import csv
import io
import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.actions import OpenDecisions, UnfinishedStage
from laureat.assessment.queries.downloads import counted_of, ratings_rows, report_of, results_table
from laureat.assessment.queries.results import SORTS, Wanted, results_page
from laureat.assessment.views.stages import common
from laureat.intake.queries.lists import stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.files.responses import document_response
from laureat.platform.workbooks import new_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 20
SORT_LABELS = {
    "rank": gettext_lazy("place"),
    "number": gettext_lazy("number of the entry"),
    "points": gettext_lazy("points"),
    "raw": gettext_lazy("mean"),
    "fair": gettext_lazy("fair points"),
    "correction": gettext_lazy("correction"),
    "chance": gettext_lazy("chance above the line"),
    "gain": gettext_lazy("where one more assessor helps most"),
}


@login_required
def results(request: Signed, uid: str) -> HttpResponse:
    """Results, what the gate says, ties, closing."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    refused = ""
    if request.method == "POST":
        permissions.manage_stage.require(request.user, row)
        if request.POST.get("go") == "compute":
            try:
                actions.compute_results(row, by=request.user)
            except Refused as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("The results are stored as they stand now."))
            return redirect("assessment:results", uid)
        chosen = {
            key.removeprefix("decide:"): value == "pass"
            for key, value in request.POST.items()
            if key.startswith("decide:") and value in ("pass", "stop")
        }
        try:
            actions.close_assessment(
                row,
                by=request.user,
                tie_decisions=chosen,
                reason=request.POST.get("reason", ""),
                with_missing=request.POST.get("with_missing") == "yes",
            )
        except (UnfinishedStage, OpenDecisions, Refused) as error:
            refused = str(error)
        else:
            messages.success(request, _("The stage is closed; the applicants were told."))
            return redirect("assessment:results", uid)
    page = results_page(row)
    wanted = _wanted(request)
    rows = Paginator(page.chosen(wanted), PER_PAGE).get_page(request.GET.get("page"))
    drawn = next((each for each in page.groups if each.key == wanted.group), None)
    if drawn is None and page.groups:
        drawn = page.groups[0]
    context = common(request, row) | {
        "page": page,
        "rows": rows,
        "wanted": wanted,
        "sorts": [(key, SORT_LABELS[key]) for key in SORTS],
        "drawn": drawn,
        "chart": page.chart(drawn) if drawn else None,
        "refused": refused,
        "chosen": request.POST,
    }
    return render(request, "assessment/results.html", context, status=422 if refused else 200)


def _wanted(request: Signed) -> Wanted:
    asked = request.GET
    return Wanted(
        asked.get("group", ""),
        asked.get("zone", ""),
        asked.get("decision", ""),
        asked.get("q", ""),
        asked.get("sort", "rank"),
    )


@login_required
@require_safe
def ratings(request: Signed, uid: str) -> HttpResponse:
    """The signed marks as CSV, for `laureat science fair-scores`; ?rows=totals: scorebooks."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    totals = request.GET.get("rows") == "totals"
    out = io.StringIO()
    counted = counted_of(row)
    csv.writer(out, lineterminator="\n").writerows(ratings_rows(row, counted, totals=totals))
    kind = "totals" if totals else "marks"
    if counted.of_today:  # a table of figures has no room for a note; its name has
        kind += "-as-of-today"
    name = f"{row.edition.award.key}-{row.edition.key}-{row.key}-{kind}.csv"
    return document_response(out.getvalue().encode(), name, "text/csv; charset=utf-8")


@login_required
@require_safe
def report(request: Signed, uid: str) -> HttpResponse:
    """Everything that was computed, as JSON: the same bytes for the same scorebooks."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    text = json.dumps(report_of(row), ensure_ascii=False, indent=1) + "\n"
    name = f"{row.edition.award.key}-{row.edition.key}-{row.key}.json"
    return document_response(text.encode(), name, "application/json")


@login_required
@require_safe
def export(request: Signed, uid: str) -> HttpResponse:
    """Every scorebook's points as a spreadsheet."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    content = io.BytesIO()
    book = new_workbook(content)
    bold = book.add_format({"bold": True})
    for title, table in results_table(row):
        page = book.add_worksheet(title[:31])
        for column, name in enumerate(table[0]):
            page.write_string(0, column, str(name), bold)
        for number, line in enumerate(table[1:], 1):
            for column, value in enumerate(line):
                if value is None:
                    continue
                if isinstance(value, str):
                    page.write_string(number, column, value)
                else:
                    page.write_number(number, column, float(value))
        page.freeze_panes(1, 1)
        page.autofit()
    book.close()
    name = f"{row.edition.award.key}-{row.edition.key}-{row.key}.xlsx"
    return document_response(content.getvalue(), name, XLSX)
