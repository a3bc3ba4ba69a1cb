"""The page for developers and the pages for when something went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.platform.ui import samples


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """All tokens, components and charts, in the language of the page."""
    return render(request, "ui/design.html", samples.page(request))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 that says why."""
    reason = getattr(exception, "reason", None) or (str(exception) if exception else "")
    return render(request, "403.html", {"reason": reason}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page had grown old."""
    words = _("The page was open too long or in another window. Go back, reload it and send again.")
    return render(request, "403.html", {"reason": words}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413: a file or a form beyond the limit; `limit` in bytes may come with the exception."""
    return render(request, "413.html", {"limit": getattr(exception, "limit", None)}, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without context: whatever broke must not break this too."""
    return HttpResponse(render_to_string("500.html"), status=500)
