"""How outreach/documents/letter.docx was made; afterwards a ministry edits it in Word.

    python -m tests.platform.documents.build_letter_template

The parts and their order are those of letter.typ, and so is the data.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from laureat.platform.documents.pdf import ROOT
from laureat.platform.documents.word import same_bytes

TARGET = ROOT / "outreach" / "documents" / "letter.docx"
DETAILS = "Letterhead details"
CENTER, JUSTIFY, RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.RIGHT,
)


def build() -> bytes:
    document = Document()
    _page(document)
    _letterhead(document)
    _p(document, "{%p if subject %}")
    _p(document, "{{ subject }}", align=CENTER, italic=True, before=14, sides=Mm(20))
    _p(document, "{%p endif %}")
    _p(document, "{{ salutation }}", align=CENTER, before=14, after=10)
    _paragraphs(document, "body")
    _p(document, "{%p if contact %}")
    _p(document, "{{r contact }}", align=JUSTIFY, indent=True, keep=True)
    _p(document, "{%p endif %}")
    _appendix(document)
    _p(
        document,
        "{% if closing %}{{ closing }}{% elif language == 'ru' %}С уважением,"
        "{% else %}Yours faithfully,{% endif %}",
        before=18,
        after=8,
        keep=True,
    )
    _signature(document)
    _p(document, "{%p if executor %}")
    _p(
        document,
        "{% if language == 'ru' %}Исп.{% else %}Prepared by{% endif %} {{ executor.name }}"
        "{% if executor.phone %}, {{ executor.phone }}{% endif %}",
        size=9,
        before=14,
    )
    _p(document, "{%p endif %}")
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _page(document: DocumentType) -> None:
    properties = document.core_properties
    properties.author = properties.comments = properties.title = ""
    properties.created = properties.modified = datetime(2024, 1, 1)
    style = document.styles["Normal"]
    style.font.name = "PT Serif"
    style.font.size = Pt(11.5)
    style.element.rPr.rFonts.set(qn("w:cs"), "PT Serif")
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "PT Serif")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    style.element.rPr.append(language)
    # Formatted text takes its size from the style of the paragraph: hence a style, not a run.
    details = document.styles.add_style(DETAILS, WD_STYLE_TYPE.PARAGRAPH)
    details.base_style = style
    details.font.size = Pt(10)
    hyphenation = OxmlElement("w:autoHyphenation")
    hyphenation.set(qn("w:val"), "true")
    # The schema wants it before the tab stops.
    document.settings.element.find(qn("w:defaultTabStop")).addprevious(hyphenation)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    # The first page has no number, the others have it at the top.
    section.different_first_page_header_footer = True
    _demo_mark(section.first_page_header.paragraphs[0])
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    run = number.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _demo_mark(paragraph: Paragraph) -> None:
    paragraph.alignment = RIGHT
    run = paragraph.add_run(
        "{% if demo %}{% if language == 'ru' %}демо{% else %}demo{% endif %}{% endif %}"
    )
    run.bold = True
    run.font.size = Pt(9)


def _letterhead(document: DocumentType) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(80), Mm(87)
    _lines(left, "authority.name", align=CENTER, bold=True, after=6)
    _lines(left, "authority.details", align=CENTER, style=DETAILS, rich=True, after=8)
    blank = "________"
    _p(
        left,
        "{% if language == 'ru' %}от {% if issued %}{{ issued|short_date }}{% else %}"
        f"{blank}{{% endif %}} № {{% else %}}{{% if issued %}}{{{{ issued|long_date }}}}{{% else %}}"
        f"{blank}{{% endif %}} No. {{% endif %}}"
        f"{{% if number %}}{{{{ number }}}}{{% else %}}{blank}{{% endif %}}",
        align=CENTER,
        after=4,
    )
    _p(left, "{%p if language == 'ru' or reply_to %}")
    _p(
        left,
        "{% if language == 'ru' %}на № {% else %}in reply to No. {% endif %}"
        f"{{% if reply_to %}}{{{{ reply_to.number }}}}{{% else %}}{blank}{{% endif %}} "
        "{% if language == 'ru' %}от {% else %}dated {% endif %}"
        f"{{% if reply_to %}}{{{{ reply_to.date|short_date }}}}{{% else %}}{blank}{{% endif %}}",
        align=CENTER,
    )
    _p(left, "{%p endif %}")
    _lines(right, "addressee", sides=Mm(12))
    for cell in (left, right):
        cell._tc.remove(cell.paragraphs[0]._p)  # the empty paragraph a cell is born with


def _appendix(document: DocumentType) -> None:
    """One in the line of the word, several numbered below it; they stay with the signature."""
    _p(document, "{%p if appendix %}")
    _p(
        document,
        "{% if language == 'ru' %}Приложение:{% else %}Enclosure:{% endif %}"
        "{% if appendix is string %} {{ appendix }}{% endif %}",
        before=12,
        keep=True,
    )
    _p(document, "{%p if appendix is not string %}")
    _p(document, "{%p for each in appendix %}")
    _p(document, "{{ loop.index }}. {{ each }}", keep=True)
    _p(document, "{%p endfor %}")
    _p(document, "{%p endif %}")
    _p(document, "{%p endif %}")


def _signature(document: DocumentType) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    left.width, right.width = Mm(105), Mm(62)
    _lines(left, "signatory.post")
    left._tc.remove(left.paragraphs[0]._p)
    name = right.paragraphs[0]
    name.alignment = RIGHT
    name.paragraph_format.space_after = Pt(0)
    name.add_run("{{ signatory.name }}")
    bottom = OxmlElement("w:vAlign")
    bottom.set(qn("w:val"), "bottom")
    right._tc.get_or_add_tcPr().append(bottom)


def _lines(
    cell: _Cell,
    name: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
    size: float | None = None,
    style: str | None = None,
    rich: bool = False,
    after: float = 0,
    sides: int = 0,
) -> None:
    _p(cell, f"{{%p for line in {name} %}}")
    _p(
        cell,
        "{% if line is string %}{{ line }}{% else %}{{r line }}{% endif %}"
        if rich
        else "{{ line }}",
        align=align,
        bold=bold,
        size=size,
        style=style,
        left=sides,
    )
    _p(cell, "{%p endfor %}")
    # The space below belongs to the last line: an empty small paragraph keeps the template simple.
    if after:
        _p(cell, "", size=after)


def _paragraphs(document: DocumentType, name: str) -> None:
    _p(document, f"{{%p for paragraph in {name} %}}")
    # The last paragraph goes with what follows: a signature never stands alone on a page.
    last = f"loop.index == {name}|length and not contact"
    for keep, which in ((True, last), (False, f"not ({last})")):
        _p(document, f"{{%p if paragraph is string and {which} %}}")
        _p(document, "{{ paragraph }}", align=JUSTIFY, indent=True, keep=keep)
        _p(document, f"{{%p elif {which} %}}")
        _p(document, "{{r paragraph }}", align=JUSTIFY, indent=True, keep=keep)
        _p(document, "{%p endif %}")
    _p(document, "{%p endfor %}")


def _p(
    place: DocumentType | _Cell,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    before: float = 0,
    after: float = 0,
    indent: bool = False,
    sides: int = 0,
    left: int = 0,
    keep: bool = False,
    style: str | None = None,
) -> None:
    paragraph = place.add_paragraph(style=style)
    if align is not None:
        paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing = 1.0
    form.keep_with_next = keep
    form.widow_control = True
    if indent:
        form.first_line_indent = Cm(1.25)
    if sides:
        form.left_indent = form.right_indent = sides
    if left:
        form.left_indent = left
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)


if __name__ == "__main__":
    Path(TARGET).write_bytes(build())
    print(TARGET)
