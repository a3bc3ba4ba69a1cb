"""One campaign: where its letters stand, and what is done with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from laureat.outreach import actions, queries
from laureat.outreach.forms import AddresseeForm
from laureat.outreach.models import Campaign
from laureat.outreach.views.common import campaign_or_404, letter_or_404, writer
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.forms import add_refusal

PAGE = 50
SENT_AT_ONCE = 50
"""How many letters one request hands to the mail: two seconds' work."""


@require_safe
def campaign(request: HttpRequest, uid: str) -> HttpResponse:
    """One campaign with the state of every letter."""
    found = campaign_or_404(request, uid)
    view = request.GET.get("view", "")
    pages = Paginator(queries.letters(found, view), PAGE)
    # The campaign came with its counts: nothing is counted once more.
    pages.__dict__["count"] = queries.count_in(found, view)
    page = pages.get_page(request.GET.get("page"))
    here = reverse("outreach:campaign", args=[found.uid])
    context = {
        "campaign": found,
        "title": queries.title_of(found),
        "region": queries.region_names().get(found.region, "") if found.region else "",
        "page": page,
        "lines": [queries.line_of(letter) for letter in page.object_list],
        "view": view,
        "views": [
            {
                "label": each.label,
                "count": each.count,
                "url": f"{here}?view={each.key}" if each.key else here,
                "current": each.key == view,
            }
            for each in queries.views_of(found)
        ],
        "too_late": _waits(found) and queries.too_late(found),
        "making": queries.making_of(found),
        "sending": "sending" in request.GET,
        "mailable": _mailable(found),
        **_progress(found),
    }
    return render(request, "outreach/campaign.html", context)


def _waits(found: Campaign) -> bool:
    """Whether some letters could still be sent."""
    counts: Any = found
    return bool(counts.drafts or counts.ready or counts.no_address)


def _mailable(found: Campaign) -> int:
    """How many letters go out by mail if they are sent now."""
    counts: Any = found
    return int(counts.ready - counts.silent + counts.reachable)


def _progress(found: Campaign) -> dict[str, Any]:
    counts: Any = found
    return {
        "made": counts.total - counts.drafts,
        "handed": counts.queued + counts.sent + counts.failed + counts.stopped,
        "undelivered": counts.failed + counts.stopped,
        "discardable": counts.total - counts.sent - counts.failed - counts.withdrawn,
        "stalled_since": queries.waits_since() if counts.queued else None,
        "asked_at": now(),
    }


@require_safe
def progress(request: HttpRequest, uid: str) -> HttpResponse:
    """How far sending has come: the part of the page that asks again while letters wait.

    Once none waits the whole page comes anew: its tabs, rows and buttons told of the queue.
    """
    found = campaign_or_404(request, uid)
    counts: Any = found
    if "HX-Request" in request.headers and not counts.queued:
        return HttpResponseClientRefresh()
    context = {"campaign": found, **_progress(found)}
    return render(request, "outreach/parts/progress.html", context)


@require_POST
def make(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the documents: a few at once; of many the worker makes one after another."""
    found = campaign_or_404(request, uid)
    try:
        done = actions.make_letters(found, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, _("All letters are made."))
    return _made(request, uid, driving=True)


@require_safe
def making(request: HttpRequest, uid: str) -> HttpResponse:
    """How far the documents are: the part of the page that asks again while they are made."""
    campaign_or_404(request, uid)
    return _made(request, uid)


def _made(request: HttpRequest, uid: str, *, driving: bool = False) -> HttpResponse:
    """The part that shows how far it is; once nothing is made any more, the whole page anew.

    A page that has made a portion (`driving`) goes on with the next, until the worker is at it.
    """
    found = campaign_or_404(request, uid)
    order = queries.making_of(found)
    if "HX-Request" not in request.headers:
        return redirect("outreach:campaign", found.uid)
    if not order.going_on:
        return HttpResponseClientRedirect(reverse("outreach:campaign", args=[found.uid]))
    if driving:
        order = replace(order, idle=not order.held)
    context = {"campaign": found, "making": order, **_progress(found)}
    return render(request, "outreach/parts/making.html", context)


@require_POST
def stop(request: HttpRequest, uid: str) -> HttpResponse:
    """Leave what is not made yet as drafts."""
    found = campaign_or_404(request, uid)
    try:
        made = actions.stop_making(found, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _STOPPED % {"count": made})
    return redirect("outreach:campaign", found.uid)


@require_POST
def send(request: HttpRequest, uid: str) -> HttpResponse:
    """Hand a portion of the letters that are ready to the mail; the page asks for the next one."""
    found = campaign_or_404(request, uid)
    back = reverse("outreach:campaign", args=[found.uid])
    try:
        result = actions.send_letters(found, by=writer(request), at_most=SENT_AT_ONCE)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if result.left:
        return redirect(f"{back}?sending=1")
    _tell_queued(request, uid)
    return HttpResponseClientRedirect(back) if "HX-Request" in request.headers else redirect(back)


_IN_QUEUE = ngettext_lazy(
    "%(count)d letter is in the queue: the page shows when it has left.",
    "%(count)d letters are in the queue: the page shows when they have left.",
    "count",
)
_TO_POST = ngettext_lazy(
    "%(count)d organisation has no e-mail address: print and post its letter.",
    "%(count)d organisations have no e-mail address: print and post their letters.",
    "count",
)
_LOST_ADDRESS = ngettext_lazy(
    "%(count)d organisation has no address any more: enter it in the register.",
    "%(count)d organisations have no address any more: enter them in the register.",
    "count",
)
_WITHDRAWN = ngettext_lazy(
    "%(count)d letter is withdrawn; its number stays used.",
    "%(count)d letters are withdrawn; their numbers stay used.",
    "count",
)
_LEFT_BEFORE = ngettext_lazy(
    "%(count)d letter had left before: it cannot be taken back.",
    "%(count)d letters had left before: they cannot be taken back.",
    "count",
)
_STOPPED = ngettext_lazy(
    "Stopped: %(count)d letter was made, the others stay drafts.",
    "Stopped: %(count)d letters were made, the others stay drafts.",
    "count",
)


def _tell(request: HttpRequest, level: int, sentence: Any, count: int) -> None:
    """A sentence with a count in it; nothing is said of nothing."""
    if count:
        messages.add_message(request, level, sentence % {"count": count})


def _tell_queued(request: HttpRequest, uid: str) -> None:
    """How many letters are on their way now, and how many must go by post."""
    counts: Any = queries.campaign_of(uid)
    _tell(request, messages.SUCCESS, _IN_QUEUE, counts.queued)
    _tell(request, messages.WARNING, _TO_POST, counts.no_address)


@require_POST
def resend_failed(request: HttpRequest, uid: str) -> HttpResponse:
    """Send once more all letters that could not be delivered."""
    found = campaign_or_404(request, uid)
    try:
        result = actions.resend_failed(found, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _tell_queued(request, uid)
        _tell(request, messages.WARNING, _LOST_ADDRESS, result.no_address)
    return redirect("outreach:campaign", found.uid)


@require_POST
def discard(request: HttpRequest, uid: str) -> HttpResponse:
    """Withdraw all letters of a campaign that have not left."""
    found = campaign_or_404(request, uid)
    try:
        result = actions.discard_campaign(found, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _tell(request, messages.SUCCESS, _WITHDRAWN, result.withdrawn)
        _tell(request, messages.WARNING, _LEFT_BEFORE, result.left)
    return redirect("outreach:campaign", found.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def addressee(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct to whom a letter goes."""
    letter = letter_or_404(request, uid)
    initial = {"post": letter.addressee_post, "name": letter.addressee_name}
    form = AddresseeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_addressee(
                letter, form.cleaned_data["post"], form.cleaned_data["name"], by=writer(request)
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request,
                _("The addressee of letter %(number)s is kept.") % {"number": letter.number},
            )
            return redirect("outreach:campaign", letter.campaign.uid)
    context = {"form": form, "letter": letter, "title": queries.title_of(letter.campaign)}
    return render(request, "outreach/addressee.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a letter out before it is sent."""
    letter = letter_or_404(request, uid)
    try:
        actions.withdraw_letter(letter, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Letter %(number)s is withdrawn.") % {"number": letter.number})
    return redirect("outreach:campaign", letter.campaign.uid)


@require_POST
def resend(request: HttpRequest, uid: str) -> HttpResponse:
    """Send a letter once more."""
    letter = letter_or_404(request, uid)
    try:
        actions.resend_letter(letter, by=writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("Letter %(number)s is in the queue again.") % {"number": letter.number},
        )
    return redirect("outreach:campaign", letter.campaign.uid)
