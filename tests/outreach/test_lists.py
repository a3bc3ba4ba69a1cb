"""Lists of INNs, pasted and uploaded: what is read, and what is said of what cannot be."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from django.utils.translation import override

from laureat.outreach.lists import read_file, read_list
from laureat.platform.access.models import Role
from laureat.platform.errors import Refused
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db


def test_what_somebody_does_not_keep_is_as_unknown_as_what_nobody_entered():
    mine, foreign = register.organisation(1), register.organisation(2, region="54")
    text = f"{mine.inn}\n{foreign.inn}\n{register.inn(3)}"
    found = read_list(text, register.person(Role.SECRETARY, region="42"))
    assert found.organisations == [mine]
    assert [problem.replace(foreign.inn, "…") for problem in found.problems] == [
        "Строка 2: организации с ИНН … нет в реестре.",
        f"Строка 3: организации с ИНН {register.inn(3)} нет в реестре.",
    ]


def test_a_pasted_list_names_every_line_it_cannot_use():
    known = register.organisation(1)
    wrong = known.inn[:-1] + str((int(known.inn[-1]) + 1) % 10)
    text = "\n".join(
        [
            "ИНН;Название",
            f"{known.inn};ООО «Демо»",
            "",
            "нет номера 12",
            f"x {wrong}",
            register.inn(2),
            known.inn,
        ]
    )
    found = read_list(text)
    assert found.organisations == [known]
    lines = [problem.split(":")[0] for problem in found.problems]
    assert [int("".join(filter(str.isdigit, line.split(" ")[1]))) for line in lines] == [4, 5, 6, 7]


def test_an_inn_means_the_head_office_and_a_kpp_after_it_one_branch():
    head = register.organisation(1)
    branch = register.organisation(1, kpp="540143001", is_branch=True)
    alone = register.organisation(2, kpp="540143001", is_branch=True)
    one = register.organisation(3, kpp="540143001", is_branch=True)
    register.organisation(3, kpp="220343001", is_branch=True)
    found = read_list(
        "\n".join(
            [
                f"{head.inn};ООО «Демо»; БИК 043207612",
                f"{head.inn}/540143001 филиал",
                f"ИНН {alone.inn} КПП: 540143001",
                f"{one.inn}",
                f"{one.inn}\t540143001",
                f"{head.inn} 420501001",
                f"{head.inn} 220343001",
            ]
        )
    )
    assert found.organisations == [head, branch, alone, one]
    assert found.problems == [
        (
            f"Строка 4: по ИНН {one.inn} в реестре есть только филиалы; укажите после ИНН КПП одного "
            "из них: 220343001, 540143001."
        ),
        f"Строка 6: ИНН {head.inn} уже стоит в строке 1.",
        (
            f"Строка 7: по ИНН {head.inn} в реестре нет КПП 220343001, есть только: головная "
            "организация, 540143001."
        ),
    ]


def test_files_of_excel_are_read():
    assert read_file("ИНН;Имя".encode("cp1251")) == "ИНН;Имя"
    assert read_file("\ufeffИНН".encode()) == "ИНН"
    with pytest.raises(Refused):
        read_list("1\n" * 5001)
    assert read_list("\n" * 6000).problems == []


def test_a_workbook_gives_the_column_of_inns_by_its_rows():
    """Numbers have lost their leading zero; a KPP comes from its column, wherever that stands."""
    book = workbook(
        ["Список предприятий"],
        ["№", "КПП", "ИНН / INN", "Название"],
        [1, 420501001, 4200000016, "ООО «Демо»"],
        [],
        [2, "411000012", 411000012, "x"],
        [3, "", "", "Без номера"],
    )
    assert read_file(book) == (
        "\nИНН / INN КПП\n4200000016 420501001\n\n0411000012 411000012\n3 Без номера"
    )
    known = register.organisation(1)
    found = read_list(read_file(workbook(["ИНН"], [int(known.inn)], ["x"], [known.inn])))
    assert found.organisations == [known]
    assert [problem.split(" ")[1].strip(":") for problem in found.problems] == ["3", "4"]


def test_a_workbook_without_headings_is_read_like_text():
    assert read_file(workbook(["ООО «А»", "4205000001"], ["Б", 4205000002.0])) == (
        "ООО «А»\t4205000001\nБ\t4205000002"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04...", "не удаётся прочитать"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "старого вида"),
        (b"\x89PNG\r\n\x1a\n\0\0", "не текстовый файл"),
        (b"1" * (2 * 1024 * 1024 + 1), "не больше 2 МБ"),
        ("docx", "не текстовый файл"),
        ("empty", "пуст"),
        ("cut", "не удаётся прочитать"),
        ("rows", "больше 20000 строк"),
        ("bomb", "слишком велика"),
        ("entities", "пуст"),
    ],
)
def test_what_is_no_list_is_explained(content, told):
    made = {
        "docx": lambda: zipped({"word/document.xml": "<w/>"}),
        "empty": workbook,
        "cut": lambda: workbook(["ИНН"], [1])[:900],
        "rows": lambda: zipped(SHEET | {"xl/worksheets/sheet1.xml": row(20_001)}),
        "bomb": lambda: zipped(SHEET | {"xl/worksheets/sheet1.xml": " " * (41 * 1024 * 1024)}),
        "entities": lambda: zipped(SHEET | {"xl/worksheets/sheet1.xml": LAUGHS}),
    }
    with override("ru"), pytest.raises(Refused, match=told) as refused:
        read_file(made[content]() if isinstance(content, str) else content)
    assert refused.value.field == "file"


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = {
    "xl/workbook.xml": (
        f'<workbook {MAIN} xmlns:r="{LINK}"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    f"<worksheet {MAIN}><sheetData><row r='1'><c t='str'><v>&b;</v></c></row></sheetData>"
    "</worksheet>"
)


def row(number):
    cell = '<c t="str"><v>4205000001</v></c>'
    return f'<worksheet {MAIN}><sheetData><row r="{number}">{cell}</row></sheetData></worksheet>'


def zipped(parts):
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def workbook(*rows):
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.add_worksheet("другой").write(0, 0, "4205000009")
    book.close()
    return out.getvalue()


def test_a_title_above_the_headings_is_no_mistake():
    known = register.organisation(1)
    book = workbook(["Список предприятий на 2026 год"], ["№ 17 от 3 мая"], ["ИНН"], [known.inn])
    found = read_list(read_file(book))
    assert (found.organisations, found.problems) == ([known], [])


def test_millions_of_empty_rows_are_refused_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("laureat.registry.lists.workbooks.MOST_ELEMENTS", 1000)
    book = BytesIO()
    with ZipFile(book, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        rows = "<row/>" * 1002
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>',
        )
    with pytest.raises(Refused, match="слишком велика"):
        read_file(book.getvalue())
