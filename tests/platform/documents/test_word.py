"""Word documents: the letter that a ministry edits."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from laureat.platform.documents import DocumentError, render_docx
from tests.platform.documents.build_letter_template import TARGET, build
from tests.platform.documents.samples import SAMPLES, Sample

_VALUE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val"
LETTERS = [sample for sample in SAMPLES if sample.template == "outreach/letter"]
LETTER = next(sample for sample in LETTERS if sample.name == "letter.one.ru")
MARKUP = "#a *нет* _нет_ <b>&amp; {{ title }} {% if x %} ]]>"


def render(sample: Sample, **changes: object) -> bytes:
    return render_docx(
        TARGET, {**sample.data, **changes}, language=sample.language, title=sample.title
    )


def text_of(docx: bytes) -> str:
    """The text in the order of the document, tables included, with every space made plain."""
    body = Document(io.BytesIO(docx)).element.body
    words = " ".join(
        "".join(node.text or "" for node in paragraph.iter() if node.tag.endswith("}t"))
        for paragraph in body.iter()
        if paragraph.tag.endswith("}p")
    )
    return re.sub(r"\s+", " ", words)


@pytest.mark.parametrize("sample", LETTERS, ids=[s.name for s in LETTERS])
def test_the_same_input_gives_the_same_bytes(sample: Sample) -> None:
    assert render(sample) == render(sample)


def test_the_parts_stand_in_the_order_of_the_ministry() -> None:
    text = text_of(render(LETTER))
    parts = [
        "МИНИСТЕРСТВО",
        "650000, г. Демоград",
        "от 28.02.2023 № МПТ-5/1087-демо",
        "на № 114-д от 14.02.2023",
        "Генеральному директору",
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
    assert "{" not in text


def test_a_draft_leaves_blanks() -> None:
    text = text_of(render(LETTER, issued=None, number=None, reply_to=None))
    assert re.search(r"от _+ № _+ на № _+ от _+", text)


def test_several_enclosures_are_numbered_and_one_stands_in_the_line() -> None:
    assert "Приложение: 1. буклет 2. заявка С уважением," in text_of(
        render(LETTER, appendix=["буклет", "заявка"])
    )
    assert "Приложение: буклет С уважением," in text_of(render(LETTER, appendix="буклет"))


def test_an_english_letter_has_no_line_for_what_it_does_not_answer() -> None:
    english = next(sample for sample in LETTERS if sample.language == "en")
    assert "in reply to" not in text_of(render(english, reply_to=None))
    answered = {"number": "114", "date": "2023-02-14"}
    told = text_of(render(english, reply_to=answered))
    assert "in reply to No. 114 dated 14 February 2023" in told
    assert "на № ________ от ________" in text_of(render(LETTER, reply_to=None))


@pytest.mark.parametrize("contact", [None, [{"text": "Контакт"}]])
def test_the_last_paragraph_stays_with_the_signature(contact: object) -> None:
    document = Document(io.BytesIO(render(LETTER, contact=contact, body=["Один.", "Два."])))
    kept = [each.text for each in document.paragraphs if each.paragraph_format.keep_with_next]
    assert kept[0] == ("Контакт" if contact else "Два.")
    assert kept[-1] == "С уважением,"


def test_word_checks_the_words_in_the_language_of_the_letter() -> None:
    for sample in LETTERS:
        styles = Document(io.BytesIO(render(sample))).styles.element
        spoken = {each.get(_VALUE) for each in styles.iter(_VALUE.replace("}val", "}lang"))}
        assert spoken == {"ru-RU" if sample.language == "ru" else "en-GB"}


def test_bold_and_links_survive() -> None:
    docx = render(LETTER)
    document = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()
    links = zipfile.ZipFile(io.BytesIO(docx)).read("word/_rels/document.xml.rels").decode()
    assert re.search(r"<w:b/></w:rPr><w:t[^>]*>Контактное лицо для взаимодействия:", document)
    assert 'Target="mailto:contact@example.org"' in links


def test_markup_in_the_data_is_shown_as_typed() -> None:
    text = text_of(render(LETTER, salutation=MARKUP, body=[[{"text": MARKUP}], MARKUP]))
    assert text.count(MARKUP) == 3


def test_only_ordinary_links_become_links() -> None:
    docx = render(LETTER, contact=[{"text": "нет", "url": "javascript:alert(1)"}])
    links = zipfile.ZipFile(io.BytesIO(docx)).read("word/_rels/document.xml.rels")
    assert b"javascript" not in links


def test_the_file_says_nothing_of_the_clock() -> None:
    docx = render(LETTER)
    properties = Document(io.BytesIO(docx)).core_properties
    assert properties.title == LETTER.title
    assert properties.created is not None
    assert properties.created.date().isoformat() == LETTER.data["issued"]
    stamps = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(docx)).infolist()}
    assert stamps == {(1980, 1, 1, 0, 0, 0)}


def test_the_template_is_the_one_the_builder_makes() -> None:
    built, kept = (zipfile.ZipFile(io.BytesIO(data)) for data in (build(), TARGET.read_bytes()))
    for name in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
        assert built.read(name) == kept.read(name)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("{{ nothing_like_it }}", "nothing_like_it"),
        ("{% if %}", "Expected an expression"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_mistake_in_an_edited_template_is_told(tmp_path: Path, words: str, problem: str) -> None:
    path = tmp_path / "edited.docx"
    document = Document()
    document.add_paragraph(words)
    document.save(str(path))
    with pytest.raises(DocumentError, match=problem) as caught:
        render_docx(path, {}, language="ru", title="…")
    assert caught.value.template == "edited.docx"


def test_what_is_not_a_word_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    with pytest.raises(DocumentError, match="no file"):
        render_docx(path, {}, language="ru", title="…")
    path.write_bytes(b"not a document")
    with pytest.raises(DocumentError, match=r"letter\.docx"):
        render_docx(path, {}, language="ru", title="…")
