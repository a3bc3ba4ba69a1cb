"""Scorebooks: overview, one part at a time, signing, opening again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.assessment import actions, permissions
from laureat.assessment.actions import Crowded, Incomplete, Stale, Undiscussed, WrongMarks
from laureat.assessment.actions.marks import model_of
from laureat.assessment.forms import ReasonForm, read_mark
from laureat.assessment.models import Scorebook, ScorebookState
from laureat.assessment.queries.books import (
    Sheet,
    book_of,
    named_for,
    sheet_of,
    unkept_of,
)
from laureat.assessment.queries.parts import confirmed_of, form_of, scale_at
from laureat.assessment.queries.team import passage_of
from laureat.assessment.queries.voices import (
    mark_to_discuss,
    next_to_discuss,
    signed_books,
    voices_of,
)
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Denied, Refused
from laureat.platform.versions import read_version


@login_required
@require_safe
def scorebook(request: Signed, uid: str) -> HttpResponse:
    """All parts with what is there and what is missing; also for reading."""
    book = book_of(uid)
    writes = permissions.write_scorebook(request.user, book)
    if not writes:  # who writes it reads it
        permissions.read_scorebook.require(request.user, book)
    elif permissions.blind(book.stage):
        return redirect("assessment:tasting", book.uid)
    sheet = named_for(sheet_of(book), request.user)
    _mark_to_discuss(sheet)
    sheet.unfold(writes=bool(writes), everything=request.GET.get("all") == "yes")
    context = {
        "sheet": sheet,
        "book": book,
        "writes": bool(writes),
        "why_not": writes.reason,
        "own": book.assessor.user_id == request.user.pk,
        "signed": book.state == ScorebookState.SIGNED,
        "next": sheet.next,
        "material": _material(request, sheet),
    }
    return render(request, "assessment/scorebook.html", context)


def _material(request: Signed, sheet: Sheet) -> str:
    """Where the reader opens the application and its files; "" where they may not."""
    stage, entry = sheet.book.stage, sheet.book.entry
    if (not sheet.blind or sheet.named) and permissions.see_progress(request.user, stage):
        return reverse("intake:entry", args=[entry.uid])  # who runs or audits the stage
    if permissions.see_material(request.user, entry):
        return reverse("assessment:material", args=[entry.uid])
    return ""


@login_required
def part(request: Signed, uid: str, part: str) -> HttpResponse:
    """One part: guidance, comments, mark; saves itself."""
    book = book_of(uid)
    if request.method == "POST" and not permissions.blind(book.stage):
        return _save(request, book, part)
    if not permissions.write_scorebook(request.user, book):  # who writes it reads it
        permissions.read_scorebook.require(request.user, book)
        return redirect("assessment:scorebook", book.uid)
    if permissions.blind(book.stage):
        return redirect("assessment:tasting", book.uid)
    return render(request, "assessment/part.html", _context(request, sheet_of(book), part, None))


def _save(request: Signed, book: Scorebook, part: str) -> HttpResponse:
    """What was typed is stored; else the page shows it again and says why not."""
    typed = read_mark(scale_at(book.stage, part), request.POST)
    errors, stale, refused = {}, None, ""
    name = "over" if request.POST.get("over") else "version"
    seen = None if name == "over" else {part: request.POST.get("seen", "-")}
    try:
        saved = actions.save_marks(
            book,
            {part: typed},
            version=read_version(request.POST, name),
            seen=seen,
            by=request.user,
        )
    except WrongMarks as error:
        errors = error.errors.get(part, {})
    except Stale as error:
        stale = error
    except (Denied, Refused) as error:
        permissions.read_scorebook.require(request.user, book)
        refused = str(error)
    else:
        return _saved(request, saved, part)
    context = _context(request, sheet_of(book), part, typed, errors)
    context |= {"stale": stale, "refused": refused}
    status = 409 if stale else 422 if errors else 403
    template = "assessment/part_state.html" if request.htmx else "assessment/part.html"
    return render(request, template, context, status=status)


def _context(
    request: Signed, sheet: Sheet, part: str, typed: Any, errors: Mapping[str, str] | None = None
) -> dict[str, Any]:
    row = sheet.row(part)
    before, after = sheet.neighbours(part)
    voices = None
    if sheet.consensus and sheet.book.stage.rules.scorebook.individual:
        books = signed_books(sheet.book)
        mark_to_discuss(sheet, books)
        voices = voices_of(row, books)
    others = [each.points for each in sheet.rows if each.key != part and each.points is not None]
    return {
        "sheet": sheet,
        "book": sheet.book,
        "row": row,
        "part": form_of(row, typed, errors, voices),
        "discuss": next_to_discuss(sheet, part),
        "before": before,
        "after": after,
        "voices": voices,
        "without": sum(others),
        "confirmed": None if voices else confirmed_of(sheet.book),
        "typed": typed,
    }


def _saved(request: Signed, book: Scorebook, part: str) -> HttpResponse:
    """After saving: the figures for htmx, the next page for everybody else.

    A page that saves itself names the button pressed last, too: it does not go anywhere.
    """
    if request.htmx:
        context = _context(request, sheet_of(book), part, None)
        return render(request, "assessment/part_state.html", context | {"just_saved": True})
    go = request.POST.get("go", "")
    if go == "overview":
        return redirect("assessment:scorebook", book.uid)
    if go == "sign":
        return redirect("assessment:sign", book.uid)
    keys = [each.key for each in model_of(book.stage).parts()]
    return redirect("assessment:part", book.uid, go if go in keys else part)


@login_required
def sign(request: Signed, uid: str) -> HttpResponse:
    """What is missing, or the signature."""
    book = book_of(uid)
    permissions.write_scorebook.require(request.user, book)
    refused = ""
    unconfirmed: dict[str, str] = {}
    if request.method == "POST":
        try:
            actions.sign_scorebook(
                book,
                by=request.user,
                version=read_version(request.POST),
                undiscussed=request.POST.get("undiscussed", "").split(),
                crowded=request.POST.get("crowded", "").split(),
            )
        except (Undiscussed, Crowded) as error:
            unconfirmed = {error.field: str(error)}
        except Incomplete as error:
            refused = str(error)
        except Stale:
            refused = _("The scorebook was changed meanwhile. Look at it again, then sign.")
        except Refused as error:
            refused = str(error)
        else:
            messages.success(request, _("The scorebook is signed."))
            if permissions.blind(book.stage):
                return redirect("assessment:mine")
            return redirect("assessment:team", book.stage.uid, book.entry.uid)
    sheet = sheet_of(book)
    _mark_to_discuss(sheet)
    return render(
        request,
        "assessment/sign.html",
        {
            "sheet": sheet,
            "book": book,
            "refused": refused,
            "unkept": unkept_of(sheet, unconfirmed, request.POST),
        },
        status=422 if refused or unconfirmed else 200,
    )


def _mark_to_discuss(sheet: Sheet) -> None:
    if sheet.consensus and sheet.book.stage.rules.scorebook.individual:
        mark_to_discuss(sheet, signed_books(sheet.book))


@login_required
def reopen(request: Signed, uid: str) -> HttpResponse:
    """Let a signed scorebook be written again, with a reason."""
    book = book_of(uid)
    passage = passage_of(book.stage.uid, book.entry.uid)
    permissions.lead_team.require(request.user, passage)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_scorebook(book, form.cleaned_data["reason"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The scorebook is open again; its assessor was told."))
            return redirect("assessment:team", book.stage.uid, book.entry.uid)
    return render(
        request,
        "assessment/reopen.html",
        {"sheet": named_for(sheet_of(book), request.user), "book": book, "form": form},
        status=422 if form.errors else 200,
    )
