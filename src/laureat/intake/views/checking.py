"""Check stages: many entries, few items each; fast with one click or one key."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.intake import actions, permissions
from laureat.intake.actions import Found
from laureat.intake.actions.checking import rules_of
from laureat.intake.forms.pages import CheckForm
from laureat.intake.models import Entry
from laureat.intake.queries import lists
from laureat.intake.queries.checking import beside, check_page, check_rows
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.files.responses import file_response
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageKind
from laureat.rulebook.permissions import run_stage

PER_PAGE = 100


def _stage(request: Signed, uid: str) -> Stage:
    stage = lists.stage_of(uid)
    if stage.kind != StageKind.CHECK:
        raise Http404
    run_stage.require(request.user, stage)
    return stage


@login_required
@require_safe
def checks(request: Signed, uid: str) -> HttpResponse:
    """The table of a check stage."""
    stage = _stage(request, uid)
    rows = lists.in_checks(stage)
    only = request.GET.get("only", "")
    if only == "left":
        rows = rows.filter(standing="active")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "stage": stage,
        "edition": stage.edition,
        "rules": stage.rules,
        "page": page,
        "rows": check_rows(stage, list(page)),
        "progress": lists.progress_of(stage),
        "open": stage.state == "open",
        "needs_document": any(item.protocol for item in stage.rules.checks),
        "only": only,
    }
    return render(request, "intake/checks.html", context)


@login_required
@require_POST
def pass_all(request: Signed, uid: str) -> HttpResponse:
    """Every item of the chosen entries is passed (those without a result; failed ones stay)."""
    stage = _stage(request, uid)
    one = request.POST.get("one", "")
    wanted = [one] if one else request.POST.getlist("entry")
    note = request.POST.get("note", "").strip()
    entries = list(lists.in_checks(stage).filter(uid__in=wanted))
    for entry in entries:
        entry.edition = stage.edition
    results = lists.results_of(stage, entries)
    found = [
        Found(entry, item.key, "passed", note if item.protocol else "")
        for entry in entries
        if entry.standing == "active"
        for item in rules_of(stage).checks
        if item.key not in results[entry.pk]
    ]
    problem = ""
    try:
        actions.record_checks(stage, found, by=request.user)
    except Refused as error:
        problem = str(error)
    if request.htmx and one and entries:
        context = {
            "stage": stage,
            "rules": stage.rules,
            "row": check_rows(stage, entries)[0],
            "open": True,
            "problem": problem,
            "progress": lists.progress_of(stage),
            "needs_document": any(item.protocol for item in stage.rules.checks),
        }
        return render(request, "intake/_checked.html", context, status=422 if problem else 200)
    if problem:
        messages.error(request, problem)
    elif found:
        touched = len({each.entry.pk for each in found})
        messages.success(
            request,
            ngettext("%(n)s entry: passed.", "%(n)s entries: passed.", touched) % {"n": touched},
        )
    else:
        messages.info(request, _("Choose entries that have no results yet."))
    back = request.POST.get("page", "")
    url = reverse("intake:checks", args=[stage.uid])
    return redirect(f"{url}?page={back}" if back.isdigit() else url)


@login_required
@require_http_methods(["GET", "POST"])
def check(request: Signed, uid: str, entry: str) -> HttpResponse:
    """One entry: its answers and files on one side, the items on the other."""
    stage = _stage(request, uid)
    row = lists.entry_in(stage.edition, entry)
    permissions.check_entry.require(request.user, row)
    results = lists.results_of(stage, [row])[row.pk]
    forms: list[tuple[CheckForm, Any]] = []
    for item in stage.rules.checks:
        result = results.get(item.key)
        initial = {"outcome": result.outcome, "note": result.note} if result else {}
        form = CheckForm(
            item,
            initial=initial,
            **({"data": request.POST, "files": request.FILES} if request.method == "POST" else {}),
        )
        known = stage.edition.rules.sources.get(item.source)
        form.source = localised(known.title) if known else item.source
        forms.append((form, result))
    if request.method == "POST" and _record(request, stage, row, forms):
        messages.success(request, _("Entry %(entry)s: saved.") % {"entry": row})
        _before, after = beside(stage, row)
        if request.POST.get("go") == "next" and after:
            return redirect("intake:check", stage.uid, after)
        return redirect("intake:checks", stage.uid)
    context = check_page(stage, row) | {"forms": forms, "open": stage.state == "open"}
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/check.html", context, status=status)


def _record(
    request: Signed, stage: Stage, entry: Entry, forms: list[tuple[CheckForm, Any]]
) -> bool:
    """Record what was chosen; False with the reason at its field."""
    valid = [form.is_valid() for form, _result in forms]  # each says what is wrong with it
    if not all(valid):
        return False
    found = [
        Found(
            entry,
            form.item.key,
            str(form.cleaned_data["outcome"]),
            form.cleaned_data["note"],
            form.cleaned_data.get("protocol"),
        )
        for form, _result in forms
        if form.cleaned_data["outcome"]
    ]
    if not found:
        forms[0][0].add_error("outcome", _("Choose what was found."))
        return False
    try:
        actions.record_checks(stage, found, by=request.user)
    except Refused as error:
        for form, _result in forms:
            if form.item.key == error.field:
                form.add_error("note", str(error))
                return False
        messages.error(request, str(error))
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def close(request: Signed, uid: str) -> HttpResponse:
    """A summary before the stage is closed: who goes on, who stops and why."""
    stage = _stage(request, uid)
    problem = ""
    if request.method == "POST":
        try:
            done = actions.close_checks(stage, by=request.user)
        except Refused as error:
            problem = str(error)
        else:
            messages.success(
                request,
                _(
                    "«%(stage)s» is closed. Entries that go on: %(passed)s; that stop and are told why: %(stopped)s."
                )
                % {
                    "stage": localised(stage, "title"),
                    "passed": done.passed,
                    "stopped": done.stopped,
                },
            )
            return redirect("intake:edition", stage.edition.uid)
    entries = list(lists.in_checks(stage).filter(standing="active"))
    rows = check_rows(stage, entries)
    context = {
        "stage": stage,
        "edition": stage.edition,
        "problem": problem,
        "left": [row for row in rows if row.left],
        "failing": [row for row in rows if not row.left and row.failed],
        "passing": sum(1 for row in rows if not row.left and not row.failed),
    }
    return render(request, "intake/close.html", context, status=422 if problem else 200)


@login_required
@require_safe
def protocol(request: Signed, uid: str, entry: str, key: str) -> HttpResponseBase:
    """The document that proves a check, for those who may read the entry."""
    stage = lists.stage_of(uid)
    row = lists.entry_in(stage.edition, entry)
    permissions.read_answers.require(request.user, row)
    result = lists.results_of(stage, [row])[row.pk].get(key)
    if result is None or result.protocol is None:
        raise Http404
    return file_response(result.protocol)
