"""The map of regions as tiles of equal size: a small region counts as much as a large one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from laureat.platform.ui.charts.core import (
    NARROW,
    PAGE,
    WIDE,
    Canvas,
    Chart,
    Language,
    Number,
    Theme,
    figure,
    summary,
)
from laureat.platform.ui.charts.labels import (
    clip,
    text_width,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A region: short code for the tile, full label, place on the grid, value (None: no part)."""

    code: object
    label: object
    row: int
    col: int
    value: Number | None = None
    marked: bool = False


def _step(value: float, top: float) -> int:
    return 0 if top <= 0 else max(0, min(4, int(value / top * 5 - 1e-9)))


def tile_map(
    cells: Sequence[Cell],
    *,
    title: object,
    columns: Sequence[object],
    legend: object = "",
    theme: Theme = PAGE,
    width: float = WIDE,
    lang: Language = "ru",
) -> Chart:
    """Regions by value, in five steps from 0 to the greatest. columns: region, value.

    The table lists regions with a value, greatest first. Tiles show the value where they have room.
    """
    first = min((c.col for c in cells), default=0)
    top_row = min((c.row for c in cells), default=0)
    across = max((c.col for c in cells), default=0) - first + 1
    down = max((c.row for c in cells), default=0) - top_row + 1
    known = sorted(
        (c for c in cells if c.value is not None),
        key=lambda c: (-float(c.value or 0), str(c.label)),
    )
    top = max((float(c.value or 0) for c in known), default=0.0)
    rows = [[str(c.label), figure(c.value, lang)] for c in known]
    alt = summary(title, [(r[0], r[1]) for r in rows])

    def draw(w: float) -> Canvas:
        side = min(48.0, w / across)
        gap = side * 0.06
        head = down * side
        canvas = Canvas(w, head + 34, theme, alt)
        for cell in sorted(cells, key=lambda c: (c.row, c.col)):
            x, y = (cell.col - first) * side, (cell.row - top_row) * side
            value = cell.value
            step = None if not value else _step(float(value), top)
            fill = "none" if step is None else theme.steps[step]
            ink = theme.quiet if step is None else theme.sheet if step > 2 else theme.ink
            canvas.rect(
                x + gap,
                y + gap,
                side - 2 * gap,
                side - 2 * gap,
                fill,
                radius=side * 0.1,
                stroke=theme.gold if cell.marked else theme.line if step is None else None,
                title=f"{cell.label}: {figure(value, lang)}",
            )
            middle = x + side / 2
            roomy = side >= 30 and step is not None
            size = max(6.5, min(12.0, side * 0.34))
            code = clip(str(cell.code), side - 2 * gap, size)
            canvas.text(
                middle,
                y + side * (0.44 if roomy else 0.6),
                code,
                size=size,
                anchor="middle",
                fill=ink,
                bold=cell.marked,
            )
            if roomy:
                shown = figure(value, lang)
                fits = size * min(1.0, (side - 2 * gap) / text_width(shown, size))
                canvas.text(
                    middle, y + side * 0.78, shown, size=fits, anchor="middle", fill=ink, bold=True
                )
        _key(canvas, head + 24, str(legend), top, lang)
        return canvas

    return Chart(
        draw(width).svg(),
        alt,
        [str(c) for c in columns],
        rows,
        draw(NARROW).svg() if theme.responsive else "",
    )


def _key(c: Canvas, y: float, legend: str, top: float, lang: Language) -> None:
    x = 0.0
    c.text(x, y, "0", fill=c.theme.quiet)
    x += 14
    for paint in c.theme.steps:
        c.rect(x, y - 10, 22, 12, paint)
        x += 22
    label = clip(f"{figure(top, lang)} {legend}".strip(), c.width - x - 8)
    c.text(x + 8, y, label, fill=c.theme.quiet)
