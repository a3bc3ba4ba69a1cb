"""The session as its members see it: agenda, dossiers, votes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.middleware import HtmxDetails

from laureat.council import actions
from laureat.council.forms import RecuseForm
from laureat.council.models import Choice, SessionState
from laureat.council.permissions import lead_session
from laureat.council.queries.dossier import dossier as dossier_of
from laureat.council.queries.room import Room
from laureat.council.queries.rows import Row
from laureat.council.queries.sifting import MOST
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
            "folded": len(room.rows) > MOST,
            "zones": any(group.zones for group in room.groups),
            "alone": any(group.alone for group in room.groups),
        },
        status=422 if problem else 200,
    )


@require_safe
def live(request: HttpRequest, uid: str) -> HttpResponse:
    """The state of the session, fetched every few seconds."""
    room = entered(request, uid)
    shown = request.GET.get("shown", "")
    changed = bool(shown) and shown != room.version
    here = HtmxDetails(request).current_url_abs_path or ""
    response = render(
        request,
        "council/parts/live.html",
        {
            "room": room,
            "session": room.session,
            "changed": changed,
            "shown": shown,
            "page": here,
        },
    )
    waiting = here.startswith(reverse("council:ballot", args=[uid]))
    if changed and (waiting or shown.startswith(SessionState.PLANNED)):
        # Nothing can have been chosen here. Elsewhere the reader loads the page: choices are kept.
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, uid: str) -> HttpResponse:
    """Cast the chosen votes; `all` gives the rest of the list one vote.

    A vote that arrives twice (double click, second tab, way back) is counted once and said to be
    counted: never an error that looks as if it had been lost.
    """
    room = entered(request, uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    if request.method != "POST":  # led here by the sign-in page, for example
        return redirect(session_url(room.session))
    wanted = {
        row.motion.uid: request.POST[f"vote-{row.motion.uid}"]
        for row in room.rows
        if request.POST.get(f"vote-{row.motion.uid}")
    }
    if "all" in request.POST and not room.to_vote and any(row.voted for row in room.rows):
        messages.info(request, _("You have voted on everything: each vote stands and counts once."))
        return redirect(session_url(room.session))
    if "all" in request.POST:
        wanted = {row.motion.uid: request.POST["all"] for row in room.to_vote} | wanted
    twice = _cast_before(room, wanted)
    choices = {uid: choice for uid, choice in wanted.items() if uid not in twice}
    if choices or not twice:
        try:
            cast = actions.vote_list(room.session, choices, by=user)
        except Refused as refused:
            room = entered(request, uid)
            twice = _cast_before(room, wanted)
            if set(wanted) - twice or not twice:
                return _not_cast(request, room, choices, str(refused))
        else:
            _thank(request, len(cast))
    if twice:
        _say_counted(request, room, twice)
    return _onwards(request, room)


def _cast_before(room: Room, wanted: dict[str, str]) -> set[str]:
    """Which of the chosen votes the member has cast already."""
    return {row.motion.uid for row in room.rows if row.voted and row.motion.uid in wanted}


def _not_cast(
    request: HttpRequest, room: Room, choices: dict[str, str], problem: str
) -> HttpResponse:
    if request.POST.get("step"):
        return _step(request, room, request.POST["step"], choices, problem)
    leads = bool(lead_session(reader(request), room.session)) if reader(request) else False
    return _agenda(request, room, leads, choices, problem)


def _thank(request: HttpRequest, count: int) -> None:
    messages.success(
        request,
        ngettext("%(count)s vote has been cast.", "%(count)s votes have been cast.", count)
        % {"count": count},
    )


def _say_counted(request: HttpRequest, room: Room, twice: set[str]) -> None:
    """By entry: after a way back the reader stands at another motion."""
    entries = [str(row.entry.number) for row in room.rows if row.motion.uid in twice]
    said = ngettext(
        "You had voted about %(entries)s already: that vote stands and counts once.",
        "You had voted about %(entries)s already: those votes stand and count once.",
        len(entries),
    )
    more = " …" if len(entries) > MOST_NAMED else ""
    messages.info(request, said % {"entries": ", ".join(entries[:MOST_NAMED]) + more})


MOST_NAMED = 8


def _onwards(request: HttpRequest, room: Room) -> HttpResponse:
    """Back to where the vote was cast: step by step, the dossier, or the agenda."""
    uid = room.session.uid
    if request.POST.get("step"):
        return redirect(f"{reverse('council:ballot', args=[uid])}?after={request.POST['step']}")
    target = request.POST.get("next", "")
    if target and any(row.entry.uid == target for row in room.rows):
        return redirect("council:dossier", uid=uid, entry=target)
    return redirect(session_url(room.session))


@require_safe
def ballot(request: HttpRequest, uid: str) -> HttpResponse:
    """Voting one motion at a time: `after` names the motion that was left behind."""
    room = entered(request, uid)
    if not room.votes:
        return redirect(session_url(room.session))
    return _step(request, room, following(room, request.GET.get("after", "")))


def following(room: Room, after: str) -> str:
    """The motion to vote on after `after`: the next in order, else the first that was skipped."""
    left = [row.motion.uid for row in room.to_vote]
    order = [row.motion.uid for row in room.rows]
    place = order.index(after) if after in order else -1
    later = [uid for uid in left if order.index(uid) > place]
    return next(iter([*later, *left]), "")


def _step(
    request: HttpRequest,
    room: Room,
    motion: str,
    choices: dict[str, str] | None = None,
    problem: str = "",
) -> HttpResponse:
    mine = room.mine
    row = next((each for each in mine if each.motion.uid == motion), None)
    return render(
        request,
        "council/ballot.html",
        {
            "room": room,
            "session": room.session,
            "row": row,
            "place": mine.index(row) + 1 if row else 0,
            "total": len(mine),
            "left": len(room.to_vote),
            "choices": Choice.choices,
            "picked": (choices or {}).get(motion, ""),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


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
            "dossier": dossier_of(room.stage, mine, rows[0].result),
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
