"""One campaign: where its letters stand, and what is done with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from laureat.outreach import actions, queries
from laureat.outreach.forms import AddresseeForm
from laureat.outreach.models import Campaign
from laureat.outreach.views.common import campaign_or_404, letter_or_404, writer
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.forms import add_refusal

PAGE = 50
PORTION = 40
"""How many letters one request makes: two seconds' work."""
SENT_AT_ONCE = 200
"""How many letters one request hands to the mail: as long."""


@require_safe
def campaign(request: HttpRequest, uid: str) -> HttpResponse:
    """One campaign with the state of every letter."""
    found = campaign_or_404(request, uid)
    view = request.GET.get("view", "")
    page = Paginator(queries.letters(found, view), PAGE).get_page(request.GET.get("page"))
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
        "making": "making" in request.GET,
        "sending": "sending" in request.GET,
        **_progress(found),
    }
    return render(request, "outreach/campaign.html", context)


def _waits(found: Campaign) -> bool:
    """Whether some letters could still be sent."""
    counts: Any = found
    return bool(counts.drafts or counts.ready or counts.no_address)


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
    """How far sending has come: the part of the page that asks again while letters wait."""
    found = campaign_or_404(request, uid)
    context = {"campaign": found, **_progress(found)}
    return render(request, "outreach/parts/progress.html", context)


@require_POST
def make(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the documents of a portion of the drafts; the page asks for the next portion."""
    found = campaign_or_404(request, uid)
    back = reverse("outreach:campaign", args=[found.uid])
    try:
        done = actions.render_letters(found, by=writer(request), at_most=PORTION)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    left: Any = queries.campaign_of(uid)
    if left.drafts and done:
        return redirect(f"{back}?making=1")
    if left.drafts:
        messages.warning(
            request, _("Somebody changed letters while they were made: make them again.")
        )
    else:
        messages.success(request, _("All letters are made."))
    # Made in portions by htmx, the last answer opens the page anew, so that the message is seen.
    return HttpResponseClientRedirect(back) if "HX-Request" in request.headers else redirect(back)


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


def _tell_queued(request: HttpRequest, uid: str) -> None:
    """How many letters are on their way now, and how many must go by post."""
    counts: Any = queries.campaign_of(uid)
    if counts.queued:
        text = ngettext(
            "%(count)d letter is in the queue: the page shows when it has left.",
            "%(count)d letters are in the queue: the page shows when they have left.",
            counts.queued,
        )
        messages.success(request, text % {"count": counts.queued})
    if counts.no_address:
        text = ngettext(
            "%(count)d organisation has no e-mail address: print and post its letter.",
            "%(count)d organisations have no e-mail address: print and post their letters.",
            counts.no_address,
        )
        messages.warning(request, text % {"count": counts.no_address})


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
        if result.no_address:
            text = ngettext(
                "%(count)d organisation has no address any more: enter it in the register.",
                "%(count)d organisations have no address any more: enter them in the register.",
                result.no_address,
            )
            messages.warning(request, text % {"count": result.no_address})
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
        text = ngettext(
            "%(count)d letter is withdrawn; its number stays used.",
            "%(count)d letters are withdrawn; their numbers stay used.",
            result.withdrawn,
        )
        messages.success(request, text % {"count": result.withdrawn})
        if result.left:
            text = ngettext(
                "%(count)d letter had left before: it cannot be taken back.",
                "%(count)d letters had left before: they cannot be taken back.",
                result.left,
            )
            messages.warning(request, text % {"count": result.left})
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
