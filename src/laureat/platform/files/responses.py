"""Handing a private file to somebody who has been found entitled to it."""

from __future__ import annotations

from typing import TypeVar

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase

from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store

Response = TypeVar("Response", bound=HttpResponseBase)
_SHOWN = {"application/pdf", "image/png", "image/jpeg"}


def file_response(stored: StoredFile, *, download: bool = False) -> FileResponse:
    """The bytes, never cached by others, never run as a page; 404 if the store lost them."""
    try:
        content = store().open(stored.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        filename=stored.name,
        content_type=stored.media_type,
        as_attachment=download or stored.media_type not in _SHOWN,
    )
    return private(response)


def document_response(
    content: bytes, name: str, media_type: str = "application/pdf"
) -> HttpResponse:
    """A document made on the spot."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = _disposition(name)
    return private(response)


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header  # noqa: PLC0415 - one use

    return content_disposition_header(as_attachment=False, filename=name) or "inline"


def private(response: Response) -> Response:
    """Mark as private and inert."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Browsers refuse to show a PDF in a sandbox, and a PDF runs nothing here anyway.
    pdf = response.headers.get("Content-Type", "").startswith("application/pdf")
    policy = "frame-ancestors 'none'" if pdf else "default-src 'none'; sandbox"
    response.headers["Content-Security-Policy"] = policy
    return response
