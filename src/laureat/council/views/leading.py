"""Leading a session: the secretary's and the chair's pages."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from laureat.council import actions
from laureat.council.forms import AtForm, PublishForm, ReasonForm, SessionForm, reason_field
from laureat.council.models import SessionState
from laureat.council.permissions import run_session
from laureat.council.queries.minutes import minutes_state
from laureat.council.queries.pictures import interval_chart
from laureat.council.queries.publication import all_public, missing_signature, preview
from laureat.council.queries.room import Room
from laureat.council.queries.sifting import Asked, Sifted
from laureat.council.queries.voters import begun, count_question, leaving, too_few, waiting_for
from laureat.council.views.common import act, entered, form_page, lead_url, reader, where
from laureat.intake.permissions import survey_edition
from laureat.platform.errors import Refused

FEW = 6
"""So many caps are shown unfolded."""


def lead(request: HttpRequest, uid: str) -> HttpResponse:
    """Agenda, caps, attendance, votes; open, count, close, publish."""
    room = entered(request, uid, lead=True)
    user, edition = reader(request), room.edition
    runs = bool(run_session(user, room.session))
    sifted = Sifted(room, Asked.of(request.GET))
    return render(
        request,
        "council/lead.html",
        {
            "room": room,
            "session": room.session,
            "sifted": sifted,
            "groups": [
                (part, interval_chart(group), not sifted.long) for part, group in sifted.groups
            ],
            "alone": any(group.alone for group in room.groups),
            "zones": any(group.zones for group in room.groups),
            "marking": room.changeable
            and (room.session.state == SessionState.PLANNED or not room.quorum.met),
            "waiting": waiting_for(begun(room)),
            "too_few": too_few(room),
            "sure": count_question(room),
            "caps_open": len(room.caps) <= FEW or any(cap.over for cap in room.caps),
            "runs": runs,
            "unsigned": missing_signature(room.session),
            "all_public": all_public(room.session),
            "reports": edition.rules.feedback is not None and bool(survey_edition(user, edition)),
        },
    )


def move(request: HttpRequest, uid: str) -> HttpResponse:
    """Change when and where the session is held."""
    room = entered(request, uid, lead=True)
    session = room.session

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.move_session(
            session,
            data["held_at"],
            (data["place_ru"], data["place_en"]),
            link=data["link"],
            by=reader(request),
        )

    return form_page(
        request,
        SessionForm(
            request.POST or None, edition=room.edition, initial=SessionForm.values_of(session)
        ),
        do,
        back=lead_url(session),
        title=_("Move the session"),
        lead=_("The members of the panel are told at once."),
        submit=_("Move and tell"),
        done=_("The session has been moved, the members have been told."),
        **where(room),
    )


def cancel(request: HttpRequest, uid: str) -> HttpResponse:
    """Call off a session that has not begun."""
    room = entered(request, uid, lead=True)
    run_session.require(reader(request), room.session)
    if room.session.state != SessionState.PLANNED:
        messages.error(request, _("Only a session that has not begun is cancelled."))
        return redirect(lead_url(room.session))
    form = ReasonForm(request.POST or None)
    form.fields["reason"] = reason_field(_("Those who were asked to come read it."))
    return form_page(
        request,
        form,
        lambda form: actions.cancel_session(
            room.session, form.cleaned_data["reason"], by=reader(request)
        ),
        back=lead_url(room.session),
        title=_("Cancel the session"),
        lead=_("Everybody who was asked to come is told at once. Its number is not given again."),
        submit=_("Cancel the session"),
        danger=True,
        done=_("The session is cancelled, everybody has been told."),
        **where(room),
    )


@require_POST
def attendance(request: HttpRequest, uid: str) -> HttpResponse:
    """Write who is there."""
    room = entered(request, uid, lead=True)
    ticked = set(request.POST.getlist("present"))
    came = set(request.POST.getlist("guest"))
    present = [member.seat for member in room.members if str(member.seat.pk) in ticked]
    guests = [guest for guest in room.guests if str(guest.pk) in came]
    back = f"{lead_url(room.session)}#attendance"
    at = AtForm(request.POST, zone=room.edition.time_zone)
    if not at.is_valid():
        messages.error(request, " ".join(map(str, at.errors["at"])))
        return redirect(back)
    try:
        actions.mark_attendance(
            room.session,
            present,
            guests=guests,
            withdraw="withdraw" in request.POST,
            at=at.cleaned_data["at"],
            by=reader(request),
        )
    except Refused as refused:
        if refused.field == "withdraw":
            return _ask_to_withdraw(request, room, ticked, came)
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Attendance has been written down."))
    return redirect(back)


def _ask_to_withdraw(
    request: HttpRequest, room: Room, ticked: set[str], came: set[str]
) -> HttpResponse:
    """Say whose votes nobody has counted yet, before they leave with their members."""
    return render(
        request,
        "council/leaving.html",
        {
            "room": room,
            "session": room.session,
            "leaving": leaving(room, {m.seat.pk for m in room.members if str(m.seat.pk) in ticked}),
            "ticked": sorted(ticked),
            "came": sorted(came),
            "at": request.POST.get("at", ""),
        },
        status=422,
    )


@require_POST
def propose(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the agenda."""
    room = entered(request, uid, lead=True)
    return act(
        request,
        lead_url(room.session),
        lambda: actions.propose_honours(room.session, by=reader(request)),
        _("The agenda has been made by rank, caps and conditions."),
    )


@require_POST
def open_(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin the sitting."""
    room = entered(request, uid, lead=True)
    return act(
        request,
        lead_url(room.session),
        lambda: actions.open_session(room.session, by=reader(request)),
        _("The session is open: members can vote."),
    )


@require_POST
def count(request: HttpRequest, uid: str) -> HttpResponse:
    """Count every open motion that has votes."""
    room = entered(request, uid, lead=True)
    voted_on = len(begun(room))
    try:
        counted = actions.decide_all(room.session, by=reader(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s motion has been counted.",
                "%(count)s motions have been counted.",
                len(counted),
            )
            % {"count": len(counted)},
        )
        if left := voted_on - len(counted):
            messages.warning(
                request,
                ngettext(
                    "%(count)s motion stays open: too few have voted on it. Its page says who is "
                    "missing.",
                    "%(count)s motions stay open: too few have voted on them. Their pages say who "
                    "is missing.",
                    left,
                )
                % {"count": left},
            )
    return redirect(lead_url(room.session))


@require_POST
def close(request: HttpRequest, uid: str) -> HttpResponse:
    """End the sitting."""
    room = entered(request, uid, lead=True)
    return act(
        request,
        lead_url(room.session),
        lambda: actions.close_session(room.session, by=reader(request)),
        _("The session is closed. Its decisions are pending until they are published."),
    )


def reopen(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a closed session up again."""
    room = entered(request, uid, lead=True)
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda form: actions.reopen_session(
            room.session, form.cleaned_data["reason"], by=reader(request)
        ),
        back=lead_url(room.session),
        title=_("Take the session up again"),
        lead=_("Its decisions stay; single votes can be repeated. The minutes are written anew."),
        submit=_("Take up again"),
        done=_("The session is open again."),
        **where(room),
    )


def publish(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the decisions public, after a look at everything that will happen."""
    room = entered(request, uid, lead=True)
    run_session.require(reader(request), room.session)
    if room.session.state != SessionState.CLOSED:
        if room.session.state == SessionState.PUBLISHED:
            messages.info(request, _("The decisions of this session are public already."))
        else:
            messages.error(request, _("Only a closed session is published."))
        return redirect(lead_url(room.session))

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.publish_session(
            room.session,
            order_reference=(data["order_ru"], data["order_en"]),
            by=reader(request),
        )

    return form_page(
        request,
        PublishForm(request.POST or None, confirmed_by=room.rules.confirmed_by),
        do,
        back=lead_url(room.session),
        title=_("Publish the decisions"),
        submit=_("Publish everything at once"),
        done=_("The decisions are public, the applicants have been told."),
        template="council/publish.html",
        preview=preview(room.session),
        minutes_state=minutes_state(room.session),
        room=room,
        **where(room),
    )
