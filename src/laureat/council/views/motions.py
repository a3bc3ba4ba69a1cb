"""The agenda as its leaders change it: one motion at a time."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from laureat.council import actions
from laureat.council.forms import (
    AddForm,
    HonourForm,
    OrderForm,
    ReasonForm,
    RecuseForm,
    TieForm,
    reason_field,
)
from laureat.council.permissions import preside
from laureat.council.queries.agenda import (
    changed_by_hand,
    equals_of,
    has_votes,
    session_of_motion,
)
from laureat.council.queries.minutes import named
from laureat.council.queries.room import Room
from laureat.council.queries.rows import Row
from laureat.council.queries.standing import honours_of, walkers
from laureat.council.queries.voters import count_one
from laureat.council.views.common import (
    act,
    entered,
    form_page,
    lead_url,
    reader,
    refused_into,
    where,
)
from laureat.intake.models import PassageState
from laureat.platform.errors import Refused


def add(request: HttpRequest, uid: str) -> HttpResponse:
    """Put one more motion on the agenda."""
    room = entered(request, uid, lead=True)
    entries = {each.uid: each for each in walkers(room.stage, PassageState.ACTIVE)}

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.add_motion(
            room.session,
            entries[data["entry"]],
            data["honour"],
            data["reason"],
            again=data["again"],
            by=reader(request),
        )

    return form_page(
        request,
        AddForm(
            request.POST or None,
            entries=[(key, named(entry)) for key, entry in entries.items()],
            honours=honours_of(room.stage, voted=True),
        ),
        do,
        back=lead_url(room.session),
        title=_("Add a motion"),
        lead=_("An additional honour, or a title after another was not carried."),
        submit=_("Put on the agenda"),
        done=_("The motion is on the agenda."),
        **where(room),
    )


def recuse_member(request: HttpRequest, uid: str, seat: int) -> HttpResponse:
    """Put on record that a member takes no part in deciding about an entry."""
    room = entered(request, uid, lead=True)
    member = next((each for each in room.members if each.seat.pk == seat and each.votes), None)
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
            member.seat,
            entries[form.cleaned_data["entry"]].entry,
            form.cleaned_data["reason"],
            by=reader(request),
        ),
        back=lead_url(room.session),
        title=_("Recuse a member"),
        lead=member.name,
        submit=_("Put on record"),
        done=_("The recusal is on record."),
        **where(room),
    )


def _motion(request: HttpRequest, uid: str) -> tuple[Room, Row]:
    session = session_of_motion(uid)
    if not session:
        raise Http404
    room = entered(request, session, lead=True)
    row = next(row for row in room.rows if row.motion.uid == uid)
    row.motion.session = room.session
    return room, row


def _done(todo: str) -> str:
    """What has been done to a motion."""
    return {
        "change": _("The motion proposes something else now; the journal keeps the reason."),
        "remove": _("The motion is off the agenda; the journal keeps the reason."),
        "repeat": _("The votes are void: the members vote on this motion again."),
        "tie": _("The tie is decided; the minutes name you and the reason."),
    }[todo]


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
    remove.fields["reason"] = reason_field(_("The journal keeps it."))
    repeat = ReasonForm(data if todo == "repeat" else None, auto_id="id_repeat_%s")
    tie = TieForm(data if todo == "tie" else None, auto_id="id_tie_%s")
    doings = {
        "change": (change, lambda d: actions.change_motion(
            row.motion, honour=d["honour"], reason=d["reason"], again=d["again"], by=by)),
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
                messages.success(request, _done(todo))
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
            "sure": count_one(row),
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
    kept = has_votes(room.session) or row.motion.waits_for_order

    return form_page(
        request,
        form := OrderForm(
            request.POST or None, rows=equals, changed=not kept and changed_by_hand(room.session)
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
        **where(room),
    )
