"""A decision stage: its sessions."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.council import actions
from laureat.council.forms import SessionForm
from laureat.council.queries.lists import decision_stage, panel_for, sessions, sits_in
from laureat.council.views.common import form_page, reader
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.errors import Denied
from laureat.rulebook.models import Stage
from laureat.rulebook.permissions import run_stage


def _stage(uid: str) -> Stage:
    try:
        return decision_stage(uid)
    except Stage.DoesNotExist as error:
        raise Http404 from error


@require_safe
def stage(request: HttpRequest, uid: str) -> HttpResponse:
    """The sessions of a decision stage."""
    found = _stage(uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    runs = bool(run_stage(user, found))
    edition = found.edition
    audits = holds(
        user, Role.AUDITOR, award=edition.award.key, edition=edition.key, region=found.region
    )
    panel = panel_for(found)
    if not runs and not audits and not (panel and sits_in(user, panel)):
        raise Denied(_("Only the members of the panel and its secretary see its sessions."))
    page = Paginator(sessions(found, user), 25).get_page(request.GET.get("page"))
    return render(
        request,
        "council/stage.html",
        {"stage": found, "edition": edition, "panel": panel, "runs": runs, "page": page},
    )


def plan(request: HttpRequest, uid: str) -> HttpResponse:
    """Plan a session."""
    found = _stage(uid)
    run_stage.require(reader(request), found)

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.plan_session(
            found,
            data["held_at"],
            (data["place_ru"], data["place_en"]),
            link=data["link"],
            by=reader(request),
        )

    return form_page(
        request,
        SessionForm(request.POST or None, edition=found.edition),
        do,
        back=reverse("council:stage", args=[found.uid]),
        title=_("Plan a session"),
        lead=_("The members of the panel are told at once."),
        submit=_("Plan and invite"),
        done=_("The session has been planned, the members have been told."),
        edition=found.edition,
        stage=found,
    )
