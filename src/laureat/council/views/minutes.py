"""The minutes: on the page and as PDF; the papers that members take to the session."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.council import actions
from laureat.council.forms import ReasonForm, reason_field
from laureat.council.models import SessionState
from laureat.council.permissions import lead_session, preside, run_session
from laureat.council.queries.minutes import minutes_data, minutes_state, minutes_title
from laureat.council.queries.papers import papers as papers_of
from laureat.council.queries.season import season_chart
from laureat.council.queries.sifting import MOST
from laureat.council.views.common import act, entered, form_page, reader, where
from laureat.platform.documents import render_pdf
from laureat.platform.errors import Denied
from laureat.platform.files.responses import document_response, file_response
from laureat.platform.i18n.content import Language, current


@require_safe
def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """The minutes as they stand, in the reader's language."""
    room = entered(request, uid)
    session = room.session
    minutes = minutes_data(session, current())
    over = session.state in {SessionState.CLOSED, SessionState.PUBLISHED}
    return render(
        request,
        "council/minutes.html",
        {
            "room": room,
            "session": session,
            "minutes": minutes,
            "title": minutes_title(session, current()),
            "folded": sum(len(each["entries"]) for each in minutes["questions"]) > MOST,
            "season": season_chart(minutes["season"]),
            "minutes_state": minutes_state(session),
            "leads": bool(lead_session(reader(request), session)),
            "approves": over and session.approved_at is None and room.presides,
            "signs": bool(session.approved_at)
            and session.signed_at is None
            and bool(run_session(reader(request), session)),
        },
    )


@require_POST
def approve(request: HttpRequest, uid: str) -> HttpResponse:
    """Who presided approves the minutes."""
    room = entered(request, uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    return act(
        request,
        reverse("council:minutes", args=[uid]),
        lambda: actions.approve_minutes(room.session, by=user),
        _("The minutes are approved with your signature. The secretary signs them next."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, uid: str) -> HttpResponse:
    """Who presided does not approve the minutes, and says why."""
    room = entered(request, uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    preside.require(user, room.session)
    form = ReasonForm(request.POST or None)
    form.fields["reason"] = reason_field(_("What is wrong and how it should read."))
    return form_page(
        request,
        form,
        lambda form: actions.return_minutes(room.session, form.cleaned_data["reason"], by=user),
        back=reverse("council:minutes", args=[uid]),
        title=_("Do not approve the minutes"),
        lead=_(
            "The secretary gets a letter with your reason, takes the session up again, mends what "
            "is wrong and closes it: the minutes are written anew and come to you again."
        ),
        submit=_("Do not approve"),
        done=_("The minutes are sent back with your reason, the secretary has been told."),
        **where(room),
    )


@require_POST
def sign(request: HttpRequest, uid: str) -> HttpResponse:
    """The secretary signs the approved minutes."""
    room = entered(request, uid)
    user = reader(request)
    if user is None:
        raise Denied(_("Please sign in."))
    return act(
        request,
        reverse("council:minutes", args=[uid]),
        lambda: actions.sign_minutes(room.session, by=user),
        _("The minutes are signed and final."),
    )


@require_safe
def pdf(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The PDF that was kept when the session was closed; before that, and in English, a draft or
    translation made now.
    """
    session = entered(request, uid).session
    wanted = request.GET.get("language", "ru")
    if session.minutes is not None and wanted != "en":
        return file_response(session.minutes)
    language: Language = "en" if wanted == "en" else "ru"
    content = actions.minutes_pdf(session, language)
    return document_response(content, f"minutes-{session.number}-{language}.pdf")


@require_safe
def papers(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The entries of the agenda with their pictures, made now, in the reader's language."""
    room = entered(request, uid)
    language = current()
    found = papers_of(room, language)
    content = render_pdf(
        "council/papers", found.data, language=language, title=found.title, images=found.images
    )
    return document_response(content, f"papers-{room.session.number}-{language}.pdf")
