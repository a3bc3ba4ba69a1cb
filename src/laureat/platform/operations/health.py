"""Whether this server can serve: asked by monitors and balancers, which know neither its name nor https."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PATH = "/health/"


class HealthMiddleware:
    """Answers before any other layer asks for the right host, https or a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path != PATH or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        status = 200 if _database_answers() else 503
        words = "ok\n" if status == 200 else "the database does not answer\n"
        response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return False
    return True
