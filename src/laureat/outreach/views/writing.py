"""All campaigns; a new one: chosen, looked at, confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.outreach import actions, queries
from laureat.outreach.forms import CampaignForm
from laureat.outreach.views.common import writer
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.files.responses import document_response
from laureat.registry.forms import add_refusal

PAGE = 50
LISTED = 200
"""So many of a list that is too long to be ticked are shown by name."""


@require_safe
@login_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns that the reader handles."""
    page = Paginator(queries.campaigns(writer(request)), PAGE).get_page(request.GET.get("page"))
    names = queries.region_names()
    rows = [
        (campaign, queries.title_of(campaign), names.get(campaign.region, "")) for campaign in page
    ]
    return render(request, "outreach/campaigns.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose a letter and a list; look at what it comes to; confirm. Only then it is prepared."""
    user = writer(request)
    form = CampaignForm(user, request.POST or None, request.FILES or None)
    go = request.POST.get("go", "look")
    if request.method == "POST" and form.is_valid() and go != "back":
        try:
            if go != "prepare" or form.changed():
                return _confirm(request, form, changed=go == "prepare")
            return _prepared(request, form, user)
        except Refused as refused:
            add_refusal(form, refused)
    return _form(request, form)


def _form(request: HttpRequest, form: CampaignForm) -> HttpResponse:
    context = {"form": form, "possible": bool(form.choices)}
    return render(request, "outreach/new.html", context, status=422 if form.errors else 200)


def _confirm(request: HttpRequest, form: CampaignForm, *, changed: bool) -> HttpResponse:
    """What would be prepared: how many, to whom, the first letters. Raises Refused."""
    listed = form.found.organisations
    plan = actions.plan_campaign(organisations=listed, by=form.user, **form.terms())
    outlook = queries.outlook(plan.campaign, plan.organisations, plan.numbers)
    everybody = {each.uid for each in listed}
    ticked = form.ticked() & everybody if form.pickable else everybody
    rows = listed if form.pickable else listed[:LISTED]
    context = {
        "form": form,
        "outlook": outlook,
        "figures": outlook.figures(ticked),
        "title": queries.title_of(plan.campaign),
        "left_out": form.found.left_out,
        "changed": changed,
        "too_late": queries.too_late(plan.campaign),
        "seen": queries.fingerprint(listed),
        "pickable": form.pickable,
        "picking": form.cleaned_data["by"] == "pick",
        "rows": [
            (each, each.uid in ticked, number)
            for each, number in zip(rows, plan.numbers, strict=False)
        ],
        "hidden": [field for field in form if field.name not in {"file", "seen"}],
    }
    return render(request, "outreach/confirm.html", context)


def _prepared(request: HttpRequest, form: CampaignForm, user: User) -> HttpResponse:
    chosen = form.chosen()
    if not chosen:
        messages.error(request, _("Nobody is ticked: tick at least one organisation."))
        return _confirm(request, form, changed=False)
    campaign = actions.prepare_campaign(organisations=chosen, by=user, **form.terms())
    text = ngettext(
        "%(count)d letter is prepared as a draft: check to whom it goes, then make it.",
        "%(count)d letters are prepared as drafts: check to whom they go, then make them.",
        len(chosen),
    )
    messages.success(request, text % {"count": len(chosen)})
    return redirect("outreach:campaign", campaign.uid)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """One of the letters that are being looked at, as PDF (`at`: to whom); nothing is kept."""
    user = writer(request)
    form = CampaignForm(user, request.POST, request.FILES or None)
    if form.is_valid():
        listed = form.found.organisations
        wanted = request.POST.get("at", "")
        place = next((n for n, each in enumerate(listed) if each.uid == wanted), 0)
        campaign = form.campaign()
        try:
            pdf = actions.preview(
                campaign, listed[place], serial=campaign.first_number + place, by=user
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return document_response(pdf, "preview.pdf")
    return _form(request, form)
