"""How the assessors of a stage judge: all of them, and one of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from laureat.assessment import actions, permissions
from laureat.assessment.actions.counting import all_known
from laureat.assessment.queries.habits import alpha_words, copying_words, sources_words
from laureat.assessment.queries.judging import Wanted, judged_by, judging_page, row_of
from laureat.assessment.views.stages import common
from laureat.intake.queries.lists import stage_of
from laureat.platform.accounts.request import Signed
from laureat.platform.errors import Refused

PER_PAGE = 20


@login_required
def judging(request: Signed, uid: str) -> HttpResponse:
    """Whom to look at and why, then everybody; with ?assessor= one of them."""
    row = stage_of(uid)
    permissions.see_results.require(request.user, row)
    if request.method == "POST":
        try:
            actions.keep_judging(row, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The figures are computed and kept."))
        return redirect("assessment:judging", uid)
    context = common(request, row)
    page = judging_page(row, names=context["manages"])
    context |= {"page": page, "of_today": context["closed"] and not all_known(row)}
    if page is None:
        return render(request, "assessment/judging.html", context)
    asked = request.GET
    if one := asked.get("assessor"):
        found = row_of(page, one)
        judged = Paginator(judged_by(row, found.serial), PER_PAGE).get_page(asked.get("page"))
        return render(
            request, "assessment/judging_assessor.html", context | {"row": found, "judged": judged}
        )
    wanted = Wanted(asked.get("q", ""), asked.get("show", ""), asked.get("sort", Wanted.sort))
    context |= {
        "wanted": wanted,
        "rows": Paginator(page.chosen(wanted), PER_PAGE).get_page(asked.get("page")),
        "chart": page.chart(),
        "alpha": alpha_words(page.agreement),
        "sources": sources_words(page.agreement),
        "copying": copying_words(page.agreement),
    }
    return render(request, "assessment/judging.html", context)
