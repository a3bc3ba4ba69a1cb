"""The front page, awards, editions, statistics, about."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.intake.queries import intake_told
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition, EditionState
from laureat.showcase.forms import CheckForm, Filters
from laureat.showcase.queries import awards as award_queries
from laureat.showcase.queries import editions as edition_queries
from laureat.showcase.queries import register as register_queries
from laureat.showcase.queries import statistics as statistics_queries
from laureat.showcase.views import drawings
from laureat.showcase.views.caching import public

SHOWN = 20


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    """What laureat is for the public: what runs, who won, where, and how to check it."""
    rows = list(award_queries.with_stages(award_queries.announced()).order_by("-year", "-pk"))
    running = [award_queries.season(each) for each in rows if each.state == EditionState.RUNNING]
    over = [each for each in rows if each.state in award_queries.PUBLISHED]
    counts = register_queries.by_region()
    regions = edition_queries.regions()
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:8]
    context = {
        "running": running,
        "over": over[:4],
        "latest": register_queries.latest(8),
        "titles": register_queries.award_titles(rows),
        "numbers": register_queries.numbers(),
        "map": drawings.region_map(counts, regions.values(), _("Honours by region")),
        "top": [(regions[code], count) for code, count in top if code in regions],
        "most": top[0][1] if top else 0,
        "form": CheckForm(),
    }
    return render(request, "showcase/home.html", context)


@require_safe
@public
def awards(request: HttpRequest) -> HttpResponse:
    """All awards."""
    return render(request, "showcase/awards.html", {"cards": award_queries.awards()})


@require_safe
@public
def award(request: HttpRequest, award: str) -> HttpResponse:
    """One award: about, editions, how it works."""
    card = award_queries.award_card(award)
    if card is None:
        raise Http404
    newest = card.seasons[0]
    context = {
        "award": card.award,
        "card": card,
        "newest": newest,
        "rules": newest.edition.rules,
        "numbers": register_queries.numbers(award),
        "latest": register_queries.latest(8, award=award),
        "intake_told": intake_told(newest.edition),
    }
    return render(request, "showcase/award.html", context)


@require_safe
@public
def edition(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """One season: its calendar while it runs, its results when they are published."""
    found = edition_queries.find(award, edition)
    if found is None:
        raise Http404
    season = award_queries.season(found)
    lines = edition_queries.lines(found) if found.state in award_queries.ANNOUNCED else []
    regions = edition_queries.regions() if lines else {}
    context = {
        "edition": found,
        "tags": drawings.tags(
            (found.get_state_display(), "ok" if found.state == EditionState.RUNNING else "neutral"),
            demo=found.is_demo,
        ),
        "season": season,
        "rules": found.rules,
        "milestones": award_queries.milestones(found),
        "published": found.state in award_queries.PUBLISHED,
        "intake_told": "" if found.state in award_queries.PUBLISHED else intake_told(found),
        **_results(request, found, lines, regions),
    }
    return render(request, "showcase/edition.html", context)


def _results(
    request: HttpRequest,
    found: Edition,
    lines: list[edition_queries.Line],
    regions: dict[str, edition_queries.Region],
) -> dict[str, object]:
    asked = {
        name: request.GET.get(name, "").strip()[:100]
        for name in ("category", "region", "honour", "search")
    }
    standing = [line for line in lines if line.standing]
    names = {code: localised(region, "name") for code, region in regions.items()}
    categories = edition_queries.categories(found)
    fitting = edition_queries.narrowed(lines, **asked)
    steps = edition_queries.funnel(found, len(standing))
    submitted = edition_queries.submitted(found)
    page = Paginator(fitting, SHOWN).get_page(request.GET.get("page"))
    return {
        "asked": asked,
        "filtered": any(asked.values()),
        "page": page,
        "rows": [
            (line, categories.get(line.category, ""), names.get(line.region, "")) for line in page
        ],
        "honoured": len(standing),
        "given": edition_queries.honours_given(found, lines),
        "by_category": edition_queries.by(lines, "category", categories),
        "by_region": edition_queries.by(lines, "region", names),
        "by_sector": edition_queries.by(lines, "sector", edition_queries.sectors(lines)),
        "categories": categories,
        "map": drawings.region_map(
            Counter(line.region for line in standing),
            regions.values(),
            _("Honoured by region"),
            entries=True,
        ),
        "funnel": drawings.season_funnel(steps, _("From entries to honours")),
        # Honoured at a regional stage, stopped at the federal one.
        "wider": len(steps) > 1 and steps[-1].count > steps[-2].count,
        "submitted": submitted,
        "share": len(standing) / submitted if submitted else None,
    }


@require_safe
@public
def statistics(request: HttpRequest) -> HttpResponse:
    """The register in figures."""
    facets = register_queries.facets()
    form = Filters(request.GET, facets, only=("award", "region", "kind"))
    asked = form.asked()
    table = register_queries.rows(asked)
    found = statistics_queries.figures(table, facets)
    context = {
        "form": form,
        "asked": asked,
        "figures": found,
        "total": sum(row.count for row in found.awards),
        "years": drawings.years(found.years, _("Honours by year")),
        "map": drawings.region_map(found.regions, facets.tiles.values(), _("Honours by region")),
        "top": statistics_queries.top_regions(found, facets),
        "chosen": form.chosen(),
    }
    return render(request, "showcase/statistics.html", context)


@require_safe
@public
def about(request: HttpRequest) -> HttpResponse:
    """What this is, how to verify it, accessibility, privacy."""
    return render(request, "showcase/about.html")
