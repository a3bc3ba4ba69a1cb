"""People and roles of an edition."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laureat.platform import searches
from laureat.platform.access import actions, queries
from laureat.platform.access.forms import InvitationForm
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import roles_to_give, see_people
from laureat.platform.access.scopes import Scope, scope_of
from laureat.platform.accounts.actions import send_invitation
from laureat.platform.accounts.models import User
from laureat.platform.accounts.permissions import erase_people
from laureat.platform.errors import Denied, Refused

PER_PAGE = 50


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def editions(request: HttpRequest) -> HttpResponse:
    """The editions whose people one sees; straight to it if there is one."""
    found, all_people = queries.managed_scopes(_person(request)), erase_people(_person(request))
    if all_people and not found:
        return redirect("accounts:people")
    if not found:
        raise Denied(_("Only an organiser or the secretary of this edition sees its people."))
    if len(found) == 1:
        return redirect("access:people", found[0].award, found[0].edition)
    return render(request, "access/editions.html", {"scopes": found, "all_people": all_people})


@login_required
def people(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """Who holds which role; invite somebody. With `go=find` somebody is sought, whose name stands in
    no address: see `searches`.
    """
    user, scope = _person(request), _scope(request, award, edition)
    role, ended = request.GET.get("role", ""), request.GET.get("ended") == "1"
    role = role if role in Role.values else ""
    if request.method == "POST" and request.POST.get("go") == "find":
        token = searches.keep(request, request.POST.get("search", ""))
        return redirect(f"{request.path}{_query(role, token, ended=ended)}")
    regions = queries.regions_of(user, scope)
    roles = roles_to_give(user, award=award, edition=edition, region=next(iter(regions), ""))
    sent = request.method == "POST"
    form = InvitationForm(
        request.POST if sent else None, roles=roles, regions=regions, initial={"language": "ru"}
    )
    if sent and form.is_valid() and _invited(request, user, scope, form):
        return redirect("access:people", award, edition)
    sought = searches.kept(request, request.GET.get("sought", ""))
    found = queries.people(user, scope, role=role, ended=ended, search=sought.text)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "scope": scope,
        "form": form,
        "page": page,
        "lines": queries.lines(user, scope, list(page)),
        "tabs": _tabs(role, sought.token, ended=ended),
        "sought": sought,
        "ended": ended,
        "all_people": erase_people(user),
        "several": len(queries.managed_scopes(user)) > 1,
    }
    return render(request, "access/people.html", context, status=422 if form.errors else 200)


def _query(role: str, token: str, *, ended: bool) -> str:
    """What an address of the list ends with."""
    asked = {"role": role, "ended": "1" if ended else "", "sought": token}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _tabs(role: str, token: str, *, ended: bool) -> list[dict[str, Any]]:
    """All, by role, and those that have ended; a search goes along."""
    tabs = [
        {
            "label": _("All"),
            "url": _query("", token, ended=False),
            "current": not role and not ended,
        }
    ]
    for each in queries.OFFERED:
        label = str(each.label)
        tabs.append(
            {
                "label": label[:1].upper() + label[1:],
                "url": _query(each.value, token, ended=ended),
                "current": each.value == role,
            }
        )
    past = {"label": _("Ended"), "url": _query("", token, ended=True), "current": ended}
    return [*tabs, past]


def _scope(request: HttpRequest, award: str, edition: str) -> Scope:
    scope = scope_of(award, edition)
    if scope is None:
        raise Http404
    answer = see_people(_person(request), award, edition)
    if not answer:
        raise Denied(answer.reason)
    return scope


def _invited(request: HttpRequest, user: User, scope: Scope, form: InvitationForm) -> bool:
    said = form.cleaned_data
    try:
        grant = actions.invite(
            said["email"],
            said["name"],
            Role(said["role"]),
            award=scope.award,
            edition=scope.edition,
            region=said.get("region", ""),
            language=said["language"],
            post=said["post"],
            by=user,
        )
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return False
    except Denied as denied:
        form.add_error("role", str(denied))
        return False
    if grant.user.has_usable_password():
        told = _("%(name)s has the role now; a letter tells them.") % {"name": grant.user}
    else:
        told = _("%(name)s has the role; the invitation is on its way.") % {"name": grant.user}
    messages.success(request, told)
    if " ".join(said["name"].split()) != grant.user.name:
        known = _(
            "The address %(email)s belongs to %(name)s already. The name stays as it is: only they "
            "themselves change it. If you meant somebody else, end this role."
        )
        messages.warning(request, known % {"email": grant.user.email, "name": grant.user.name})
    return True


@login_required
@require_POST
def end(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """End a role."""
    _scope(request, award, edition)
    grant = queries.grant(_number(request.POST.get("grant")))
    if grant is None:
        raise Http404
    try:
        ended = actions.end_role(grant, by=_person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = {"name": ended.user, "role": ended.get_role_display()}
        messages.success(request, _("%(name)s is no longer %(role)s here.") % words)
    return redirect("access:people", award, edition)


@login_required
@require_POST
def invite_again(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """Send an invitation once more."""
    scope = _scope(request, award, edition)
    grant = queries.seen_grant(_person(request), scope, _number(request.POST.get("grant")))
    if grant is None:
        raise Http404
    try:
        send_invitation(grant.user, by=_person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The invitation is on its way to %(to)s.") % {"to": grant.user})
    return redirect("access:people", award, edition)


def _number(text: str | None) -> int:
    """The number of a row; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
