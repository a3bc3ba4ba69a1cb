"""The form, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from laureat.intake import actions, permissions
from laureat.intake.actions import InvalidAnswers, Stale
from laureat.intake.forms.pages import AnswersForm, given, read_marks
from laureat.intake.models import Entry, EntryState
from laureat.intake.queries.filling import Page, Row, differences, page_of, pages_of
from laureat.intake.queries.lists import entry_of
from laureat.intake.queries.working import forget_hints
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.versions import read_version


def _entry(request: Signed, uid: str) -> Entry:
    entry = entry_of(uid)
    permissions.read_answers.require(request.user, entry)
    return entry


def _writes(request: Signed, entry: Entry) -> bool:
    """Applicants see what they write; the secretary sees what was handed in."""
    return bool(permissions.edit_entry(request.user, entry))


@login_required
@require_safe
def form(request: Signed, uid: str) -> HttpResponse:
    """To the first section that is not complete, or to the first."""
    entry = _entry(request, uid)
    sections = pages_of(entry, working=_writes(request, entry))
    wanted = next((each for each in sections if each.gaps), sections[0])
    return redirect("intake:section", entry.uid, wanted.key)


@login_required
@require_http_methods(["GET", "POST"])
def section(request: Signed, uid: str, section: str) -> HttpResponse:
    """One page of the form: saves itself by htmx, and by its buttons without."""
    entry = _entry(request, uid)
    page = page_of(entry, section, working=_writes(request, entry))
    if page is None:
        raise Http404
    if request.method == "POST":
        permissions.edit_entry.require(request.user, entry)
        return _save(request, entry, page)
    return _show(request, entry, page, {})


class _Outcome:
    """What became of saving a page."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.typed: dict[str, Any] = {}
        self.was: dict[str, str] | None = None
        self.message = ""
        self.both: frozenset[str] | None = None
        """Keys of the answers that a colleague changed too; empty: an older page was sent."""
        self.files: set[str] = set()
        self.own = False
        """Whether whoever saves now also saved last: what is newer stands in their other window."""

    @property
    def ok(self) -> bool:
        return not self.problems and not self.message

    @property
    def stale(self) -> bool:
        return self.both is not None

    @property
    def status(self) -> int:
        return 409 if self.stale else 422 if self.message else 200


def _save(request: Signed, entry: Entry, page: Page) -> HttpResponse:
    fields = [row.field for row in page.rows]
    done = _Outcome()
    done.typed = given(fields, request.POST)
    done.was = read_marks(request.POST)
    done.own = entry.saved_by_id == request.user.pk
    _save_answers(request, entry, done)
    _save_files(request, entry, page, done)
    after = page_of(entry, page.key)
    assert after is not None
    go = request.POST.get("go", "")
    if done.ok and go:
        appeared = after.asked() - page.asked()
        where = _where(entry, after, go, stay=bool(appeared))
        if appeared:
            messages.info(request, _("One more question follows from your answers."))
        if request.htmx:
            return HttpResponseClientRedirect(where)
        return redirect(where)
    if request.htmx:
        return _fragment(request, entry, page, after, done)
    if done.ok:
        return redirect("intake:section", entry.uid, page.key)
    return _show(request, entry, after, done.problems, done)


def _save_answers(request: Signed, entry: Entry, done: _Outcome) -> None:
    """Save what can be saved; keep the rest on the page, with the reason."""
    rest = dict(done.typed)
    for _attempt in range(3):  # what cannot be read, then what a colleague changed too
        try:
            actions.save_answers(
                entry,
                rest,
                version=read_version(request.POST, "mine", "version", missing=0),
                was=done.was,
                over="mine" in request.POST,
                by=request.user,
            )
        except InvalidAnswers as error:
            done.problems = error.errors
            rest = {key: value for key, value in rest.items() if key not in error.errors}
        except Stale as error:
            done.message, done.both = str(error), error.fields
            entry.refresh_from_db(fields=["answers", "version", "saved_by", "saved_at"])
            forget_hints(entry)
            rest = {key: value for key, value in rest.items() if key not in error.fields}
            if not error.fields:
                return
        except Refused as error:
            done.message = str(error)
            return
        else:
            return


def _save_files(request: Signed, entry: Entry, page: Page, done: _Outcome) -> None:
    taken_back = request.POST.get("detach", "")
    for row in page.rows:
        key = row.field.key
        upload = request.FILES.get(f"f-{key}")
        try:
            if isinstance(upload, UploadedFile):
                actions.attach(entry, key, upload, by=request.user)
                done.files.add(key)
            elif key == taken_back:
                actions.detach(entry, key, by=request.user)
                done.files.add(key)
        except Refused as error:
            if error.field:
                done.problems[key] = str(error)
            else:
                done.message = str(error)


def _where(entry: Entry, page: Page, go: str, *, stay: bool) -> str:
    if stay or go == "save":
        return reverse("intake:section", args=[entry.uid, page.key])
    if go == "next" and page.next:
        return reverse("intake:section", args=[entry.uid, page.next])
    return reverse("intake:review", args=[entry.uid])


def _context(
    request: Signed,
    entry: Entry,
    page: Page,
    problems: Mapping[str, str],
    typed: Mapping[str, Any],
) -> dict[str, Any]:
    answers = page.work.entry.answers | dict(typed)
    form = AnswersForm([row.field for row in page.rows], answers, problems)
    return {
        "entry": entry,
        "edition": entry.edition,
        "page": page,
        "form": form,
        "rows": [(row, form[row.field.key]) for row in page.rows],
        "steps": [
            *(
                {
                    "label": each.title,
                    "url": reverse("intake:section", args=[entry.uid, each.key]),
                    "lacks": bool(each.gaps),
                }
                for each in page.all
            ),
            {"label": _("Review and submit"), "url": reverse("intake:review", args=[entry.uid])},
        ],
        "asked": page.asked(),
        "may_edit": bool(permissions.edit_entry(request.user, entry)) and not page.closed,
        "draft": entry.state == EntryState.DRAFT,
        "changed": page.work.changed,
        "saved_by": entry.saved_by if entry.saved_by_id not in (None, request.user.pk) else None,
    }


def _show(
    request: Signed,
    entry: Entry,
    page: Page,
    problems: Mapping[str, str],
    done: _Outcome | None = None,
) -> HttpResponse:
    if done is None and request.GET.get("check"):
        problems = page.gaps
    context = _context(request, entry, page, problems, done.typed if done else {})
    if done is None:
        return render(request, "intake/section.html", context)
    context |= {
        "message": done.message,
        "stale": done.stale,
        "theirs": _theirs(page, done),
        "unsaved": _unsaved(page, done),
    }
    return render(request, "intake/section.html", context, status=409 if done.stale else 422)


def _theirs(page: Page, done: _Outcome) -> list[tuple[str, str]]:
    """What is saved now where it differs from what was typed over an older state."""
    if done.both is None:
        return []
    return [
        (row.label, row.shown)
        for row in page.rows
        if row.field.key in (done.both or done.typed)
        and row.differs_from(done.typed[row.field.key])
    ]


def _unsaved(page: Page, done: _Outcome) -> list[tuple[str, str]]:
    """What was typed into a form that has closed meanwhile: it is shown, so that nothing is lost."""
    if not page.closed:
        return []
    return [
        (row.label, row.typed(done.typed[row.field.key]))
        for row in page.rows
        if row.field.key in done.typed and row.differs_from(done.typed[row.field.key])
    ]


def _newer(after: Page, done: _Outcome) -> set[str]:
    """The answers that a colleague saved since the page was opened and that it does not show."""
    return {
        row.field.key
        for row in after.rows
        if done.was is not None
        and row.field.key in done.was
        and row.field.key not in (done.both or ())
        and row.field.key in done.typed
        and row.differs_from(done.typed[row.field.key])
        and row.field.key not in done.problems
    }


def _fragment(
    request: Signed, entry: Entry, before: Page, after: Page, done: _Outcome
) -> HttpResponse:
    """What changed on the page: marks, problems, questions that came or went, files, newer answers."""
    newer = set() if done.message and not done.both else _newer(after, done)
    typed = {key: value for key, value in done.typed.items() if not done.ok and key not in newer}
    context = _context(request, entry, after, done.problems, typed)
    changed = before.asked() ^ after.asked() | done.files | newer
    if request.POST.get("go"):
        changed |= set(done.problems)
    changed |= {key for key in done.problems if f"f-{key}" in request.FILES}
    rows: dict[str, tuple[Row, Any]] = {
        row.field.key: (row, field) for row, field in context["rows"]
    }
    context |= {
        "slots": [(key, *rows.get(key, (None, None))) for key in before.order if key in changed],
        "newer": [row.label for row in after.rows if row.field.key in newer],
        "own_window": done.own,
        "message": done.message,
        "stale": done.stale,
        "theirs": _theirs(after, done),
        "unsaved": _unsaved(after, done),
        "kept": {key: (done.was or {}).get(key, "") for key in done.both or ()},
    }
    return render(request, "intake/_saved.html", context, status=done.status)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: Signed, uid: str) -> HttpResponse:
    """Everything on one page, what is missing with links to the fields, and the way to submit."""
    entry = _entry(request, uid)
    if request.method == "POST":
        permissions.edit_entry.require(request.user, entry)
        try:
            return _decided(request, entry)
        except InvalidAnswers:
            messages.error(request, _("Something is missing: see below."))
        except Refused as error:
            messages.error(request, str(error))
    sections = pages_of(entry, working=_writes(request, entry))
    steps = [
        {
            "label": each.title,
            "url": reverse("intake:section", args=[entry.uid, each.key]),
            "lacks": bool(each.gaps),
        }
        for each in sections
    ]
    work = sections[0].work
    lacking = [row.field.kind == "file" for each in sections for row, _todo in each.missing]
    missing = sum(len(each.gaps) for each in sections)
    context = {
        "entry": entry,
        "edition": entry.edition,
        "sections": sections,
        "steps": [*steps, {"label": _("Review and submit"), "url": ""}],
        "missing": missing,
        "missing_files": sum(lacking),
        "missing_answers": missing - sum(lacking),
        "found": sections[0].eligibility,
        "closed": sections[0].closed,
        "stage": sections[0].stage,
        "draft": entry.state == EntryState.DRAFT,
        "changes": differences(work) if work.changed else None,
        "next_version": entry.handed_in + 1,
        "may_edit": bool(permissions.edit_entry(request.user, entry)),
        "may_submit": permissions.submit_entry(request.user, entry),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/review.html", context, status=status)


def _decided(request: Signed, entry: Entry) -> HttpResponse:
    """Submit the entry or its changes, or drop the changes. Raises Denied, Refused."""
    if request.POST.get("go") == "drop":
        actions.drop_changes(entry, by=request.user)
        messages.success(
            request,
            _("The changes are dropped. Version %(version)s counts.")
            % {"version": entry.handed_in},
        )
        return redirect("intake:entry", entry.uid)
    if entry.state == EntryState.SUBMITTED and request.POST.get("go") == "changes":
        done = actions.submit_changes(entry, by=request.user)
        messages.success(
            request,
            _("The changes are received: version %(version)s of entry %(number)s counts now.")
            % {"version": entry.handed_in, "number": done.number},
        )
    else:
        done = actions.submit_entry(entry, by=request.user)
        messages.success(
            request, _("Entry %(number)s has been received.") % {"number": done.number}
        )
    return redirect("intake:receipt", entry.uid)
