"""The answer as a picture: bars of characters for the terminal, SVG for paper and pages."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from laureat.science.simulation.study import Bin, Row, Study

WIDTH = 40
PARTS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Labels:
    """The words of the picture, in the reader's language."""

    title: str = "Chance that a true laureate is chosen"
    axis: str = "assessors per entry"
    fair: str = "fair scores"
    raw: str = "raw means"
    calibration: str = "Is what the program says about chances true?"
    said: str = "chance said"
    was: str = "came true"
    figures: str = "assessors per entry, fair scores, raw means"


def chart(study: Study, goal: float, labels: Labels | None = None) -> str:
    """One bar a number of assessors, the goal as a line; raw means as a mark on the bar."""
    words = labels or Labels()
    lines = [f"{words.title}: █ {words.fair}, ◆ {words.raw}, ┊ {goal:.0%}"]
    lines += [f"{row.per_entry:4d} {_bar(row, goal)} {row.right:6.1%}" for row in study.rows()]
    return "\n".join(lines)


def _bar(row: Row, goal: float) -> str:
    eighths = round(row.right * WIDTH * 8)
    cells = list("█" * (eighths // 8) + (PARTS[eighths % 8] if eighths % 8 else ""))
    cells += [" "] * (WIDTH - len(cells))
    cells[min(WIDTH - 1, int(row.right_raw * WIDTH))] = "◆"
    line = min(WIDTH - 1, int(goal * WIDTH))
    if cells[line] == " ":
        cells[line] = "┊"
    return "".join(cells)


def svg(study: Study, goal: float, labels: Labels | None = None) -> str:
    """Chances by number of assessors with two standard errors, and the calibration beside it."""
    words = labels or Labels()
    rows, bins = study.rows(), study.calibration()
    table = "; ".join(f"{r.per_entry}: {r.right:.1%}, {r.right_raw:.1%}" for r in rows)
    shape = 'viewBox="0 0 760 360" role="img" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {shape}>',
        f"<title>{escape(words.title)}</title>",
        f"<desc>{escape(words.figures)}: {escape(table)}</desc>",
        '<rect width="760" height="360" fill="#fff"/>',
        *_curves(rows, goal, words),
        *(_calibration(bins, words) if bins else []),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _curves(rows: list[Row], goal: float, words: Labels) -> list[str]:
    left, right, top, bottom = 56.0, 420.0, 56.0, 300.0
    first, last = rows[0].per_entry, rows[-1].per_entry
    low = min(0.9, *(min(r.right, r.right_raw) for r in rows)) // 0.1 * 0.1

    def x(each: float) -> float:
        return (left + right) / 2 if first == last else left + (each - first) / (last - first) * (right - left)  # fmt: skip

    def y(share: float) -> float:
        return bottom - (share - low) / (1 - low) * (bottom - top)

    parts = [_text(left, 24, words.title, "start", "#222", 'font-weight="bold"')]
    steps = round((1 - low) * 10)
    for k in range(steps + 1):
        share = low + k * (1 - low) / steps
        parts.append(f'<path d="M{left:.0f} {y(share):.1f}H{right:.0f}" stroke="#ddd"/>')
        parts.append(_text(left - 8, y(share) + 4, f"{share:.0%}", "end"))
    parts.append(
        f'<path d="M{left:.0f} {y(goal):.1f}H{right:.0f}" stroke="#222" stroke-dasharray="5 4"/>'
    )
    parts.append(_text(right + 6, y(goal) + 4, f"{goal:.0%}", "start", "#222"))
    stride = max(1, (last - first) // 10)
    parts += [_text(x(r.per_entry), bottom + 20, str(r.per_entry)) for r in rows[::stride]]
    parts.append(_text((left + right) / 2, bottom + 42, words.axis))
    for name, colour, values in (
        (words.raw, "#b3541e", [(r.per_entry, r.right_raw, r.right_raw_se) for r in rows]),
        (words.fair, "#1b5e8c", [(r.per_entry, r.right, r.right_se) for r in rows]),
    ):
        edge = [(x(k), y(min(1.0, v + 2 * s))) for k, v, s in values]
        edge += [(x(k), y(max(low, v - 2 * s))) for k, v, s in reversed(values)]
        parts.append(f'<polygon points="{_points(edge)}" fill="{colour}" fill-opacity=".15"/>')
        line = [(x(k), y(v)) for k, v, _ in values]
        parts.append(
            f'<polyline points="{_points(line)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in line]
        place = 42.0
        at = left if name == words.fair else left + 140
        parts.append(f'<circle cx="{at + 5:.1f}" cy="{place - 4:.1f}" r="4" fill="{colour}"/>')
        parts.append(_text(at + 14, place, name, "start", colour))
    return parts


def _calibration(bins: list[Bin], words: Labels) -> list[str]:
    left, right, top, bottom = 530.0, 730.0, 100.0, 300.0

    def x(share: float) -> float:
        return left + share * (right - left)

    def y(share: float) -> float:
        return bottom - share * (bottom - top)

    title = words.calibration.split(" ")
    half = (len(title) + 1) // 2
    parts = [
        _text(left - 30, 24, " ".join(title[:half]), "start", "#222", 'font-weight="bold"'),
        _text(left - 30, 42, " ".join(title[half:]), "start", "#222", 'font-weight="bold"'),
        _text(left - 30, 84, words.was, "start"),
        f'<path d="M{left:.0f} {top:.0f}V{bottom:.0f}H{right:.0f}" fill="none" stroke="#999"/>',
        f'<path d="M{left:.0f} {bottom:.0f}L{right:.0f} {top:.0f}" stroke="#999" stroke-dasharray="3 3"/>',
        _text((left + right) / 2, bottom + 42, words.said),
    ]
    for share in (0.0, 0.5, 1.0):
        parts.append(_text(x(share), bottom + 20, f"{share:.0%}"))
        parts.append(_text(left - 8, y(share) + 4, f"{share:.0%}", "end"))
    parts += [
        f'<circle cx="{x(b.said):.1f}" cy="{y(b.was):.1f}" r="4.5" fill="#1b5e8c"/>' for b in bins
    ]
    return parts


def _points(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in places)


def _text(
    x: float, y: float, text: str, anchor: str = "middle", colour: str = "#555", more: str = ""
) -> str:
    space = f" {more}" if more else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{space}>'
        f"{escape(text)}</text>"
    )
