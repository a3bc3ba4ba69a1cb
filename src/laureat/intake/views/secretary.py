"""The secretary's pages: an edition as a whole, its entries, its stages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.intake import actions, permissions
from laureat.intake.forms.pages import DatesForm, ReasonForm
from laureat.intake.models import EntryState
from laureat.intake.queries import lists
from laureat.intake.queries.export import workbook
from laureat.intake.queries.stages import doubtful_dates
from laureat.intake.queries.survey import survey
from laureat.intake.queries.walking import passages_of
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.models import User
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.files.responses import document_response
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition, StageKind
from laureat.rulebook.permissions import run_edition, run_stage
from laureat.rulebook.schema import Text

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _own_regions(user: User, edition: Edition) -> list[str]:
    """The regions that a regional secretary works for; empty for those who see all."""
    regions = {
        grant.region
        for grant in grants(user, Role.SECRETARY, Role.ORGANISER, Role.AUDITOR)
        if grant.award in ("", edition.award.key) and grant.edition in ("", edition.key)
    }
    return [] if "" in regions else sorted(regions)


@login_required
@require_safe
def edition(request: Signed, uid: str) -> HttpResponse:
    """Stages with dates and counts, the funnel, and the doors to every stage."""
    row = lists.edition_of(uid)
    permissions.survey_edition.require(request.user, row)
    own = _own_regions(request.user, row)
    region = request.GET.get("region", "")
    if own and region not in own:
        region = own[0]
    context = survey(row, request.user, region, theirs=own)
    context["runs"] = bool(run_edition(request.user, row))
    return render(request, "intake/edition.html", context)


@login_required
@require_safe
def entries(request: Signed, uid: str) -> HttpResponse:
    """The entries of an edition."""
    row = lists.edition_of(uid)
    permissions.survey_edition.require(request.user, row)
    filters = lists.Filters.read(request.GET)
    found = lists.entries_of(row, request.user, filters)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    stages = {stage.pk: stage for stage in row.stages.order_by("order", "region")}
    names = lists.region_names()
    context = {
        "edition": row,
        "rules": row.rules,
        "filters": filters,
        "filtered": any(vars(filters).values()),
        "page": page,
        "rows": [
            {
                "entry": entry,
                "place": stages.get(entry.place),
                "region": localised(names[entry.region], "name") if entry.region in names else "",
            }
            for entry in page
        ],
        "states": EntryState.choices,
        "categories": row.rules.categories,
        "stages": row.rules.stages[1:],
        "regions": [
            (code, localised(names[code], "name"))
            for code in (row.rules.regions or names)
            if code in names
        ],
        "query": request.GET.urlencode(),
    }
    return render(request, "intake/entries.html", context)


@login_required
@require_safe
def export(request: Signed, uid: str) -> HttpResponse:
    """The filtered list as a spreadsheet, with all answers."""
    row = lists.edition_of(uid)
    permissions.survey_edition.require(request.user, row)
    found = lists.entries_of(row, request.user, lists.Filters.read(request.GET))
    readable = permissions.read_answers.of(request.user)
    content = workbook(row, found, found.filter(pk__in=readable.values("pk")))
    name = f"{row.award.key}-{row.key}.xlsx"
    return document_response(content, name, XLSX)


@login_required
@require_POST
def move_edition(request: Signed, uid: str) -> HttpResponse:
    """Publish the results of an edition, or put it into the archive."""
    row = lists.edition_of(uid)
    run_edition.require(request.user, row)
    try:
        if request.POST.get("go") == "archive":
            actions.archive_edition(row, by=request.user)
            messages.success(request, _("The contest is in the archive."))
        else:
            actions.publish_edition(row, by=request.user)
            messages.success(request, _("The results of the contest are published."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_back(row, ""))


@login_required
@require_POST
def move_stage(request: Signed, uid: str) -> HttpResponse:
    """Open a stage, or close applications."""
    stage = lists.stage_of(uid)
    run_stage.require(request.user, stage)
    title = localised(stage, "title")
    try:
        if request.POST.get("go") == "open":
            actions.open_by_hand(stage, by=request.user)
            messages.success(request, _("«%(stage)s» is open.") % {"stage": title})
        elif stage.kind == StageKind.INTAKE:
            drafts = actions.close_intake(stage, by=request.user)
            messages.success(
                request,
                _("Applications are closed. No draft was left behind.")
                if not drafts
                else ngettext(
                    "Applications are closed. %(n)s draft was not submitted; its people are told.",
                    "Applications are closed. %(n)s drafts were not submitted; their people are told.",
                    drafts,
                )
                % {"n": drafts},
            )
        else:
            raise Refused(_("This stage is closed on its own page, where its results are."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_back(stage.edition, stage.region))


def _back(edition: Edition, region: str) -> str:
    url = reverse("intake:edition", args=[edition.uid])
    return f"{url}?region={region}" if region else url


def _dates_moved(told: int) -> str:
    if not told:
        return _("The dates are moved.")
    return ngettext(
        "The dates are moved; %(n)s message goes to those who still work on an entry.",
        "The dates are moved; %(n)s messages go to those who still work on an entry.",
        told,
    ) % {"n": told}


@login_required
@require_http_methods(["GET", "POST"])
def dates(request: Signed, uid: str) -> HttpResponse:
    """Move when a stage opens and closes."""
    stage = lists.stage_of(uid)
    run_stage.require(request.user, stage)
    form = DatesForm(stage, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            told = actions.move_stage_dates(stage, **form.values, by=request.user)
        except Refused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _dates_moved(told))
            for sentence in doubtful_dates(stage):
                messages.warning(request, sentence)
            return redirect(_back(stage.edition, stage.region))
    context: dict[str, Any] = {"stage": stage, "edition": stage.edition, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/dates.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def reinstate(request: Signed, uid: str) -> HttpResponse:
    """Take an entry that was stopped back, with a reason in both languages."""
    row = lists.entry_of(uid)
    permissions.check_entry.require(request.user, row)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.reinstate(
                row, reason=Text(ru=given["reason_ru"], en=given["reason_en"]), by=request.user
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The entry goes on from where it stopped."))
            return redirect("intake:entry", row.uid)
    stopped = next((each for each in passages_of(row) if each.state == "stopped"), None)
    context = {"entry": row, "edition": row.edition, "form": form, "stopped": stopped}
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/reinstate.html", context, status=status)
