"""What an entry scored over the criteria: bars and radar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

from laureat.platform.ui.charts.core import (
    PAGE,
    SMALL,
    TEXT,
    WIDE,
    Canvas,
    Chart,
    Language,
    Number,
    Scale,
    Theme,
    both,
    figure,
    summary,
)
from laureat.platform.ui.charts.labels import (
    LINE,
    draw_label,
    draw_legend,
    heights,
    label_column,
    legend_height,
    text_width,
    wrap,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One criterion. `low`–`high` is a band to compare with (say, the middle half of the class)."""

    label: object
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    maximum: Number | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a radar; `reference` is the second outline."""

    label: object
    value: Number | None
    reference: Number | None = None


# ------------------------------------------------------------------------------------- profile


def profile(
    bars: Sequence[Bar],
    *,
    title: object,
    columns: Sequence[object],
    maximum: Number = 100,
    unit: str = "",
    legend: tuple[object, object] | None = None,
    theme: Theme = PAGE,
    width: float = WIDE,
    lang: Language = "ru",
) -> Chart:
    """Bars over criteria, each against its own maximum, with an optional band to compare with.

    columns: criterion, score, out of, compared with. legend: names of the bar and of the band.
    """

    def draw(w: float) -> Canvas:
        narrow = w < 480
        left = 0.0 if narrow else label_column([bar.label for bar in bars], w)
        labels = [wrap(str(bar.label), w if narrow else left - 16, TEXT) for bar in bars]
        rows = heights(labels, 36, 33 if narrow else 10)
        head = legend_height(legend or (), w)
        c = Canvas(w, head + max(36.0, sum(rows)), theme, alt)
        shown = [_told(bar, unit, lang) for bar in bars]
        right = w - 14 - max([text_width(each, 14, bold=True) for each in shown] + [48.0])
        if legend:
            draw_legend(
                c,
                14,
                [
                    (legend[0], lambda x, y: c.rect(x, y - 4, 16, 8, theme.laurel, radius=2)),
                    (legend[1], lambda x, y: _band(c, x, x + 16, y, theme)),
                ],
            )
        top = head
        for bar, lines, row, told in zip(bars, labels, rows, shown, strict=True):
            y = top + (row - 16 if narrow else row / 2)
            base = top + 15 if narrow else y + 4.5 - (len(lines) - 1) * LINE / 2
            draw_label(c, 0, base, lines, fill=theme.ink)
            most = float(bar.maximum if bar.maximum is not None else maximum)
            at = Scale(0, most, left, right)
            c.rect(left, y - 5, right - left, 10, theme.line, radius=2)
            if bar.value is not None:
                c.rect(left, y - 5, at(bar.value) - left, 10, theme.laurel, radius=2)
            if bar.low is not None and bar.high is not None:
                _band(c, at(bar.low), at(bar.high), y, theme)
            c.text(w, y + 5, told, size=14, anchor="end", bold=True, fill=theme.ink)
            top += row
        return c

    rows = [
        [
            str(b.label),
            figure(b.value, lang),
            figure(b.maximum if b.maximum is not None else maximum, lang),
            f"{figure(b.low, lang)}–{figure(b.high, lang)}" if b.low is not None else "—",
        ]
        for b in bars
    ]
    alt = summary(title, [(r[0], f"{r[1]}/{r[2]}") for r in rows])
    svg, narrow = both(draw, theme, width)
    return Chart(svg, alt, [str(c) for c in columns], rows, narrow)


def _told(bar: Bar, unit: str, lang: Language) -> str:
    """The figure beside a bar; out of how many where bars have maxima of their own: bars of 28/40
    and 42/60 are equally long.
    """
    if bar.value is None:
        return figure(None, lang)
    most = "" if bar.maximum is None else f"/{figure(bar.maximum, lang)}"
    return f"{figure(bar.value, lang)}{most}{unit}"


def _band(c: Canvas, x1: float, x2: float, y: float, theme: Theme) -> None:
    """A bracket around the bar: readable on the bar, beside it, and without colour."""
    c.rect(x1, y - 9, max(1.5, x2 - x1), 2, theme.ink)
    c.rect(x1, y - 9, 1.5, 18, theme.ink)
    c.rect(max(x1, x2 - 1.5), y - 9, 1.5, 18, theme.ink)


# --------------------------------------------------------------------------------------- radar


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the label of an axis stands, from the middle of the radar."""

    x: float
    y: float
    side: Literal["start", "middle", "end"]
    above: bool
    lines: list[str]


def _axis_place(i: int, count: int, width: float, radius: float, label: str) -> _Place:
    angle = 2 * pi * i / count - pi / 2
    across, y = (radius + 12) * cos(angle), (radius + 12) * sin(angle)
    x = width / 2 + across
    side: Literal["start", "middle", "end"] = "start" if across > 0 else "end"
    if abs(across) < radius * 0.2:
        side = "middle"
    wide = {"start": width - x, "end": x, "middle": width - 2 * radius}[side]
    return _Place(x, y, side, y < -radius * 0.6, wrap(label, wide))


def radar(
    axes: Sequence[Axis],
    *,
    title: object,
    columns: Sequence[object],
    maximum: Number = 100,
    legend: tuple[object, object] | None = None,
    theme: Theme = PAGE,
    width: float = 440,
    lang: Language = "ru",
) -> Chart:
    """A round profile, for at least three axes. columns: axis, score, compared with."""

    def draw(w: float) -> Canvas:
        room = min(130.0, w * 0.27)
        radius = w / 2 - room
        head = legend_height(legend, w) if legend else 0.0
        spots = [_axis_place(i, len(axes), w, radius, str(a.label)) for i, a in enumerate(axes)]
        over = max([12 + LINE * (len(s.lines) + 1) for s in spots if s.above] + [46.0])
        under = max([22 + LINE * (len(s.lines) + 1) for s in spots if not s.above] + [60.0])
        cy = head + radius + over
        c = Canvas(w, cy + radius + under, theme, alt)
        if legend:
            draw_legend(
                c,
                14,
                [
                    (legend[0], lambda x, y: c.rect(x, y - 4, 16, 8, theme.laurel, radius=2)),
                    (
                        legend[1],
                        lambda x, y: c.line(x, y, x + 16, y, theme.ink, width=1.5, dash="4 3"),
                    ),
                ],
            )
        count = max(1, len(axes))
        scale = Scale(0, float(maximum), 0, radius)

        def at(i: int, r: float) -> tuple[float, float]:
            angle = 2 * pi * i / count - pi / 2
            return w / 2 + r * cos(angle), cy + r * sin(angle)

        for ring in (0.25, 0.5, 0.75, 1.0):
            c.polygon(
                [at(i, radius * ring) for i in range(count)], "none", stroke=theme.line, width=1
            )
        for i in range(count):
            x, y = at(i, radius)
            c.line(w / 2, cy, x, y, theme.line)
        values = [at(i, scale(a.value or 0)) for i, a in enumerate(axes)]
        known = [spot for spot, a in zip(values, axes, strict=True) if a.value is not None]
        c.polygon(known, theme.laurel, stroke=theme.laurel, width=2, opacity=0.16)
        if any(a.reference is not None for a in axes):
            c.polygon(
                [at(i, scale(a.reference or 0)) for i, a in enumerate(axes)],
                "none",
                stroke=theme.ink,
                width=1.5,
                dash="4 3",
            )
        for i, axis in enumerate(axes):
            if axis.value is not None:
                c.circle(*values[i], 3, theme.laurel)
            spot = spots[i]
            x, y = spot.x, cy + spot.y
            first = y + 4 - LINE * len(spot.lines) if spot.above else y + 10
            draw_label(c, x, first, spot.lines, fill=theme.quiet, size=SMALL, anchor=spot.side)
            value = figure(axis.value, lang)
            last = first + LINE * len(spot.lines)
            c.text(x, last, value, anchor=spot.side, fill=theme.ink, bold=True)
        return c

    rows = [[str(a.label), figure(a.value, lang), figure(a.reference, lang)] for a in axes]
    alt = summary(title, [(r[0], r[1]) for r in rows])
    svg, narrow = both(draw, theme, width)
    return Chart(svg, alt, [str(c) for c in columns], rows, narrow)
