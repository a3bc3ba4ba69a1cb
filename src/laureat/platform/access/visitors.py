"""Whose request it is, behind proxies: one place that everything which counts by address relies on.

Sign-in limits (allauth) and lockouts (axes) read REMOTE_ADDR and nothing else. Behind a proxy that
is the proxy's, so it is replaced by what a *trusted* proxy says; a header that anybody else sends
is taken away before somebody could believe it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_anybody(request: HttpRequest) -> bool:
    """Whether this reader gets the page that everybody gets: so does who invents a cookie."""
    if settings.DEMO or CookieStorage.cookie_name in request.COOKIES:
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True
    return not request.user.is_authenticated and SessionStorage.session_key not in request.session


class VisitorsAddress:
    """Puts the visitor's address into REMOTE_ADDR; the first of all layers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer = request.META.get("REMOTE_ADDR", "")
        said = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = visitor(peer, said)
        if settings.TRUSTED_PROXIES and not _trusted(peer):
            # Once the proxies are known, only they say whether a request came over TLS.
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


def visitor(peer: str, forwarded: str) -> str:
    """The address nearest to us that is no trusted proxy's.

    Each proxy adds, at the end of `forwarded`, whom it got the request from: so we walk back from
    `peer` as long as the one who speaks is trusted. What stands further to the front, anybody may
    have written. What is no address ends the walk at whoever said it.
    """
    here = peer
    for each in reversed(forwarded.split(",")):
        if not _trusted(here):
            break
        found = _address(each)
        if found is None:
            break
        here = str(found)
    return here


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)  # ::ffff:10.0.0.1 of a socket for both families
    return mapped or found


def _trusted(peer: str) -> bool:
    if not peer:
        return "unix" in settings.TRUSTED_PROXIES
    found = _address(peer)
    return found is not None and any(
        found in network for network in settings.TRUSTED_PROXIES if network != "unix"
    )
