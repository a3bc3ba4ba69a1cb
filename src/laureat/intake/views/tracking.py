"""Where an entry stands: the list of one's own, the entry's page, receipts, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from laureat.intake import actions, permissions
from laureat.intake.forms.pages import WithdrawForm
from laureat.intake.models import EntryState
from laureat.intake.queries import lists, tracking
from laureat.platform.accounts.queries import is_unconfirmed
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.files.responses import document_response, file_response


@login_required
@require_safe
def mine(request: Signed) -> HttpResponse:
    """The entries of the organisations that the reader acts for."""
    return render(request, "intake/mine.html", tracking.my_entries(request.user))


@login_required
@require_safe
def entry(request: Signed, uid: str) -> HttpResponse:
    """The way, the documents, what happened."""
    row = lists.entry_of(uid)
    permissions.see_entry.require(request.user, row)
    context: dict[str, Any] = tracking.entry_page(row, request.user)
    mine = bool(permissions.edit_entry(request.user, row))
    context |= {
        "mine": mine,
        "may_choose": row.state == EntryState.DRAFT
        and row.edition.rules.chosen_category
        and not context["closed"]
        and bool(permissions.choose_category(request.user, row)),
        "may_ask": bool(permissions.ask_colleagues(request.user, row))
        and row.state in (EntryState.DRAFT, EntryState.SUBMITTED),
        "may_withdraw": bool(permissions.withdraw_entry(request.user, row))
        and not actions.why_not_withdrawn(row),
        "may_edit": mine
        and row.state in (EntryState.DRAFT, EntryState.SUBMITTED)
        and not context["closed"],
    }
    return render(request, "intake/entry.html", context)


@login_required
@require_safe
def receipt(request: Signed, uid: str) -> HttpResponse:
    """The receipt on a page."""
    row = lists.entry_of(uid)
    permissions.see_entry.require(request.user, row)
    if not row.number:
        raise Http404
    reads = bool(permissions.read_answers(request.user, row))
    context = tracking.receipt_page(row, secret=reads)
    context["may_download"] = reads
    # Who has just handed in an entry stands here: decisions would go to an address nobody reads.
    context["unconfirmed"] = request.user.email if is_unconfirmed(request.user) else ""
    return render(request, "intake/receipt.html", context)


@login_required
@require_safe
def receipt_pdf(request: Signed, uid: str) -> HttpResponseBase:
    """The receipt as it was given; made on the spot if it could not be made then."""
    row = lists.entry_of(uid)
    permissions.read_answers.require(request.user, row)
    stored = tracking.receipt_file(row)
    if stored is not None:
        return file_response(stored)
    content = tracking.receipt_content(row, request.user)
    if content is None:
        raise Http404
    return document_response(content, f"{row.number}.pdf")


@require_safe
def verify(request: HttpRequest, uid: str) -> HttpResponse:
    """Anyone who holds a receipt checks here that it is true; it says nothing about the applicant."""
    row = lists.entry_of(uid)
    if not row.number:
        raise Http404
    return render(request, "intake/verify.html", tracking.receipt_page(row))


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: Signed, uid: str) -> HttpResponse:
    """Asks why, then takes the entry back."""
    row = lists.entry_of(uid)
    permissions.withdraw_entry.require(request.user, row)
    if said := actions.why_not_withdrawn(row):
        messages.error(request, said)
        return redirect("intake:entry", row.uid)
    form = WithdrawForm(request.POST or None)
    if row.state == EntryState.DRAFT:
        form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_entry(row, form.cleaned_data["reason"], by=request.user)
        except Refused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("The entry is withdrawn."))
            return redirect("intake:entry", row.uid)
    status = 422 if request.method == "POST" else 200
    context = {"entry": row, "edition": row.edition, "form": form}
    return render(request, "intake/withdraw.html", context, status=status)


@login_required
@require_safe
def file(request: Signed, uid: str, attachment: str) -> HttpResponseBase:
    """A file of an entry, for those who may read it."""
    row = lists.entry_of(uid)
    permissions.read_answers.require(request.user, row)
    found = tracking.file_of(
        row, attachment, changes=bool(permissions.edit_entry(request.user, row))
    )
    if found is None:
        raise Http404
    return file_response(found, download="download" in request.GET)
