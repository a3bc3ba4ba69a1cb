"""The assessor's own pages: what waits, the answer, the material."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.forms import AnswerForm, LeaveForm
from laureat.assessment.models import AssignmentState
from laureat.assessment.queries.mine import work_of
from laureat.assessment.queries.team import assignment_of, attachment_of, material_of
from laureat.intake.queries.lists import entry_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.files.responses import file_response
from laureat.rulebook.models import StageState


@login_required
@require_safe
def mine(request: Signed) -> HttpResponse:
    """Everything the person judges."""
    return render(request, "assessment/mine.html", {"stages": work_of(request.user)})


@login_required
def assignment(request: Signed, uid: str) -> HttpResponse:
    """The question before any material: is there a conflict of interest?"""
    row = assignment_of(uid)
    permissions.answer_assignment.require(request.user, row)
    if permissions.blind(row.stage):
        return redirect("assessment:tasting_answer", row.stage.uid)
    accepted = row.state == AssignmentState.ACCEPTED
    form = (LeaveForm if accepted else AnswerForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            actions.answer_assignment(row, answer, form.cleaned_data["reason"], by=request.user)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _ANSWERED[answer]())
            if answer == "accept":
                return redirect("assessment:material", row.entry.uid)
            return redirect("assessment:mine")
    context = {
        "assignment": row,
        "form": form,
        "open": row.state == AssignmentState.PROPOSED and row.stage.state != StageState.CLOSED,
        "may_leave": accepted and row.stage.state != StageState.CLOSED,
        "accepted": accepted,
    }
    return render(
        request, "assessment/assignment.html", context, status=422 if form.errors else 200
    )


_ANSWERED = {
    "accept": lambda: _("Thank you. The material of the entry is open to you now."),
    "decline": lambda: _("Thank you for telling. Somebody else will be asked."),
    "conflict": lambda: _("Thank you. The conflict is kept; you will not judge this organisation."),
}


@login_required
@require_POST
def start(request: Signed, uid: str) -> HttpResponse:
    """Begin the scorebook, or go on with it."""
    row = assignment_of(uid)
    try:
        if request.POST.get("book") == "consensus":
            book = actions.start_consensus(row.entry, row.stage, by=request.user)
        else:
            book = actions.start_scorebook(row, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("assessment:mine")
    return redirect("assessment:scorebook", book.uid)


@login_required
@require_safe
def material(request: Signed, uid: str) -> HttpResponse:
    """Answers and files of an entry."""
    entry = entry_of(uid)
    permissions.see_material.require(request.user, entry)
    work = [
        each
        for stage in work_of(request.user)
        for each in stage.items
        if each.assignment.entry_id == entry.pk and not each.waiting
    ]
    return render(
        request, "assessment/material.html", {"material": material_of(entry), "work": work}
    )


@login_required
@require_safe
def file(request: Signed, uid: str, file: str) -> HttpResponseBase:
    """One file of an entry."""
    entry = entry_of(uid)
    permissions.see_material.require(request.user, entry)
    found = attachment_of(entry, file)
    return file_response(found.file, download="download" in request.GET)
