"""Pages about proposed changes: the list of those who decide, one of them for both sides."""

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
from laureat.registry.actions import goods, organisations
from laureat.registry.forms import DecisionForm, add_refusal
from laureat.registry.models import Good, Organisation, Proposal, ProposalState
from laureat.registry.permissions import (
    edit_organisation,
    is_staff,
    keep_organisation,
    must_propose,
    represented,
)

PAGE = 50


def proposed_facts(user: User, card: Organisation, good: Good | None = None) -> frozenset[str]:
    """The facts that `user` only proposes to change: those that are filled in already."""
    if not must_propose(user, card, good):
        return frozenset()
    if good is not None:
        return frozenset(name for name in goods.REGISTER_FACTS if getattr(good, name))
    facts = organisations.REGISTER_FACTS
    return frozenset(
        name
        for name in facts
        if name == "is_branch" or organisations.value_of(card, name) not in {"", None}
    )


def is_honoured(user: User, card: Organisation, good: Good | None = None) -> bool:
    """Whether `user` decides about names that honours carry."""
    if not keep_organisation(user, card) or card.uid in represented(user):
        return False
    return bool((good or card).distinctions.exists())


@require_safe
@login_required
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for the reader to decide about it; `?view=decided`: what was settled."""
    assert isinstance(request.user, User)
    if not is_staff(request.user):
        return redirect("registry:mine")
    settled = request.GET.get("view") == "decided"
    found = queries.decided(request.user) if settled else queries.to_decide(request.user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": _("To decide"), "url": request.path, "current": not settled},
        {"label": _("Settled"), "url": f"{request.path}?view=decided", "current": settled},
    ]
    context = {"page": page, "tabs": tabs, "settled": settled}
    return render(request, "registry/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def proposal(request: HttpRequest, uid: str) -> HttpResponse:
    """One proposed change: who keeps the organisation decides, who asked may take it back."""
    assert isinstance(request.user, User)
    user, found = request.user, queries.proposal_of(uid)
    if found is None:
        raise Http404
    edit_organisation.require(user, found.organisation)
    honoured = (found.good or found.organisation).distinctions.exists()
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        honoured=bool(honoured and {"name_ru", "name_en"} & set(found.changes)),
        initial={"seen": found.version},
    )
    if request.method == "POST" and _settled(request, user, found, form):
        return redirect("registry:proposal", found.uid)
    context = {
        "proposal": found,
        "changes": queries.changes_of(found),
        "form": form,
        "decides": queries.may_decide(user, found),
        "waits": found.state == ProposalState.WAITING,
        "own": found.organisation.uid in represented(user),
        "staff": is_staff(user),
    }
    return render(request, "registry/proposal.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, user: User, found: Proposal, form: DecisionForm) -> bool:
    """Do what the button says; or say at the form why not."""
    go = request.POST.get("go", "")
    try:
        if go == "withdraw":
            actions.withdraw_proposal(found, by=user)
            messages.success(request, _("The proposal is taken back; the register stays as it is."))
            return True
        if not form.is_valid():
            return False
        said = form.cleaned_data
        actions.decide_proposal(
            found,
            accept=go == "accept",
            reason=said["reason"],
            correction=said.get("correction", False),
            seen=said["seen"],
            by=user,
        )
    except Refused as refused:
        add_refusal(form, refused)
        return False
    told = _("The change is made, and a letter tells the applicant.")
    if go != "accept":
        told = _("The change is declined, and a letter tells the applicant.")
    messages.success(request, told)
    return True
