"""Who presides and who is invited; the session for a calendar."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from laureat.council import actions
from laureat.council.exports import MEDIA_TYPE, session_ics
from laureat.council.forms import GuestForm, PresidingForm
from laureat.council.models import Guest, SessionState
from laureat.council.queries.lists import guest_by_pk
from laureat.council.views.common import act, entered, form_page, lead_url, reader, where
from laureat.platform.files.responses import document_response
from laureat.platform.i18n.content import current


def presiding(request: HttpRequest, uid: str) -> HttpResponse:
    """Choose who presides instead of the chair, or give the session back to the chair."""
    room = entered(request, uid, lead=True)
    if room.session.state not in {SessionState.PLANNED, SessionState.OPEN}:
        messages.error(request, _("The session is over: who presided is on record."))
        return redirect(lead_url(room.session))
    members = {str(m.seat.pk): m for m in room.members if m.votes and not m.presides}
    rules = room.edition.rules.panels[room.session.panel.key]

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.choose_presiding(
            room.session, members[data["seat"]].seat, data["basis"], by=reader(request)
        )

    return form_page(
        request,
        PresidingForm(
            request.POST or None, members=list(members.values()), wanted=rules.acting_chair
        ),
        do,
        back=lead_url(room.session),
        title=_("Who presides"),
        lead=_(
            "Who presides decides ties, puts equals in order and approves the minutes. The "
            "minutes and the journal name the person."
        ),
        submit=_("Write down who presides"),
        done=_("It is written down who presides."),
        **where(room),
    )


def invite(request: HttpRequest, uid: str) -> HttpResponse:
    """Invite an expert or a guest."""
    room = entered(request, uid, lead=True)
    if room.session.state not in {SessionState.PLANNED, SessionState.OPEN}:
        messages.error(request, _("The session is over: nobody is invited to it any more."))
        return redirect(lead_url(room.session))

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.invite(
            room.session,
            data["name"],
            post=data["post"],
            capacity=data["capacity"],
            email=data["email"],
            language=data["language"],
            by=reader(request),
        )

    return form_page(
        request,
        GuestForm(request.POST or None, initial={"language": current()}),
        do,
        back=f"{lead_url(room.session)}#attendance",
        title=_("Invite somebody"),
        lead=_("An expert or a guest has no vote and no account here; the minutes name them."),
        submit=_("Invite"),
        done=_("The person is on the list of those invited."),
        **where(room),
    )


@require_POST
def uninvite(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody off the list of those invited."""
    try:
        guest = guest_by_pk(pk)
    except Guest.DoesNotExist as error:
        raise Http404 from error
    room = entered(request, guest.session.uid, lead=True)
    return act(
        request,
        f"{lead_url(room.session)}#attendance",
        lambda: actions.uninvite(guest, by=reader(request)),
        _("%(name)s is no longer invited.") % {"name": guest.called},
    )


@require_safe
def calendar(request: HttpRequest, uid: str) -> HttpResponse:
    """The session as a file for a calendar."""
    session = entered(request, uid).session
    name = f"session-{session.number}.ics"
    return document_response(session_ics(session, current()), name, MEDIA_TYPE)
