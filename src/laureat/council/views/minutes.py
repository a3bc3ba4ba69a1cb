"""The minutes: on the page and as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from laureat.council import actions
from laureat.council.queries.minutes import minutes_data, minutes_title
from laureat.council.views.common import entered
from laureat.platform.files.responses import document_response, file_response
from laureat.platform.i18n.content import current


@require_safe
def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """The minutes as they stand, in the reader's language."""
    room = entered(request, uid)
    language = "en" if current() == "en" else "ru"
    return render(
        request,
        "council/minutes.html",
        {
            "room": room,
            "session": room.session,
            "minutes": minutes_data(room.session, "en" if language == "en" else "ru"),
            "title": minutes_title(room.session, "en" if language == "en" else "ru"),
        },
    )


@require_safe
def pdf(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The PDF that was kept when the session was closed; before that, and in English, a draft or
    translation made now.
    """
    session = entered(request, uid).session
    wanted = request.GET.get("language", "ru")
    if session.minutes is not None and wanted != "en":
        return file_response(session.minutes)
    language = "en" if wanted == "en" else "ru"
    content = actions.minutes_pdf(session, "en" if language == "en" else "ru")
    return document_response(content, f"minutes-{session.number}-{language}.pdf")
