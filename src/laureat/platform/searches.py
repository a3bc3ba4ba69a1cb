"""What somebody searches for by a name or an address of a person stands in no address.

Addresses are kept in logs and histories. So such a form is sent in the body, the words wait in the
session of whoever typed them, and the address carries a token instead: pages of the list follow, and
so does the way back to an earlier search.

    if request.method == "POST":
        token = searches.keep(request, request.POST.get("search", ""))
        return redirect(f"{request.path}?sought={token}")
    sought = searches.kept(request, request.GET.get("sought", ""))
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SESSION = "searches"
MOST = 20
"""So many searches of a session are kept, the last ones."""
LONGEST = 100


@dataclass(frozen=True)
class Sought:
    """What an address with a token asks for."""

    text: str = ""
    token: str = ""
    lost: bool = False
    """The address is of another session, or too old: nobody knows what was sought."""


def keep(request: HttpRequest, text: str) -> str:
    """The token that stands for `text` in addresses of this session; "" for nothing."""
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return ""
    token = salted_hmac("laureat.searches", text).hexdigest()[:16]
    known: dict[str, str] = request.session.get(_SESSION, {})
    known.pop(token, None)
    request.session[_SESSION] = dict([*known.items(), (token, text)][-MOST:])
    return token


def kept(request: HttpRequest, token: str) -> Sought:
    """What the token of an address stands for."""
    if not token:
        return Sought()
    text = request.session.get(_SESSION, {}).get(token)
    return Sought(lost=True) if text is None else Sought(text, token)
