"""Blind tastings: the answer over all makers, and the sheet of one coded sample."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from laureat.assessment import actions, permissions
from laureat.assessment.actions import Incomplete, MarkInput, Stale, WrongMarks
from laureat.assessment.forms import LeaveTastingForm, TastingAnswerForm, read_mark
from laureat.assessment.models import ScorebookState
from laureat.assessment.queries.books import Sheet, book_of, sheet_of
from laureat.assessment.queries.mine import StageWork, work_of
from laureat.assessment.queries.parts import form_of
from laureat.assessment.queries.people import entrants
from laureat.intake.queries.lists import stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Denied, Refused
from laureat.platform.versions import read_version


@login_required
def answer(request: Signed, stage: str) -> HttpResponse:
    """One answer for all samples, and stepping back later; which is whose stays hidden."""
    row = stage_of(stage)
    work = next((each for each in work_of(request.user) if each.stage.pk == row.pk), None)
    if work is None or not work.blind:
        raise Denied(_("You were not asked to taste here."))
    leaves = request.method == "POST" and request.POST.get("go") == "leave"
    makers = entrants(row.edition, row.passages.values_list("entry_id", flat=True))
    answers = request.method == "POST" and not leaves
    form = TastingAnswerForm(request.POST if answers else None, organisations=makers)
    leave = LeaveTastingForm(request.POST if leaves else None, samples=_told_apart(work))
    if leaves and leave.is_valid():
        done = _leave(request, work, leave)
    else:
        done = answers and form.is_valid() and _answer(request, work, form)
    if done:
        return redirect("assessment:mine")
    return render(
        request,
        "assessment/tasting_answer.html",
        {"stage": row, "work": work, "form": form, "leave": leave},
        status=422 if form.errors or leave.errors else 200,
    )


def _told_apart(work: StageWork) -> list[tuple[str, str]]:
    """The samples to step back from, as choices; none before all of them have codes."""
    rows = work.leavable
    if not all(each.code for each in rows):
        return []
    return [(each.assignment.uid, each.title) for each in rows]


def _answer(request: Signed, work: StageWork, form: TastingAnswerForm) -> bool:
    try:
        actions.answer_tasting(
            work.stage,
            work.items[0].assignment.assessor,
            conflicts=form.cleaned_data["organisations"],
            reason=form.cleaned_data["reason"],
            decline=request.POST.get("go") == "decline",
            by=request.user,
        )
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("Thank you. Your answer is kept."))
    return True


def _leave(request: Signed, work: StageWork, form: LeaveTastingForm) -> bool:
    chosen = form.cleaned_data.get("samples")
    rows = [each.assignment for each in work.leavable]
    try:
        actions.leave_tasting(
            work.stage,
            work.items[0].assignment.assessor,
            form.cleaned_data["reason"],
            samples=None if chosen is None else [each for each in rows if each.uid in chosen],
            by=request.user,
        )
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("You have stepped back. The secretary was told."))
    return True


@login_required
def sheet(request: Signed, uid: str) -> HttpResponse:
    """All marks of one sample on one page; made for a phone beside the plate."""
    book = book_of(uid)
    permissions.read_scorebook.require(request.user, book)
    writes = permissions.write_scorebook(request.user, book)
    if not writes or not permissions.blind(book.stage):
        return redirect("assessment:scorebook", book.uid)
    found = sheet_of(book)
    typed: dict[str, MarkInput] = {}
    errors: dict[str, dict[str, str]] = {}
    stale, refused = None, ""
    if request.method == "POST":
        typed = {row.key: read_mark(row.scale, request.POST, f"{row.key}:") for row in found.rows}
        name = "over" if request.POST.get("over") else "version"
        try:
            book = actions.save_marks(
                book, typed, version=read_version(request.POST, name), by=request.user
            )
            if request.POST.get("go") == "sign" and not request.htmx:
                actions.sign_scorebook(book, by=request.user)
                messages.success(request, _("Sample %(code)s is signed.") % {"code": found.code})
                return _next_sample(request, book.stage.pk)
        except WrongMarks as error:
            errors = error.errors
        except Stale as error:
            stale = error
        except Incomplete as error:
            found, typed = sheet_of(book_of(uid)), {}
            refused = str(error)
        except Refused as error:
            refused = str(error)
        else:
            if not request.htmx:
                return redirect("assessment:tasting", uid)
            found, typed = sheet_of(book_of(uid)), {}
    status = 409 if stale else 422 if errors or refused else 200
    template = "assessment/tasting_state.html" if request.htmx else "assessment/tasting.html"
    context = _context(request, found, typed, errors) | {"stale": stale, "refused": refused}
    return render(request, template, context, status=status)


def _context(
    request: Signed,
    found: Sheet,
    typed: dict[str, MarkInput],
    errors: dict[str, dict[str, str]],
) -> dict[str, Any]:
    return {
        "sheet": found,
        "book": found.book,
        "parts": [form_of(row, typed.get(row.key), errors.get(row.key)) for row in found.rows],
        "errors": errors,
    }


def _next_sample(request: Signed, stage: int) -> HttpResponse:
    """The next sample that is not signed; its sheet is begun at once."""
    work: StageWork | None = next(
        (each for each in work_of(request.user) if each.stage.pk == stage), None
    )
    for each in work.to_do if work else []:
        if each.book is None or each.book.state == ScorebookState.DRAFT:
            try:
                book = actions.start_scorebook(each.assignment, by=request.user)
            except Refused:
                continue
            return redirect("assessment:tasting", book.uid)
    return redirect("assessment:mine")
