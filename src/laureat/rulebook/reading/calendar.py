"""The calendar of an edition, drawn: stages as bars, milestones as dots, today as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from laureat.platform.ui.charts import PAGE, Canvas, Chart, Theme
from laureat.platform.ui.charts.core import NARROW, SMALL, TEXT, WIDE, summary
from laureat.platform.ui.charts.labels import LINE, draw_label, heights, wrap


@dataclass(frozen=True)
class Event:
    """Something between two dates (one of them may be open), or on one day."""

    label: str
    start: date | None
    end: date | None
    tone: str = "stage"
    """stage, now, done or milestone."""

    @property
    def first(self) -> date:
        """The day by which it is sorted."""
        day = self.start or self.end
        assert day is not None
        return day


def day(value: date) -> str:
    """A date as pages write it."""
    return date_format(value, "j\u00a0E Y")


def told(event: Event) -> str:
    """When an event is, in words."""
    if event.start and event.end and event.start != event.end:
        return f"{day(event.start)} — {day(event.end)}"
    if event.start and not event.end and event.tone != "milestone":
        return _("from %(day)s") % {"day": day(event.start)}
    if event.end and not event.start:
        return _("until %(day)s") % {"day": day(event.end)}
    return day(event.first)


def draw(events: Sequence[Event], *, title: str, today: date, theme: Theme = PAGE) -> Chart:
    """The calendar as a drawing and as a table."""
    rows = sorted(events, key=lambda event: (event.first, event.end or event.first))
    pairs = [(event.label, told(event)) for event in rows]
    alt = summary(title, pairs, most=30)
    first = min(event.first for event in rows)
    last = max(event.end or event.first for event in rows)
    span = (_month(first), _month(last, after=1))
    return Chart(
        _wide(rows, span, today, theme, alt).svg(),
        alt,
        [_("What"), _("When")],
        [list(pair) for pair in pairs],
        _narrow(rows, span, today, theme, alt).svg(),
    )


def _month(value: date, after: int = 0) -> date:
    """The first day of the month (or of the month after)."""
    month = value.year * 12 + value.month - 1 + after
    return date(month // 12, month % 12 + 1, 1)


def _months(span: tuple[date, date]) -> list[date]:
    found, month = [], span[0]
    while month <= span[1]:
        found.append(month)
        month = _month(month, after=1)
    return found


def _place(value: date, span: tuple[date, date], left: float, right: float) -> float:
    share = (value - span[0]) / max(span[1] - span[0], timedelta(days=1))
    return left + min(1.0, max(0.0, share)) * (right - left)


def _axis(
    c: Canvas, span: tuple[date, date], today: date, left: float, right: float, bottom: float
) -> None:
    months = _months(span)
    room = (right - left) / max(1, len(months) - 1)
    years = -(-34 // (12 * room)) if room else 1  # a year typed wrong makes a long calendar
    every = next((n for n in (1, 2, 3, 6, 12, 24) if room * n >= 34), 12 * years)
    for number, month in enumerate(months):
        x = _place(month, span, left, right)
        new_year = month.month == 1 or number == 0
        c.line(x, 18, x, bottom, c.theme.line, width=1)
        if number % every == 0 and month < span[1]:
            c.text(x + 4, 12, date_format(month, "M"), bold=new_year)
            if new_year and room * every >= 60:
                c.text(x + 34, 12, str(month.year))
    if span[0] <= today < span[1]:
        x = _place(today, span, left, right)
        c.line(x, 16, x, bottom, c.theme.gold, width=2, dash="5 4")


def _bar(
    c: Canvas, event: Event, span: tuple[date, date], left: float, right: float, y: float
) -> None:
    t = c.theme
    x1 = _place(event.start or event.first, span, left, right)
    end = event.end or event.start
    assert end is not None
    x2 = _place(end + timedelta(days=1), span, left, right)
    if event.tone == "milestone":
        x = (x1 + x2) / 2
        c.polygon([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], t.gold)
        return
    fill = {"stage": t.laurel, "now": t.laurel, "done": t.steps[2]}[event.tone]
    c.rect(x1, y - 7, max(6.0, x2 - x1), 14, fill, radius=3, title=told(event))


def _wide(
    rows: Sequence[Event], span: tuple[date, date], today: date, theme: Theme, alt: str
) -> Canvas:
    left, right = 230.0, WIDE - 4.0
    labels = [wrap(row.label, left - 16, bold=row.tone == "now") for row in rows]
    steps = heights(labels, 30, 8)
    bottom = 26 + sum(steps)
    c = Canvas(WIDE, bottom + 4, theme, alt)
    _axis(c, span, today, left, right, bottom)
    top = 26.0
    for event, lines, step in zip(rows, labels, steps, strict=True):
        y = top + step / 2
        top += step
        base = y + 4 - (len(lines) - 1) * LINE / 2
        draw_label(c, 0, base, lines, fill=theme.ink, size=SMALL, bold=event.tone == "now")
        _bar(c, event, span, left, right, y)
    return c


def _narrow(
    rows: Sequence[Event], span: tuple[date, date], today: date, theme: Theme, alt: str
) -> Canvas:
    left, right = 4.0, NARROW - 4.0
    labels = [wrap(row.label, NARROW - 12, TEXT, bold=row.tone == "now") for row in rows]
    steps = heights(labels, 46, 31)
    bottom = 22 + sum(steps)
    c = Canvas(NARROW, bottom + 4, theme, alt)
    _axis(c, span, today, left, right, bottom)
    top = 22.0
    for event, lines, step in zip(rows, labels, steps, strict=True):
        for n, text in enumerate(lines):
            base = top + 18 + n * LINE
            now = event.tone == "now"
            c.text(left, base, text, fill=theme.ink, size=TEXT, halo=True, bold=now)
        _bar(c, event, span, left, right, top + step - 13)
        top += step
    return c
