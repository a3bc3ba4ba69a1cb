"""PDF documents: every sample, and what must hold for any of them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from copy import deepcopy
from pathlib import Path

import pytest
import segno

from laureat.platform.documents import DocumentError, qr_svg, render_pdf, template_path
from tests.platform.documents.samples import SAMPLES, Sample, render

BY_NAME = {sample.name: sample for sample in SAMPLES}
LETTER = BY_NAME["letter.list.ru"]
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[s.name for s in SAMPLES])
MARKUP = r"#panic() *нет* _нет_ <b>&amp; {{ title }} {% if %} $x$ @a `c` \ // [x] = нет"


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What a person can copy out of the file, with every space made plain."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", out.stdout.decode("utf-8"))


Word = tuple[int, float, float, float, float, str]


def words_of(pdf: bytes, tmp_path: Path) -> list[Word]:
    """Page, left, top, right and bottom (in points) of every word."""
    text_of(pdf, tmp_path)
    out = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "document.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    word = r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<'
    return [
        (page, float(left), float(top), float(right), float(bottom), text)
        for page, part in enumerate(out.split("<page ")[1:], start=1)
        for left, top, right, bottom, text in re.findall(word, part)
    ]


def on_each_other(pdf: bytes, tmp_path: Path) -> list[tuple[str, str]]:
    """Words that cover one another; the box of a word is a little higher than what is seen of it."""
    words = words_of(pdf, tmp_path)
    return [
        (a[5], b[5])
        for place, a in enumerate(words)
        for b in words[place + 1 :]
        if a[0] == b[0]
        and min(a[3], b[3]) - max(a[1], b[1]) > 0.5
        and min(a[4], b[4]) - max(a[2], b[2]) > 0.45 * min(a[4] - a[2], b[4] - b[2])
    ]


@every_sample
def test_no_word_lies_on_another_or_leaves_the_page(sample: Sample, tmp_path: Path) -> None:
    pdf = render(sample)
    assert on_each_other(pdf, tmp_path) == []
    wide = 842 if sample.name.startswith("diploma") else 596
    assert [word for word in words_of(pdf, tmp_path) if word[1] < 20 or word[3] > wide - 20] == []


LONG = (
    "Федеральное государственное бюджетное образовательное учреждение высшего образования «Демонстра"
    "ционный государственный технический университет имени Т. Ф. Образцова» (подразделение № 2)"
)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (
            "letter.one.ru",
            {"addressee": ["Генеральному директору", LONG], "appendix": [LONG, LONG]},
        ),
        ("receipt.late.ru", {"applicant": {"name": LONG}, "good": LONG, "category": LONG}),
        ("receipt.late.ru", {"files": [{"name": "имя_" * 45, "size": "1 КБ", "sha256": "a" * 64}]}),
        ("report.prize.ru", {"organization": {"name": LONG, "place": LONG}, "good": LONG}),
        ("minutes.commission.ru", {"panel": LONG, "place": "г. Демоград", "edition": LONG}),
    ],
    ids=["letter", "receipt", "file", "report", "minutes"],
)
def test_long_names_neither_cover_others_nor_leave_the_page(
    name: str, changes: dict[str, object], tmp_path: Path
) -> None:
    sample = BY_NAME[name]
    data = {**sample.data, **changes}
    pdf = render_pdf(sample.template, data, language="ru", title="Д", images=sample.images)
    assert on_each_other(pdf, tmp_path) == []
    assert [word for word in words_of(pdf, tmp_path) if word[3] > 576] == []


def test_an_entry_in_a_table_stands_on_one_page_and_a_long_decision_leaves_room_for_names(
    tmp_path: Path,
) -> None:
    minutes = BY_NAME["minutes.commission.ru"]
    data = deepcopy(minutes.data)
    for question in data["questions"]:
        for entry in question.get("entries") or []:
            entry.update(organization=LONG, note="конец", decision="Дипломант I степени этапа")
    pdf = render_pdf(minutes.template, data, language="ru", title="П")
    words = words_of(pdf, tmp_path)
    starts = [word for word in words if word[5] == "Федеральное"]
    ends = [word for word in words if word[5] == "конец"]
    assert len(starts) == len(ends) > 8
    assert [word[0] for word in starts] == [word[0] for word in ends]
    assert all(end[4] - start[2] < 120 for start, end in zip(starts, ends, strict=True))


@every_sample
def test_the_same_input_gives_the_same_bytes(sample: Sample) -> None:
    assert render(sample) == render(sample)


@every_sample
def test_a_document_is_archival_and_accessible(sample: Sample) -> None:
    pdf = render(sample)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    # A draft has no date yet, and so cannot be archival.
    assert (b"<pdfaid:part>2</pdfaid:part>" in pdf) is (sample.data["issued"] is not None)
    assert (b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf) is (
        sample.data["issued"] is not None
    )


@every_sample
def test_the_head_of_the_template_names_every_key_of_the_data(sample: Sample) -> None:
    source = template_path(sample.template).read_text(encoding="utf-8")
    head = source[: source.index("#import")]
    common = {"text", "bold", "italic", "url"}  # runs of rich text, told once in common.typ

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    unnamed = {
        key for key in keys(sample.data) - common if not re.search(rf"\b{re.escape(key)}\b", head)
    }
    assert unnamed == set()


@every_sample
def test_invented_people_and_organisations_are_marked(sample: Sample, tmp_path: Path) -> None:
    assert {"ru": "демо", "en": "demo"}[sample.language] in text_of(render(sample), tmp_path)


def test_a_document_without_the_mark_does_not_say_demo(tmp_path: Path) -> None:
    receipt = BY_NAME["receipt.plain.en"]
    data = {**receipt.data, "demo": False}
    pdf = render_pdf(receipt.template, data, language="en", title="Receipt", images=receipt.images)
    assert text_of(render(receipt), tmp_path).split().count("demo") == 1
    assert text_of(pdf, tmp_path).split().count("demo") == 0


def test_the_parts_of_a_letter_stand_in_the_order_of_the_ministry(tmp_path: Path) -> None:
    text = text_of(render(BY_NAME["letter.one.ru"]), tmp_path)
    parts = [
        "МИНИСТЕРСТВО ПРОМЫШЛЕННОСТИ И ТОРГОВЛИ",
        "650000, г. Демоград",
        "demo@example.org",
        "от 28.02.2023 № МПТ-5/1087-демо",
        "на № 114-д от 14.02.2023",
        "Уважаемый Иван Петрович!",
        "Информируем Вас",
        "Контактное лицо для взаимодействия:",
        "Приложение: буклеты",
        "С уважением,",
        "заместитель министра",
        "А. В. Громкий",
        "Исп. Демова",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part in parts if part not in text]
    assert places == sorted(places)
    assert "Генеральному директору ООО «Демо-хлеб»" in text


def test_a_letter_only_just_too_long_is_set_smaller_and_keeps_one_page(tmp_path: Path) -> None:
    assert text_of(render(LETTER), tmp_path).count("Л. В. Примерова") == 1
    assert pages(render(LETTER)) == 1


def test_a_long_letter_carries_words_over_with_the_signature(tmp_path: Path) -> None:
    data = deepcopy(LETTER.data)
    data["body"] = data["body"] * 3
    pdf = render_pdf(LETTER.template, data, language="ru", title="Письмо")
    assert pages(pdf) == 3
    last = text_of(pdf, tmp_path).split(" 3 ")[-1]
    assert "В случае принятия" in last
    assert last.index("В случае принятия") < last.index("С уважением")


def test_a_draft_letter_leaves_blanks_for_date_and_number(tmp_path: Path) -> None:
    data = {**LETTER.data, "issued": None, "number": None}
    pdf = render_pdf(LETTER.template, data, language="ru", title="Проект письма")
    assert re.search(r"от _+ № _+ на № _+ от _+", text_of(pdf, tmp_path))


def test_markup_in_the_data_is_shown_as_typed(tmp_path: Path) -> None:
    data = {**LETTER.data, "salutation": MARKUP, "body": [[{"text": MARKUP, "bold": True}]]}
    pdf = render_pdf(LETTER.template, data, language="ru", title=MARKUP)
    assert text_of(pdf, tmp_path).count(MARKUP) == 2


def test_only_ordinary_links_become_links() -> None:
    data = {
        **LETTER.data,
        "body": [
            [
                {"text": "нет", "url": "javascript:alert(1)"},
                {"text": "нет", "url": "ftp://example.org/"},
            ],
            [{"text": "да", "url": "https://example.org/yes"}],
        ],
    }
    pdf = render_pdf(LETTER.template, data, language="ru", title="Ссылки")
    assert b"https://example.org/yes" in pdf
    assert b"javascript" not in pdf
    assert b"file:" not in pdf


def test_a_character_no_font_has_costs_the_archival_mark_not_the_document(tmp_path: Path) -> None:
    data = {**LETTER.data, "salutation": "Ура 🎉 \x00коллеги!"}
    pdf = render_pdf(LETTER.template, data, language="ru", title="Письмо")
    assert b"pdfaid:part" not in pdf
    assert "коллеги!" in text_of(pdf, tmp_path)


def test_a_mean_of_a_small_group_is_not_printed_and_the_reason_is(tmp_path: Path) -> None:
    text = text_of(render(BY_NAME["report.small.en"]), tmp_path)
    assert "at least 5 applicants" in text
    assert "Category" not in text.split("Profile by criterion")[1]


def test_numbers_are_written_as_in_the_language_and_never_rounded(tmp_path: Path) -> None:
    receipt = BY_NAME["receipt.late.ru"]
    assert re.search("№ 18 ?342", text_of(render(receipt), tmp_path))
    assert "48,5" in text_of(render(BY_NAME["report.prize.ru"]), tmp_path)
    assert "612.5" in text_of(render(BY_NAME["minutes.council.en"]), tmp_path)


def test_minutes_that_are_not_closed_say_that_they_are_a_draft(tmp_path: Path) -> None:
    minutes = BY_NAME["minutes.commission.ru"]
    draft = render_pdf(minutes.template, {**minutes.data, "draft": True}, language="ru", title="П")
    assert "проект ПРОТОКОЛ № " in text_of(draft, tmp_path)
    assert "проект ПРОТОКОЛ" not in text_of(render(minutes), tmp_path)


def test_who_signs_minutes_is_named_by_surname_and_initials(tmp_path: Path) -> None:
    minutes = BY_NAME["minutes.commission.ru"]
    names = [
        "Андреева-Демо Ирина Николаевна (демо)",
        "Фёдоров Ильяс Маратович",
        "Ким Ен Сук",
        "А. В. Громов",
    ]
    signatories = [{"post": ["Председатель"], "name": name} for name in names]
    pdf = render_pdf(
        minutes.template, {**minutes.data, "signatories": signatories}, language="ru", title="П"
    )
    shown = ["И. Н. Андреева-Демо (демо)", "И. М. Фёдоров", "Ким Ен Сук", "А. В. Громов"]
    assert [name for name in shown if name not in text_of(pdf, tmp_path)] == []


def test_a_receipt_calls_the_category_what_the_contest_calls_it(tmp_path: Path) -> None:
    assert "Size class" in text_of(render(BY_NAME["receipt.plain.en"]), tmp_path)


SEASON = {
    "issued": "2023-11-03",
    "award": "Премия (демо)",
    "edition": "Конкурс (демо)",
    "category_title": "Номинация",
    "entries": 9,
    "honoured": 6,
    "revoked": 0,
    "categories": [
        "Продовольственные товары",
        "Промышленные товары для населения",
        "Продукция производственно-технического назначения",
        "Изделия народных и художественных промыслов",
        "Услуги для населения",
        "Услуги производственно-технического назначения",
    ],
    "honours": [{"title": "Лауреат", "tone": "gold", "counts": [1] * 6, "total": 6}],
    "regions": [],
    "work": [],
    "sessions": [],
    "reports": {"made": 9, "released": 8},
    "demo": True,
}


def test_heads_of_narrow_columns_are_carried_over_and_do_not_lie_on_each_other(
    tmp_path: Path,
) -> None:
    pdf = render_pdf("showcase/season", SEASON, language="ru", title="Итоги")
    assert "Продоволь" in text_of(pdf, tmp_path)
    assert on_each_other(pdf, tmp_path) == []
    assert "67 % доля отмеченных" in text_of(pdf, tmp_path)
    english = render_pdf("showcase/season", SEASON, language="en", title="Season")
    assert "67% share of the honoured" in text_of(english, tmp_path)
    assert "Решения опубликованы 3 ноября 2023 г." in text_of(pdf, tmp_path)
    assert "Составлено отчётов: 9, из них передано соискателям: 8." in text_of(pdf, tmp_path)


def test_the_diploma_is_one_page_however_long_the_names(tmp_path: Path) -> None:
    diploma = BY_NAME["diploma.special.en"]
    data = deepcopy(diploma.data)
    data["organization"]["name"] = data["organization"]["name"] * 2
    data["citation"] = "for stable quality " * 12
    pdf = render_pdf(diploma.template, data, language="en", title="D", images=diploma.images)
    assert pages(pdf) == 1


def test_pictures_of_the_pages_keep_their_colours() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<rect width="9" height="9" fill="var(--gold)" stroke="var(--none, rgb(1, 2, 3))"/></svg>'
    )
    report = BY_NAME["report.prize.ru"]
    painted = svg.replace("var(--gold)", "#8a5f0e").replace(
        "var(--none, rgb(1, 2, 3))", "rgb(1, 2, 3)"
    )

    def with_profile(picture: str) -> bytes:
        return render_pdf(
            report.template, report.data, language="ru", title="О", images={"profile": picture}
        )

    assert with_profile(svg) == with_profile(painted)


@pytest.mark.parametrize(
    ("template", "data", "problem"),
    [
        ("honours", {}, "room/name"),
        ("../etc/passwd", {}, "room/name"),
        ("honours/nothing", {}, "honours/documents/nothing.typ"),
        ("honours/diploma", {"issued": "вчера"}, "not an ISO date"),
        ("honours/diploma", {"issued": "2024-01-01", "year": object()}, "not plain JSON"),
        ("honours/diploma", {"issued": "2024-01-01"}, 'key "honour"'),
    ],
)
def test_an_error_names_the_template_and_what_was_wrong(
    template: str, data: dict[str, object], problem: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        render_pdf(template, data, language="ru", title="…")
    assert caught.value.template == template
    assert problem in caught.value.problem


def test_an_error_in_a_template_names_file_and_line() -> None:
    with pytest.raises(DocumentError, match=r"diploma\.typ:\d+:\d+"):
        render_pdf("honours/diploma", {"issued": "2024-01-01"}, language="ru", title="…")


@pytest.mark.parametrize("image", [b"GIF89a", "no picture"])
def test_an_image_that_is_neither_svg_nor_png_is_refused(image: bytes | str) -> None:
    with pytest.raises(DocumentError, match="neither SVG nor PNG"):
        render_pdf("honours/diploma", {}, language="ru", title="…", images={"qr": image})


def test_a_png_is_accepted() -> None:
    png = io.BytesIO()
    segno.make("emblem").save(png, kind="png", scale=4)
    diploma = BY_NAME["diploma.laureate.ru"]
    pdf = render_pdf(
        diploma.template,
        diploma.data,
        language="ru",
        title="Д",
        images={**diploma.images, "emblem": png.getvalue()},
    )
    assert b"/Subtype /Image" in pdf or b"/Subtype/Image" in pdf


def test_a_qr_code_is_small_plain_svg() -> None:
    svg = qr_svg("https://example.org/d/42-2023-018")
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert len(svg) < 8000
    assert svg == qr_svg("https://example.org/d/42-2023-018")


def test_speed(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed, not asserted: machines differ."""
    with capsys.disabled():
        for name in ("diploma.laureate.ru", "receipt.late.ru", "letter.one.ru", "report.prize.ru"):
            sample = BY_NAME[name]
            took = []
            for copy in range(5):
                started = time.perf_counter()
                render_pdf(
                    sample.template,
                    {**sample.data, "number": f"28-{copy:04}"},
                    language=sample.language,
                    title=f"{copy}",
                    images=sample.images,
                )
                took.append((time.perf_counter() - started) * 1000)
            print(f"\n{name}: {sorted(took)[2]:.0f} ms", end="")


def pages(pdf: bytes) -> int:
    match = re.search(
        rb"/Type\s*/Pages\b[^>]*?/Count (\d+)|/Count (\d+)[^>]*?/Type\s*/Pages\b", pdf
    )
    assert match
    return int(match[1] or match[2])
