"""The report as its reader sees it: a page and a PDF."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.feedback import queries
from laureat.feedback.models import Report, ReportState
from laureat.feedback.permissions import correct_report, read_report
from laureat.platform.accounts.models import User
from laureat.platform.documents import render_pdf
from laureat.platform.files.responses import document_response
from laureat.platform.i18n.content import current
from laureat.platform.ui.tags.parts import tag


def found(uid: str) -> Report:
    """The report or a 404 page."""
    report = queries.report(uid)
    if report is None:
        raise Http404
    return report


@require_safe
def report(request: HttpRequest, uid: str) -> HttpResponse:
    """The report as a page."""
    row = found(uid)
    read_report.require(request.user, row)
    shown = queries.reading(row)
    user = request.user if isinstance(request.user, User) else None
    may_correct = row.state == ReportState.DRAFT and bool(correct_report(user, row))
    context = {
        "report": row,
        "shown": shown,
        # Who still corrects it reads all of it; everybody else begins with the summary.
        "unfolded": "unfolded" in request.GET or may_correct,
        "tags": _tags(row, shown),
        "way": queries.way_chart(shown),
        "charts": [
            (
                block,
                queries.total_chart(block),
                queries.total_title(block),
                queries.profile_chart(block),
            )
            for block in shown.blocks
        ],
        "may_correct": may_correct,
        "is_staff": bool(correct_report(user, row)),
        "corrections": queries.corrections(shown.corrections) if shown.corrections else "",
    }
    return render(request, "feedback/report.html", context)


def _tags(row: Report, shown: queries.Reading) -> str:
    drawn = [tag(row.get_state_display(), "warn")] if row.state == ReportState.DRAFT else []
    drawn += [tag(_("demo"), "quiet")] if shown.demo else []
    return format_html_join(" ", "{}", ((each,) for each in drawn))


@require_safe
def of_entry(request: HttpRequest, uid: str) -> HttpResponse:
    """The report on an entry, by the entry's identifier."""
    row = queries.report_of(uid)
    if row is None:
        raise Http404
    read_report.require(request.user, row)
    return redirect("feedback:report", row.uid)


@require_safe
def pdf(request: HttpRequest, uid: str) -> HttpResponse:
    """The report as a document, made on demand: the same content gives the same bytes."""
    row = found(uid)
    read_report.require(request.user, row)
    shown = queries.reading(row)
    language: Literal["ru", "en"] = "en" if current() == "en" else "ru"
    images, told = queries.pdf_images(shown)
    data = queries.pdf_data(shown) | told
    title = _("Assessment report, entry %(number)s") % {"number": shown.number}
    content = render_pdf("feedback/report", data, language=language, title=title, images=images)
    return document_response(content, f"{title}.pdf")
