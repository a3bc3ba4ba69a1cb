"""AA contrast of every pair of tokens that meet on a page, in light and dark."""

import re
from pathlib import Path

import pytest

import laureat.platform.ui
from laureat.platform.ui.charts import PRINT

UI = Path(laureat.platform.ui.__file__).parent / "static" / "ui"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (UI / "tokens.css").read_text()
    )
}
PAPERS = ("paper", "sheet")
SOFT = ("laurel-soft", "gold-soft", "warn-soft", "error-soft", "info-soft")
TEXT = [
    *((text, paper) for text in ("ink", "quiet", "laurel", "laurel-deep") for paper in PAPERS),
    *((text, paper) for text in ("gold", "warn", "error") for paper in PAPERS),
    *(("ink", soft) for soft in SOFT),
    *((name, f"{name}-soft") for name in ("laurel", "gold", "warn", "error")),
    *(("laurel", soft) for soft in SOFT),
    ("quiet", "info-soft"),
    ("quiet", "laurel-soft"),
    ("on-laurel", "laurel"),
    ("on-laurel", "laurel-deep"),
    ("paper", "gold"),
    *(("ink", f"tone-{step}") for step in (1, 2, 3)),
    *(("sheet", f"tone-{step}") for step in (4, 5)),
]
SHAPES = [
    *(("edge", paper) for paper in PAPERS),
    *(("laurel", paper) for paper in PAPERS),
    ("laurel", "line"),
    ("gold", "line"),
    ("warn", "line"),
]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, two):
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(text, ground, mode):
    assert contrast(TOKENS[text][mode], TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_told_from_their_ground(shape, ground, mode):
    assert contrast(TOKENS[shape][mode], TOKENS[ground][mode]) >= 3


def test_print_can_be_read():
    for paint in (PRINT.ink, PRINT.quiet, PRINT.laurel, PRINT.gold, PRINT.warn):
        assert contrast(paint, PRINT.paper) >= 4.5


def test_every_colour_is_a_token():
    for sheet in ("laureat.css", "narrow.css", "print.css", "design.css"):
        assert re.findall(r"#[0-9a-f]{3,8}\b", (UI / sheet).read_text()) == []


def test_every_token_used_is_defined():
    defined = set(re.findall(r"--([\w-]+):", (UI / "tokens.css").read_text()))
    for sheet in ("laureat.css", "narrow.css", "print.css", "design.css"):
        assert set(re.findall(r"var\(--([\w-]+)", (UI / sheet).read_text())) <= defined
