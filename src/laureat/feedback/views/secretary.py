"""Making, looking through, correcting and releasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.assessment.queries.words import in_letters
from laureat.feedback import actions, queries
from laureat.feedback.content import digest, find_part
from laureat.feedback.forms import CommentForm, SummaryForm
from laureat.feedback.models import Report, ReportState
from laureat.feedback.permissions import correct_report
from laureat.feedback.queries.listing import in_edition
from laureat.feedback.queries.reading import say
from laureat.feedback.views.reading import found
from laureat.intake.permissions import survey_edition
from laureat.intake.queries.lists import edition_of
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.rulebook.models import EditionState
from laureat.rulebook.permissions import run_edition

SHOWN = 50
KINDS = ("strengths", "improvements")


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def overview(request: HttpRequest, uid: str) -> HttpResponse:
    """All reports of an edition with their states and what needs a look."""
    edition = edition_of(uid)
    survey_edition.require(request.user, edition)
    user = _me(request)
    state = request.GET.get("state", "")
    search = request.GET.get("search", "").strip()[:100]
    rows = in_edition(edition, user, state=state, search=search)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "standing": queries.standing(edition),
        "page": page,
        "lines": queries.lines(page.object_list),
        "state": state,
        "search": search,
        "states": ReportState.choices,
        "may_run": bool(run_edition(user, edition)),
        "published": edition.state in {EditionState.PUBLISHED, EditionState.ARCHIVED},
    }
    return render(request, "feedback/list.html", context)


@require_POST
def make(request: HttpRequest, uid: str) -> HttpResponse:
    """Make missing reports, bring drafts up to date."""
    edition = edition_of(uid)
    run_edition.require(request.user, edition)
    try:
        made = actions.make_reports(edition, by=_me(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        told = _("Made: %(made)s, brought up to date: %(changed)s, as before: %(unchanged)s.")
        messages.success(
            request,
            told % {"made": made.made, "changed": made.changed, "unchanged": made.unchanged},
        )
    return redirect("feedback:list", edition.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask again, then let all applicants read their reports."""
    edition = edition_of(uid)
    run_edition.require(request.user, edition)
    refusal = ""
    if request.method == "POST":
        try:
            count = actions.release_reports(edition, by=_me(request))
        except Refused as error:
            refusal = str(error)
        else:
            told = ngettext(
                "%(count)s report is released; the applicant was told by e-mail.",
                "%(count)s reports are released; the applicants were told by e-mail.",
                count,
            )
            messages.success(request, told % {"count": count})
            return redirect("feedback:list", edition.uid)
    drafts = in_edition(edition, _me(request), state=ReportState.DRAFT)
    flagged = [line for line in queries.lines(drafts) if line.names or line.short or line.empty]
    context = {
        "edition": edition,
        "standing": queries.standing(edition),
        "flagged": sorted(flagged, key=lambda line: -line.names)[:SHOWN],
        "flagged_count": len(flagged),
        "naming": sum(bool(line.names) for line in flagged),
        "published": edition.state in {EditionState.PUBLISHED, EditionState.ARCHIVED},
        "refusal": refusal,
    }
    return render(request, "feedback/release.html", context, status=409 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct the comments on one part, or the summary."""
    report = found(uid)
    correct_report.require(request.user, report)
    place = request.GET.get("place", "summary")
    part = find_part(report.content, place) if place != "summary" else None
    if place != "summary" and part is None:
        raise Http404
    form_class = CommentForm if part else SummaryForm
    names = KINDS if part else ("summary",)
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() and _saved(request, report, place, form, names):
            messages.success(request, _("Corrected. The words before are kept."))
            address = reverse("feedback:report", args=[report.uid])
            anchor = f"part-{in_letters(part['code'])}" if part else "summary"
            return redirect(f"{address}#{anchor}")
    else:
        told: dict[str, Any] = {name: "\n".join((part or report.content)[name]) for name in names}
        form = form_class(initial={**told, "seen": digest(report.content)})
    context = {
        "report": report,
        "form": form,
        "part": part,
        "title": f"{in_letters(part['code'])} {say(part['title'])}" if part else _("Summary"),
        "before": {
            name: report.content["edited"][key]["before"]
            for name in names
            if (key := f"{place}.{name}" if part else "summary") in report.content["edited"]
        },
        "released": report.state == ReportState.RELEASED,
    }
    return render(request, "feedback/edit.html", context, status=422 if form.errors else 200)


def _saved(
    request: HttpRequest, report: Report, place: str, form: Any, names: tuple[str, ...]
) -> bool:
    given = form.cleaned_data
    changes = {f"{place}.{name}" if name in KINDS else "summary": given[name] for name in names}
    try:
        actions.edit_report(
            report, changes, by=_me(request), reason=given["reason"], seen=given["seen"]
        )
    except Refused as refusal:
        field = refusal.field.rpartition(".")[2]
        form.add_error(field if field in form.fields else None, refusal.message)
        return False
    return True
