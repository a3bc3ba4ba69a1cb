"""How things move: the way of an entry, the funnel of a season, a line of figures in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from laureat.platform.ui.charts.core import (
    NARROW,
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
    Tone,
    bounds,
    figure,
    summary,
)
from laureat.platform.ui.charts.labels import (
    LINE,
    clip,
    draw_label,
    heights,
    label_column,
    text_width,
    wrap,
)

State = Literal["passed", "decided", "active", "waiting", "stopped", "withdrawn"]
"""decided: the last word was said there; whether it was an honour stands elsewhere."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A station on an entry's way. `when` is ready to read: “until 30 April”."""

    label: object
    when: object = ""
    state: State = "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel: how many got here."""

    label: object
    value: Number
    note: object = ""


def _station(c: Canvas, x: float, y: float, state: State) -> None:
    t = c.theme
    if state == "passed":
        c.circle(x, y, 8, t.laurel)
        c.polygon(
            [(x - 3.5, y + 0.2), (x - 1, y + 2.8), (x + 3.6, y - 2.8)],
            "none",
            stroke=t.sheet,
            width=1.8,
            closed=False,
        )
    elif state == "decided":
        c.circle(x, y, 8, t.laurel)
    elif state == "active":
        c.circle(x, y, 8, t.sheet, stroke=t.laurel, width=2.5)
        c.circle(x, y, 3.5, t.laurel)
    elif state in {"stopped", "withdrawn"}:
        c.circle(x, y, 8, t.sheet, stroke=t.warn, width=2)
        if state == "stopped":
            c.line(x - 3, y - 3, x + 3, y + 3, t.warn, width=2)
            c.line(x - 3, y + 3, x + 3, y - 3, t.warn, width=2)
        else:
            c.line(x - 3.5, y, x + 3.5, y, t.warn, width=2)
    else:
        c.circle(x, y, 6, t.sheet, stroke=t.quiet, width=1.2)


def _way_wide(stages: Sequence[Stage], theme: Theme, alt: str, width: float) -> Canvas:
    cell = width / max(1, len(stages))
    labels = [
        wrap(str(stage.label), cell - 8, TEXT, bold=stage.state == "active") for stage in stages
    ]
    times = [wrap(str(stage.when), cell - 8) for stage in stages]
    lines = max((len(a) + len(b) for a, b in zip(labels, times, strict=True)), default=0)
    c = Canvas(width, max(84.0, 44 + lines * LINE), theme, alt)
    for i, stage in enumerate(stages):
        x = cell * (i + 0.5)
        if i:
            done = stages[i - 1].state == "passed"
            c.line(
                x - cell + 12,
                18,
                x - 12,
                18,
                theme.laurel if done else theme.line,
                width=2,
            )
        _station(c, x, 18, stage.state)
        later = stage.state == "waiting"
        ink = theme.quiet if later else theme.ink
        bold = stage.state == "active"
        draw_label(c, x, 44, labels[i], fill=ink, bold=bold, anchor="middle")
        under = 46 + len(labels[i]) * LINE
        draw_label(c, x, under, times[i], fill=theme.quiet, size=SMALL, anchor="middle")
    return c


def _way_narrow(stages: Sequence[Stage], theme: Theme, alt: str, width: float) -> Canvas:
    labels = [
        wrap(str(stage.label), width - 36, 14, bold=stage.state == "active") for stage in stages
    ]
    times = [wrap(str(stage.when), width - 36) for stage in stages]
    rows = [12 + LINE * (len(a) + len(b)) for a, b in zip(labels, times, strict=True)]
    c = Canvas(width, max(42.0, sum(rows)) + 4, theme, alt)
    y = 14.0
    for i, stage in enumerate(stages):
        if i:
            done = stages[i - 1].state == "passed"
            before = y - rows[i - 1] + 12
            c.line(12, before, 12, y - 12, theme.laurel if done else theme.line, width=2)
        _station(c, 12, y, stage.state)
        later = stage.state == "waiting"
        ink = theme.quiet if later else theme.ink
        draw_label(c, 32, y + 4, labels[i], fill=ink, size=14, bold=stage.state == "active")
        draw_label(c, 32, y + 5 + LINE * len(labels[i]), times[i], fill=theme.quiet, size=SMALL)
        y += rows[i]
    return c


def way(
    stages: Sequence[Stage],
    *,
    title: object,
    columns: Sequence[object],
    states: Mapping[State, object],
    theme: Theme = PAGE,
    width: float = WIDE,
) -> Chart:
    """The way of one entry through the stages. columns: stage, when, state; `states` names them."""
    told = [(str(s.label), str(states.get(s.state, s.state))) for s in stages]
    alt = summary(title, told)
    return Chart(
        _way_wide(stages, theme, alt, width).svg(),
        alt,
        [str(c) for c in columns],
        [[str(s.label), str(s.when), name] for s, (_, name) in zip(stages, told, strict=True)],
        _way_narrow(stages, theme, alt, NARROW).svg() if theme.responsive else "",
    )


def _value_width(step: Step, lang: Language) -> float:
    return text_width(figure(step.value, lang), 15, bold=True)


def _funnel(steps: Sequence[Step], theme: Theme, alt: str, width: float, lang: Language) -> Canvas:
    narrow = width < 480
    left = 0.0 if narrow else label_column([step.label for step in steps], width, 0.36)
    labels = [wrap(str(step.label), width if narrow else left - 16, TEXT) for step in steps]
    rows = heights(labels, 40, 35 if narrow else 10)
    c = Canvas(width, max(40.0, sum(rows)), theme, alt)
    top = max((float(s.value) for s in steps), default=0.0)
    notes = max((text_width(str(s.note)) for s in steps), default=0.0)
    figures = max((_value_width(s, lang) for s in steps), default=0.0)
    right = width - 16 - figures - (min(notes, width * 0.2) + 6 if notes else 0)
    row_top = 0.0
    for i, step in enumerate(steps):
        lines, row = labels[i], rows[i]
        y = row_top + (row - 32 if narrow else (row - 26) / 2)
        share = float(step.value) / top if top > 0 else 0.0
        length = max(2.0, max(0.0, min(1.0, share)) * (right - left))
        base = row_top + 13 if narrow else y + 18 - (len(lines) - 1) * LINE / 2
        draw_label(c, 0, base, lines, fill=theme.ink)
        row_top += row
        if i:
            before = float(steps[i - 1].value) / top if top > 0 else 0.0
            c.rect(left, y, max(2.0, before * (right - left)), 26, theme.laurel_soft, radius=3)
        last = i == len(steps) - 1
        c.rect(left, y, length, 26, theme.gold if last else theme.laurel, radius=3)
        reach = max(
            length, (float(steps[i - 1].value) / top if i and top > 0 else 0) * (right - left)
        )
        value = figure(step.value, lang)
        x = left + reach + 8
        c.text(x, y + 18, value, size=15, bold=True, fill=theme.ink)
        gap = x + _value_width(step, lang) + 6
        if str(step.note) and width - gap > 18:
            c.text(gap, y + 18, clip(str(step.note), width - gap))
    return c


def funnel(
    steps: Sequence[Step],
    *,
    title: object,
    columns: Sequence[object],
    theme: Theme = PAGE,
    width: float = WIDE,
    lang: Language = "ru",
) -> Chart:
    """A season from letters sent to honours given. columns: step, number, note."""
    alt = summary(title, [(str(s.label), figure(s.value, lang)) for s in steps])
    return Chart(
        _funnel(steps, theme, alt, width, lang).svg(),
        alt,
        [str(c) for c in columns],
        [[str(s.label), figure(s.value, lang), str(s.note)] for s in steps],
        _funnel(steps, theme, alt, NARROW, lang).svg() if theme.responsive else "",
    )


def sparkline(
    values: Sequence[Number | None],
    *,
    title: object,
    labels: Sequence[object] = (),
    columns: Sequence[object] = ("", ""),
    theme: Theme = PAGE,
    width: float = 120,
    height: float = 28,
    tone: Tone = "laurel",
    lang: Language = "ru",
) -> Chart:
    """A small line in a row of text or a table; a gap where a value is missing, a dot at the end."""
    known = [v for v in values if v is not None]
    names = [str(label) for label in labels] or [str(i + 1) for i in range(len(values))]
    pairs = [(n, figure(v, lang)) for n, v in zip(names, values, strict=True)]
    alt = summary(title, pairs)
    c = Canvas(width, height, theme, alt)
    low, high = bounds(known)
    across = Scale(0, max(1, len(values) - 1), 4, width - 4)
    up = Scale(low, high, height - 4, 4)
    run: list[tuple[float, float]] = []
    runs = [run]
    for i, value in enumerate(values):
        if value is None:
            run = []
            runs.append(run)
        else:
            run.append((across(i), up(value)))
    for points in runs:
        if len(points) > 1:
            c.polygon(points, "none", stroke=theme.tone(tone), width=1.75, closed=False)
        elif points:
            c.circle(*points[0], 1.5, theme.tone(tone))
    drawn = [points for points in runs if points]
    if drawn:
        c.circle(*drawn[-1][-1], 3, theme.tone(tone))
    return Chart(c.svg(), alt, [str(x) for x in columns], [list(pair) for pair in pairs])
