"""For programs: downloads of the register, robots.txt, sitemap.xml, security.txt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.registry.models import Distinction
from laureat.registry.sheets import Column, csv_lines
from laureat.showcase.forms import Filters
from laureat.showcase.queries import awards, editions, machines
from laureat.showcase.queries import register as register_queries
from laureat.showcase.queries.results import export
from laureat.showcase.views.caching import public


def _asked(request: HttpRequest) -> tuple[register_queries.Asked, dict[str, str]]:
    facets = register_queries.facets()
    return Filters(request.GET, facets).asked(), facets.titles


def _row(line: Distinction, titles: dict[str, str]) -> dict[str, Any]:
    organisation = line.organisation
    return {
        "year": line.year,
        "award": line.award_key,
        "award_title": titles.get(line.award_key, line.award_key),
        "honour": line.honour_key,
        "honour_title": localised(line, "title"),
        "category": line.category_key,
        "category_title": localised(line, "category"),
        "organisation": _of_its_day(line, "organisation"),
        "organisation_today": localised(organisation, "name"),
        "organisation_page": settings.BASE_URL
        + reverse("showcase:organisation", args=[organisation.uid]),
        "region": organisation.region_id or "",
        "region_title": localised(organisation.region, "name") if organisation.region else "",
        "good": _of_its_day(line, "good") if line.good else "",
        "good_today": localised(line.good, "name") if line.good else "",
        "revoked_on": line.revoked_at.date().isoformat() if line.revoked_at else "",
        "source": localised(line, "source_title"),
        "source_url": line.source_url,
        "concluded": ", ".join(line.inferred),
        "note": localised(line, "note"),
        "demo": bool(organisation.is_demo or (line.good and line.good.is_demo)),
    }


def _of_its_day(line: Distinction, what: str) -> str:
    """The name that was honoured, where it is another one today."""
    then = getattr(line, f"{what}_renamed")
    return localised(line, what) if then else localised(getattr(line, what), "name")


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    asked, titles = _asked(request)
    for line in register_queries.rows(asked).iterator(chunk_size=500):
        yield _row(line, titles)


def _download(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
@public
def results(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """The published results, the bytes of `laureat results export --public`."""
    found = editions.find(award, edition)
    if found is None or found.state not in awards.PUBLISHED:
        raise Http404
    return HttpResponse(export(found, public=True), content_type="application/json")


@require_safe
def register_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered register as a table for spreadsheets (UTF-8 with mark, semicolons)."""
    rows = ([row[name] for name in _COLUMNS] for row in _rows(request))
    lines = csv_lines([Column(name) for name in _COLUMNS], rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _download(response, "register.csv")


_COLUMNS = (
    *("year", "award", "award_title", "honour", "honour_title", "category", "category_title"),
    *("organisation", "organisation_today", "organisation_page", "region", "region_title"),
    *("good", "good_today", "revoked_on"),
    *("source", "source_url", "concluded", "note", "demo"),
)


@require_safe
def register_json(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered register for programs."""

    def parts() -> Iterator[str]:
        yield '{"format":"laureat-register/1","honours":['
        for place, row in enumerate(_rows(request)):
            yield ("," if place else "") + json.dumps(row, ensure_ascii=False)
        yield "]}\n"

    response = StreamingHttpResponse(parts(), content_type="application/json; charset=utf-8")
    return _download(response, "register.json")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages."""
    closed = (
        "account",
        "entries",
        "assessment",
        "council",
        "honours",
        "feedback",
        "letters",
        "mail",
    )
    lines = ["User-agent: *", *(f"Disallow: /{each}/" for each in closed)]
    lines += [f"Disallow: /en/{each}/" for each in closed]
    lines += [f"Sitemap: {settings.BASE_URL}{reverse('showcase:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages."""
    pages = [reverse(f"showcase:{name}") for name in _PAGES]
    pages += [reverse(f"showcase:{name}", args=args) for name, args in machines.public_pages()]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    lines += [f"<url><loc>{settings.BASE_URL}{page}</loc></url>" for page in pages]
    lines.append("</urlset>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


_PAGES = ("home", "awards", "register", "goods", "statistics", "check", "about")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116)."""
    expires = (now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    lines = [
        f"# {_('Please write to us before you publish.')}",
        f"Contact: mailto:{contact}",
        f"Expires: {expires}",
        "Preferred-Languages: ru, en",
        f"Canonical: {settings.BASE_URL}{reverse('showcase:security')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
