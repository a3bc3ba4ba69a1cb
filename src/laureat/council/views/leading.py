"""Leading a session: the secretary's and the chair's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from laureat.council import actions
from laureat.council.forms import (
    AddForm,
    HonourForm,
    OrderForm,
    PublishForm,
    ReasonForm,
    RecuseForm,
    SessionForm,
    TieForm,
    reason_field,
)
from laureat.council.models import Motion, SessionState
from laureat.council.permissions import preside, run_session
from laureat.council.queries.agenda import changed_by_hand, equals_of, has_votes
from laureat.council.queries.counting import uncounted
from laureat.council.queries.dossier import interval_chart
from laureat.council.queries.publication import preview
from laureat.council.queries.room import Room, Row
from laureat.council.queries.standing import honours_of, walkers
from laureat.council.views.common import act, entered, form_page, lead_url, reader, refused_into
from laureat.intake.models import Entry, PassageState
from laureat.platform.errors import Refused


def lead(request: HttpRequest, uid: str) -> HttpResponse:
    """Agenda, caps, attendance, votes; open, count, close, publish."""
    room = entered(request, uid, lead=True)
    return render(
        request,
        "council/lead.html",
        {
            "room": room,
            "session": room.session,
            "charts": [(group, interval_chart(group)) for group in room.groups],
            "runs": bool(run_session(reader(request), room.session)),
        },
    )


def move(request: HttpRequest, uid: str) -> HttpResponse:
    """Change when and where the session is held."""
    room = entered(request, uid, lead=True)
    session = room.session

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.move_session(
            session, data["held_at"], (data["place_ru"], data["place_en"]), by=reader(request)
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
        **_where(room),
    )


def _where(room: Room) -> dict[str, Any]:
    return {"edition": room.edition, "stage": room.stage, "session": room.session}


@require_POST
def attendance(request: HttpRequest, uid: str) -> HttpResponse:
    """Write who is there."""
    room = entered(request, uid, lead=True)
    ticked = set(request.POST.getlist("present"))
    present = [seat for seat in room.seats if str(seat.pk) in ticked]
    return act(
        request,
        f"{lead_url(room.session)}#attendance",
        lambda: actions.mark_attendance(room.session, present, by=reader(request)),
        _("Attendance has been written down."),
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
        if left := uncounted(room.session):
            messages.warning(
                request,
                ngettext(
                    "%(count)s motion stays open: the vote is secret, and so few slips would tell "
                    "whose they are. Wait until three members, or all who are present, have voted.",
                    "%(count)s motions stay open: the vote is secret, and so few slips would tell "
                    "whose they are. Wait until three members, or all who are present, have voted.",
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
        **_where(room),
    )


def publish(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the decisions public, after a look at everything that will happen."""
    room = entered(request, uid, lead=True)
    run_session.require(reader(request), room.session)
    if room.session.state != SessionState.CLOSED:
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
        room=room,
        **_where(room),
    )


def add(request: HttpRequest, uid: str) -> HttpResponse:
    """Put one more motion on the agenda."""
    room = entered(request, uid, lead=True)
    entries = {each.uid: each for each in walkers(room.stage, PassageState.ACTIVE)}

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.add_motion(
            room.session, entries[data["entry"]], data["honour"], data["reason"], by=reader(request)
        )

    return form_page(
        request,
        AddForm(
            request.POST or None,
            entries=[(key, _name(entry)) for key, entry in entries.items()],
            honours=honours_of(room.stage, voted=True),
        ),
        do,
        back=lead_url(room.session),
        title=_("Add a motion"),
        lead=_("An additional honour, or a title after another was not carried."),
        submit=_("Put on the agenda"),
        done=_("The motion is on the agenda."),
        **_where(room),
    )


def _name(entry: Entry) -> str:
    from laureat.council.queries.minutes import subject  # noqa: PLC0415 - one use

    organisation, good = subject(entry)
    return " · ".join(filter(None, [entry.number, good, organisation]))


def recuse_member(request: HttpRequest, uid: str, seat: int) -> HttpResponse:
    """Put on record that a member takes no part in deciding about an entry."""
    room = entered(request, uid, lead=True)
    member = next((each for each in room.seats if each.pk == seat and each.votes), None)
    if member is None:
        raise Http404
    entries = {row.entry.uid: row for row in room.rows}

    class MemberForm(RecuseForm):
        entry = forms.ChoiceField(
            label=_("Entry"),
            choices=[
                (key, f"{row.entry.number} · {row.organisation}") for key, row in entries.items()
            ],
        )
        reason = reason_field(
            _(
                "What ties the member to the applicant. The minutes repeat it; "
                "the applicant does not see it."
            )
        )
        field_order = ("entry", "reason")

    return form_page(
        request,
        MemberForm(request.POST or None),
        lambda form: actions.recuse(
            room.session,
            member,
            entries[form.cleaned_data["entry"]].entry,
            form.cleaned_data["reason"],
            by=reader(request),
        ),
        back=lead_url(room.session),
        title=_("Recuse a member"),
        lead=member.user.name,
        submit=_("Put on record"),
        done=_("The recusal is on record."),
        **_where(room),
    )


def _motion(request: HttpRequest, uid: str) -> tuple[Room, Row]:
    session = Motion.objects.filter(uid=uid).values_list("session__uid", flat=True).first()
    if session is None:
        raise Http404
    room = entered(request, session, lead=True)
    row = next(row for row in room.rows if row.motion.uid == uid)
    row.motion.session = room.session
    return room, row


def motion(request: HttpRequest, uid: str) -> HttpResponse:
    """One motion: change it, count it, break its tie, have the vote repeated."""
    room, row = _motion(request, uid)
    todo = request.POST.get("do", "")
    by = reader(request)
    honours = honours_of(room.stage, voted=True)
    data = request.POST if request.method == "POST" else None
    change = HonourForm(
        data if todo == "change" else None,
        honours=honours,
        without=row.motion.honour,
        auto_id="id_change_%s",
    )
    remove = ReasonForm(data if todo == "remove" else None, auto_id="id_remove_%s")
    repeat = ReasonForm(data if todo == "repeat" else None, auto_id="id_repeat_%s")
    tie = TieForm(data if todo == "tie" else None, auto_id="id_tie_%s")
    doings = {
        "change": (change, lambda d: actions.change_motion(
            row.motion, honour=d["honour"], reason=d["reason"], by=by)),
        "remove": (remove, lambda d: actions.remove_motion(row.motion, d["reason"], by=by)),
        "repeat": (repeat, lambda d: actions.repeat_vote(row.motion, d["reason"], by=by)),
        "tie": (tie, lambda d: actions.break_tie(
            row.motion, d["carried"] == "yes", d["reason"], by=by)),
    }  # fmt: skip
    if todo == "count":
        return act(
            request,
            lead_url(room.session),
            lambda: actions.decide_motion(row.motion, by=by),
            _("The votes have been counted."),
        )
    failed = False
    if todo in doings:
        form, do = doings[todo]
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Refused as refused:
                refused_into(form, refused)
            else:
                messages.success(request, _("Done: the journal keeps the reason."))
                return redirect(lead_url(room.session))
        failed = bool(form.errors)
    return render(
        request,
        "council/motion.html",
        {
            "room": room,
            "session": room.session,
            "row": row,
            "change": change,
            "remove": remove,
            "repeat": repeat,
            "tie": tie,
            "presides": bool(preside(by, room.session)),
            "equals": len(equals_of(room, row)) > 1,
        },
        status=422 if failed else 200,
    )


def order(request: HttpRequest, uid: str) -> HttpResponse:
    """The chair puts equals at a line in order."""
    room, row = _motion(request, uid)
    preside.require(reader(request), room.session)
    equals = equals_of(room, row)
    if len(equals) < 2:
        raise Http404
    voted = has_votes(room.session)

    return form_page(
        request,
        form := OrderForm(
            request.POST or None, rows=equals, changed=not voted and changed_by_hand(room.session)
        ),
        lambda _form: actions.order_equals(
            room.session,
            form.entries(),
            form.cleaned_data["reason"],
            anew=form.cleaned_data.get("anew", False),
            by=reader(request),
        ),
        back=lead_url(room.session),
        title=_("Put equals in order"),
        lead=_("Points and all other rules leave them equal at the line: %(honour)s.")
        % {"honour": row.line}
        if row.line
        else _("The order counts where points and all other rules leave entries equal."),
        submit=_("Set the order"),
        done=_("The agenda follows the order that you set."),
        **_where(room),
    )
