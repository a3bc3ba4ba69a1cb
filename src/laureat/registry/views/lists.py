"""Entering a list of organisations: the file, what it comes to, and only then the register."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.responses import private
from laureat.registry import actions
from laureat.registry.forms.cards import add_refusal
from laureat.registry.forms.lists import ListForm
from laureat.registry.lists import FACTS, MOST_LINES, Reading
from laureat.registry.permissions import is_staff
from laureat.registry.sheets import MEDIA_TYPE
from laureat.registry.sheets.lists import outcome_sheet, template_sheet

SHOWN = 50
"""So many new organisations and lines with remarks are shown; the sheet has all of them."""
TICKABLE = 2000
"""So many changes can be ticked one by one."""


def _keeper(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not is_staff(request.user):
        raise Denied(_("Only secretaries and organisers enter lists."))
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enter_list(request: HttpRequest) -> HttpResponse:
    """Choose a list; look at what it comes to (`go`: look, sheet); confirm. Nothing is written
    before. An entrepreneur's INN is personal, so everything travels in the body.
    """
    user = _keeper(request)
    form = ListForm(user, request.POST or None, request.FILES or None)
    go = request.POST.get("go", "look")
    if request.method != "POST" or go == "back":
        return render(request, "registry/list.html", {"form": form, "most": MOST_LINES})
    if not form.is_valid() and not form.table.rows:
        context = {"form": form, "most": MOST_LINES}
        return render(request, "registry/list.html", context, status=422)
    if form.reading is None:
        return _look(request, form)
    if go == "sheet":
        return _sheet(outcome_sheet(form.table, form.columns, form.reading), "list-checked")
    if go != "enter":
        return _look(request, form)
    if request.POST.get("seen") != _fingerprint(form.reading):
        return _look(request, form, changed=True)
    return _entered(request, form, user)


def _entered(request: HttpRequest, form: ListForm, user: User) -> HttpResponse:
    assert form.reading is not None
    try:
        done = actions.import_organisations(
            form.reading, form.cleaned_data["known"], request.POST.getlist("take"), by=user
        )
    except Refused as refused:
        add_refusal(form, refused)
        return _look(request, form)
    said = _("The list is entered. New organisations: %(entered)s, changed: %(changed)s.")
    messages.success(request, said % vars(done))
    return redirect("registry:organisations")


def _look(request: HttpRequest, form: ListForm, *, changed: bool = False) -> HttpResponse:
    """What the columns hold and what the lines come to."""
    context: dict[str, Any] = {
        "form": form,
        "columns": form.column_rows(),
        "facts": FACTS.items(),
        "changed": changed,
        "reading": form.reading,
        "shown": SHOWN,
    }
    if form.reading:
        differing = form.reading.changed
        ticks = [(line, each) for line in differing for each in line.changes]
        fills = sum(each.fills for _line, each in ticks)
        context |= {
            "seen": _fingerprint(form.reading),
            "ticks": ticks[:TICKABLE],
            "more_ticks": max(len(ticks) - TICKABLE, 0),
            "taken": set(request.POST.getlist("take")),
            "fills": fills,
            "differs": len(ticks) - fills,
        }
    status = 422 if form.errors else 200
    return render(request, "registry/list_check.html", context, status=status)


def _fingerprint(reading: Reading) -> str:
    """Tells whether a list still comes to what was looked at."""
    told = ";".join(
        f"{line.number}{'+' if line.data else ''}{[each.key + each.was for each in line.changes]}"
        for line in reading.lines
    )
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@require_safe
@login_required
def list_template(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the headings that are understood."""
    _keeper(request)
    return _sheet(template_sheet(), "organisations-template")


def _sheet(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return private(response)
