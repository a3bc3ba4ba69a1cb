"""Icons (16 × 16, a line in the colour of the text) and the laurel, the mark of the house."""

from __future__ import annotations

from math import cos, pi, sin

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "check": "M3 8.5l3.2 3.2L13 4.8",
    "cross": "M4 4l8 8M12 4l-8 8",
    "warn": "M8 2.2L14.6 13.6H1.4zM8 6.6v3.2M8 11.9v.1",
    "info": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 7.4v3.6M8 5v.1",
    "right": "M6 3.5L10.5 8 6 12.5",
    "left": "M10 3.5L5.5 8l4.5 4.5",
    "down": "M3.5 6L8 10.5 12.5 6",
    "up": "M3.5 10L8 5.5 12.5 10",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "print": "M4.5 6V2.2h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4.3h-7z",
    "file": "M4 1.8h5l3.4 3.4v9H4zM9 1.8v3.4h3.4",
    "clock": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.6V8l2.4 1.6",
    "lock": "M3.8 7.2h8.4v6.4H3.8zM5.6 7.2V5a2.4 2.4 0 0 1 4.8 0v2.2",
    "plus": "M8 3v10M3 8h10",
    "minus": "M3 8h10",
    "search": "M7 11.8a4.8 4.8 0 1 0 0-9.6 4.8 4.8 0 0 0 0 9.6zM10.6 10.6l3.2 3.2",
    "out": "M6.5 3.5h-3v9h9v-3M9 2.8h4.2V7M13 3L7.6 8.4",
    "person": "M8 8a2.9 2.9 0 1 0 0-5.8A2.9 2.9 0 0 0 8 8zM2.6 14c.5-2.7 2.7-4.2 5.4-4.2s4.9 1.5 5.4 4.2",
    "download": "M8 2.2v7.6M4.8 6.8L8 10l3.2-3.2M3 13.4h10",
}


def icon(name: str) -> SafeString:
    """An icon beside words; hidden from screen readers, so the words must be there."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>',
        PATHS[name],
    )


def _leaf(x: float, y: float, angle: float, length: float, width: float) -> str:
    """A pointed leaf from (x, y) in the direction of the angle."""

    def at(along: float, across: float) -> str:
        px = x + along * cos(angle) - across * sin(angle)
        py = y + along * sin(angle) + across * cos(angle)
        return f"{px:.1f} {py:.1f}"

    end = at(length, 0)
    one = f"{at(length * 0.3, width)} {at(length * 0.75, width * 0.8)}"
    two = f"{at(length * 0.75, -width * 0.8)} {at(length * 0.3, -width)}"
    return f"M{at(0, 0)}C{one} {end}C{two} {at(0, 0)}z"


def _wreath() -> str:
    """Two branches that meet below and stay open above, on a field of 48 × 48."""
    leaves = []
    for side in (1, -1):
        for i in range(5):
            turn = pi / 2 - side * (0.30 + i * 0.50)
            x, y = 24 + 14.5 * cos(turn), 24 + 14.5 * sin(turn)
            along = turn - side * pi / 2
            leaves.append(_leaf(x, y, along + side * 0.55, 11.5 - i * 0.4, 4.1 - i * 0.2))
            leaves.append(_leaf(x, y, along - side * 0.75, 8.5 - i * 0.4, 3.1 - i * 0.15))
        turn = pi / 2 - side * 2.62
        x, y = 24 + 14.5 * cos(turn), 24 + 14.5 * sin(turn)
        leaves.append(_leaf(x, y, turn - side * pi / 2, 8.5, 2.9))
    return "".join(leaves)


WREATH = _wreath()


def laurel() -> SafeString:
    """The wreath, in the colour of the text."""
    return mark_safe(
        f'<svg class="laurel" viewBox="0 0 48 48" aria-hidden="true"><path d="{WREATH}"/></svg>'
    )
