"""Who judges what: the teams of a stage, and the proposal that fills them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.assessment import actions, permissions
from laureat.assessment.queries.people import assessor_in
from laureat.assessment.queries.proposal import proposal_page
from laureat.assessment.queries.teams import (
    Wanted,
    assignment_in,
    could_join,
    team_entries,
    team_row,
    team_rows,
)
from laureat.assessment.views.stages import common
from laureat.intake.queries.lists import entry_in, stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage

PER_PAGE = 20


def _common(request: Signed, stage: Stage) -> dict[str, Any]:
    context = common(request, stage)
    return context | {"changes": not context["closed"]}


@login_required
def teams(request: Signed, uid: str) -> HttpResponse:
    """Teams, folded; with ?entry= one of them, to be changed by hand."""
    row = stage_of(uid)
    permissions.change_teams.require(request.user, row)
    if request.method == "POST":
        return _change_team(request, row)
    context = _common(request, row)
    if chosen := request.GET.get("entry"):
        team = team_row(row, chosen)
        choices = could_join(team) if context["changes"] and not team.full else []
        context |= {"row": team, "choices": choices}
        return render(request, "assessment/team_change.html", context)
    wanted = _wanted(request)
    page = Paginator(team_entries(row, wanted), PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "rows": team_rows(row, list(page.object_list)), "wanted": wanted}
    return render(request, "assessment/teams.html", context)


def _wanted(request: Signed) -> Wanted:
    asked = request.GET
    return Wanted(asked.get("q", ""), asked.get("assessor", ""), asked.get("show", ""))


@login_required
def proposal(request: Signed, uid: str) -> HttpResponse:
    """The teams as they would be proposed: looked at, wished otherwise, then asked."""
    row = stage_of(uid)
    permissions.change_teams.require(request.user, row)
    if request.method == "POST":
        return _change_proposal(request, row)
    page = proposal_page(row)
    context = _common(request, row) | {"page": page}
    if chosen := request.GET.get("entry"):
        return render(
            request, "assessment/proposal_change.html", context | {"row": page.team(chosen)}
        )
    wanted = _wanted(request)
    rows = Paginator(page.chosen(wanted), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessment/proposal.html", context | {"rows": rows, "wanted": wanted})


def _change_proposal(request: Signed, stage: Stage) -> HttpResponse:
    go = request.POST.get("go", "")
    try:
        if go == "ask":
            return _propose(request, stage, request.POST.get("seen", ""))
        if go == "assign":
            _assign(request, stage)
        elif go in ("must", "never", "free"):
            actions.wish(
                stage,
                entry_in(stage.edition, request.POST.get("entry", "")),
                assessor_in(stage.edition, _person(request)),
                "" if go == "free" else go,
                by=request.user,
            )
            messages.success(request, _("Noted; the proposal was made anew. Nobody was asked."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(request.get_full_path())


def _propose(request: Signed, stage: Stage, seen: str = "") -> HttpResponse:
    report = actions.propose_teams(stage, by=request.user, seen=seen)
    said = ngettext(
        "%(count)s assignment was proposed; the assessors are asked by mail.",
        "%(count)s assignments were proposed; the assessors are asked by mail.",
        len(report.created),
    )
    if report.created:
        messages.success(request, said % {"count": len(report.created)})
    else:
        messages.info(request, _("Nobody was proposed and no letters were sent."))
    if report.proposal.gaps or report.unkept:
        return redirect("assessment:proposal", stage.uid)
    return redirect("assessment:teams", stage.uid)


def _person(request: Signed) -> str:
    person = request.POST.get("assessor", "")
    if not person:
        raise Refused(_("Choose an assessor first."))
    return person


def _assign(request: Signed, stage: Stage) -> None:
    actions.assign(
        stage,
        entry_in(stage.edition, request.POST.get("entry", "")),
        assessor_in(stage.edition, _person(request)),
        request.POST.get("lead") == "yes",
        by=request.user,
    )
    messages.success(request, _("The assessor is asked by mail."))


def _change_team(request: Signed, stage: Stage) -> HttpResponse:
    go = request.POST.get("go", "")
    try:
        if go == "propose":
            return _propose(request, stage)
        if go == "assign":
            _assign(request, stage)
        elif go in ("release", "lead"):
            assignment = assignment_in(
                stage, request.POST.get("entry", ""), request.POST.get("assessor", "")
            )
            if go == "release":
                actions.release(assignment, request.POST.get("reason", ""), by=request.user)
                messages.success(request, _("The assessor is released and told by mail."))
            else:
                actions.assign(stage, assignment.entry, assignment.assessor, True, by=request.user)
                messages.success(request, _("The team has another lead assessor."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(request.get_full_path())
