"""Letters as files: one, all of a campaign in an archive, the list as a table."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.outreach import exports, queries
from laureat.outreach.views.common import campaign_or_404, letter_or_404
from laureat.platform.files.responses import file_response, private

Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@require_safe
def document(request: HttpRequest, uid: str, kind: str) -> HttpResponse | FileResponse:
    """The PDF or the Word file of a letter."""
    letter = letter_or_404(request, uid)
    stored = letter.pdf if kind == "pdf" else letter.docx
    if stored is None:
        raise Http404
    return file_response(stored, download="download" in request.GET)


@require_safe
def archive(request: HttpRequest, uid: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The PDF (or Word) files of a campaign, or of one view of it, as one archive."""
    found = campaign_or_404(request, uid)
    letters = list(queries.letters(found, request.GET.get("view", "")))
    files = exports.files_of(letters, kind)
    if not files:
        messages.error(request, _("No letter here is made yet: make the documents first."))
        return redirect("outreach:campaign", found.uid)
    response = StreamingHttpResponse(exports.zipped(files), content_type="application/zip")
    return _named(response, f"letters-{found.dated.isoformat()}-{kind}.zip")


@require_safe
def table(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """The list of a campaign (or of one view of it) with where each letter stands."""
    found = campaign_or_404(request, uid)
    letters = queries.letters(found, request.GET.get("view", ""))
    lines = [queries.line_of(letter) for letter in letters]
    content = exports.workbook(lines) if kind == "xlsx" else exports.csv_text(lines).encode()
    response = HttpResponse(content, content_type=MEDIA[kind])
    return _named(response, f"letters-{found.dated.isoformat()}.{kind}")


def _named(response: Response, name: str) -> Response:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return private(response)
