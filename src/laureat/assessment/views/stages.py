"""An assessment stage for its secretary: progress, samples."""

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
from laureat.assessment.queries.people import rule_words, samples_page
from laureat.assessment.queries.stage import progress_of
from laureat.intake.queries.lists import stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageState

PER_PAGE = 20


def common(request: Signed, stage: Stage) -> dict[str, Any]:
    """What the head of every page of a stage needs."""
    return {
        "stage": stage,
        "edition": stage.edition,
        "blind": permissions.blind(stage),
        "closed": stage.state == StageState.CLOSED,
        "manages": bool(permissions.manage_stage(request.user, stage)),
        "judges": stage.pk in permissions.judging(request.user),
        "tastes": permissions.sealed(stage) and stage.pk in permissions.tasted_by(request.user),
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
    context = common(request, row)
    progress = progress_of(
        row, codes=permissions.sees_codes(request.user, row), hidden=context["tastes"]
    )
    waiting = request.GET.get("show") == "waiting"
    rows = [each for each in progress.rows if each.waits] if waiting else progress.rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "progress": progress,
        "page": page,
        "waiting": waiting,
        "hidden": context["tastes"],
    }
    return render(request, "assessment/stage.html", context)


@login_required
def samples(request: Signed, uid: str) -> HttpResponse:
    """The code list of a blind tasting: for those who pour and plate, never for tasters. Who opens
    it before the stage is closed tastes there no more.
    """
    row = stage_of(uid)
    permissions.keep_key.require(request.user, row)
    if request.method == "POST":
        try:
            if request.POST.get("go") == "read":
                actions.read_key(row, by=request.user)
            else:
                _code(request, row)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("assessment:samples", uid)
    shows = permissions.sees_codes(request.user, row)
    context = common(request, row) | {
        "page": samples_page(row, codes=shows),
        "shows": shows,
    }
    return render(request, "assessment/samples.html", context)


def _code(request: Signed, stage: Stage) -> None:
    coded = actions.code_samples(stage, by=request.user)
    said = ngettext(
        "%(count)s sample has a code now.", "%(count)s samples have codes now.", len(coded)
    )
    if coded:
        messages.success(request, said % {"count": len(coded)})
    else:
        messages.info(request, _("No entry is in this stage: there is nothing to code."))
