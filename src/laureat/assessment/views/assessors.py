"""The secretary's people: assessors and their conflicts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.forms import AssessorForm, ConflictForm
from laureat.assessment.queries.people import (
    assessor_of,
    assessors_of,
    conflict_in,
    conflicts_of,
    entrants,
    person_rows,
)
from laureat.intake.queries.lists import edition_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused

PER_PAGE = 20


@login_required
@require_safe
def assessors(request: Signed, uid: str) -> HttpResponse:
    """Everybody who judges in an edition."""
    edition = edition_of(uid)
    permissions.manage_assessors.require(request.user, edition)
    search = request.GET.get("q", "")
    own = permissions.keep_assessor.of(request.user).values("pk")
    rows = assessors_of(edition, search=search).filter(pk__in=own)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"edition": edition, "page": page, "rows": person_rows(page), "search": search}
    return render(request, "assessment/assessors.html", context)


@login_required
def enrol(request: Signed, uid: str) -> HttpResponse:
    """A new assessor; somebody without an account is invited."""
    edition = edition_of(uid)
    permissions.manage_assessors.require(request.user, edition)
    form = AssessorForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.invite_assessor(
                edition,
                form.cleaned_data["email"],
                form.cleaned_data["name"],
                language=form.cleaned_data["language"] or "ru",
                by=request.user,
                **form.values(),
            )
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(
                request,
                _("%(name)s is assessor %(number)s.")
                % {"name": row.user.called, "number": row.serial},
            )
            return redirect("assessment:assessors", edition.uid)
    return render(
        request,
        "assessment/assessor_new.html",
        {"edition": edition, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def assessor(request: Signed, uid: str) -> HttpResponse:
    """One assessor: what they may do, their conflicts."""
    row = assessor_of(uid)
    permissions.keep_assessor.require(request.user, row)
    organisations = entrants(row.edition)
    form = AssessorForm(edition=row.edition, assessor=row)
    conflict = ConflictForm(organisations=organisations)
    if request.method == "POST":
        try:
            if request.POST.get("go") == "conflict":
                conflict = ConflictForm(request.POST, organisations=organisations)
                if conflict.is_valid():
                    actions.declare_conflict(
                        row,
                        conflict.cleaned_data["organisation"],
                        conflict.cleaned_data["reason"],
                        kind=conflict.cleaned_data["kind"],
                        by=request.user,
                    )
                    messages.success(request, _("The conflict of interest is kept."))
                    return redirect("assessment:assessor", uid)
            else:
                form = AssessorForm(request.POST, edition=row.edition, assessor=row)
                if form.is_valid():
                    actions.change_assessor(row, by=request.user, **form.values())
                    messages.success(request, _("Saved."))
                    return redirect("assessment:assessors", row.edition.uid)
        except Refused as error:
            wrong = conflict if conflict.is_bound else form
            wrong.add_error(error.field if error.field in wrong.fields else None, str(error))
    context = {
        "assessor": row,
        "edition": row.edition,
        "form": form,
        "conflict_form": conflict,
        "conflicts": conflicts_of(row.edition).filter(assessor=row),
    }
    status = 422 if form.errors or conflict.errors else 200
    return render(request, "assessment/assessor.html", context, status=status)


@login_required
def conflicts(request: Signed, uid: str) -> HttpResponse:
    """All conflicts of an edition: found, declared, lifted."""
    edition = edition_of(uid)
    permissions.manage_assessors.require(request.user, edition)
    own = permissions.keep_assessor.of(request.user).values("pk")
    rows = conflicts_of(edition).filter(assessor__in=own)
    if request.method == "POST":
        try:
            if request.POST.get("go") == "detect":
                found = actions.detect_conflicts(edition, by=request.user)
                messages.success(
                    request,
                    ngettext(
                        "%(count)s new conflict was found.",
                        "%(count)s new conflicts were found.",
                        len(found),
                    )
                    % {"count": len(found)},
                )
            else:
                key = request.POST.get("conflict", "")
                if not key.isdecimal():
                    raise Http404
                actions.lift_conflict(
                    conflict_in(rows, int(key)), request.POST.get("reason", ""), by=request.user
                )
                messages.success(request, _("The conflict of interest is lifted."))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("assessment:conflicts", uid)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessment/conflicts.html", {"edition": edition, "page": page})
