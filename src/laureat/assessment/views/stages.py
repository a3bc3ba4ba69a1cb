"""An assessment stage for its secretary: progress, teams, samples."""

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
from laureat.assessment.actions.samples import require_coder
from laureat.assessment.queries.people import (
    assessor_in,
    assignment_in,
    rule_words,
    samples_page,
    team_entries,
    team_rows,
)
from laureat.assessment.queries.proposal import proposal_page
from laureat.assessment.queries.stage import progress_of
from laureat.intake.queries.lists import entry_in, stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Denied, Refused
from laureat.rulebook.models import Stage, StageState


def common(request: Signed, stage: Stage) -> dict[str, Any]:
    """What the head of every page of a stage needs."""
    return {
        "stage": stage,
        "edition": stage.edition,
        "blind": permissions.blind(stage),
        "closed": stage.state == StageState.CLOSED,
        "manages": bool(permissions.manage_stage(request.user, stage)),
        "rule": rule_words(stage),
    }


@login_required
def stage(request: Signed, uid: str) -> HttpResponse:
    """How far every entry is, and a letter to those who owe something."""
    row = stage_of(uid)
    permissions.see_progress.require(request.user, row)
    if request.method == "POST":
        try:
            count = actions.remind(row, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            said = ngettext(
                "%(count)s assessor is reminded (at most one letter a day).",
                "%(count)s assessors are reminded (at most one letter a day).",
                count,
            )
            messages.success(request, said % {"count": count})
        return redirect("assessment:stage", uid)
    judges = row.pk in permissions.judging(request.user)
    progress = progress_of(row, codes=not judges)
    waiting = request.GET.get("show") == "waiting"
    rows = [each for each in progress.rows if each.waits] if waiting else progress.rows
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = common(request, row) | {
        "progress": progress,
        "page": page,
        "waiting": waiting,
        "judges": judges,
    }
    return render(request, "assessment/stage.html", context)


@login_required
def teams(request: Signed, uid: str) -> HttpResponse:
    """Teams: proposed with reasons, changed by hand."""
    row = stage_of(uid)
    permissions.manage_stage.require(request.user, row)
    if request.method == "POST":
        return _change_team(request, row)
    search, gaps = request.GET.get("q", ""), request.GET.get("show") == "gaps"
    entries = team_entries(row, search=search, only_gaps=gaps)
    page = Paginator(entries, 20).get_page(request.GET.get("page"))
    context = common(request, row) | {
        "page": page,
        "rows": team_rows(row, list(page.object_list)),
        "search": search,
        "gaps": gaps,
    }
    return render(request, "assessment/teams.html", context)


@login_required
def proposal(request: Signed, uid: str) -> HttpResponse:
    """The teams as they would be proposed: looked at, wished otherwise, then asked."""
    row = stage_of(uid)
    permissions.manage_stage.require(request.user, row)
    if request.method == "POST":
        return _change_proposal(request, row)
    page = proposal_page(row)
    gaps = request.GET.get("show") == "gaps"
    rows = Paginator(page.shown(gaps=gaps), 20).get_page(request.GET.get("page"))
    page.offer(rows.object_list)
    context = common(request, row) | {"page": page, "rows": rows, "gaps": gaps}
    return render(request, "assessment/proposal.html", context)


def _change_proposal(request: Signed, stage: Stage) -> HttpResponse:
    go = request.POST.get("go", "")
    try:
        if go == "ask":
            return _propose(request, stage, request.POST.get("seen", ""))
        if go in ("must", "never", "free"):
            person = request.POST.get("assessor", "")
            if not person:
                raise Refused(_("Choose an assessor first."))
            actions.wish(
                stage,
                entry_in(stage.edition, request.POST.get("entry", "")),
                assessor_in(stage.edition, person),
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
    if report.proposal.gaps:
        return redirect("assessment:proposal", stage.uid)
    return redirect("assessment:teams", stage.uid)


def _change_team(request: Signed, stage: Stage) -> HttpResponse:
    go = request.POST.get("go", "")
    try:
        if go == "propose":
            return _propose(request, stage)
        if go == "assign":
            entry = entry_in(stage.edition, request.POST.get("entry", ""))
            person = request.POST.get("assessor", "")
            if not person:
                raise Refused(_("Choose an assessor first."))
            actions.assign(
                stage,
                entry,
                assessor_in(stage.edition, person),
                request.POST.get("lead") == "yes",
                by=request.user,
            )
            messages.success(request, _("The assessor is asked by mail."))
        elif go in ("release", "lead"):
            assignment = assignment_in(stage, request.POST.get("assignment", ""))
            if go == "release":
                actions.release(assignment, request.POST.get("reason", ""), by=request.user)
                messages.success(request, _("The assessor is released and told by mail."))
            else:
                actions.assign(stage, assignment.entry, assignment.assessor, True, by=request.user)
                messages.success(request, _("The team has another lead assessor."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(request.get_full_path())


@login_required
def samples(request: Signed, uid: str) -> HttpResponse:
    """The code list of a blind tasting: for those who pour and plate, never for tasters."""
    row = stage_of(uid)
    require_coder(row, request.user)
    if not permissions.blind(row):
        raise Denied(_("This stage is not blind: its entries need no codes."))
    if request.method == "POST":
        try:
            coded = actions.code_samples(row, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            said = ngettext(
                "%(count)s sample has a code now.", "%(count)s samples have codes now.", len(coded)
            )
            if coded:
                messages.success(request, said % {"count": len(coded)})
            else:
                messages.info(request, _("No entry is in this stage: there is nothing to code."))
        return redirect("assessment:samples", uid)
    context = common(request, row) | {"samples": samples_page(row)}
    return render(request, "assessment/samples.html", context)
