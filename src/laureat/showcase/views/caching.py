"""Public pages are made once and kept until something happens.

Every action writes to a journal, so how many records there are is the version of everything that the
public sees: while it stays, a stored page is true. A minute bounds what depends on the
clock alone. Readers who are signed in, or carry a message, get a page of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from laureat.platform.access.visitors import is_anybody
from laureat.platform.clock import now
from laureat.showcase.queries.machines import version

FRESH = 60
"""Seconds for which others may show a page without asking again."""
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page that is the same for everybody: kept, with an ETag and Cache-Control."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not is_anybody(request):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        stamp = version()
        told = f"{stamp} {now():%Y%m%d%H%M} {get_language()} {request.build_absolute_uri()}"
        key = hashlib.sha256(told.encode()).hexdigest()
        stored = caches["pages"].get(f"showcase:{key}") if stamp else None
        if stored is None:
            made = view(request, *args, **kwargs)
            if made.status_code != 200 or made.streaming:
                return made
            tag = f'"{hashlib.sha256(made.content).hexdigest()[:32]}"'
            stored = (made.content, made.headers.get("Content-Type", ""), tag)
            caches["pages"].set(f"showcase:{key}", stored, FRESH)
        content, media_type, tag = stored
        if tag in request.headers.get("If-None-Match", ""):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(content, content_type=media_type)
        response.headers["ETag"] = tag
        patch_cache_control(response, public=True, max_age=FRESH)
        patch_vary_headers(response, ["Cookie"])
        return response

    return kept
