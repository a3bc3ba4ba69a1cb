"""The desk, the profile, accepting an invitation, the demo's sign-ins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laureat.platform import searches
from laureat.platform.access.proof import held, is_proved
from laureat.platform.access.sent import told
from laureat.platform.accounts import actions, limits, permissions, queries
from laureat.platform.accounts import personal_data as about_data
from laureat.platform.accounts.adapter import keep_language, signing_in
from laureat.platform.accounts.consent import lacks_consent
from laureat.platform.accounts.desk import parted, sections
from laureat.platform.accounts.duties import duties
from laureat.platform.accounts.forms import (
    ConsentForm,
    ErasingForm,
    InvitationForm,
    LostFactorForm,
    ProfileForm,
)
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import current
from laureat.platform.ui.context import address

PER_PAGE = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My work: what waits for the person who reads."""
    user = _person(request)
    waiting, at_hand = parted(sections(user))
    items = [item for section in waiting for item in section.items]
    roles = queries.role_names(user)
    farewell = None if roles else queries.farewell(user)
    lead = ""
    if items:
        lead = _count(len(items), sum(item.urgent for item in items))
    elif at_hand:
        lead = _("Nothing waits for you now.")
    context = {
        "waiting": waiting,
        "at_hand": at_hand,
        "lead": lead,
        "roles": " · ".join(roles),
        "has_roles": bool(roles),
        "farewell": farewell,
        "awards_url": address("showcase:awards") or address("showcase:home"),
    }
    return render(request, "accounts/desk.html", context)


def _count(things: int, urgent: int) -> str:
    """How much waits for somebody, in a sentence."""
    if urgent == things:
        return ngettext(
            "%(n)s urgent thing waits for you.", "%(n)s urgent things wait for you.", things
        ) % {"n": things}
    said = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", things)
    said %= {"n": things}
    if not urgent:
        return f"{said}."
    return said + ngettext(", %(n)s of them is urgent.", ", %(n)s of them are urgent.", urgent) % {
        "n": urgent
    }


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Change how one is named and reached."""
    user = _person(request)
    names = ("name", "name_latin", "post", "phone", "language", "time_zone")
    sent = request.POST if request.method == "POST" else None
    form = ProfileForm(sent, initial={name: getattr(user, name) for name in names})
    if sent is not None and form.is_valid():
        try:
            changed = actions.change_profile(user, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            with override(changed.language):
                messages.success(request, _("Your profile is saved."))
                return keep_language(redirect("accounts:profile"), changed.language)
    context: dict[str, Any] = {"form": form, "roles": queries.roles(user)}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password; opening the page changes nothing, so mail scanners do no harm."""
    try:
        person = actions.invited_person(token)
    except Refused as refused:
        context = {"refused": str(refused)}
        return render(request, "accounts/invitation.html", context, status=410)
    sent = request.POST if request.method == "POST" else None
    form = InvitationForm(sent, user=person)
    if sent is not None and form.is_valid():
        try:
            user = actions.accept_invitation(
                token,
                form.cleaned_data["password1"],
                consent=form.cleaned_data["consent"],
                language=current(),
            )
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            login(request, user, backend=BACKEND)
            return redirect("accounts:desk")
    return render(
        request,
        "accounts/invitation.html",
        {"person": person, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """What was held back until its sender proved who they are: one button sends it on."""
    waiting = held(request)
    if waiting is None:
        messages.info(request, _("Nothing waits to be sent. Please do it once more."))
        return redirect("accounts:desk")
    if not is_proved(request):
        return redirect(f"{reverse('account_reauthenticate')}?next={request.path}")
    context = {"held": waiting, "told": told(_person(request), waiting.path, waiting.fields)}
    return render(request, "accounts/go_on.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, for those who may erase them. Names and addresses that are sought
    come in the body and stand in no address: see `searches`.
    """
    user = _person(request)
    answer = permissions.erase_people(user)
    if not answer:
        raise Denied(answer.reason)
    if request.method == "POST":
        token = searches.keep(request, request.POST.get("search", ""))
        return redirect(f"{request.path}?sought={token}" if token else request.path)
    sought = searches.kept(request, request.GET.get("sought", ""))
    page = Paginator(queries.everybody(sought.text), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": queries.account_lines(user, list(page)), "sought": sought}
    return render(request, "accounts/people.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, uid: str) -> HttpResponse:
    """Blank a person for good, after saying what that means."""
    user, person = _person(request), queries.find(uid)
    if person is None:
        raise Http404
    permissions.erase_person.require(user, person)
    form = ErasingForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_person(person, by=user)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The person is erased. What they did stays, without them."))
            return redirect("accounts:people")
    waiting = duties(person)
    context = {
        "person": person,
        "form": form,
        "roles": queries.roles(person),
        "duties": waiting,
        "erased_until": about_data.until(person.erasure_asked_at)
        if person.erasure_asked_at
        else None,
        "blocked": any(duty.blocks for duty in waiting),
    }
    return render(request, "accounts/erase.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_factor(request: HttpRequest, uid: str) -> HttpResponse:
    """Switch off the second factor of somebody who has lost it."""
    user, person = _person(request), queries.find(uid)
    if person is None:
        raise Http404
    permissions.reset_factor.require(user, person)
    form = LostFactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_second_factor(person, reason=form.cleaned_data["reason"], by=user)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            done = _("The second factor of %(name)s is switched off; a letter tells them.")
            messages.success(request, done % {"name": person})
            return redirect("accounts:people")
    context = {"person": person, "form": form, "has_factor": queries.has_factor(person)}
    return render(
        request, "accounts/reset_factor.html", context, status=422 if form.errors else 200
    )


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept about people, and what they can do about it."""
    user = request.user if isinstance(request.user, User) else None
    context = {"kept": about_data.KEPT, **_about_data(user)}
    return render(request, "accounts/personal_data.html", context)


@login_required
@never_cache
@require_safe
def export_data(request: HttpRequest) -> HttpResponse:
    """A copy of all that is kept about who reads."""
    copy = queries.copy_of(_person(request))
    response = JsonResponse(copy, json_dumps_params={"ensure_ascii": False, "indent": 2})
    header = content_disposition_header(as_attachment=True, filename=about_data.file_name())
    response.headers["Content-Disposition"] = header or "attachment"
    return response


@login_required
@require_POST
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Ask those who may to erase one's own account; with `go=back` keep it after all."""
    user = _person(request)
    try:
        if request.POST.get("go") == "back":
            actions.take_back_erasure(user, by=user)
            messages.success(request, _("Your request is taken back: the account stays."))
            return redirect("accounts:personal_data")
        asked = actions.ask_erasure(user, by=user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = _("Your request is kept and on its way to those who erase. ")
        if not asked.told:
            told = _("Your request is kept; the operator of this installation finds it there. ")
        said = _("Your account will be erased by %(day)s at the latest.")
        day = about_data.said_day(asked.until)
        messages.success(request, told + said % {"day": day})
    return redirect("accounts:personal_data")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to the processing of one's data, and go on to where one was going."""
    user = _person(request)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        wanted = reverse("accounts:desk")
    if not lacks_consent(user):
        return redirect(wanted)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.agree(user, consent=form.cleaned_data["consent"])
        messages.success(request, _("Thank you: your consent is kept with its date."))
        return redirect(wanted)
    context = {"form": form, "next": wanted, "before": user.consent_at, **_about_data(user)}
    return render(request, "accounts/consent.html", context, status=422 if form.errors else 200)


def _about_data(user: User | None) -> dict[str, Any]:
    """What both pages about personal data say."""
    asked = user.erasure_asked_at if user else None
    return {
        "operator": about_data.operator(),
        "default_operator": _("the organisation that runs this installation"),
        "consent_day": date.fromisoformat(about_data.CONSENT),
        "erased_until": about_data.until(asked) if asked else None,
    }


def locked(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Too many wrong passwords: how long it takes, and what opens the door at once."""
    rest = limits.door_opens(request, signing_in(request, credentials))
    context = {"minutes": limits.minutes(rest)}
    return render(request, "accounts/locked.html", context, status=429)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click: be the person of a demo role. Only in a demo, only as people made for it."""
    if not settings.DEMO:
        raise Http404
    person = queries.demo_people().filter(demo_role=request.POST.get("key", "")).first()
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect("accounts:desk")
