"""Panels and their members."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from laureat.council import actions
from laureat.council.forms import SeatForm
from laureat.council.models import Panel, Seat
from laureat.council.permissions import run_panel
from laureat.council.queries.lists import edition_of, panel_by_uid, seat_by_pk
from laureat.council.queries.lists import panels as panels_of
from laureat.council.views.common import act, reader, refused_into
from laureat.platform.errors import Denied, Refused
from laureat.rulebook.models import Edition
from laureat.rulebook.permissions import run_edition


def _edition(award: str, edition: str) -> Edition:
    try:
        return edition_of(award, edition)
    except Edition.DoesNotExist as error:
        raise Http404 from error


def _page(
    request: HttpRequest, edition: Edition, bound: tuple[int, SeatForm] | None = None
) -> HttpResponse:
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    runs = bool(run_edition(user, edition))
    found = panels_of(edition, user)
    if not runs and not found:
        run_edition.require(user, edition)
    forms = [
        (
            each,
            bound[1]
            if bound and bound[0] == each.panel.pk
            else SeatForm(auto_id=f"id_{each.panel.pk}_%s"),
        )
        for each in found
    ]
    missing = runs and len(found) < sum(
        len(edition.rules.regions) if panel.per == "region" else 1
        for panel in edition.rules.panels.values()
    )
    return render(
        request,
        "council/panels.html",
        {"edition": edition, "panels": forms, "missing": missing},
        status=422 if bound else 200,
    )


@require_safe
def panels(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """The panels of an edition with their members."""
    return _page(request, _edition(award, edition))


@require_POST
def make(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """Make the panels that the rulebook names."""
    found = _edition(award, edition)
    run_edition.require(reader(request), found)
    return act(
        request,
        reverse("council:panels", args=[award, edition]),
        lambda: actions.make_panels(found, by=reader(request)),
        _("The panels have been made."),
    )


def _at(panel: Panel) -> str:
    """The panel's place on the page: it is unfolded there."""
    address = reverse("council:panels", args=[panel.edition.award.key, panel.edition.key])
    return f"{address}#panel-{panel.uid}"


@require_POST
def seat(request: HttpRequest, uid: str) -> HttpResponse:
    """Seat somebody."""
    try:
        panel = panel_by_uid(uid)
    except Panel.DoesNotExist as error:
        raise Http404 from error
    run_panel.require(reader(request), panel)
    form = SeatForm(request.POST, auto_id=f"id_{panel.pk}_%s")
    if form.is_valid() and form.user is not None:
        try:
            actions.seat_member(panel, form.user, form.cleaned_data["role"], by=reader(request))
        except Refused as refused:
            refused_into(form, refused)
        else:
            messages.success(request, _("%(name)s sits in the panel.") % {"name": form.user})
            return redirect(_at(panel))
    return _page(request, panel.edition, (panel.pk, form))


@require_POST
def unseat(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership."""
    try:
        found = seat_by_pk(pk)
    except Seat.DoesNotExist as error:
        raise Http404 from error
    run_panel.require(reader(request), found.panel)
    return act(
        request,
        _at(found.panel),
        lambda: actions.unseat(found, by=reader(request)),
        _("%(name)s has left the panel.") % {"name": found.user},
    )
