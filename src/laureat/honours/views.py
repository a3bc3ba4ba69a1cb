"""Pages of honours: the secretary's list, the applicant's own."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from laureat.honours import actions, exports, queries
from laureat.honours.forms import DeclineForm, ReissueForm, RenewForm, RevokeForm, WithdrawForm
from laureat.honours.models import ENDED, Honour, HonourState
from laureat.honours.permissions import decline_honour, keep_honour, list_honours, see_honour
from laureat.platform.accounts.models import User
from laureat.platform.documents import Language
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.responses import document_response
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _reader(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied(_("Please sign in."))
    return request.user


def _edition(request: HttpRequest, award: str, edition: str) -> Edition:
    try:
        found = queries.edition_of(award, edition)
    except Edition.DoesNotExist as error:
        raise Http404 from error
    list_honours.require(_reader(request), found)
    return found


def _language(request: HttpRequest) -> Language:
    return "en" if request.GET.get("language") == "en" else "ru"


@require_safe
def edition(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """The honours of an edition with their diplomas."""
    found = _edition(request, award, edition)
    user = _reader(request)
    chosen = {name: request.GET.get(name, "").strip() for name in ("key", "state", "search")}
    page = Paginator(queries.honours_of(found, user, **chosen), 30).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "honours/edition.html",
        {
            "edition": found,
            "page": page,
            "rows": queries.with_edition(page.object_list, found),
            "counts": queries.counts(found, user),
            "missing": queries.missing(found, user),
            "titles": [(each.key, localised(each, "title")) for each in found.rules.honours],
            "states": [
                ("published", _("published")),
                ("no-diploma", _("without a diploma")),
                ("emblem-ending", _("emblem right ends within 60 days")),
                ("revoked", _("revoked")),
                ("declined", pgettext("honour", "declined")),
            ],
            "chosen": chosen,
            "filtered": any(chosen.values()),
        },
    )


@require_POST
def issue(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """Number the diplomas that are missing."""
    found = _edition(request, award, edition)
    try:
        made = actions.issue_diplomas(found, by=_reader(request))
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s diploma has been issued.",
                "%(count)s diplomas have been issued.",
                len(made),
            )
            % {"count": len(made)},
        )
    return redirect("honours:edition", award=award, edition=edition)


@require_safe
def archive(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """All valid diplomas in one archive."""
    found = _edition(request, award, edition)
    honours = queries.in_force(found, _reader(request))
    if not honours:
        messages.info(request, _("No diploma has been issued yet."))
        return redirect("honours:edition", award=award, edition=edition)
    name = f"diplomas-{award}-{edition}.zip"
    response = document_response(
        exports.diplomas_zip(honours, _language(request)), name, "application/zip"
    )
    assert isinstance(response, HttpResponse)
    return response


@require_safe
def export(request: HttpRequest, award: str, edition: str) -> HttpResponseBase:
    """The list as a spreadsheet."""
    found = _edition(request, award, edition)
    rows = queries.with_edition(queries.honours_of(found, _reader(request)), found)
    return document_response(exports.workbook(rows), f"honours-{award}-{edition}.xlsx", _XLSX)


def _honour(uid: str) -> Honour:
    honour = queries.find(uid)
    if honour is None:
        raise Http404
    return honour


@require_safe
def diploma(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The diploma as PDF."""
    honour = _honour(uid)
    see_honour.require(_reader(request), honour)
    if not hasattr(honour, "diploma"):
        raise Http404
    if honour.state in ENDED and not keep_honour(_reader(request), honour):
        raise Denied(
            _("The honour was declined: its diploma is no longer valid.")
            if honour.state == HonourState.DECLINED
            else _("The honour has been revoked: its diploma is no longer valid.")
        )
    language = _language(request)
    return document_response(
        exports.diploma_pdf(honour, language), f"diploma-{honour.diploma.number}.pdf"
    )


def revoke(request: HttpRequest, uid: str) -> HttpResponse:
    """Take an honour back."""
    honour = _honour(uid)
    keep_honour.require(_reader(request), honour)
    others = queries.others_of(honour)
    mine = [each for each in others if keep_honour(_reader(request), each)]
    form = RevokeForm(request.POST or None, honour, [queries.row(each) for each in mine])
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(
                honour,
                (form.cleaned_data["reason_ru"], form.cleaned_data["reason_en"]),
                also=form.chosen,
                by=_reader(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The honour has been revoked; the register and the check page say so.")
            )
            return redirect(
                "honours:edition", award=honour.edition.award.key, edition=honour.edition.key
            )
    return render(
        request,
        "honours/revoke.html",
        {
            "form": form,
            "row": queries.row(honour),
            "resting": [queries.row(each) for each in queries.resting_on(honour)],
            "staying": [queries.row(each) for each in others if each not in mine],
            "edition": honour.edition,
        },
        status=422 if form.errors else 200,
    )


def decline(request: HttpRequest, uid: str) -> HttpResponse:
    """Decline a title: what follows is told before."""
    honour = _honour(uid)
    user = _reader(request)
    decline_honour.require(user, honour)
    office = bool(keep_honour(user, honour))
    form = DeclineForm(request.POST or None, office=office)
    edition = honour.edition
    back = (
        reverse("honours:edition", args=[edition.award.key, edition.key])
        if office
        else reverse("honours:mine")
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.decline(
                honour,
                letter=data.get("letter", ""),
                letter_on=data.get("letter_on"),
                reason=data["reason"],
                by=user,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("It is on record that the title was declined."))
            return redirect(back)
    context = {
        "form": form,
        "edition": edition,
        "office": office,
        "told": queries.consequences(honour, office=office),
        "over": "" if office else queries.over(honour),
        "until": queries.last_day(honour),
        "back": back,
    }
    return render(request, "honours/decline.html", context, status=422 if form.errors else 200)


def reissue(request: HttpRequest, uid: str) -> HttpResponse:
    """Issue a diploma anew with a corrected name."""
    honour = _honour(uid)
    keep_honour.require(_reader(request), honour)
    if not hasattr(honour, "diploma"):
        raise Http404
    form = ReissueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = (form.cleaned_data["reason_ru"], form.cleaned_data["reason_en"])
        try:
            actions.reissue_diploma(honour, reason, by=_reader(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The diploma is issued anew, the applicant is told."))
            return redirect("honours:reissue", uid=uid)
    context = {
        "form": form,
        "row": queries.row(honour),
        "edition": honour.edition,
        "lines": queries.differences(honour.diploma, honour.entry),
    }
    return render(request, "honours/reissue.html", context, status=422 if form.errors else 200)


def emblem(request: HttpRequest, uid: str) -> HttpResponse:
    """The right to use the emblem: renew it, withdraw it."""
    honour = _honour(uid)
    user = _reader(request)
    keep_honour.require(user, honour)
    row = queries.row(honour)
    if row.licence is None or honour.edition.rules.emblem is None:
        raise Http404
    licence = row.licence
    todo = request.POST.get("do", "")
    renew = RenewForm(request.POST if todo == "renew" else None)
    withdraw = WithdrawForm(request.POST if todo == "withdraw" else None)
    form = {"renew": renew, "withdraw": withdraw}.get(todo)
    if form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            if todo == "renew":
                actions.renew_licence(licence, data["basis"], by=user)
            else:
                actions.withdraw_licence(licence, (data["reason_ru"], data["reason_en"]), by=user)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(
                request,
                _("The right is renewed, the applicant is told.")
                if todo == "renew"
                else _("The right is withdrawn, the applicant is told."),
            )
            return redirect("honours:emblem", uid=uid)
    return render(
        request,
        "honours/emblem.html",
        {
            "row": row,
            "edition": honour.edition,
            "renew": renew,
            "withdraw": withdraw,
            "years": honour.edition.rules.emblem.years,
        },
        status=422 if form is not None and form.errors else 200,
    )


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The honours of the organisations that the reader acts for."""
    user = _reader(request)
    rows = queries.my_honours(user)
    return render(request, "honours/mine.html", {"rows": rows})
