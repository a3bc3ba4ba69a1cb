"""Colleagues: inviting them, saying what they may do, accepting."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from laureat.intake import actions, permissions
from laureat.intake.forms.pages import ColleagueForm
from laureat.intake.models import Colleague, Entry
from laureat.intake.queries.colleagues import colleague_of, colleagues_of, invitation_of
from laureat.intake.queries.lists import entry_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused


@login_required
@require_http_methods(["GET", "POST"])
def colleagues(request: Signed, uid: str) -> HttpResponse:
    """Who helps, who was asked; inviting one more, changing, ending."""
    entry = entry_of(uid)
    permissions.ask_colleagues.require(request.user, entry)
    form = ColleagueForm()
    status = 200
    if request.method == "POST":
        form = ColleagueForm(request.POST if "email" in request.POST else None)
        try:
            if _done(request, entry, form):
                return redirect("intake:colleagues", entry.uid)
        except Refused as error:
            if form.is_bound:
                form.add_error(error.field or None, str(error))
            else:
                messages.error(request, str(error))
        status = 422
    context = {
        "entry": entry,
        "edition": entry.edition,
        "form": form,
        "colleagues": colleagues_of(entry),
    }
    return render(request, "intake/colleagues.html", context, status=status)


def _done(request: Signed, entry: Entry, form: ColleagueForm) -> bool:
    """Do what was asked. Raises Refused."""
    if form.is_bound:
        if not form.is_valid():
            return False
        colleague = actions.invite_colleague(
            entry,
            form.cleaned_data["email"],
            may_submit=form.cleaned_data["may"] == "submit",
            by=request.user,
        )
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": colleague.email}
        )
        return True
    colleague = colleague_of(entry, request.POST.get("colleague", ""))
    go = request.POST.get("go")
    if go == "end":
        actions.end_colleague(colleague, by=request.user)
        messages.success(request, _("Ended. What the colleague wrote stays."))
    else:
        actions.change_colleague(colleague, may_submit=go == "submit", by=request.user)
        messages.success(request, _("Saved."))
    return True


@login_required
@require_http_methods(["GET", "POST"])
def invitation(request: Signed, uid: str) -> HttpResponse:
    """What is asked of the reader; accepting it."""
    row = invitation_of(uid)
    if request.method == "POST":
        try:
            actions.accept_invitation(row, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("intake:invitation", uid)
        messages.success(request, _("You can work on these entries now."))
        return redirect("intake:mine")
    context = {
        "invitation": row,
        "edition": row.edition,
        "right": request.user.email.lower() == row.email,
        "state": _state(row),
    }
    return render(request, "intake/invitation.html", context)


def _state(row: Colleague) -> str:
    if row.ended_at is not None:
        return "ended"
    return "accepted" if row.accepted_at is not None else "open"
