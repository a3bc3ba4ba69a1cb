"""Text that fits: measured, broken into lines, put beside what it names. Names are never cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Literal

from laureat.platform.ui.charts import metrics
from laureat.platform.ui.charts.core import SMALL, TEXT, Canvas

LINE = 15.0
"""From one line of a label to the next."""


def text_width(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """How wide a line of text is drawn."""
    return metrics.text_width(text, size, bold=bold)


def clip(text: str, width: float, size: float = SMALL, *, bold: bool = False) -> str:
    """As much of a text as fits on one line; for what is not a name."""
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip(" ,.·") + "…"


def wrap(text: str, width: float, size: float = SMALL, *, bold: bool = False) -> list[str]:
    """Break a text into as many lines as it needs: names are never cut. A word that is longer than
    a line is broken where the line ends, after a hyphen of its own if it has one.
    """
    out: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            out.append(line)
        *full, line = _pieces(word, width, size, bold=bold)
        out += full
    return [*out, line]


def _pieces(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """A word in parts that fit on a line each, of one letter at least."""
    out = []
    while text_width(word, size, bold=bold) > width and len(word) > 1:
        end = max(1, _fitting(word, width, size, bold=bold))
        own = word.rfind("-", 1, end) + 1
        out.append(word[: own or end] + ("" if own or not word[end - 1].isalpha() else "-"))
        word = word[own or end :]
    return [*out, word]


def _fitting(word: str, width: float, size: float, *, bold: bool) -> int:
    """How many letters fit on a line with a hyphen after them."""
    room = width - text_width("-", size, bold=bold)
    used = 0.0
    for count, letter in enumerate(word):
        used += text_width(letter, size, bold=bold)
        if used > room:
            return count
    return len(word)


def heights(labels: Sequence[Sequence[str]], least: float, around: float) -> list[float]:
    """How high each row is, whose label has these lines."""
    return [max(least, around + LINE * len(lines)) for lines in labels]


Mark = Callable[[float, float], None]
_MARK, _GAP, _ROW = 22.0, 18.0, 18.0


def _legend_places(labels: Sequence[object], width: float) -> list[tuple[float, int, str]]:
    """Where each entry of a legend stands, in which row, and its words: one after another, on."""
    x, row = 0.0, 0
    places = []
    for label in labels:
        text = clip(str(label), width - _MARK)
        wide = _MARK + text_width(text)
        if x and x + wide > width:
            x, row = 0.0, row + 1
        places.append((x, row, text))
        x += wide + _GAP
    return places


def legend_height(labels: Sequence[object], width: float) -> float:
    """How much room a legend takes, with what stands between it and the drawing."""
    places = _legend_places(labels, width)
    return 28.0 + _ROW * places[-1][1] if places else 4.0


def draw_legend(c: Canvas, y: float, items: Sequence[tuple[object, Mark]]) -> None:
    """The names of what is drawn, from `y` down."""
    places = _legend_places([label for label, _mark in items], c.width)
    for (x, row, text), (_label, mark) in zip(places, items, strict=True):
        mark(x, y - 4 + row * _ROW)
        c.text(x + _MARK, y + row * _ROW, text)


def draw_label(
    c: Canvas,
    x: float,
    y: float,
    lines: Sequence[str],
    *,
    fill: str,
    size: float = TEXT,
    bold: bool = False,
    anchor: Literal["start", "middle", "end"] = "start",
) -> None:
    """The lines of a label, the first one at `y`."""
    for n, text in enumerate(lines):
        c.text(x, y + n * LINE, text, size=size, fill=fill, bold=bold, anchor=anchor)


def label_column(labels: Sequence[object], width: float, share: float = 0.42) -> float:
    """How wide a column of labels is: the longest one, but at most a `share` of the drawing."""
    longest = max((text_width(str(label), TEXT) for label in labels), default=0.0)
    return min(ceil(longest) + 16.0, width * share)
