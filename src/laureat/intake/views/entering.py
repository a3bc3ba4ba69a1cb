"""The entrance: what the contest asks, who may take part, starting an entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from laureat.intake import actions, permissions
from laureat.intake.actions import InvalidAnswers
from laureat.intake.forms.pages import AnswersForm, given
from laureat.intake.models import Entry, EntryState
from laureat.intake.queries.card import lacking, needs_of
from laureat.intake.queries.eligibility import check_eligibility, conditions_of
from laureat.intake.queries.entrance import entrance, intake_told, places_taken
from laureat.intake.queries.lists import edition_of, entry_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.versions import read_version
from laureat.registry.models import Good, Organisation
from laureat.registry.permissions import edit_organisation
from laureat.registry.queries import facts_of, goods_of, mine
from laureat.rulebook.models import Edition
from laureat.rulebook.permissions import read_rules


@require_safe
def apply(request: HttpRequest, uid: str) -> HttpResponse:
    """What the contest asks and when, for everybody once it is announced; the button to take part."""
    edition = edition_of(uid)
    read_rules.require(request.user, edition)
    return render(request, "intake/apply.html", entrance(edition))


@login_required
@require_http_methods(["GET", "POST"])
def start(request: Signed, uid: str) -> HttpResponse:
    """Choose organisation and good, answer the questions, read the verdicts, then start."""
    edition = edition_of(uid)
    read_rules.require(request.user, edition)
    context: dict[str, Any]
    closed = intake_told(edition)
    if closed:
        # Nothing to fill in where nobody can apply: one sentence says when somebody can.
        status = 422 if request.method == "POST" else 200
        context = {"edition": edition, "closed": closed}
        return render(request, "intake/start.html", context, status=status)
    given_by = request.POST if request.method == "POST" else request.GET
    organisations = list(mine(request.user))
    if not organisations:
        return _register(request, edition)
    organisation = _one(organisations, given_by.get("organisation", ""))
    goods: list[Good] = []
    if organisation is not None and edition.rules.subject == "product":
        goods = list(goods_of(organisation))
    context = {
        "edition": edition,
        "rules": edition.rules,
        "organisations": organisations,
        "organisation": organisation,
        "goods": goods,
        "good": _one(goods, given_by.get("good", "")),
        "category": given_by.get("category", ""),
        "form": AnswersForm(edition.rules.questions, {}),
    }
    if organisation is not None:
        context["taken"] = places_taken(edition, organisation)
        context["lacking"] = lacking(
            edition.rules, facts_of(organisation, context["good"], edition.day())
        )
        context["card_url"] = card_url(
            organisation, edition, f"{request.path}?organisation={organisation.uid}"
        )
    if request.method == "POST" and organisation is not None:
        return _checked(request, edition, organisation, context)
    return render(request, "intake/start.html", context)


def _register(request: Signed, edition: Edition) -> HttpResponse:
    """The INN typed here is sent to a new card, where mistypes are told; from there the reader
    comes back.
    """
    back = urlencode({"next": request.path, "needs": _needed(edition)})
    context = {
        "edition": edition,
        "rules": edition.rules,
        "needs": needs_of(edition.rules),
        "card_url": f"{reverse('registry:new')}?{back}",
    }
    return render(request, "intake/start.html", context)


def _needed(edition: Edition) -> str:
    return ",".join(need.field for need in needs_of(edition.rules) if not need.of_good)


def card_url(organisation: Organisation, edition: Edition, back: str) -> str:
    """Where the organisation's card is filled in; from there the reader is brought `back`."""
    asked = urlencode({"next": back, "needs": _needed(edition)})
    return f"{reverse('registry:edit', args=[organisation.uid])}?{asked}"


def _one(rows: list[Any], uid: str) -> Any:
    """The row called `uid`, or the only one."""
    for row in rows:
        if row.uid == uid:
            return row
    return rows[0] if len(rows) == 1 else None


def _checked(
    request: Signed, edition: Edition, organisation: Organisation, context: dict[str, Any]
) -> HttpResponse:
    answers = given(edition.rules.questions, request.POST)
    good, category = context["good"], context["category"]
    found = check_eligibility(edition, organisation, good, answers, category)
    if request.POST.get("go") == "start":
        try:
            entry = actions.start_entry(
                edition,
                organisation,
                good=good,
                category_key=category,
                answers=answers,
                by=request.user,
            )
        except InvalidAnswers as error:
            context["form"] = AnswersForm(edition.rules.questions, answers, error.errors)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The draft is made. Fill it in; you can stop and go on at any time.")
            )
            return redirect("intake:form", entry.uid)
    context |= {"found": found}
    if "form" not in context or not context["form"].errors:
        context["form"] = AnswersForm(edition.rules.questions, answers, found.errors)
    return render(request, "intake/start.html", context, status=200 if found.ok else 422)


@login_required
@require_http_methods(["GET", "POST"])
def conditions(request: Signed, uid: str) -> HttpResponse:
    """The verdicts for an entry that exists; its questions and category can still be changed.

    The secretary reads no answers of a draft, nor what follows from them, but may choose its
    category.
    """
    entry = entry_of(uid)
    permissions.see_entry.require(request.user, entry)
    draft, rules = entry.state == EntryState.DRAFT, entry.edition.rules
    reads = bool(permissions.read_answers(request.user, entry))
    may_choose = (
        draft and rules.chosen_category and bool(permissions.choose_category(request.user, entry))
    )
    if not may_choose:
        permissions.read_answers.require(request.user, entry)
    typed: dict[str, Any] = {}
    problem = ""
    problems: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            typed = given(rules.questions, request.POST)
            return _saved(request, entry, typed, may_choose=may_choose)
        except InvalidAnswers as error:
            problems, status = error.errors, 422
        except Refused as error:
            if error.field == "category":
                problem = str(error)
            else:
                messages.error(request, str(error))
            status = 409 if isinstance(error, actions.Stale) else 422
    chosen = request.POST.get("category") or (entry.category.key if entry.category else "")
    context = {
        "entry": entry,
        "edition": entry.edition,
        "rules": rules,
        "found": conditions_of(entry) if reads else None,
        "form": AnswersForm(rules.questions, {**entry.answers, **typed}, problems),
        "category": chosen,
        "category_problem": problem,
        "may_edit": draft and bool(permissions.edit_entry(request.user, entry)),
        "may_choose": may_choose,
        "card_url": card_url(entry.organisation, entry.edition, request.path)
        if edit_organisation(request.user, entry.organisation)
        else "",
        "name": localised(entry.organisation, "name"),
    }
    return render(request, "intake/conditions.html", context, status=status)


def _saved(
    request: Signed, entry: Entry, typed: dict[str, Any], *, may_choose: bool
) -> HttpResponse:
    """Keep the answers of whoever writes them, and the category. Raises Denied, Refused."""
    category = request.POST.get("category", "")
    answers = bool(permissions.edit_entry(request.user, entry))
    if may_choose and not category and not answers:
        raise Refused(
            _("Please choose: %(what)s.") % {"what": localised(entry.edition.rules.category_title)},
            field="category",
        )
    if answers:
        version = read_version(request.POST, "mine", "version", missing=0)
        actions.save_answers(entry, typed, version=version, by=request.user)
    if category and category != (entry.category.key if entry.category else ""):
        actions.choose_category(entry, category, by=request.user)
    messages.success(request, _("Saved."))
    return redirect("intake:conditions" if answers else "intake:entry", entry.uid)
