"""The report drawn: the same drawings on the page and on paper, only the theme differs."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.feedback.queries.reading import Block, Reading
from laureat.platform.ui.charts import PAGE, Bar, Chart, Interval, Stage, Theme, intervals, profile
from laureat.platform.ui.charts import way as way_of
from laureat.platform.ui.charts.core import WIDE
from laureat.platform.ui.text import language

_STATION = 96
"""What a stage of the way needs, so that its name is not torn."""
_NARROWER = 440
"""It stands beside the great figure, also on paper; labels above the lines have room for words."""


def way_chart(shown: Reading, *, theme: Theme = PAGE) -> Chart | None:
    """The stages that the entry walked, and where its way ended."""
    if not shown.way:
        return None
    return way_of(
        [
            Stage(step.label, date_format(step.on, "j E Y") if step.on else "", step.state)
            for step in shown.way
        ],
        title=_("The entry's way"),
        columns=(_("Stage"), _("Date"), _("State")),
        states={
            "passed": pgettext("entry in a stage", "passed"),
            "decided": pgettext("entry in a stage", "decided"),
            "active": pgettext("entry in a stage", "in progress"),
            "waiting": pgettext("entry in a stage", "to come"),
            "stopped": pgettext("entry in a stage", "stopped"),
            "withdrawn": pgettext("entry in a stage", "withdrawn"),
        },
        theme=theme,
        width=max(WIDE, _STATION * len(shown.way)),
    )


def total_chart(block: Block, *, theme: Theme = PAGE) -> Chart | None:
    """The points beside the means of the groups; fair points with the range that belongs to them."""
    fair = block.fair
    ranged = fair is not None and bool(fair.range)
    if block.points is None or not (ranged or block.category_mean or block.honoured_mean):
        return None
    rows = []
    if fair is None or not fair.decides:
        points = float(block.points)
        rows.append(Interval(_("this entry"), points, points, points))
    if fair is not None:
        points = float(fair.points)
        low = float(fair.low) if fair.low else points
        high = float(fair.high) if fair.high else points
        label = _("this entry") if fair.decides else _("this entry, fair points")
        rows.append(Interval(label, points, low, high))
    for label, mean in (
        (
            _("mean of the category (%(size)s)") % {"size": block.category_size},
            block.category_mean,
        ),
        (block.honoured_label, block.honoured_mean),
    ):
        if mean:
            rows.append(Interval(label, float(mean), float(mean), float(mean), tone="quiet"))
    return intervals(
        rows,
        title=total_title(block),
        columns=(_("Whose"), _("Points"), _("Possible range"), ""),
        minimum=0,
        maximum=float(block.max),
        theme=theme,
        width=_NARROWER,
        lang=language(),
    )


def total_title(block: Block) -> str:
    """What `total_chart` shows."""
    ranged = block.fair is not None and block.fair.range
    return _("Points and their possible range") if ranged else _("Points beside the means")


def profile_chart(block: Block, *, theme: Theme = PAGE) -> Chart | None:
    """Points by criterion, each against its own maximum; a mark where the category's mean is."""
    bars = [
        Bar(
            label=f"{each.code}. {each.title}",
            value=_figure(each.points),
            low=_figure(each.category_mean),
            high=_figure(each.category_mean),
            maximum=_figure(each.max),
        )
        for each in block.criteria
    ]
    if not any(bar.value is not None for bar in bars):
        return None
    compared = any(bar.low is not None for bar in bars)
    return profile(
        bars,
        title=_("Points by criterion"),
        columns=(_("Criterion"), _("Points"), _("Out of"), _("Mean of the category")),
        legend=(_("this entry"), _("mean of the category")) if compared else None,
        theme=theme,
        lang=language(),
    )


def _figure(value: str | None) -> float | None:
    return float(value) if value is not None else None
