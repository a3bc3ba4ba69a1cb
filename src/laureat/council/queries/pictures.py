"""What a panel would rather see than read: profiles, spreads, intervals; on pages and on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.assessment.models import Result, Scorebook, ScorebookKind, ScorebookState
from laureat.assessment.queries.beside import alone_before
from laureat.council.queries.rows import Group, Row
from laureat.council.queries.standing import decimal
from laureat.intake.models import Entry
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import (
    PAGE,
    Bar,
    Chart,
    Dot,
    Interval,
    Theme,
    intervals,
    profile,
    spread,
)
from laureat.platform.ui.charts.core import WIDE
from laureat.platform.ui.text import language
from laureat.rulebook import schema
from laureat.rulebook.models import Stage

Totals = dict[int, list[Decimal]]


def alone(stage: Stage) -> str:
    """The stage where assessors marked alone what the panel decides on; "" where they never did.

    A visit goes on from the marks agreed before it: each assessor's own stand one stage earlier.
    """
    before = alone_before(stage)
    if before is not None:
        return str(before.key)
    source = stage.edition.rules.stage(stage.rules.points_from)
    individual = source.kind == "assessment" and source.scorebook.individual
    return str(source.key) if individual else ""


def totals_of(stage: Stage, entries: Collection[int]) -> Totals:
    """By entry, what each assessor gave alone, least first: nobody can tell whose is whose."""
    found: Totals = defaultdict(list)
    key = alone(stage)
    if not key:
        return found
    books = Scorebook.objects.filter(
        entry__in=entries,
        stage__edition=stage.edition_id,
        stage__key=key,
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
        points__isnull=False,
    )
    for entry, points in books.order_by("points", "pk").values_list("entry", "points"):
        if points is not None:
            found[entry].append(points)
    return found


def spread_chart(
    totals: Sequence[Decimal],
    result: Result | None,
    model: schema.Model | None,
    *,
    theme: Theme = PAGE,
    width: float = WIDE,
) -> Chart | None:
    """The assessors' totals, one dot each, and what the panel decides on; nothing for one alone."""
    if model is None or len(totals) < 2:
        return None
    mean = sum(totals, Decimal(0)) / len(totals)
    points = result.points if result else None
    return spread(
        [
            Dot(_("Assessor %(number)s") % {"number": number}, value)
            for number, value in enumerate(totals, start=1)
        ],
        title=_("Points of the assessors, each alone"),
        columns=(_("Assessor"), _("Points")),
        mean=(pgettext("chart", "mean"), round(mean, 2)),
        consensus=(pgettext("chart", "result"), points) if points is not None else None,
        maximum=model.points,
        theme=theme,
        width=width,
        lang=language(),
    )


def profile_chart(
    entry: Entry,
    result: Result | None,
    model: schema.Model | None,
    *,
    theme: Theme = PAGE,
    width: float = WIDE,
) -> Chart | None:
    """Points over criteria, each against what it can earn."""
    if result is None or model is None or not result.parts:
        return None
    bars = []
    for criterion in model.criteria:
        values = [decimal(result.parts.get(part.key)) for part in criterion.parts]
        known = [value for value in values if value is not None]
        total = sum(known, Decimal(0)) if known else None
        bars.append(Bar(localised(criterion, "title"), total, maximum=criterion.points))
    return profile(
        bars,
        title=_("Profile of the entry %(entry)s") % {"entry": entry.number or ""},
        columns=(_("criterion"), _("points"), _("most points"), _("compared with")),
        theme=theme,
        width=width,
        lang=language(),
    )


def interval_chart(group: Group) -> Chart | None:
    """The entries of a category with their intervals, and the line under the best honour; where
    teams agreed on one figure, what their members gave alone.
    """
    rows = {row.entry.pk: row for row in group.rows}.values()
    items = [
        Interval(
            row.entry.number or row.organisation,
            span[0],
            span[1],
            span[2],
            tone="gold" if row.tone == "gold" else "laurel",
            note=row.title,
        )
        for row in rows
        if (span := _span(row)) is not None
    ]
    if len(items) < 2:
        return None
    return intervals(
        items,
        title=group.title or _("Entries"),
        columns=(_("entry"), _("points"), _("interval"), _("proposed honour")),
        line=_line(group),
        lang=language(),
    )


def _span(row: Row) -> tuple[Decimal, Decimal, Decimal] | None:
    """Fair points with their interval, as far as they are known."""
    if row.alone is not None:
        return row.alone.fair, row.alone.low, row.alone.high
    points = row.points if row.by_fair else row.fair
    if points is None or row.low is None or row.high is None:
        return None
    return points, row.low, row.high


def _line(group: Group) -> tuple[str, Decimal] | None:
    """The line that the drawn points are held against; none where all are above it."""
    if group.alone:
        return (_("line of the places"), group.line) if group.line is not None else None
    if not group.by_fair:
        return None  # the line is one of other points than those drawn
    points = [row.points for row in group.rows if row.points is not None]
    gold = [row.points for row in group.rows if row.tone == "gold" and row.points is not None]
    return (_("line of decision"), min(gold)) if gold and len(gold) < len(points) else None
