"""Pages about organisations that stand in the register twice: likely ones, any two, merging them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry import actions, queries
from laureat.registry.actions.merging import refuse_to_merge
from laureat.registry.forms import DoubleForm
from laureat.registry.models import Organisation
from laureat.registry.permissions import is_staff, keep_organisation

PAGE = 50
FOUND = 20
"""So many organisations found by words are shown; more words find fewer."""


def _kept(request: HttpRequest, uid: str) -> Organisation:
    found = queries.organisation_of(uid)
    if found is None:
        raise Http404
    keep_organisation.require(request.user, found)
    return found


@require_safe
@login_required
def doubles(request: HttpRequest) -> HttpResponse:
    """The organisations that likely stand in the register twice, for those who keep them."""
    assert isinstance(request.user, User)
    if not is_staff(request.user):
        return redirect("registry:mine")
    page = Paginator(queries.suspects(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "pairs": queries.doubles(list(page), request.user)}
    return render(request, "registry/doubles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def find_double(request: HttpRequest, uid: str) -> HttpResponse:
    """Find the other card of an organisation. Writes nothing; words and numbers come in the body,
    because an entrepreneur's INN is personal.
    """
    assert isinstance(request.user, User)
    one = _kept(request, uid)
    form = DoubleForm(request.POST or None)
    found: list[Organisation] = []
    more = False
    if request.method == "POST" and form.is_valid():
        rows = queries.to_compare(one, form.cleaned_data["search"], request.user)[: FOUND + 1]
        found, more = list(rows[:FOUND]), len(rows) > FOUND
    context = {
        "organisation": one,
        "form": form,
        "likely": [each.kept for each in queries.doubles([one], request.user)],
        "found": found,
        "more": more,
        "asked": request.method == "POST" and form.is_valid(),
    }
    return render(request, "registry/find_double.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def merge(request: HttpRequest, uid: str, other: str) -> HttpResponse:
    """Two cards side by side: choose the one that stays, and merge the other into it."""
    assert isinstance(request.user, User)
    pair = queries.compared([_kept(request, other), _kept(request, uid)])
    by_uid = {each.uid: each for each in pair}
    refused = ""
    status = 200
    if request.method == "POST":
        kept = by_uid.get(request.POST.get("keep", ""))
        try:
            if kept is None or len(by_uid) < 2:
                raise Refused(_("Choose the card that stays."))
            gone = next(each for each in pair if each is not kept)
            actions.merge_organisations(kept, gone, by=request.user)
        except Refused as reason:
            refused, status = str(reason), 422
        else:
            said = _("The two cards are one now. What pointed at the other one leads here.")
            messages.success(request, said)
            return redirect("registry:organisation", kept.uid)
    people = queries.representatives([each.uid for each in pair])
    context = {
        "cards": [{"of": each, "people": people.get(each.uid, [])} for each in pair],
        "refused": refused,
        "two": "" if refused else _why_two(pair),
    }
    return render(request, "registry/merge.html", context, status=status)


def _why_two(pair: list[Organisation]) -> str:
    """Why the two can never be one, as far as their cards tell it; "" if they may be."""
    try:
        refuse_to_merge(*pair)
    except Refused as reason:
        return str(reason)
    return ""
