"""The session as its members see it: agenda, dossiers, votes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from laureat.council import actions
from laureat.council.forms import RecuseForm
from laureat.council.models import Choice, SessionState
from laureat.council.permissions import lead_session
from laureat.council.queries.dossier import dossier as dossier_of
from laureat.council.queries.room import Room, Row
from laureat.council.views.common import entered, form_page, reader, session_url
from laureat.platform.errors import Denied, Refused


@require_safe
def session(request: HttpRequest, uid: str) -> HttpResponse:
    """The agenda for a member; whoever leads without a seat is taken to the leading page."""
    room = entered(request, uid)
    user = reader(request)
    leads = bool(lead_session(user, room.session))
    if leads and room.my_seat is None:
        return redirect("council:lead", uid=uid)
    return _agenda(request, room, leads)


def _agenda(
    request: HttpRequest,
    room: Room,
    leads: bool,
    choices: dict[str, str] | None = None,
    problem: str = "",
) -> HttpResponse:
    return render(
        request,
        "council/session.html",
        {
            "room": room,
            "session": room.session,
            "leads": leads,
            "choices": Choice.choices,
            "chosen": choices or {},
            "problem": problem,
        },
        status=422 if problem else 200,
    )


@require_safe
def live(request: HttpRequest, uid: str) -> HttpResponse:
    """The state of the session, fetched every few seconds."""
    room = entered(request, uid)
    shown = request.GET.get("shown", "")
    changed = bool(shown) and shown != room.version
    response = render(
        request,
        "council/parts/live.html",
        {
            "room": room,
            "session": room.session,
            "changed": changed,
            "shown": shown,
            "page": HtmxDetails(request).current_url_abs_path or "",
        },
    )
    if changed and shown.startswith(SessionState.PLANNED):
        # Nothing can have been chosen yet. Later the reader loads the page: choices are not lost.
        response["HX-Refresh"] = "true"
    return response


@require_POST
def vote(request: HttpRequest, uid: str) -> HttpResponse:
    """Cast the chosen votes; `all` gives the rest of the list one vote."""
    room = entered(request, uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    choices = {
        row.motion.uid: request.POST[f"vote-{row.motion.uid}"]
        for row in room.rows
        if request.POST.get(f"vote-{row.motion.uid}")
    }
    if "all" in request.POST:
        choices = {row.motion.uid: request.POST["all"] for row in room.to_vote} | {
            uid: choice
            for uid, choice in choices.items()
            if uid in {row.motion.uid for row in room.to_vote}
        }
    try:
        cast = actions.vote_list(room.session, choices, by=user)
    except Refused as refused:
        again = entered(request, uid)
        leads = bool(lead_session(user, again.session))
        return _agenda(request, again, leads, choices, str(refused))
    messages.success(
        request,
        ngettext("%(count)s vote has been cast.", "%(count)s votes have been cast.", len(cast))
        % {"count": len(cast)},
    )
    target = request.POST.get("next", "")
    if target and any(row.entry.uid == target for row in room.rows):
        return redirect("council:dossier", uid=uid, entry=target)
    return redirect(session_url(room.session))


def _rows(room: Room, entry: str) -> list[Row]:
    rows = [row for row in room.rows if row.entry.uid == entry]
    if not rows:
        raise Http404
    return rows


@require_safe
def dossier(request: HttpRequest, uid: str, entry: str) -> HttpResponse:
    """Everything about one entry of the agenda, with the votes on it."""
    room = entered(request, uid)
    rows = _rows(room, entry)
    order = list(dict.fromkeys(row.entry.uid for row in room.rows))
    place = order.index(entry)
    mine = rows[0].entry
    mine.edition = room.edition
    return render(
        request,
        "council/dossier.html",
        {
            "room": room,
            "session": room.session,
            "rows": rows,
            "row": rows[0],
            "dossier": dossier_of(room.stage, mine),
            "choices": Choice.choices,
            "place": place + 1,
            "total": len(order),
            "previous": order[place - 1] if place else "",
            "next": order[place + 1] if place + 1 < len(order) else "",
        },
    )


def recuse(request: HttpRequest, uid: str, entry: str) -> HttpResponse:
    """Take no part in deciding about an entry."""
    room = entered(request, uid)
    rows = _rows(room, entry)
    seat = room.my_seat
    if seat is None or not seat.votes:
        raise Denied(_("Only the members of the panel vote."))
    return form_page(
        request,
        RecuseForm(request.POST or None),
        lambda form: actions.recuse(
            room.session, seat, rows[0].entry, form.cleaned_data["reason"], by=reader(request)
        ),
        back=session_url(room.session),
        title=_("Recuse myself"),
        lead=f"{rows[0].entry.number} · {rows[0].organisation}",
        note=_("You will not vote on this entry, and it cannot be taken back during the session."),
        submit=_("Recuse myself"),
        done=_("You take no part in deciding about this entry."),
        edition=room.edition,
        stage=room.stage,
        session=room.session,
    )
