"""Questions about a result: the applicant's page, the secretary's."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from laureat.council.models import Session
from laureat.council.queries.standing import honours_of
from laureat.feedback import actions
from laureat.feedback.forms import AnswerForm, AskForm, PanelForm
from laureat.feedback.models import Question, QuestionState
from laureat.feedback.permissions import answer_questions, ask_questions, read_questions
from laureat.feedback.queries import questions
from laureat.intake.models import Entry
from laureat.intake.permissions import is_staff, survey_edition
from laureat.intake.queries.lists import edition_of
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.files.responses import file_response
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import moment

SHOWN = 30


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied(_("Please sign in."))
    return request.user


def _entry(uid: str) -> Entry:
    found = questions.entry_asked(uid)
    if found is None:
        raise Http404
    return found


def _question(uid: str) -> Question:
    found = questions.question(uid)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def entry_questions(request: HttpRequest, uid: str) -> HttpResponse:
    """The questions about an entry with their answers; the applicant asks here."""
    entry = _entry(uid)
    user = _me(request)
    read_questions.require(user, entry)
    mine = bool(ask_questions(user, entry))
    form = AskForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        ask_questions.require(user, entry)
        if form.is_valid() and _asked(request, entry, form, user):
            messages.success(request, _("Your question has been sent. You will be told by e-mail."))
            return redirect("feedback:questions", entry.uid)
    term = questions.asking(entry)
    context = {
        "entry": entry,
        "lines": questions.lines(questions.of_entry(entry)),
        "form": form,
        "mine": mine,
        "staff": is_staff(user, entry),
        "term": term,
        "days": entry.edition.rules.result_questions,
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/questions.html", context, status=status)


def _asked(request: HttpRequest, entry: Entry, form: AskForm, user: User) -> bool:
    data = form.cleaned_data
    try:
        actions.ask_question(entry, data["text"], file=data["file"], by=user)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    return True


@require_safe
def edition_questions(request: HttpRequest, uid: str) -> HttpResponse:
    """All questions of an edition: those that wait longest first."""
    edition = edition_of(uid)
    survey_edition.require(request.user, edition)
    state = request.GET.get("state", "")
    search = request.GET.get("search", "").strip()[:100]
    found = questions.in_edition(edition, _me(request), state=state, search=search)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    answered = [each for each in page.object_list if answer_questions(request.user, each)]
    context = {
        "edition": edition,
        "page": page,
        "rows": [(each, questions.overdue(each)) for each in page.object_list],
        "answers": {each.pk for each in answered},
        "state": state,
        "search": search,
        "states": QuestionState.choices,
    }
    return render(request, "feedback/edition_questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, uid: str) -> HttpResponse:
    """The secretary reads a question and answers."""
    row = _question(uid)
    user = _me(request)
    answer_questions.require(user, row)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.answer_question(
                row, data["answer"], file=data["file"], named=data["named"], by=user
            )
        except Refused as refused:
            if refused.field == "named":
                form.ask_whether_named()
            known = refused.field in form.fields
            form.add_error(refused.field if known else None, refused.message)
        else:
            messages.success(request, _("The answer has been sent, the applicant is told."))
            return redirect("feedback:questions", row.entry.uid)
    context = {
        "entry": row.entry,
        "line": questions.lines([row])[0],
        "form": form,
        "open": row.state == QuestionState.OPEN,
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/answer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def to_panel(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a question on the agenda of the panel."""
    row = _question(uid)
    user = _me(request)
    answer_questions.require(user, row)
    sessions = {each.uid: each for each in questions.sessions_to_ask(row.entry)}
    form = PanelForm(
        request.POST or None,
        [(key, _called(each, row.entry.edition.zone)) for key, each in sessions.items()],
        _honours(sessions.values()),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        honour = "" if data["honour"] == NONE else data["honour"]
        try:
            actions.put_to_panel(
                row, sessions[data["session"]], honour, again=data["again"], by=user
            )
        except Refused as refused:
            known = refused.field in form.fields
            form.add_error(refused.field if known else None, refused.message)
        else:
            messages.success(request, _("The question is on the agenda, the applicant is told."))
            return redirect("feedback:answer", row.uid)
    context = {
        "entry": row.entry,
        "row": row,
        "form": form,
        "sessions": sessions,
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/to_panel.html", context, status=status)


def _called(session: Session, zone: str) -> str:
    when = moment(session.held_at, zone=zone).shown
    return f"{localised(session.panel, 'title')}, № {session.number}, {when}"


NONE = "-"
"""The choice of a motion for no honour: an empty one would say that nothing was chosen."""


def _honours(sessions: Iterable[Session]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for session in sessions:
        for each in honours_of(session.stage, voted=True):
            found[each.key] = localised(each, "title")
    return [*found.items(), (NONE, _("no honour"))]


@require_safe
def question_file(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The file that came with a question."""
    row = _question(uid)
    read_questions.require(_me(request), row.entry)
    return _file(row.file)


@require_safe
def answer_file(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The file that came with an answer."""
    row = _question(uid)
    read_questions.require(_me(request), row.entry)
    return _file(row.answer_file)


def _file(stored: StoredFile | None) -> HttpResponseBase:
    if stored is None:
        raise Http404
    return file_response(stored)
