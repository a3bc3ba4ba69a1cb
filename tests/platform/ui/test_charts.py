"""Charts: the same bytes every time, nothing outside the drawing, nothing unescaped."""

import re
import struct
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

import laureat
from laureat.platform.ui import charts as c
from laureat.platform.ui.charts import metrics
from laureat.platform.ui.charts.core import TEXT, ticks
from laureat.platform.ui.charts.labels import clip, label_column, text_width, wrap
from laureat.platform.ui.charts.russia import LETTERS, PLACES

FONTS = Path(laureat.__file__).parent / "platform" / "documents" / "fonts"
STATES = {
    "passed": "пройден",
    "active": "идёт",
    "waiting": "впереди",
    "stopped": "остановлен",
    "withdrawn": "отозвана",
}

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
scores = st.one_of(
    st.integers(-50, 1500),
    st.floats(-50, 1500, allow_nan=False),
    st.decimals(-50, 1500, places=2, allow_nan=False),
)
maybe = st.none() | scores
themes = st.sampled_from([c.PAGE, c.PRINT])
languages = st.sampled_from(["ru", "en"])


def drawings(chart):
    return [ET.fromstring(svg) for svg in (chart.svg, chart.narrow) if svg]


def local(element):
    return element.tag.rpartition("}")[2]


def assert_inside(chart):
    for root in drawings(chart):
        _, _, width, height = (float(n) for n in root.get("viewBox").split())
        slack = 0.51

        def check(x, y, root=root, width=width, height=height, slack=slack):
            assert -slack <= x <= width + slack, (x, width)
            assert -slack <= y <= height + slack, (y, height)

        for element in root.iter():
            get = dict(element.attrib.items()).get
            name = local(element)
            if name == "rect":
                x, y = float(get("x")), float(get("y"))
                check(x, y)
                check(x + float(get("width")), y + float(get("height")))
            elif name == "circle":
                check(float(get("cx")), float(get("cy")))
            elif name == "line":
                check(float(get("x1")), float(get("y1")))
                check(float(get("x2")), float(get("y2")))
            elif name in {"polygon", "polyline"}:
                for point in get("points").split():
                    check(*(float(n) for n in point.split(",")))
            elif name == "text":
                x, size = float(get("x")), float(get("font-size"))
                check(x, float(get("y")))
                bold = get("font-weight") == "700"
                wide = text_width(element.text or "", size, bold=bold)
                part = {"middle": 0.5, "end": 1.0}.get(get("text-anchor"), 0.0)
                check(x - wide * part, size)
                check(x + wide * (1 - part), size)


def test_a_profile_is_drawn_told_and_tabled():
    chart = c.profile(
        [
            c.Bar("Лидерство", 62, 40, Decimal("70.5")),
            c.Bar("Персонал", None, maximum=50),
        ],
        title="Профиль",
        columns=("критерий", "балл", "из", "класс"),
    )
    assert chart.alt == "Профиль: Лидерство 62/100; Персонал —/50"
    assert chart.columns == ["критерий", "балл", "из", "класс"]
    assert chart.rows == [["Лидерство", "62", "100", "40–70,5"], ["Персонал", "—", "50", "—"]]


def test_bars_with_maxima_of_their_own_say_out_of_how_many():
    bars = [c.Bar("Подход", 28, maximum=40), c.Bar("Результат", 42, maximum=60), c.Bar("Х", 7)]
    chart = c.profile(bars, title="t", columns="abcd", theme=c.PRINT)
    texts = [e.text for e in drawings(chart)[0].iter() if local(e) == "text"]
    assert texts == ["Подход", "28/40", "Результат", "42/60", "Х", "7"]


@given(words.filter(str.strip), st.sampled_from([360.0, 480.0, 640.0]))
def test_the_word_that_sets_the_column_is_not_broken(label, width):
    word = "".join(label.split())[:9]
    column = label_column([word], width)
    assert wrap(word, column - 16, TEXT) == [word]


def test_intervals_name_the_line_of_decision_first():
    chart = c.intervals(
        [c.Interval("Demo clinic", 583.25, 556, 610, note="discuss")],
        title="Class",
        columns=("entry", "score", "interval", "note"),
        line=("line", 575),
        lang="en",
    )
    assert chart.alt == "Class: line 575; Demo clinic 583.25 (556–610)"
    assert chart.rows == [["Demo clinic", "583.25", "556–610", "discuss"]]


def test_a_sparkline_is_exactly_this():
    chart = c.sparkline([1, None, 3], title="t", labels="abc", columns=("x", "y"), theme=c.PRINT)
    assert chart == c.Chart(
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 28" width="120" height="28" '
        'role="img" aria-label="t: a 1; b —; c 3"><circle cx="4" cy="22.93" r="1.5" fill="#1f5c4a"/>'
        '<circle cx="116" cy="5.07" r="1.5" fill="#1f5c4a"/>'
        '<circle cx="116" cy="5.07" r="3" fill="#1f5c4a"/></svg>',
        alt="t: a 1; b —; c 3",
        columns=["x", "y"],
        rows=[["a", "1"], ["b", "—"], ["c", "3"]],
    )


def test_the_map_lists_regions_by_value_and_leaves_out_those_without():
    cells = [c.Cell(code[3:], code, *place) for code, place in PLACES.items()]
    cells += [
        c.Cell("Кем", "Кузбасс", 3, 14, 64, marked=True),
        c.Cell("Том", "Томская обл.", 2, 13, 12),
    ]
    chart = c.tile_map(cells, title="Лауреаты", columns=("регион", "число"))
    assert chart.rows == [["Кузбасс", "64"], ["Томская обл.", "12"]]
    assert chart.alt == "Лауреаты: Кузбасс 64; Томская обл. 12"
    assert_inside(chart)


def test_every_place_of_the_map_is_one_of_its_own():
    assert len(set(PLACES.values())) == len(PLACES) == 83
    assert set(LETTERS) == set(PLACES)
    assert len(set(LETTERS.values())) == 83


def test_a_missing_value_is_a_dash_and_never_a_bar_of_zero():
    chart = c.profile([c.Bar("x", None)], title="t", columns="abcd", theme=c.PRINT)
    fills = [e.get("fill") for e in drawings(chart)[0].iter() if local(e) == "rect"]
    assert fills == [c.PRINT.line]


def test_printed_drawings_have_literal_colours_and_one_size():
    chart = c.funnel([c.Step("a", 3), c.Step("b", 1)], title="t", columns="abc", theme=c.PRINT)
    assert "var(" not in chart.svg
    assert chart.narrow == ""


def test_no_drawing_carries_style_or_script_and_texts_are_escaped():
    evil = '<script>alert("x")</script>&'
    charts = [
        c.way([c.Stage(evil, evil, "active")], title=evil, columns="abc", states=STATES),
        c.profile([c.Bar(evil, 1, 1, 2)], title=evil, columns="abcd", legend=(evil, evil)),
        c.radar([c.Axis(evil, 1, 2)] * 3, title=evil, columns="abc", legend=(evil, evil)),
        c.spread([c.Dot(evil, 1)], title=evil, columns="ab", mean=(evil, 1), consensus=(evil, 2)),
        c.intervals([c.Interval(evil, 1, 0, 2)], title=evil, columns="abcd", line=(evil, 1)),
        c.funnel([c.Step(evil, 1, evil)], title=evil, columns="abc"),
        c.tile_map([c.Cell(evil, evil, 0, 0, 1)], title=evil, columns="ab", legend=evil),
        c.histogram([c.Bin(0, 1, 1)], title=evil, columns="ab", line=(evil, 1)),
        c.sparkline([1, 2], title=evil),
    ]
    for chart in charts:
        for root in drawings(chart):
            names = {local(e) for e in root.iter()}
            assert names <= {
                "svg",
                "rect",
                "circle",
                "line",
                "polygon",
                "polyline",
                "text",
                "title",
            }
            assert not [e for e in root.iter() if "style" in e.attrib]


def test_lazy_texts_are_taken():
    chart = c.funnel([c.Step(gettext_lazy("Yes"), 1)], title=gettext_lazy("No"), columns=["a"])
    assert isinstance(chart.alt, str)
    assert all(isinstance(cell, str) for row in chart.rows for cell in row)


@given(st.lists(st.tuples(words, scores, scores, scores), max_size=9), themes, languages)
def test_bars_and_intervals_stay_inside(rows, theme, lang):
    bars = [c.Bar(label, value, low, high) for label, value, low, high in rows]
    assert_inside(
        c.profile(bars, title="t", columns="abcd", legend=("a", "b"), theme=theme, lang=lang)
    )
    items = [c.Interval(label, value, low, high) for label, value, low, high in rows]
    line = ("линия", rows[0][1]) if rows else None
    assert_inside(c.intervals(items, title="t", columns="abcd", line=line, theme=theme, lang=lang))


@given(st.lists(st.tuples(words, maybe, maybe), min_size=3, max_size=12), themes)
def test_a_radar_stays_inside(rows, theme):
    axes = [c.Axis(label, value, reference) for label, value, reference in rows]
    assert_inside(c.radar(axes, title="t", columns="abc", legend=("a", "b"), theme=theme))


@given(st.lists(st.tuples(words, scores), max_size=30), scores, scores)
def test_a_spread_stays_inside(rows, mean, consensus):
    dots = [c.Dot(label, value) for label, value in rows]
    assert_inside(
        c.spread(dots, title="t", columns="ab", mean=("m", mean), consensus=("c", consensus))
    )


@given(st.lists(st.tuples(words, st.integers(0, 10**9), words), max_size=8), languages)
def test_a_funnel_stays_inside(rows, lang):
    assert_inside(c.funnel([c.Step(*row) for row in rows], title="t", columns="abc", lang=lang))


@given(st.lists(st.tuples(words, words, st.sampled_from(sorted(STATES))), max_size=9))
def test_a_way_stays_inside(rows):
    stages = [c.Stage(*row) for row in rows]
    assert_inside(c.way(stages, title="t", columns="abc", states=STATES))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), scores)
def test_a_histogram_stays_inside(counts, line):
    bins = [c.Bin(i * 10, i * 10 + 10, count) for i, count in enumerate(counts)]
    assert_inside(c.histogram(bins, title="t", columns="ab", line=("l", line)))


@given(st.lists(maybe, max_size=20))
def test_a_sparkline_stays_inside(values):
    assert_inside(c.sparkline(values, title="t"))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12), maybe, words), max_size=40))
def test_a_map_stays_inside(rows):
    cells = [c.Cell(label, label, row, col, value) for col, row, value, label in rows]
    assert_inside(c.tile_map(cells, title="t", columns="ab"))


@given(scores, scores, scores)
def test_a_scale_never_leaves_its_ends(a, b, value):
    scale = c.Scale(float(a), float(b), 10, 90)
    assert 10 <= scale(value) <= 90


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(1, 12))
def test_ticks_lie_between_the_ends_and_are_not_too_many(low, span, about):
    found = ticks(low, low + span, about)
    assert len(found) <= about * 2 + 2
    assert all(low - span * 1e-6 - 1e-6 <= t <= low + span * (1 + 1e-6) + 1e-6 for t in found)


@given(words, st.integers(20, 300), st.booleans())
def test_wrapped_lines_fit_and_lose_nothing(text, width, bold):
    out = wrap(text, width, 12, bold=bold)
    assert all(text_width(line, 12, bold=bold) <= width or len(line) == 1 for line in out)
    bare = re.sub(r"[\s-]", "", text)
    assert re.sub(r"[\s-]", "", "".join(out)) == bare


def test_a_long_name_gets_lines_and_a_long_word_is_broken():
    name = "ФГБОУ ВО «Кемеровский государственный университет»"
    assert wrap(name, 150, 13) == ["ФГБОУ ВО «Кемеровский", "государственный", "университет»"]
    assert wrap("Электрокардиостимуляторостроение", 90, 13) == [
        "Электрокарди-",
        "остимуляторос-",
        "троение",
    ]
    assert wrap("Торгово-промышленная", 90, 13) == ["Торгово-", "промышленная"]
    assert wrap("", 90) == [""]


def test_clipping_keeps_what_fits():
    assert clip("Кузбасс", 200) == "Кузбасс"
    assert clip("Удовлетворённость потребителей", 80) == "Удовлетворё…"


LONG = "Федеральное государственное бюджетное учреждение «Демонстрационный завод точных приборов» имени И. И. Иванова"


def test_no_chart_cuts_a_name_on_a_page_a_phone_or_paper():
    for theme in (c.PAGE, c.PRINT):
        charts = [
            c.way(
                [c.Stage(LONG, "до 30 апреля", "active")] * 5,
                title="t",
                columns="abc",
                states=STATES,
                theme=theme,
            ),
            c.profile(
                [c.Bar(LONG, 1, 1, 2)] * 2,
                title="t",
                columns="abcd",
                legend=(LONG[:40], LONG[:45]),
                theme=theme,
            ),
            c.radar([c.Axis(LONG, 1, 2)] * 5, title="t", columns="abc", theme=theme),
            c.intervals(
                [c.Interval(LONG, 1, 0, 2)] * 2,
                title="t",
                columns="abcd",
                line=("x", 1),
                theme=theme,
            ),
            c.funnel([c.Step(LONG, 1)], title="t", columns="abc", theme=theme),
        ]
        for chart in charts:
            assert "…" not in chart.svg + chart.narrow
            assert_inside(chart)


def test_on_a_phone_the_line_of_decision_never_crosses_a_name():
    items = [c.Interval(LONG, 1, -1, 3), c.Interval("Короткое имя", 2, 1, 3)]
    chart = c.intervals(items, title="t", columns="abcd", line=("x", 0))
    root = ET.fromstring(chart.narrow)
    lines = [e for e in root.iter() if local(e) == "line" and e.get("stroke") == c.PAGE.gold]
    names = [
        float(e.get("y")) for e in root.iter() if local(e) == "text" and e.get("font-size") == "13"
    ]
    assert len(lines) == 2
    for name in names:
        assert not any(
            float(line.get("y1")) < name + 3 and float(line.get("y2")) > name - 11 for line in lines
        )


def test_the_widths_of_letters_are_those_of_the_fonts():
    for name, widths in (("Regular", metrics.REGULAR), ("Bold", metrics.BOLD)):
        font = (FONTS / f"PTSans-{name}.ttf").read_bytes()
        measured = advances(font)
        assert {letter: width for letter, width in widths.items() if letter != "\u202f"} == {
            letter: measured[letter] for letter in widths if letter != "\u202f"
        }


def advances(font):
    """The widths of a TrueType font by letter: its tables cmap (format 4) and hmtx, read by hand."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    long = struct.unpack_from(">H", font, tables[b"hhea"] + 34)[0]
    cmap = tables[b"cmap"]
    for each in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * each + 4)[0]
        if struct.unpack_from(">H", font, start)[0] == 4:
            break
    pairs = struct.unpack_from(">H", font, start + 6)[0]
    at = [start + 14, start + 16 + pairs, start + 16 + 2 * pairs, start + 16 + 3 * pairs]
    found = {}
    for offset in range(0, pairs, 2):
        end, first, delta, reach = (struct.unpack_from(">H", font, a + offset)[0] for a in at)
        for code in range(first, min(end, 0xFFFE) + 1):
            glyph = code + delta
            if reach:
                place = at[3] + offset + reach + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, place)[0]
                glyph += delta if glyph else 0
            column = min(glyph % 65536, long - 1)
            found[chr(code)] = struct.unpack_from(">H", font, tables[b"hmtx"] + 4 * column)[0]
    return found


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (1234.5, "1234,5", "1,234.5"),
        (12480, "12\u202f480", "12,480"),
        (Decimal("0.98"), "0,98", "0.98"),
        (Decimal("50.00"), "50", "50"),
        (-3, "−3", "−3"),
        (-0.001, "0", "0"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
    ],
)
def test_figures_as_readers_write_them(value, ru, en):
    assert (c.figure(value, "ru"), c.figure(value, "en")) == (ru, en)


def test_the_same_data_gives_the_same_bytes():
    def draw():
        return c.profile([c.Bar("a", 1.1, 0.5, 2)], title="t", columns="abcd").svg

    assert draw() == draw()
    assert not re.search(r"\d\.\d{3,}", draw())
