"""Pages of the journal."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laureat.ledger import queries
from laureat.ledger.models import Chain
from laureat.ledger.permissions import read_chain
from laureat.ledger.verification import export_line
from laureat.platform import words


@require_safe
def chains(request: HttpRequest) -> HttpResponse:
    """All journals with their heads."""
    return render(request, "ledger/chains.html", {"rows": queries.chains(request.user)})


def _chain(request: HttpRequest, award: str, edition: str) -> Chain:
    found = queries.find(award, edition)
    if found is None:
        raise Http404
    read_chain.require(request.user, found)
    return found


@require_safe
def chain(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """One journal: its records, and on request its verification."""
    found = _chain(request, award, edition)
    about = request.GET.get("subject", "").strip()[:80]
    action = request.GET.get("action", "").strip()[:60]
    asked, told = queries.records(found, request.user, about=about, action=action)
    page = Paginator(asked, 25).get_page(request.GET.get("page"))
    context = {
        "chain": found,
        "contest": words.contest(found.key),
        "award": award,
        "edition": edition,
        "page": page,
        "rows": queries.rows(request.user, page, told),
        "subject": about,
        "zone": timezone.get_current_timezone_name(),
        "action": action,
        "actions": words.action_choices(queries.kinds(found) | {action}),
        "verdict": queries.verdict(found) if "verify" in request.GET else None,
    }
    return render(request, "ledger/chain.html", context)


@require_safe
def export(request: HttpRequest, award: str, edition: str) -> StreamingHttpResponse:
    """The journal as JSON lines, for `laureat ledger verify --file` and for strangers."""
    found = _chain(request, award, edition)
    response = StreamingHttpResponse(
        (f"{export_line(line)}\n" for line in queries.lines(found)),
        content_type="application/x-ndjson",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{award}-{edition}.jsonl"'
    return response
