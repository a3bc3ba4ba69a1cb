"""What every chart is made of: a theme, a canvas, a scale.

Plain Python: no Django. Text may be lazy (it is turned into `str` where it is drawn).
Output is deterministic: same data in, same bytes out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Literal

Number = int | float | Decimal
Language = Literal["ru", "en"]
Tone = Literal["laurel", "gold", "warn", "quiet"]

WIDE = 640
NARROW = 360
SMALL = 12.0
TEXT = 13.0


@dataclass(frozen=True, slots=True)
class Theme:
    """Paints of a drawing. `PAGE` follows the page's tokens, `PRINT` has literal colours for PDFs."""

    paper: str
    sheet: str
    ink: str
    quiet: str
    line: str
    laurel: str
    laurel_soft: str
    gold: str
    gold_soft: str
    warn: str
    warn_soft: str
    steps: tuple[str, str, str, str, str]
    sans: str
    responsive: bool

    def tone(self, tone: Tone) -> str:
        return {
            "laurel": self.laurel,
            "gold": self.gold,
            "warn": self.warn,
            "quiet": self.quiet,
        }[tone]

    def soft(self, tone: Tone) -> str:
        return {
            "laurel": self.laurel_soft,
            "gold": self.gold_soft,
            "warn": self.warn_soft,
            "quiet": self.line,
        }[tone]


PAGE = Theme(
    paper="var(--paper)",
    sheet="var(--sheet)",
    ink="var(--ink)",
    quiet="var(--quiet)",
    line="var(--line)",
    laurel="var(--laurel)",
    laurel_soft="var(--laurel-soft)",
    gold="var(--gold)",
    gold_soft="var(--gold-soft)",
    warn="var(--warn)",
    warn_soft="var(--warn-soft)",
    steps=("var(--tone-1)", "var(--tone-2)", "var(--tone-3)", "var(--tone-4)", "var(--tone-5)"),
    sans="var(--sans)",
    responsive=True,
)

PRINT = Theme(
    paper="#ffffff",
    sheet="#ffffff",
    ink="#1d2320",
    quiet="#565e59",
    line="#d9d3c7",
    laurel="#1f5c4a",
    laurel_soft="#e4efea",
    gold="#85590b",
    gold_soft="#f7eed9",
    warn="#9a3412",
    warn_soft="#fbe9e0",
    steps=("#e4efea", "#bfdacf", "#8fbfab", "#3f806a", "#1f5c4a"),
    sans="PT Sans, Libertinus Serif",
    responsive=False,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and its equals in words: `alt` for a sentence, `columns` and `rows` for a table.

    `narrow` is the same drawing for a phone; empty where one drawing serves all (PDF, sparkline).
    """

    svg: str
    alt: str
    columns: list[str]
    rows: list[list[str]]
    narrow: str = ""


def figure(value: Number | None, lang: Language = "ru", places: int | None = None) -> str:
    """A number as a reader of `lang` writes it: 1 234,5 or 1,234.5; a dash where there is none."""
    if value is None or not isfinite(value):
        return "—"
    exact = Decimal(str(value))
    if places is None:
        text = f"{round(exact, 2).normalize():,f}"
    else:
        text = f"{exact:,.{places}f}"
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    if lang == "ru":
        whole, _, part = text.partition(".")
        # A thin space from five digits on, as Russian typography asks.
        digits = whole.lstrip("-").replace(",", "")
        whole = whole.replace(",", "\u202f" if len(digits) > 4 else "")
        text = f"{whole},{part}" if part else whole
    return text.replace("-", "−")


# --------------------------------------------------------------------------------------- scale


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps a value to a coordinate; what lies outside is drawn at the edge, never beyond it."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: Number) -> float:
        span = self.high - self.low
        share = (float(value) - self.low) / span if span else 0.5
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers between low and high, about so many."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / max(1, about)
    power = 10.0 ** floor(log10(raw))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= raw * 0.999)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def bounds(values: Sequence[Number], pad: float = 0.06) -> tuple[float, float]:
    """A span that holds all values with a little air."""
    known = [float(v) for v in values if isfinite(v)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    air = (high - low) * pad or abs(high) * 0.1 or 1.0
    return low - air, high + air


# -------------------------------------------------------------------------------------- canvas


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@cache
def _attribute(keyword: str) -> str:
    """stroke_width is stroke-width, class_ is class."""
    return keyword.rstrip("_").replace("_", "-")


class Canvas:
    """Collects SVG elements. Paint goes into attributes only: no style, no script, no ids."""

    def __init__(self, width: float, height: float, theme: Theme, alt: str = "") -> None:
        self.width, self.height, self.theme, self.alt = width, height, theme, alt
        self._parts: list[str] = []

    def _add(self, name: str, body: str = "", /, **attributes: str | float | None) -> None:
        pairs = "".join(
            f' {_attribute(key)}="{escape(v) if isinstance(v, str) else _n(v)}"'
            for key, v in attributes.items()
            if v is not None
        )
        self._parts.append(f"<{name}{pairs}>{body}</{name}>" if body else f"<{name}{pairs}/>")

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        radius: float = 0,
        stroke: str | None = None,
        title: str = "",
    ) -> None:
        body = f"<title>{escape(title)}</title>" if title else ""
        self._add(
            "rect",
            body,
            x=x,
            y=y,
            width=max(0.0, width),
            height=max(0.0, height),
            rx=radius or None,
            fill=fill,
            stroke=stroke,
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: str,
        *,
        width: float = 1,
        dash: str | None = None,
    ) -> None:
        self._add(
            "line",
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_linecap=None if dash else "round",
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str,
        *,
        stroke: str | None = None,
        width: float | None = None,
    ) -> None:
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke, stroke_width=width)

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        fill: str,
        *,
        stroke: str | None = None,
        width: float | None = None,
        opacity: float | None = None,
        dash: str | None = None,
        closed: bool = True,
    ) -> None:
        self._add(
            "polygon" if closed else "polyline",
            points=" ".join(f"{_n(x)},{_n(y)}" for x, y in points),
            fill=fill,
            fill_opacity=opacity,
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_linejoin="round",
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        fill: str | None = None,
        size: float = SMALL,
        anchor: Literal["start", "middle", "end"] = "start",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        self._add(
            "text",
            escape(text),
            x=x,
            y=y,
            fill=fill or self.theme.quiet,
            font_family=self.theme.sans,
            font_size=size,
            font_weight="700" if bold else None,
            text_anchor=None if anchor == "start" else anchor,
            stroke=self.theme.sheet if halo else None,
            stroke_width=4 if halo else None,
            paint_order="stroke" if halo else None,
        )

    def svg(self) -> str:
        width, height = _n(self.width), _n(self.height)
        label = (
            f' role="img" aria-label="{escape(self.alt)}"' if self.alt else ' aria-hidden="true"'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}"{label}>{"".join(self._parts)}</svg>'
        )


def summary(title: object, pairs: Sequence[tuple[str, str]], most: int = 12) -> str:
    """The text alternative: the title and the figures; a long list is cut, the table has all."""
    told = "; ".join(f"{label} {value}".strip() for label, value in pairs[:most])
    if len(pairs) > most:
        told += "; …"
    return f"{title}: {told}" if told else str(title)


def both(draw: Callable[[float], Canvas], theme: Theme, width: float) -> tuple[str, str]:
    return draw(width).svg(), draw(NARROW).svg() if theme.responsive else ""
