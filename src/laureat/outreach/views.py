"""Pages of letters: campaigns, a new one, one campaign, a letter's addressee and documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from laureat.outreach import actions, queries
from laureat.outreach.forms import AddresseeForm, CampaignForm
from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign, is_writer
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.responses import document_response, file_response
from laureat.registry.forms import add_refusal

PAGE = 50
PORTION = 40
"""How many letters one request makes: two seconds' work."""


def _writer(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not is_writer(user):
        raise Denied(_("Only secretaries and organisers write letters."))
    return user


def _campaign(request: HttpRequest, uid: str) -> Campaign:
    campaign = queries.campaign_of(uid)
    if campaign is None:
        raise Http404
    handle_campaign.require(request.user, campaign)
    return campaign


def _letter(request: HttpRequest, uid: str) -> Letter:
    letter = queries.letter_of(uid)
    if letter is None:
        raise Http404
    handle_campaign.require(request.user, letter.campaign)
    return letter


@require_safe
@login_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns that the reader handles."""
    page = Paginator(queries.campaigns(_writer(request)), PAGE).get_page(request.GET.get("page"))
    names = queries.region_names()
    rows = [
        (campaign, queries.title_of(campaign), names.get(campaign.region, "")) for campaign in page
    ]
    return render(request, "outreach/campaigns.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign."""
    user = _writer(request)
    form = CampaignForm(user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = _prepare(form, user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request, _("The letters are prepared: check to whom they go, then make them.")
            )
            return redirect("outreach:campaign", campaign.uid)
    return _new_page(request, form)


def _prepare(form: CampaignForm, user: User) -> Campaign:
    data = form.cleaned_data
    return actions.prepare_campaign(
        form.edition,
        data["template_key"],
        data["organisations"],
        dated=data["dated"],
        first_number=data["first_number"],
        language=data["language"],
        region=data["region"],
        answers_number=data["answers_number"],
        answers_dated=data["answers_dated"],
        by=user,
    )


def _new_page(request: HttpRequest, form: CampaignForm) -> HttpResponse:
    context = {"form": form, "possible": bool(form.choices)}
    return render(request, "outreach/new.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """The first letter of what is being typed, as PDF; nothing is kept."""
    user = _writer(request)
    form = CampaignForm(user, request.POST, request.FILES or None)
    if form.is_valid():
        try:
            pdf = actions.preview(form.campaign(), form.cleaned_data["organisations"][0], by=user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return document_response(pdf, "preview.pdf")
    return _new_page(request, form)


@require_safe
def campaign(request: HttpRequest, uid: str) -> HttpResponse:
    """One campaign with the state of every letter."""
    found = _campaign(request, uid)
    view = request.GET.get("view", "")
    page = Paginator(queries.letters(found, view), PAGE).get_page(request.GET.get("page"))
    for letter in page.object_list:
        letter.campaign = found
    here = reverse("outreach:campaign", args=[found.uid])
    counts: Any = found
    context = {
        "campaign": found,
        "title": queries.title_of(found),
        "region": queries.region_names().get(found.region, ""),
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
        "making": "making" in request.GET,
        "made": counts.total - counts.drafts,
    }
    return render(request, "outreach/campaign.html", context)


@require_POST
def make(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the documents of a portion of the drafts; the page asks for the next portion."""
    found = _campaign(request, uid)
    back = reverse("outreach:campaign", args=[found.uid])
    try:
        done = actions.render_letters(found, by=_writer(request), at_most=PORTION)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    left = found.letters.filter(state=LetterState.DRAFT).count()
    if left and done:
        return redirect(f"{back}?making=1")
    messages.success(request, _("All letters are made."))
    # Made in portions by htmx, the last answer opens the page anew, so that the message is seen.
    return HttpResponseClientRedirect(back) if "HX-Request" in request.headers else redirect(back)


@require_POST
def send(request: HttpRequest, uid: str) -> HttpResponse:
    """Hand all letters that are ready to the mail."""
    found = _campaign(request, uid)
    try:
        result = actions.send_letters(found, by=_writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if result.sent:
            text = ngettext(
                "%(count)d letter is handed to the mail.",
                "%(count)d letters are handed to the mail.",
                result.sent,
            )
            messages.success(request, text % {"count": result.sent})
        if result.no_address:
            text = ngettext(
                "%(count)d organisation has no e-mail address: print and post its letter.",
                "%(count)d organisations have no e-mail address: print and post their letters.",
                result.no_address,
            )
            messages.warning(request, text % {"count": result.no_address})
    return redirect("outreach:campaign", found.uid)


@require_safe
def document(request: HttpRequest, uid: str, kind: str) -> HttpResponse | FileResponse:
    """The PDF or the Word file of a letter."""
    letter = _letter(request, uid)
    stored = letter.pdf if kind == "pdf" else letter.docx
    if stored is None:
        raise Http404
    return file_response(stored, download="download" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def addressee(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct to whom a letter goes."""
    letter = _letter(request, uid)
    initial = {"post": letter.addressee_post, "name": letter.addressee_name}
    form = AddresseeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_addressee(
                letter, form.cleaned_data["post"], form.cleaned_data["name"], by=_writer(request)
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
    letter = _letter(request, uid)
    try:
        actions.withdraw_letter(letter, by=_writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Letter %(number)s is withdrawn.") % {"number": letter.number})
    return redirect("outreach:campaign", letter.campaign.uid)


@require_POST
def resend(request: HttpRequest, uid: str) -> HttpResponse:
    """Send a letter once more."""
    letter = _letter(request, uid)
    try:
        actions.resend_letter(letter, by=_writer(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("Letter %(number)s is handed to the mail again.") % {"number": letter.number},
        )
    return redirect("outreach:campaign", letter.campaign.uid)
