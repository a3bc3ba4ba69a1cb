"""An assessment stage for its secretary: progress, teams, samples, results, closing."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.actions import OpenDecisions, UnfinishedStage
from laureat.assessment.actions.samples import require_coder
from laureat.assessment.queries.people import (
    assessor_in,
    assignment_in,
    rule_words,
    samples_page,
    team_entries,
    team_rows,
)
from laureat.assessment.queries.stage import progress_of, results_page, results_table
from laureat.assessment.queries.words import gap_words, shortage_words
from laureat.assessment.views.request import Signed
from laureat.intake.queries.lists import entry_in, stage_of
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.responses import document_response
from laureat.rulebook.models import Stage, StageState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _common(request: Signed, stage: Stage) -> dict[str, Any]:
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
    context = _common(request, row) | {
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
    context = _common(request, row) | {
        "page": page,
        "rows": team_rows(row, list(page.object_list)),
        "search": search,
        "gaps": gaps,
    }
    if request.GET.get("check"):
        context |= _check(row)
    return render(request, "assessment/teams.html", context)


def _check(stage: Stage) -> dict[str, Any]:
    """What cannot be filled, and why."""
    plan = actions.plan_teams(stage)
    numbers = {str(each.pk): each for each in team_entries(stage)}
    return {
        "checked": True,
        "shortages": [shortage_words(each) for each in plan.shortages],
        "lacks": [
            (numbers[gap.job], gap_words(gap)) for gap in plan.gaps[:50] if gap.job in numbers
        ],
        "lacking": len(plan.gaps),
        "components": plan.components,
    }


def _change_team(request: Signed, stage: Stage) -> HttpResponse:
    go = request.POST.get("go", "")
    try:
        if go == "propose":
            report = actions.propose_teams(stage, by=request.user)
            said = ngettext(
                "%(count)s assignment was proposed; the assessors are asked by mail.",
                "%(count)s assignments were proposed; the assessors are asked by mail.",
                len(report.created),
            )
            if report.created:
                messages.success(request, said % {"count": len(report.created)})
            else:
                messages.info(request, _("Nobody was proposed and no letters were sent."))
            return redirect(f"{request.path}?check=1")
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
    context = _common(request, row) | {"samples": samples_page(row)}
    return render(request, "assessment/samples.html", context)


@login_required
def results(request: Signed, uid: str) -> HttpResponse:
    """Results, what the gate says, ties, closing."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    refused = ""
    if request.method == "POST":
        permissions.manage_stage.require(request.user, row)
        if request.POST.get("go") == "compute":
            try:
                actions.compute_results(row, by=request.user)
            except Refused as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("The results are stored as they stand now."))
            return redirect("assessment:results", uid)
        chosen = {
            key.removeprefix("decide:"): value == "pass"
            for key, value in request.POST.items()
            if key.startswith("decide:") and value in ("pass", "stop")
        }
        try:
            actions.close_assessment(
                row,
                by=request.user,
                tie_decisions=chosen,
                reason=request.POST.get("reason", ""),
                with_missing=request.POST.get("with_missing") == "yes",
            )
        except (UnfinishedStage, OpenDecisions, Refused) as error:
            refused = str(error)
        else:
            messages.success(request, _("The stage is closed; the applicants were told."))
            return redirect("assessment:results", uid)
    page = results_page(row)
    context = _common(request, row) | {
        "page": page,
        "refused": refused,
        "chosen": request.POST,
    }
    return render(request, "assessment/results.html", context, status=422 if refused else 200)


@login_required
@require_safe
def export(request: Signed, uid: str) -> HttpResponse:
    """Every scorebook's points as a spreadsheet."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    for title, table in results_table(row):
        page = book.add_worksheet(title[:31])
        for column, name in enumerate(table[0]):
            page.write_string(0, column, str(name), bold)
        for number, line in enumerate(table[1:], 1):
            for column, value in enumerate(line):
                if value is None:
                    continue
                if isinstance(value, str):
                    page.write_string(number, column, value)
                else:
                    page.write_number(number, column, float(value))
        page.freeze_panes(1, 1)
        page.autofit()
    book.close()
    name = f"{row.edition.award.key}-{row.edition.key}-{row.key}.xlsx"
    return document_response(content.getvalue(), name, XLSX)
