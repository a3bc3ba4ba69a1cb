"""The outbox of an edition: who was told what, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laureat.platform import searches, words
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.responses import file_response
from laureat.platform.mail import actions, queries
from laureat.platform.mail.models import Message, MessageState
from laureat.platform.mail.permissions import audits_mail, handle_message, handles_mail

PER_PAGE = 50


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


_FILTERS = ("state", "kind", "scope")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages that one handles or audits, filtered. An addressee comes in the body and stands in
    no address: see `searches`.
    """
    user = _person(request)
    handles = handles_mail(user)
    if not handles and not audits_mail(user):
        raise Denied(_("Only the secretary and the auditor of the edition see what mail has left."))
    if request.method == "POST":
        wanted = {name: request.POST.get(name, "") for name in _FILTERS}
        wanted["sought"] = searches.keep(request, request.POST.get("to", "")) if handles else ""
        query_of = urlencode({name: value for name, value in wanted.items() if value})
        return redirect(f"{request.path}?{query_of}" if query_of else request.path)
    asked = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    sought = searches.kept(request, request.GET.get("sought", "") if handles else "")
    asked["to"] = sought.text
    if asked["state"] not in MessageState.values:
        asked["state"] = ""
    unfiltered = queries.outbox(user, **{**asked, "state": ""})
    counted = queries.counts(unfiltered)
    found = unfiltered.filter(state=asked["state"]) if asked["state"] else unfiltered
    pages = Paginator(found, PER_PAGE)
    # Counted by state already: nothing is counted once more.
    pages.__dict__["count"] = counted[asked["state"]] if asked["state"] else sum(counted.values())
    page = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    tabs = []
    for state in ("", *MessageState.values):
        query["state"] = state
        query.pop("page", None)
        tabs.append(
            {
                "label": MessageState(state).label if state else _("all"),
                "url": f"?{query.urlencode()}",
                "count": counted[state] if state else sum(counted.values()),
                "current": state == asked["state"],
            }
        )
    context: dict[str, Any] = {
        "no_worker": queries.worker_missing() if handles else None,
        "page": page,
        "rows": queries.rows(user, list(page)),
        "handles": handles,
        "sought": sought,
        "tabs": tabs,
        "asked": asked,
        "choices": queries.choices(user),
    }
    return render(request, "mail/outbox.html", context)


def _message(request: HttpRequest, uid: str) -> Message:
    message = queries.find(uid)
    if message is None:
        raise Http404
    handle_message.require(_person(request), message)
    return message


@login_required
@require_GET
def message(request: HttpRequest, uid: str) -> HttpResponse:
    """One message as it was (or will be) sent."""
    found = _message(request, uid)
    context = {
        "message": found,
        "kind": words.mail_name(found.kind),
        "contest": words.contest(found.scope),
    }
    return render(request, "mail/message.html", context)


@login_required
@require_GET
def attachment(request: HttpRequest, uid: str, file: str) -> HttpResponseBase:
    """A file that went with a message."""
    stored = next(
        (each for each in _message(request, uid).attachments.all() if each.uid == file), None
    )
    if stored is None:
        raise Http404
    return file_response(stored)


@login_required
@require_POST
def resend(request: HttpRequest, uid: str) -> HttpResponse:
    """Send once more."""
    try:
        actions.resend(_message(request, uid), by=_person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The message is sent again within a minute."))
    return redirect("mail:message", uid)


@login_required
@require_POST
def cancel(request: HttpRequest, uid: str) -> HttpResponse:
    """Take back what still waits."""
    try:
        actions.cancel(_message(request, uid), by=_person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The message is cancelled; it will not be sent."))
    return redirect("mail:message", uid)
