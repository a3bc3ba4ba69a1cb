"""Pages of the journal."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from laureat.ledger.models import Chain
from laureat.ledger.permissions import read_chain
from laureat.ledger.queries import lines, records, verdict
from laureat.ledger.verification import export_line
from laureat.platform.accounts.models import User


@require_safe
def chains(request: HttpRequest) -> HttpResponse:
    """All journals with their heads; the heads are public from the first day."""
    found = list(Chain.objects.order_by("key"))
    readable = (
        set(read_chain.of(request.user).values_list("pk", flat=True))
        if isinstance(request.user, User)
        else {chain.pk for chain in found if chain.public}
    )
    rows = [(chain, chain.pk in readable) for chain in found]
    return render(request, "ledger/chains.html", {"rows": rows})


def _chain(award: str, edition: str) -> Chain:
    return get_object_or_404(Chain, key=f"{award}/{edition}")


@require_safe
def chain(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """One journal: its records, and on request its verification."""
    found = _chain(award, edition)
    read_chain.require(request.user, found)
    subject = request.GET.get("subject", "").strip()
    action = request.GET.get("action", "").strip()
    page = Paginator(records(found, subject=subject, action=action), 50).get_page(
        request.GET.get("page")
    )
    context = {
        "chain": found,
        "award": award,
        "edition": edition,
        "page": page,
        "subject": subject,
        "action": action,
        "verdict": verdict(found) if "verify" in request.GET else None,
    }
    return render(request, "ledger/chain.html", context)


@require_safe
def export(request: HttpRequest, award: str, edition: str) -> StreamingHttpResponse:
    """The journal as JSON lines, for `laureat ledger verify --file` and for strangers."""
    found = _chain(award, edition)
    read_chain.require(request.user, found)
    response = StreamingHttpResponse(
        (f"{export_line(line)}\n" for line in lines(found)), content_type="application/x-ndjson"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{award}-{edition}.jsonl"'
    return response
