"""The team of an entry: its scorebooks side by side, the consensus, the visit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.forms import ReasonForm, VisitForm
from laureat.assessment.models import SiteVisit
from laureat.assessment.queries.team import passage_of, team_page, visit_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Denied, Refused


@login_required
@require_safe
def team(request: Signed, stage: str, entry: str) -> HttpResponse:
    """Who judges, who has signed, where marks lie apart."""
    passage = passage_of(stage, entry)
    permissions.see_team.require(request.user, passage)
    manages = bool(permissions.manage_stage(request.user, passage.stage))
    oversees = bool(permissions.see_results(request.user, passage.stage))
    codes = permissions.sees_codes(request.user, passage.stage)
    page = team_page(passage, request.user, manages=manages, oversees=oversees, codes=codes)
    return render(request, "assessment/team.html", {"page": page, "passage": passage})


@login_required
@require_POST
def consensus(request: Signed, stage: str, entry: str) -> HttpResponse:
    """Begin the team's scorebook, or go on with it."""
    passage = passage_of(stage, entry)
    try:
        book = actions.start_consensus(
            passage.entry,
            passage.stage,
            override=request.POST.get("override") == "yes",
            by=request.user,
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect("assessment:team", stage, entry)
    return redirect("assessment:scorebook", book.uid)


@login_required
def visit(request: Signed, stage: str, entry: str) -> HttpResponse:
    """The visit on site: planned by the lead, confirmed by the organisation, held."""
    passage = passage_of(stage, entry)
    row = visit_of(passage)
    leads = bool(permissions.lead_team(request.user, passage))
    confirms = permissions.holds_for(request.user, passage.entry.organisation.uid)
    if not leads and not confirms:
        permissions.see_team.require(request.user, passage)
    form = VisitForm.of(row, passage.entry.organisation.address)
    reason = ReasonForm()
    if request.method == "POST":
        form, reason, done = _act(request, passage, row, form, reason)
        if done:
            return redirect("assessment:visit", stage, entry)
    context = {
        "passage": passage,
        "visit": row,
        "leads": leads,
        "confirms": confirms,
        "form": form,
        "reason": reason,
        "state": row.state if row else "",
    }
    wrong = form.errors or reason.errors
    return render(request, "assessment/visit.html", context, status=422 if wrong else 200)


def _act(
    request: Signed, passage: Any, row: SiteVisit | None, form: VisitForm, reason: ReasonForm
) -> tuple[VisitForm, ReasonForm, bool]:
    go = request.POST.get("go", "")
    try:
        if go == "plan":
            form = VisitForm(request.POST)
            if not form.is_valid():
                return form, reason, False
            actions.plan_visit(passage.stage, passage.entry, by=request.user, **form.cleaned_data)
            messages.success(request, _("The visit is planned; the organisation was told."))
        elif row is None:
            messages.error(request, _("No visit is planned yet."))
        elif go == "confirm":
            actions.confirm_visit(row, by=request.user)
            messages.success(request, _("The visit is confirmed; the team was told."))
        elif go == "hold":
            actions.hold_visit(row, by=request.user)
            messages.success(request, _("The visit is marked as held."))
        elif go == "cancel":
            reason = ReasonForm(request.POST)
            if not reason.is_valid():
                return form, reason, False
            actions.cancel_visit(row, reason.cleaned_data["reason"], by=request.user)
            messages.success(request, _("The visit is cancelled; everybody was told."))
    except Denied:
        raise
    except Refused as error:
        if go == "plan" and form.is_bound:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return form, reason, False
        messages.error(request, str(error))
    return form, reason, True
