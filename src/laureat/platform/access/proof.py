"""Proving once more who one is, before what cannot be taken back.

A session lasts two weeks and a screen may stand open in an office. So the acts below ask for the
password or the second factor again unless one has signed in, or proved it, a short while ago
(`settings.PROOF_LASTS`). They are named by their addresses, here and nowhere else: a view neither
knows nor forgets it.

- A page that exists for such an act alone asks before anything is typed.
- What was sent from elsewhere, or from a page that stood open too long, is held in the session;
  whoever has proved to be themselves comes to a page that says so and sends it on by one button.

The demo's people come in by a click, not by a password: their click counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from laureat.platform.accounts.models import User
from laureat.platform.clock import wall


@dataclass(frozen=True)
class Act:
    """Something dangerous: what it is called, and when exactly it is meant."""

    title: Any
    own_page: bool = False
    """Its page is there for nothing else, so opening the page asks already."""
    unless: tuple[str, ...] = ()
    """Values of `field` with which the same address does something harmless."""
    field: str = "go"
    """The one field by which its view tells what is meant; any other would be a way around."""


DANGEROUS = {
    "access:people": Act(_("Give a role"), unless=("find",)),
    "access:end": Act(_("End a role")),
    "account_email": Act(_("Change the e-mail address")),
    "accounts:erase": Act(_("Erase a person"), own_page=True),
    "accounts:reset_factor": Act(_("Switch off a lost second factor"), own_page=True),
    "accounts:export_data": Act(_("Take a copy of personal data"), own_page=True),
    "registry:merge": Act(_("Merge two organisations"), own_page=True),
    "intake:close": Act(_("Close the checks of a stage"), own_page=True),
    "intake:move_stage": Act(_("Close applications"), unless=("open",)),
    "intake:move_edition": Act(_("Publish or archive a contest")),
    "assessment:results": Act(_("Close an assessment"), unless=("compute",)),
    "council:seat": Act(_("Seat a member of a panel")),
    "council:unseat": Act(_("End a seat in a panel")),
    "council:publish": Act(_("Publish decisions"), own_page=True),
    "council:approve_minutes": Act(_("Approve the minutes")),
    "council:sign_minutes": Act(_("Sign the minutes")),
    "honours:emblem": Act(_("Withdraw the right to the emblem"), unless=("renew",), field="do"),
    "honours:reissue": Act(_("Correct a diploma"), own_page=True),
    "honours:decline": Act(_("Decline a title")),
    "honours:revoke": Act(_("Take an honour back"), own_page=True),
    "feedback:release": Act(_("Release the reports"), own_page=True),
}
"""By the name of the address. To add an act, add its line; tests walk the list."""

_PROVED = "proved_at"
_HELD = "held_until_proof"
MOST_HELD = 200_000
"""Characters of a form that are kept in the session; none of the forms above needs as many."""


@dataclass(frozen=True)
class Held:
    """What somebody sent, waiting until they have proved who they are."""

    title: str
    path: str
    fields: list[tuple[str, str]]


def remember_proof(request: HttpRequest) -> None:
    """Who reads has just shown who they are."""
    request.session[_PROVED] = wall().timestamp()


def is_proved(request: HttpRequest) -> bool:
    """Whether the proof is fresh, or there is nothing that could be asked."""
    user = request.user
    if not isinstance(user, User):
        return True  # the view sends them to sign in
    age = wall().timestamp() - request.session.get(_PROVED, 0)
    if 0 <= age < settings.PROOF_LASTS.total_seconds():
        return True
    return bool(settings.DEMO and user.demo_role) or not _ways(user)


def held(request: HttpRequest) -> Held | None:
    """What waits in this session; nothing, if the act has left the list since."""
    found = request.session.get(_HELD)
    if not found or found["name"] not in DANGEROUS:
        return None
    act = DANGEROUS[found["name"]]
    return Held(str(act.title), found["path"], [(k, v) for k, v in found["fields"]])


class ProofMiddleware:
    """Stands before the views of `DANGEROUS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # After the view, so that whoever may not do it reads that first.
        act = _act(request)
        if (
            act is not None
            and act.own_page
            and request.method == "GET"
            and response.status_code == 200
            and not is_proved(request)
        ):
            return _ask(request, request.get_full_path())
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Hold what was sent without a fresh proof."""
        act = _act(request)
        if act is None or request.method != "POST":
            return None
        if request.POST.get(act.field) in act.unless:
            return None
        if is_proved(request):
            request.session.pop(_HELD, None)
            return None
        _hold(request)
        return _ask(request, reverse("accounts:go_on"))


def _act(request: HttpRequest) -> Act | None:
    match = request.resolver_match
    return DANGEROUS.get(match.view_name) if match else None


def _hold(request: HttpRequest) -> None:
    """Keep what was sent, instead of what was kept before: nobody sends on what they left."""
    match = request.resolver_match
    assert match is not None
    request.session.pop(_HELD, None)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    if sum(len(name) + len(value) for name, value in fields) <= MOST_HELD:
        request.session[_HELD] = {
            "name": match.view_name,
            "path": request.get_full_path(),
            "fields": fields,
        }


def _ways(user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get_adapter().get_reauthentication_methods(user)
    return found


def _ask(request: HttpRequest, back: str) -> HttpResponse:
    assert isinstance(request.user, User)
    url = f"{_ways(request.user)[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    if getattr(request, "htmx", None):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
