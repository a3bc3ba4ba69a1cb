"""The season in figures as one PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.platform.documents import render_pdf
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.charts import PRINT
from laureat.showcase.queries import awards, editions
from laureat.showcase.queries.summary import summary
from laureat.showcase.views import drawings
from laureat.showcase.views.caching import public


@require_safe
@public
def season(request: HttpRequest, award: str, edition: str) -> HttpResponse:
    """Funnel, map, honours, decisions and the work behind them; once results are published.

    It is kept by its address, so a query would have it drawn anew: whoever adds one is sent back.
    """
    if request.GET:
        return redirect(request.path)
    found = editions.find(award, edition)
    if found is None or found.state not in awards.PUBLISHED:
        raise Http404
    told = summary(found)
    charts = {
        "funnel": drawings.season_funnel(told.steps, _("From entries to honours"), theme=PRINT),
        "map": drawings.region_map(
            told.by_region, told.regions, _("Honoured by region"), entries=True, theme=PRINT
        ),
    }
    drawn = {name: chart for name, chart in charts.items() if chart is not None}
    content = render_pdf(
        "showcase/season",
        told.data | {f"{name}_alt": chart.alt for name, chart in drawn.items()},
        language=current(),
        title=_("The season in figures: %(edition)s") % {"edition": localised(found, "title")},
        images={name: chart.svg for name, chart in drawn.items()},
    )
    return HttpResponse(content, content_type="application/pdf")
