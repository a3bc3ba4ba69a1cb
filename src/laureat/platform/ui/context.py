"""What the base page needs to know: navigation, languages, who reads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse, translate_url
from django.utils import translation
from django.utils.translation import gettext as _


def address(name: str) -> str:
    """The address of a page, or nothing where the room is not built in."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _nav(path: str) -> list[dict[str, Any]]:
    items = (
        ("showcase:awards", _("Awards")),
        ("showcase:register", _("Register of laureates")),
        ("showcase:goods", _("Catalogue of goods")),
        ("showcase:about", _("About")),
    )
    pairs = ((address(name), label) for name, label in items)
    return [
        {"url": url, "label": label, "current": path.startswith(url)} for url, label in pairs if url
    ]


def _footer() -> list[dict[str, str]]:
    """What everybody may look up from every page."""
    items = (
        ("showcase:check", "", _("Check a diploma")),
        ("showcase:statistics", "", _("Statistics")),
        ("ledger:chains", "", _("Journal")),
        ("accounts:personal_data", "", _("Personal data")),
        ("showcase:about", "#accessibility", _("Accessibility")),
    )
    found = ((address(name), part, label) for name, part, label in items)
    return [{"url": url + part, "label": label} for url, part, label in found if url]


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    here = (translation.get_language() or "ru")[:2]
    path = request.get_full_path()
    known = _is_known(request)
    out = []
    for code, label in (("ru", "Русский"), ("en", "English")):
        current = code == here
        url = (path if current else translate_url(path, code)) if known else _home(code)
        out.append({"code": code, "label": label, "url": url, "current": current})
    return out


def _is_known(request: HttpRequest) -> bool:
    """Whether there is such a page; a layer that answered itself has not looked yet."""
    if request.resolver_match is not None:
        return True
    try:
        resolve(request.path_info)
    except Resolver404:
        return False
    return True


def _home(code: str) -> str:
    with translation.override(code):
        return address("showcase:home") or "/"


def page(request: HttpRequest) -> dict[str, Any]:
    """nav_items, footer_links, languages, home_url, desk_url, login_url, logout_url, reader (name or empty)."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    reader = ""
    if signed_in:
        full = getattr(user, "get_full_name", str)
        reader = (full() if callable(full) and full is not str else "") or str(user)
    return {
        "nav_items": _nav(request.path),
        "footer_links": _footer(),
        "languages": _languages(request),
        "home_url": address("showcase:home") or "/",
        "desk_url": address("accounts:desk"),
        "login_url": address("account_login"),
        "logout_url": address("account_logout"),
        "demo_url": address("accounts:demo_sign_in"),
        "design_url": address("ui:design"),
        "signed_in": signed_in,
        "reader": reader,
    }
