"""Pages of organisations and their goods: lists, cards, who acts for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.platform import searches
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.platform.files.responses import private
from laureat.registry import actions, queries
from laureat.registry.forms import (
    FilterForm,
    GoodForm,
    OrganisationForm,
    RepresentativeForm,
    add_refusal,
)
from laureat.registry.identifiers import personal
from laureat.registry.models import Good, Organisation
from laureat.registry.permissions import edit_organisation, is_staff, keep_organisation
from laureat.registry.sheets import MEDIA_TYPE, organisations_sheet
from laureat.registry.views.lookups import filled_before, look_up
from laureat.registry.views.proposals import is_honoured, proposed_facts

PAGE = 50


def _back(request: HttpRequest, found: Organisation) -> HttpResponse:
    """To the page of this site that sent the reader here (an application, say), or the card."""
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect("registry:organisation", found.uid)


def _needed(request: HttpRequest) -> list[str]:
    """The facts that the page which sent the reader here asks for (`?needs=headcount,region`)."""
    return request.GET.get("needs", "").split(",")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _organisation(request: HttpRequest, uid: str) -> Organisation:
    organisation = queries.organisation_of(uid)
    if organisation is None:
        raise Http404
    edit_organisation.require(request.user, organisation)
    return organisation


def _good(request: HttpRequest, uid: str) -> Good:
    good = queries.good_of(uid)
    if good is None:
        raise Http404
    edit_organisation.require(request.user, good.organisation)
    return good


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The organisations that the reader acts for."""
    rows = [(each, queries.gaps(each)) for each in queries.mine(_user(request))]
    return render(request, "registry/mine.html", {"rows": rows, "staff": is_staff(_user(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organisations(request: HttpRequest) -> HttpResponse:
    """The register, for those who keep it. What is searched for comes in the body: see `_sought`."""
    user = _user(request)
    if not is_staff(user):
        return redirect("registry:mine")
    if request.method == "POST":
        return redirect(f"{request.path}?{urlencode(_sought(request))}")
    form = FilterForm(_filters(request))
    chosen = form.chosen()
    page = Paginator(queries.organisations(user, **chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(chosen.values()),
        "kept_regions": queries.kept_regions(user, form.regions),
        "sought": searches.kept(request, request.GET.get("sought", "")),
    }
    return render(request, "registry/organisations.html", context)


def _sought(request: HttpRequest) -> dict[str, str]:
    """The filters for the address, which can be kept and sent on; only a number as long as an
    entrepreneur's INN, which is personal, is kept by `searches` instead.
    """
    asked = {name: request.POST.get(name, "") for name in FilterForm.base_fields}
    if personal(asked["search"]):
        asked["sought"] = searches.keep(request, asked.pop("search"))
    return {name: value for name, value in asked.items() if value}


def _filters(request: HttpRequest) -> dict[str, str]:
    """The filters as they were asked for, by the address or before."""
    asked = {name: request.GET.get(name, "") for name in FilterForm.base_fields}
    if request.GET.get("sought"):
        asked["search"] = searches.kept(request, request.GET["sought"]).text
    return asked


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The register, filtered as on the page, as a spreadsheet."""
    rows = queries.organisations(_user(request), **FilterForm(_filters(request)).chosen())
    response = HttpResponse(organisations_sheet(rows), content_type=MEDIA_TYPE)
    name = f"organisations-{today().isoformat()}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


@require_safe
def organisation(request: HttpRequest, uid: str) -> HttpResponse:
    """Everything of one organisation; `?person=` of somebody who asks to act for it."""
    try:
        found = _organisation(request, uid)
    except Http404:
        into = queries.merged_into(uid) if request.user.is_authenticated else ""
        if not into:
            raise
        return redirect("registry:organisation", into, permanent=True)
    asking = queries.asked_by(found, request.GET.get("person", ""))
    form = RepresentativeForm(initial={"email": asking.email if asking else ""})
    return _organisation_page(request, found, form)


def _organisation_page(
    request: HttpRequest, found: Organisation, form: RepresentativeForm, status: int = 200
) -> HttpResponse:
    keeps = bool(keep_organisation(request.user, found))
    pages = Paginator(queries.goods_of(found), PAGE)
    pages.__dict__["count"] = found.good_count  # type: ignore[attr-defined]  # counted already
    context = {
        "organisation": found,
        "gaps": queries.gaps(found),
        "goods": pages.get_page(request.GET.get("page")),
        "distinctions": queries.distinctions_of(found),
        "proposals": queries.proposals_about(found),
        "keeps": keeps,
        "staff": is_staff(_user(request)),
        "representatives": queries.representatives_of(found) if keeps else [],
        "form": form,
    }
    return render(request, "registry/organisation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation. With `go=fill` what the register knows of the INN is filled in; other
    pages send an INN this way too, so that it stands in no address.
    """
    user = _user(request)
    asked: dict[str, Any] = {"staff": is_staff(user), "needed": _needed(request)}
    looked = look_up(request, request.POST.get("inn", ""))
    if request.method != "POST" or request.POST.get("go") == "fill":
        form, status = OrganisationForm.filled(_typed(request), looked.found.facts, **asked), 200
    else:
        form, status = OrganisationForm(request.POST, **asked), 422
        if not looked.paused:
            looked = replace(looked, wrong="")  # the form says it at its field
        if form.is_valid() and looked.paused and personal(looked.inn):
            form.add_error("inn", looked.wrong)  # saving would tell what looking up must not
        elif form.is_valid():
            try:
                made = actions.register_organisation(form.data_class(), by=user)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                said = _("%(name)s is in the register.") % {"name": made.name_ru}
                messages.success(request, said)
                return _back(request, made)
    context: dict[str, Any] = {"form": form, "organisation": None, "staff": asked["staff"]}
    return render(request, "registry/edit.html", context | {"looked": looked}, status=status)


@require_POST
@login_required
def known(request: HttpRequest) -> HttpResponse:
    """A part of the page: what the register knows of the INN just typed, into the fields that
    nobody has filled in by hand.

    Writes nothing. POST, because addresses are kept in logs and a form holds names and phones.
    """
    looked, typed = look_up(request, request.POST.get("inn", "")), _typed(request)
    facts = looked.found.facts
    form = OrganisationForm.filled(typed, facts, staff=is_staff(_user(request)))
    fresh = [
        name
        for name in form.fields
        if name != "inn" and name not in typed and (name in facts or request.POST.get(name))
    ]
    inputs = [form[name].as_widget(attrs={"hx-swap-oob": "true"}) for name in fresh]
    return render(request, "registry/known.html", {"looked": looked, "inputs": inputs})


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed by hand: not what stands there since another INN was."""
    earlier = filled_before(request).facts
    return {
        name: str(said)
        for name, said in request.POST.items()
        if said and (name == "inn" or said != str(earlier.get(name, "")))
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask for the right to act for an organisation of the register."""
    user = _user(request)
    found = queries.known_organisation(uid, user)
    if found is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            actions.ask_to_act_for(found, by=user)
        except Refused as reason:
            refused = str(reason)
        else:
            told = _(
                "The secretary has been asked. You get an e-mail as soon as you may act for it."
            )
            messages.success(request, told)
            return redirect("registry:mine")
    context = {"organisation": found, "refused": refused}
    return render(request, "registry/ask.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Change the facts of an organisation; what others know it by already is proposed."""
    found, user = _organisation(request, uid), _user(request)
    proposes = proposed_facts(user, found)
    form = OrganisationForm(
        request.POST or None,
        staff=bool(keep_organisation(user, found)),
        needed=_needed(request),
        proposes=proposes,
        honoured=not proposes and is_honoured(user, found),
        initial=OrganisationForm.values_of(found),
    )
    if request.method == "POST" and form.is_valid() and _changed(request, found, form):
        return _back(request, found)
    context = {
        "form": form,
        "organisation": found,
        "staff": is_staff(user),
        "proposes": proposes,
        "waiting": queries.waiting_for(found) if proposes else None,
    }
    return render(request, "registry/edit.html", context, status=422 if form.errors else 200)


def _changed(
    request: HttpRequest, found: Organisation | Good, form: OrganisationForm | GoodForm
) -> bool:
    """Save, and say what was saved and what waits; or say at the form why not."""
    try:
        done = actions.change_or_propose(found, form.changes(), **form.besides(), by=_user(request))
    except Refused as refused:
        add_refusal(form, refused)
        return False
    if done.saved or not done.proposal:
        messages.success(request, _("The changes are saved."))
    if done.proposal:
        asked = _("The secretary has been asked to decide about the change: you get an e-mail.")
        messages.info(request, asked)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def new_good(request: HttpRequest, uid: str) -> HttpResponse:
    """Enter a good of an organisation."""
    found = _organisation(request, uid)
    form = GoodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            good = actions.register_good(found, form.data_class(), by=_user(request))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("“%(name)s” is in the register.") % {"name": good.name_ru})
            return _back(request, found)
    context = {"form": form, "organisation": found, "good": None}
    return render(request, "registry/good.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_good(request: HttpRequest, uid: str) -> HttpResponse:
    """Change the facts of a good; what others know it by already is proposed."""
    good, user = _good(request, uid), _user(request)
    proposes = proposed_facts(user, good.organisation, good)
    form = GoodForm(
        request.POST or None,
        proposes=proposes,
        honoured=not proposes and is_honoured(user, good.organisation, good),
        initial=GoodForm.values_of(good),
    )
    if request.method == "POST" and form.is_valid() and _changed(request, good, form):
        return redirect("registry:organisation", good.organisation.uid)
    context = {
        "form": form,
        "organisation": good.organisation,
        "good": good,
        "proposes": proposes,
        "waiting": queries.waiting_for(good.organisation, good) if proposes else None,
    }
    return render(request, "registry/good.html", context, status=422 if form.errors else 200)


@require_POST
def add_representative(request: HttpRequest, uid: str) -> HttpResponse:
    """Let somebody act for an organisation."""
    found = _organisation(request, uid)
    form = RepresentativeForm(request.POST)
    if form.is_valid():
        try:
            grant = actions.add_representative(found, form.cleaned_data["email"], by=_user(request))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request,
                _("%(name)s acts for the organisation from now on.") % {"name": grant.user.called},
            )
            return redirect("registry:organisation", found.uid)
    return _organisation_page(request, found, form, status=422)


@require_POST
def end_representative(request: HttpRequest, uid: str) -> HttpResponse:
    """End somebody's right to act for an organisation."""
    found = _organisation(request, uid)
    person = request.POST.get("person", "")
    grant = queries.representative(found, person)
    if grant is None:
        messages.error(request, _("This person does not act for the organisation."))
    else:
        actions.end_representative(found, grant, by=_user(request))
        messages.success(
            request,
            _("%(name)s no longer acts for the organisation.") % {"name": grant.user.called},
        )
    return redirect("registry:organisation", found.uid)
