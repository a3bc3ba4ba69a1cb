"""Is this diploma real?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from laureat.honours.queries import bases, basis_of, signer_of
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.showcase.forms import CheckForm
from laureat.showcase.queries import pages


@require_safe
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form for a number, and what the code on a diploma opens. Never kept by others: the
    answer is that of this moment.
    """
    response = _answer(request, code) if code else _form(request)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(request: HttpRequest) -> HttpResponse:
    form = CheckForm(request.GET or None)
    found: list[pages.Verdict] = []
    status = 200
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"]
        found = pages.with_number(number)
        if len(found) == 1:
            return redirect("showcase:check", found[0].diploma.check_code)
        if not found:
            status = 404
    context = {"form": form, "found": found, "unknown": status == 404}
    return render(request, "showcase/check.html", context, status=status)


def _answer(request: HttpRequest, code: str) -> HttpResponse:
    verdict = pages.verify(code)
    if verdict is None:
        context = {"form": CheckForm(), "code": code, "unknown": True}
        return render(request, "showcase/check.html", context, status=404)
    rules = verdict.diploma.edition.rules
    honour = next(rule for rule in rules.honours if rule.key == verdict.honour.key)
    session = bases([verdict.honour]).get(verdict.honour.pk)
    context = {
        "verdict": verdict,
        "title": localised(honour, "title"),
        "tone": {"gold": "gold", "laurel": "ok"}.get(honour.tone, "neutral"),
        "basis": basis_of(verdict.honour, session),
        "signer": signer_of(verdict.honour, session),
        "emblem": rules.emblem,
        "checked_at": now(),
    }
    return render(request, "showcase/verdict.html", context)
