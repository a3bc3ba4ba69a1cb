"""Components: what they render, that they escape, and the pages around them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from laureat.platform.ui import charts as c
from laureat.platform.ui import text as words
from laureat.platform.ui.forms import Renderer
from laureat.platform.ui.templatetags.ui import register as library

TEMPLATES = Path(c.__file__).parents[1] / "templates" / "ui"
EVIL = '<b onclick="x">&'
SAFE = "&lt;b onclick=&quot;x&quot;&gt;&amp;"


def render(source, **context):
    context.setdefault("request", RequestFactory().get("/list/?q=a&page=2"))
    text = Template("{% load i18n ui %}" + source).render(Context(context))
    return re.sub(r"<svg.*?</svg>", "<svg/>", text.strip(), flags=re.DOTALL)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "source",
    [
        "{% tag evil %}",
        "{% fact evil evil %}",
        "{% stat evil evil note=evil %}",
        "{% page_header evil eyebrow=evil lead=evil %}{% endpage_header %}",
        "{% sheet evil eyebrow=evil %}{{ evil }}{% endsheet %}",
        "{% card evil href=evil eyebrow=evil %}{{ evil }}{% endcard %}",
        "{% notice 'warn' evil %}{{ evil }}{% endnotice %}",
        "{% empty evil evil %}{% endempty %}",
        "{% table evil %}{% endtable %}",
        "{% button evil confirm=evil name=evil %}",
        "{% link_button evil evil %}",
        "{% post_button evil evil confirm=evil x=evil %}",
        "{% person evil note=evil %}",
        "{% assessor 1 name=evil %}",
        "{% progress 1 2 evil %}",
        "{% meter 1 2 evil %}",
        "{% more evil %}{{ evil }}{% endmore %}",
        "{% breadcrumbs %}{% crumb evil evil %}{% endbreadcrumbs %}",
        "{% subnav evil %}{% nav_link evil evil %}{% endsubnav %}",
        "{% way stages evil %}",
        "{% stepper steps label=evil %}",
        "{% sort_header evil evil %}",
        "{% text both 'title' %}",
        "{{ both|in_language:'title' }}",
        "{% fieldset evil hint=evil %}{% endfieldset %}",
        "{% countdown instant over=evil %}",
    ],
)
def test_every_component_escapes(source):
    out = render(
        source,
        evil=EVIL,
        stages=[{"label": EVIL, "when": EVIL, "note": EVIL, "url": EVIL}],
        steps=[EVIL],
        both={"title_en": EVIL, "title_ru": EVIL},
        instant=datetime(2024, 4, 30, 15, tzinfo=UTC),
    )
    assert "<b " not in out
    assert SAFE in out or "%3Cb" in out


def test_a_tag_can_be_kept_for_later():
    assert render("{% tag 'new' 'ok' as t %}[{{ t }}]") == '[<span class="tag ok">new</span>]'


def test_a_post_button_carries_the_token_and_its_fields():
    out = render("{% post_button 'Go' '/x/' entry='42' %}", csrf_token="T")
    assert out == (
        '<form class="post-button" method="post" action="/x/">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="T">'
        '<input type="hidden" name="entry" value="42">'
        '<button class="btn" type="submit"><span>Go</span></button></form>'
    )


def test_a_button_takes_attributes_with_dashes():
    assert render("{% button 'Go' kind='plain' hx_post='/x/' disabled=True hidden=False %}") == (
        '<button class="btn plain" hx-post="/x/" disabled="" type="submit"><span>Go</span></button>'
    )


def test_text_in_the_other_language_is_marked():
    good = {"title_ru": "Хлеб", "title_en": ""}
    assert render("{% text g 'title' %}", g=good) == (
        '<span lang="ru">Хлеб</span> <span class="lang-mark" title="in Russian">'
        '<span aria-hidden="true">ru</span><span class="only-heard">in Russian</span></span>'
    )
    with translation.override("ru"):
        assert render("{% text g 'title' %}", g=good) == "Хлеб"


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        ({"title_ru": "Хлеб", "title_en": "Bread"}, "title", "Bread"),
        ({"title": {"ru": "Хлеб", "en": "Bread"}}, "title", "Bread"),
        ({"ru": "Хлеб", "en": "Bread"}, "", "Bread"),
        ({"ru": "Хлеб"}, "", "Хлеб"),
        ({"title": "Bread"}, "title", "Bread"),
        ("Bread", "", "Bread"),
        ({}, "title", ""),
        (None, "title", ""),
    ],
)
def test_in_language_reads_what_the_house_writes(value, name, shown):
    assert render("{{ v|in_language:n }}", v=value, n=name) == shown


def test_numbers_and_sizes_follow_the_reader():
    source = "{{ a|number }} {{ a|number:0 }} {{ s|percent }} {{ b|file_size }} {{ none|number }}"
    values = {"a": 12345.678, "s": 0.5, "b": 2516582, "none": None}
    assert render(source, **values) == "12,345.68 12,346 50% 2.4\u00a0MB —"
    with translation.override("ru"):
        assert render(source, **values).startswith("12\u202f345,68 12\u202f346 50\u00a0% 2,4\u00a0")


def test_an_instant_is_shown_in_the_zone_of_the_reader_and_in_moscow():
    at = datetime(2024, 4, 30, 15, 0, tzinfo=UTC)
    with timezone.override("Europe/Moscow"):
        assert render("{% when at %}", at=at) == (
            '<time datetime="2024-04-30T15:00:00Z">30\u00a0April 2024, 18:00</time>'
            ' <span class="zone">Moscow time</span>'
        )
    with timezone.override("Asia/Novokuznetsk"):
        assert render("{% when at %}", at=at) == (
            '<time datetime="2024-04-30T15:00:00Z">30\u00a0April 2024, 22:00</time>'
            ' <span class="zone">UTC+7</span> <span class="zone">(18:00 in Moscow)</span>'
        )
        late = at.replace(hour=19)
        assert "(30\u00a0April 2024, 22:00 in Moscow)" in render("{% when at %}", at=late)


def test_an_instant_in_moscow_reads_as_a_sentence_in_both_languages():
    at = datetime(2024, 4, 30, 15, 0, tzinfo=UTC)
    assert words.moment(at, zone="Europe/Moscow").zone == "Moscow time"
    with translation.override("ru"):
        shown = words.moment(at, zone="Europe/Moscow")
        assert f"до {shown.shown} {shown.zone}".replace("\u00a0", " ") == (
            "до 30 апреля 2024, 18:00 по московскому времени"
        )


@pytest.mark.parametrize(
    ("zone", "ru", "en"),
    [
        ("Europe/Moscow", "московское время", "Moscow time"),
        (
            "Asia/Novokuznetsk",
            "время UTC+7 (Кемерово, Новокузнецк)",
            "UTC+7 (Kemerovo, Novokuznetsk)",
        ),
        ("Asia/Kathmandu", "время UTC+5:45 (Kathmandu)", "UTC+5:45 (Kathmandu)"),
    ],
)
def test_a_zone_is_called_by_what_people_know(zone, ru, en):
    assert render("{{ zone|zone_name }}", zone=zone) == en
    with translation.override("ru"):
        assert render("{{ zone|zone_name }}", zone=zone) == ru


def test_a_form_that_saves_itself_has_one_clock_in_the_zone_of_the_reader():
    with timezone.override("Asia/Novosibirsk"):
        shown = render("{% autosave '14:32:07' %}")
    assert 'data-zone="Asia/Novosibirsk"' in shown
    assert "14:32:07" in shown


def test_a_day_has_no_zone():
    assert render("{% when d %}", d=date(2025, 12, 31)) == (
        '<time datetime="2025-12-31">31\u00a0December 2025</time>'
    )
    assert render("{% when none %}", none=None) == "—"


def test_pagination_keeps_the_search():
    out = render("{% pagination p %}", p=Paginator(range(100), 10).page(2))
    assert 'href="?q=a&amp;page=3" rel="next"' in out
    assert 'aria-current="page"' in out
    assert "11–20 of 100" in out
    assert render("{% pagination p %}", p=Paginator(range(3), 10).page(1)) == ""


def test_a_column_sorts_up_then_down():
    request = RequestFactory().get("/?sort=score&page=3")
    out = render("{% sort_header 'Score' 'score' numeric=True %}", request=request)
    assert out == (
        '<th scope="col" class="n" aria-sort="ascending">'
        '<a class="sort" href="?sort=-score">Score<svg/></a></th>'
    )


def test_the_way_says_where_the_entry_is_without_colour():
    out = render(
        "{% way s %}",
        s=[c.Stage("Admission", "1 May", "passed"), c.Stage("Council", "", "stopped")],
    )
    assert "(passed)" in out
    assert "(stopped here)" in out
    assert "aria-current" not in out


def test_an_assessor_without_a_name_is_a_number():
    assert "Assessor 2" in render("{% assessor 2 lead=True %}")
    assert "lead" in render("{% assessor 2 lead=True %}")


def test_a_figure_brings_its_table():
    chart = c.funnel(
        [c.Step("Applied", 412)], title="Season", columns=("step", "number", "share"), lang="en"
    )
    out = render("{% figure chart 'Season' %}", chart=chart)
    assert '<th role="columnheader" scope="col" class="n">number</th>' in out
    assert (
        '<th role="rowheader" scope="row">Applied</th>'
        '<td role="cell" data-label="number" class="n">412</td>'
    ) in out


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the register")
    size = forms.ChoiceField(label="Size", choices=[("s", "small")], widget=forms.RadioSelect)
    story = forms.CharField(label="Story", max_length=50, widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="Agreed")


def test_a_form_says_what_is_wrong_and_where():
    out = Form({}, renderer=Renderer()).render()
    assert re.findall(r'<li><a href="(.*?)">', out) == ["#id_name", "#id_size_0", "#id_agree"]
    assert 'id="id_name_helptext"' in out
    assert 'id="id_name_error"' in out
    assert 'aria-describedby="id_name_helptext id_name_error"' in out
    assert out.count('aria-invalid="true"') >= 2
    assert '<fieldset aria-describedby="id_size_error">' in out
    assert 'data-count="id_story" data-most="50"' in out
    assert "style=" not in out


def test_a_form_without_mistakes_has_no_summary():
    assert "alert" not in Form(renderer=Renderer()).render()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_for_developers_shows_everything_under_a_strict_policy(client, language):
    with translation.override(language):
        response = client.get(reverse("ui:design"))
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count('<figure class="figure') == 10
    assert not re.findall(r"<[^>]+\sstyle=", page)
    assert not re.findall(r"<script(?![^>]*src=)", page)
    assert not re.findall(r"<[^>]+\son\w+=", page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("here", "there", "other"),
    [
        ("/design/?tone=warn", "/en/design/?tone=warn", "en"),
        ("/en/design/?tone=warn", "/design/?tone=warn", "ru"),
        ("/nothing/here/", "/en/", "en"),
        ("/en/nothing/here/", "/", "ru"),
    ],
)
def test_the_other_language_leads_to_the_same_page(client, here, there, other):
    page = client.get(here).content.decode()
    assert f'<link rel="alternate" hreflang="{other}" href="{there}">' in page
    assert f'<a href="{there}" lang="{other}" hreflang="{other}">' in page


def test_the_page_for_when_all_is_broken_needs_nothing():
    from laureat.platform.ui.views import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


def test_the_hint_of_a_field_is_text_never_markup():
    class Rulebook(forms.Form):
        name = forms.CharField(help_text="<b>5</b> < 6")

    assert "&lt;b&gt;5&lt;/b&gt; &lt; 6" in str(Rulebook())


@pytest.mark.parametrize(
    ("start", "end", "years", "shown"),
    [
        ("2024-01-16", "2024-03-01", False, "16 января – 1 марта"),
        ("2024-11-11", "2024-11-29", False, "11–29 ноября"),
        ("2024-11-11", "2024-11-11", False, "11 ноября"),
        ("2024-06-03", None, False, "с 3 июня"),
        (None, "2024-04-30", False, "до 30 апреля"),
        (None, None, True, ""),
        ("2025-11-15", "2026-02-20", False, "15 ноября 2025 – 20 февраля 2026"),
        ("2026-01-12", "2026-03-01", True, "12 января – 1 марта 2026"),
        ("2026-01-12", "2026-01-20", True, "12–20 января 2026"),
        ("2026-01-12", None, True, "с 12 января 2026"),
    ],
)
def test_days_are_written_as_people_do(start, end, years, shown):
    instants = [date.fromisoformat(day) if day else None for day in (start, end)]
    with translation.override("ru"):
        assert words.days(*instants, years=years).replace("\u00a0", " ") == shown


TABLE = """{% table "Council" %}<thead><tr><th scope="col">Name</th><th scope="col" class="n"><a
class="sort" href="?sort=score">Score <b>“A”</b></a></th><th scope="col"><span class="only-heard">What
can be done</span></th></tr></thead><tbody><tr class="line"><th scope="row">Uralmash</th>
<td class="n">604</td><td><a title="x > y" href="/">Open</a></td></tr><tr><td colspan="3">Nobody
</td></tr></tbody>{% endtable %}"""


def test_each_cell_of_a_table_knows_its_heading_and_its_role():
    from lxml import html

    found = html.fragment_fromstring(render(TABLE)).find(".//table")
    assert (found.get("class"), found.get("role")) == ("cards", "table")
    told = [
        (each.tag, each.get("role"), each.get("data-label"), " ".join(each.text_content().split()))
        for each in found.iter("thead", "tbody", "tr", "th", "td")
    ]
    assert [row for row in told if row[0] in {"th", "td"}] == [
        ("th", "columnheader", None, "Name"),
        ("th", "columnheader", None, "Score “A”"),
        ("th", "columnheader", None, "What can be done"),
        ("th", "rowheader", None, "Uralmash"),
        ("td", "cell", "Score “A”", "604"),
        ("td", "cell", None, "Open"),
        ("td", "cell", None, "Nobody"),
    ]
    assert {row[:2] for row in told} >= {
        ("thead", "rowgroup"),
        ("tbody", "rowgroup"),
        ("tr", "row"),
    }
    assert found.xpath("//tr[@class='line']")
    assert found.xpath("//a[@title='x > y']")


def test_a_table_of_few_or_dense_columns_or_one_read_across_stays_a_table():
    plain = '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody></tbody>'
    wide = plain.replace("</tr>", '<th scope="col">C</th></tr>', 1)
    for source in (
        '{% table "T" %}' + plain,
        '{% table "T" dense=True %}' + wide,
        '{% table "T" cards=False %}' + wide,
    ):
        assert "cards" not in render(source + "{% endtable %}")
        assert 'role="row' not in render(source + "{% endtable %}")
    assert 'class="cards"' in render('{% table "T" cards=True %}' + plain + "{% endtable %}")


def test_headings_cannot_break_out_of_their_place():
    source = (
        '{% table "T" %}<thead><tr><th>{{ bad }}</th><th>B</th><th>C</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody>{% endtable %}"
    )
    shown = render(source, bad='"><script>')
    assert 'data-label="&quot;&gt;&lt;script&gt;"' in shown
    assert "<script>" not in shown


def test_a_long_list_is_slim_on_phones():
    head = "<thead><tr><th>a</th><th>b</th><th>c</th></tr></thead>"
    shown = render(
        "{% table 'Long' slim=True %}" + head + "<tbody><tr><td>1</td></tr></tbody>{% endtable %}"
    )
    assert '<div class="scroll slim" role="region" aria-label="Long"' in shown
    assert '<table class="cards"' in shown


def test_the_page_of_the_look_shows_every_component():
    shown = TEMPLATES.joinpath("design.html").read_text(encoding="utf-8")
    assert [
        name
        for name in library.tags
        if not name.startswith("end") and not re.search(rf"{{% {name}\b", shown)
    ] == []
    assert [name for name in library.filters if f"|{name}" not in shown] == []
