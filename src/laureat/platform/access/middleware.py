"""Turns what is refused outright into pages that say why: Denied, an address that takes forms only."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url
from django_htmx.middleware import HtmxDetails

from laureat.platform.errors import Denied


class DeniedMiddleware:
    """Signed-out people are sent to sign in; others read the reason (403)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "GET" and isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            response = render(request, "405.html", status=405)
            response.headers["Allow"] = allowed
        if getattr(request, "htmx", None) and _asks_to_sign_in(response):
            response = _signed_out(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer Denied; leave everything else to Django."""
        if not isinstance(error, Denied):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return render(request, "403.html", {"reason": error.message}, status=403)


def _asks_to_sign_in(response: HttpResponse) -> bool:
    target = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == HTTPStatus.FOUND and target == resolve_url(settings.LOGIN_URL)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """A part of a page whose reader's session has ended: says so, and the page keeps its text."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    page = htmx.current_url_abs_path or request.get_full_path()
    url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: page})}"
    return render(request, "ui/parts/signed_out.html", {"url": url}, status=401)
