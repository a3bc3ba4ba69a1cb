"""Charts of the public pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import (
    PAGE,
    Canvas,
    Cell,
    Chart,
    Scale,
    Step,
    Theme,
    figure,
    funnel,
    tile_map,
)
from laureat.platform.ui.charts.core import NARROW, WIDE, summary
from laureat.platform.ui.tags.parts import tag
from laureat.platform.ui.text import language
from laureat.registry.models import Region
from laureat.showcase.queries.editions import FunnelStep
from laureat.showcase.queries.statistics import Year

_GOLD = "var(--gold-line)"
"""Honours of the highest kind; the gold of words is too dark for areas."""


def tags(*shown: tuple[str, str], demo: bool) -> str:
    """Tags beside a heading: (label, tone), and that it is invented."""
    pairs = [*shown, *([(_("demo"), "quiet")] if demo else [])]
    return format_html_join(" ", "{}", ((tag(label, tone),) for label, tone in pairs))


def region_map(
    counts: Mapping[str, int],
    regions: Iterable[Region],
    title: str,
    *,
    entries: bool = False,
    theme: Theme = PAGE,
) -> Chart | None:
    """Honours (or honoured `entries`) by region; nothing where no region is known."""
    cells = [
        Cell(
            code=localised(region, "short"),
            label=localised(region, "name"),
            row=region.row,
            col=region.column,
            value=counts.get(region.code),
        )
        for region in regions
    ]
    most = max((cell.value or 0 for cell in cells), default=0)
    if not most:
        return None
    if entries:
        counted = _("Honoured")
        legend = npgettext("after a figure", "honoured entry", "honoured entries", int(most))
    else:
        counted = pgettext("register", "Honours")
        legend = npgettext("after a figure", "honour", "honours", int(most))
    return tile_map(
        cells,
        title=title,
        columns=(_("Region"), counted),
        legend=legend,  # follows the highest figure: «1 звание», «159 званий»
        theme=theme,
        lang=language(),
    )


def season_funnel(steps: Sequence[FunnelStep], title: str, *, theme: Theme = PAGE) -> Chart | None:
    """From entries to honours."""
    if not steps:
        return None
    drawn = [Step(step.label or _("Honoured"), step.count) for step in steps]
    return funnel(
        drawn,
        title=title,
        columns=(_("Stage"), _("Entries"), ""),
        theme=theme,
        lang=language(),
    )


def years(rows: Sequence[Year], title: str) -> Chart | None:
    """Honours by year: the highest kind in gold at the foot, the others above."""
    if not rows:
        return None
    top = max((row.gold + row.others for row in rows), default=0) or 1
    lang = language()
    alt = summary(title, [(str(row.year), figure(row.gold + row.others, lang)) for row in rows])

    def draw(width: float) -> Canvas:
        canvas = Canvas(width, 240, PAGE, alt)
        base = 190.0
        up = Scale(0, top, base, 22)
        cell = width / len(rows)
        every = max(1, -(-36 // max(1, int(cell))))
        for place, row in enumerate(rows):
            x, wide = cell * place + cell * 0.14, cell * 0.72
            foot, head = up(row.gold), up(row.gold + row.others)
            told = f"{row.year}: {figure(row.gold + row.others, lang)}"
            if row.others:
                canvas.rect(x, head, wide, foot - head, PAGE.steps[2], radius=1, title=told)
            if row.gold:
                canvas.rect(x, foot, wide, base - foot, _GOLD, radius=1, title=told)
            middle = cell * (place + 0.5)
            if row.gold + row.others and cell >= 18:
                shown = figure(row.gold + row.others, lang)
                canvas.text(middle, head - 6, shown, anchor="middle", bold=True, fill=PAGE.ink)
            if (len(rows) - 1 - place) % every == 0:
                canvas.text(min(middle, width - 16), base + 18, str(row.year), anchor="middle")
        canvas.line(0, base, width, base, PAGE.quiet)
        canvas.rect(0, 222, 16, 10, _GOLD, radius=1)
        canvas.text(22, 231, _("laureates and special prizes"))
        canvas.rect(width / 2, 222, 16, 10, PAGE.steps[2], radius=1)
        canvas.text(width / 2 + 22, 231, _("other honours"))
        return canvas

    table = [
        [str(row.year), figure(row.gold, lang), figure(row.others, lang)] for row in reversed(rows)
    ]
    columns = [_("Year"), _("Laureates and special prizes"), _("Other honours")]
    return Chart(draw(WIDE).svg(), alt, columns, table, draw(NARROW).svg())
