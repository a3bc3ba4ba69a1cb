"""Awards and their versions for those who run them; the rules of an edition for everybody."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants, see_people
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook import actions, queries
from laureat.rulebook.forms import UploadForm
from laureat.rulebook.models import Edition
from laureat.rulebook.permissions import read_rules, run_edition
from laureat.rulebook.reading import differences, page
from laureat.rulebook.reading.problems import told
from laureat.rulebook.schema.problems import RulebookError


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def awards(request: HttpRequest) -> HttpResponse:
    """The awards that one runs, their editions and the versions of their rules."""
    user = _person(request)
    if not grants(user, Role.ORGANISER, Role.SECRETARY):
        raise Denied(_("Only an organiser or a secretary sees how awards are set up."))
    context = {
        "awards": queries.shelves(user),
        "may_upload": bool(grants(user, Role.ORGANISER)),
        "folder": settings.AWARDS,
    }
    return render(request, "rulebook/awards.html", context)


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Put a new version of the rules in force."""
    user = _person(request)
    if not grants(user, Role.ORGANISER):
        raise Denied(_("Only the organiser of an award loads its rules."))
    sent = request.method == "POST"
    form = UploadForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        awards=queries.folders(user),
    )
    problems, done = [], []
    if sent and form.is_valid():
        try:
            done = actions.load_upload(
                form.cleaned_data["upload"], award=form.cleaned_data.get("award", ""), by=user
            )
        except RulebookError as error:
            problems = [told(each) for each in error.problems]
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        except Denied as denied:
            form.add_error(None, str(denied))
        else:
            if len(done) == 1 and not done[0].notices:
                return _told(request, done[0])
    status = 422 if problems or form.errors else 200
    rows = [(one, [told(each) for each in one.notices]) for one in done]
    context = {"form": form, "problems": problems, "done": rows}
    return render(request, "rulebook/upload.html", context, status=status)


def _told(request: HttpRequest, one: actions.Uploaded) -> HttpResponse:
    words = {"edition": localised(one.edition, "title")}
    if one.changed:
        messages.success(request, _("The new rules of «%(edition)s» are in force.") % words)
    else:
        messages.info(
            request,
            _("The rules of «%(edition)s» are the same as before: nothing changed.") % words,
        )
    return redirect("rulebook:edition", one.edition.award.key, one.edition.key)


def _readable(request: HttpRequest, award: str, key: str) -> Edition:
    """An edition whose rules the reader may read. Raises Http404, Denied."""
    try:
        found = queries.edition(award, key)
    except Edition.DoesNotExist as error:
        raise Http404 from error
    read_rules.require(request.user, found)
    return found


@require_GET
def edition(request: HttpRequest, award: str, key: str) -> HttpResponse:
    """The rules of an edition, for everybody to read once it is announced."""
    found = _readable(request, award, key)
    context = {
        "edition": found,
        "award": found.award,
        "rules": found.rules,
        "view": page.read(found),
        "siblings": queries.siblings(found, request.user),
        "versions": queries.versions(found),
        "runs": bool(run_edition(request.user, found)),
        "sees_people": bool(see_people(request.user, award, key)),
    }
    return render(request, "rulebook/edition.html", context)


@require_GET
def compare(request: HttpRequest, award: str, key: str, other: str) -> HttpResponse:
    """What the rules of an edition say otherwise than another edition, or an earlier version."""
    found = _readable(request, award, key)
    against = queries.rules_to_compare(found, other, request.user)
    if against is None:
        raise Http404
    version, title = against
    context = {
        "edition": found,
        "award": found.award,
        "version": version,
        "title": title,
        "sections": differences.compare(version.rules, found.rules),
    }
    return render(request, "rulebook/compare.html", context)


@require_GET
def document(request: HttpRequest, award: str, key: str, content_hash: str) -> HttpResponse:
    """A version of the rules as it was frozen: the JSON whose SHA-256 is in the address."""
    version = queries.version(award, _readable(request, award, key).key, content_hash)
    if version is None:
        raise Http404
    response = JsonResponse(
        version.document.read(),
        json_dumps_params={"ensure_ascii": False, "indent": 1, "sort_keys": True},
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{award}-{key}.json"'
    return response
