"""How scores lie: assessors on one criterion, entries with intervals, a class in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laureat.platform.ui.charts.core import (
    PAGE,
    TEXT,
    WIDE,
    Canvas,
    Chart,
    Language,
    Number,
    Scale,
    Theme,
    Tone,
    both,
    bounds,
    figure,
    summary,
    ticks,
)
from laureat.platform.ui.charts.labels import (
    LINE,
    clip,
    draw_label,
    draw_legend,
    heights,
    label_column,
    legend_height,
    text_width,
    wrap,
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One assessor's score on one criterion."""

    label: object
    value: Number


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its uncertainty."""

    label: object
    score: Number
    low: Number
    high: Number
    tone: Tone = "laurel"
    note: object = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """A column of a histogram: from low (inclusive) to high."""

    low: Number
    high: Number
    count: int
    marked: bool = False


# -------------------------------------------------------------------------------------- spread


def spread(
    dots: Sequence[Dot],
    *,
    title: object,
    columns: Sequence[object],
    mean: tuple[object, Number] | None = None,
    consensus: tuple[object, Number] | None = None,
    minimum: Number = 0,
    maximum: Number = 100,
    theme: Theme = PAGE,
    width: float = WIDE,
    lang: Language = "ru",
) -> Chart:
    """Assessors on one criterion, one dot each, with the mean (line) and the consensus (diamond).

    mean and consensus: (name, value). columns: assessor, score.
    """

    def draw(w: float) -> Canvas:
        at = Scale(float(minimum), float(maximum), 14, w - 14)
        piles: dict[int, int] = {}
        spots: list[tuple[float, int]] = []
        for dot in sorted(dots, key=lambda d: (d.value, str(d.label))):
            x = at(dot.value)
            slot = round(x / 13)
            spots.append((x, piles.get(slot, 0)))
            piles[slot] = piles.get(slot, 0) + 1
        tall = max(piles.values(), default=1)
        named = [f"{m[0]} {figure(m[1], lang)}" for m in (mean, consensus) if m]
        head = legend_height(named, w) - 2 if named else 4.0
        floor_y = head + 18 + tall * 14
        c = Canvas(w, floor_y + 26, theme, alt)
        c.line(14, floor_y, w - 14, floor_y, theme.quiet)
        for tick in ticks(float(minimum), float(maximum), 5 if w < 480 else 10):
            c.line(at(tick), floor_y, at(tick), floor_y + 4, theme.quiet)
            c.text(at(tick), floor_y + 18, figure(tick, lang), anchor="middle")
        marks: list[tuple[object, Callable[[float, float], None]]] = []
        if mean:
            x = at(mean[1])
            c.line(x, head + 2, x, floor_y, theme.ink, width=1.5, dash="4 3")
            marks.append(
                (
                    f"{mean[0]} {figure(mean[1], lang)}",
                    lambda x, y: c.line(x, y, x + 16, y, theme.ink, width=1.5, dash="4 3"),
                )
            )
        for x, pile in spots:
            c.circle(x, floor_y - 9 - pile * 14, 5.5, theme.laurel, stroke=theme.sheet, width=1.5)
        if consensus:
            _diamond(c, at(consensus[1]), floor_y, 7.5, theme)
            marks.append(
                (
                    f"{consensus[0]} {figure(consensus[1], lang)}",
                    lambda x, y: _diamond(c, x + 8, y, 6, theme),
                )
            )
        if marks:
            draw_legend(c, 14, marks)
        return c

    rows = [[str(d.label), figure(d.value, lang)] for d in dots]
    marked = [(str(m[0]), figure(m[1], lang)) for m in (mean, consensus) if m]
    alt = summary(title, [*marked, *((r[0], r[1]) for r in rows)])
    svg, narrow = both(draw, theme, width)
    return Chart(svg, alt, [str(c) for c in columns], [*rows, *([a, b] for a, b in marked)], narrow)


def _diamond(c: Canvas, x: float, y: float, r: float, theme: Theme) -> None:
    points = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
    c.polygon(points, theme.sheet, stroke=theme.ink, width=2)


def _line_name(c: Canvas, x: float, line: tuple[object, Number], lang: Language) -> None:
    """The name of the line of decision and its value, above it."""
    text = clip(f"{line[0]} {figure(line[1], lang)}", c.width, bold=True)
    half = text_width(text, bold=True) / 2
    middle = min(max(x, half), c.width - half)
    c.text(middle, 13, text, anchor="middle", fill=c.theme.gold, bold=True)


# ----------------------------------------------------------------------------------- intervals


def intervals(
    items: Sequence[Interval],
    *,
    title: object,
    columns: Sequence[object],
    line: tuple[object, Number] | None = None,
    minimum: Number | None = None,
    maximum: Number | None = None,
    theme: Theme = PAGE,
    width: float = WIDE,
    lang: Language = "ru",
) -> Chart:
    """Score (dot), interval (bar) and the line of decision (dashes): name and value.

    columns: entry, score, interval, note. Order is the caller's. Where low is high there is no
    interval: a dot alone.
    """
    low, high = bounds(
        [x for item in items for x in (item.low, item.high)] + ([line[1]] if line else [])
    )
    low = float(minimum) if minimum is not None else low
    high = float(maximum) if maximum is not None else high

    def draw(w: float) -> Canvas:
        names = [item.label for item in items]
        # On a phone only short names, such as numbers, stand beside what they name.
        narrow = w < 480 and label_column(names, w, 1) > w * 0.3
        left = 8.0 if narrow else label_column(names, w)
        labels = [wrap(str(item.label), w if narrow else left - 16, TEXT) for item in items]
        rows = heights(labels, 32, 29 if narrow else 12)
        shown = [figure(item.score, lang) for item in items]
        head = 24.0 if line else 4.0
        end = head + max(32.0, sum(rows))
        right = w - 12 - max([text_width(each, 14, bold=True) for each in shown] + [44.0])
        at = Scale(low, high, left, right)
        c = Canvas(w, end + 26, theme, alt)
        c.line(left, end, right, end, theme.line)
        for tick in ticks(low, high, 4 if w < 480 else 6):
            c.line(at(tick), end, at(tick), end + 4, theme.line)
            c.text(at(tick), end + 18, figure(tick, lang), anchor="middle")
        if line:
            x = at(line[1])
            _line_name(c, x, line, lang)
            if not narrow:
                c.line(x, head - 4, x, end, theme.gold, width=2, dash="5 4")
        top = head
        for item, lines, row, score in zip(items, labels, rows, shown, strict=True):
            y = top + (row - 14 if narrow else row / 2)
            base = top + 16 if narrow else y + 4.5 - (len(lines) - 1) * LINE / 2
            draw_label(c, 0, base, lines, fill=theme.ink)
            if line and narrow:
                # On a phone labels stand above: the line is drawn beside them, never through them.
                c.line(at(line[1]), y - 9, at(line[1]), y + 11, theme.gold, width=2, dash="5 4")
            top += row
            paint = theme.tone(item.tone)
            if item.low != item.high:
                c.line(at(item.low), y, at(item.high), y, paint, width=2)
                for x in (at(item.low), at(item.high)):
                    c.line(x, y - 4, x, y + 4, paint, width=2)
            c.circle(at(item.score), y, 5, paint, stroke=theme.sheet, width=1.5)
            c.text(
                w,
                y + 4.5,
                score,
                size=14,
                anchor="end",
                bold=True,
                fill=theme.ink,
            )
        return c

    rows = [
        [
            str(i.label),
            figure(i.score, lang),
            f"{figure(i.low, lang)}–{figure(i.high, lang)}" if i.low != i.high else "—",
            str(i.note),
        ]
        for i in items
    ]
    told = [(str(line[0]), figure(line[1], lang))] if line else []
    alt = summary(
        title, [*told, *((r[0], r[1] if r[2] == "—" else f"{r[1]} ({r[2]})") for r in rows)]
    )
    svg, narrow = both(draw, theme, width)
    return Chart(svg, alt, [str(c) for c in columns], rows, narrow)


# ----------------------------------------------------------------------------------- histogram


def histogram(
    bins: Sequence[Bin],
    *,
    title: object,
    columns: Sequence[object],
    line: tuple[object, Number] | None = None,
    theme: Theme = PAGE,
    width: float = WIDE,
    height: float = 220,
    lang: Language = "ru",
) -> Chart:
    """How many entries scored what; a marked bin is “yours”. columns: from–to, number."""

    def draw(w: float) -> Canvas:
        c = Canvas(w, height, theme, alt)
        base, head = height - 26, 40.0
        low = min((float(b.low) for b in bins), default=0.0)
        high = max((float(b.high) for b in bins), default=1.0)
        top = max((b.count for b in bins), default=1) or 1
        at, up = Scale(low, high, 16, w - 16), Scale(0, top, base, head)
        for b in bins:
            x1, x2, y = at(b.low), at(b.high), up(b.count)
            paint = theme.laurel if b.marked else theme.steps[2]
            c.rect(x1 + 1, y, x2 - x1 - 2, base - y, paint, radius=2)
        c.line(16, base, w - 16, base, theme.quiet)
        if line:
            x = at(line[1])
            c.line(x, 20, x, base, theme.gold, width=2, dash="5 4")
            _line_name(c, x, line, lang)
        for b in bins:
            if b.count:
                c.text(
                    (at(b.low) + at(b.high)) / 2,
                    up(b.count) - 5,
                    figure(b.count, lang),
                    anchor="middle",
                    bold=b.marked,
                    fill=theme.ink,
                    halo=True,
                )
        for tick in ticks(low, high, 5 if w < 480 else 10):
            c.text(at(tick), base + 18, figure(tick, lang), anchor="middle")
        return c

    rows = [[f"{figure(b.low, lang)}–{figure(b.high, lang)}", figure(b.count, lang)] for b in bins]
    alt = summary(title, [(f"{r[0]}:", r[1]) for r in rows])
    svg, narrow = both(draw, theme, width)
    return Chart(svg, alt, [str(c) for c in columns], rows, narrow)
