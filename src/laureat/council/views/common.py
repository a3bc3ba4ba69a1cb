"""What the views of the room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from laureat.council.models import Session
from laureat.council.permissions import lead_session, see_session
from laureat.council.queries.room import Room, load
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused


def reader(request: HttpRequest) -> User | None:
    """Who reads the page."""
    return request.user if isinstance(request.user, User) else None


def entered(request: HttpRequest, uid: str, *, lead: bool = False) -> Room:
    """The session's room for somebody who may be in it. Raises Http404, Denied."""
    try:
        session = load(uid)
    except Session.DoesNotExist as error:
        raise Http404 from error
    (lead_session if lead else see_session).require(reader(request), session)
    user = reader(request)
    return Room(session, user.pk if user else None)


def act(request: HttpRequest, back: str, do: Callable[[], object], done: str = "") -> HttpResponse:
    """Do it, say what came of it, and go back."""
    try:
        do()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, done)
    return redirect(back)


def refused_into(form: forms.Form, refused: Refused) -> None:
    """Show why at the field it is about."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def form_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[forms.Form], object],
    *,
    back: str,
    title: str,
    submit: str,
    done: str = "",
    danger: bool = False,
    template: str = "council/form.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, or done and gone back; what was typed is kept on a refusal."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form)
        except Refused as refused:
            refused_into(form, refused)
        else:
            if done:
                messages.success(request, done)
            return redirect(back)
    values = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "danger": danger,
        **context,
    }
    return render(request, template, values, status=422 if form.errors else 200)


def lead_url(session: Session) -> str:
    """Where the session is led."""
    return reverse("council:lead", args=[session.uid])


def session_url(session: Session) -> str:
    """Where members sit."""
    return reverse("council:session", args=[session.uid])


def where(room: Room) -> dict[str, Any]:
    """What a form's page says about where it belongs."""
    return {"edition": room.edition, "stage": room.stage, "session": room.session}
