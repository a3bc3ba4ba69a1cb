"""Lists of organisations: what is read, what it comes to, what is written."""

from io import BytesIO

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.urls import reverse
from django.utils.translation import activate
from hypothesis import given
from hypothesis import strategies as st

from laureat.ledger.models import Record
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.registry.actions import Known, add_representative, import_organisations
from laureat.registry.commands import register
from laureat.registry.lists import Table, columns_of, read_lines, read_table, table_of
from laureat.registry.lists.workbooks import letters, place_of
from laureat.registry.models import Organisation
from laureat.registry.permissions import represented
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


def workbook(*rows):
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def read(text, **asked):
    table = table_of(text)
    return read_lines(table, columns_of(table), **asked)


# ------------------------------------------------------------------------------------- the table


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_text_file_of_excel_is_read_whatever_its_coding(coding):
    content = "Название;ИНН\nООО «Ёлка»;1\n".encode(coding)
    assert read_table(content).rows == {1: ["Название", "ИНН"], 2: ["ООО «Ёлка»", "1"]}


def test_lines_keep_their_numbers_on_the_way_through_a_form():
    table = read_table(workbook(["Список"], [], ["ИНН", "Имя"], [], [420, 'ООО "А; Б"']))
    assert table.rows == {1: ["Список"], 3: ["ИНН", "Имя"], 5: ["420", 'ООО "А; Б"']}
    assert table_of(table.text()).rows == table.rows


_CELL = st.text(st.characters(codec="cp1251", exclude_categories=["Cc"]), max_size=8).map(
    lambda text: " ".join(text.split())
)


@given(st.dictionaries(st.integers(1, 30), st.lists(_CELL, min_size=2, max_size=5), min_size=1))
def test_any_table_survives_the_way_through_a_form(rows):
    kept = {}
    for number, cells in sorted(rows.items()):
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > 1:  # a lone column may hold what parts columns
            kept[number] = cells
    assert table_of(Table(kept).text()).rows == kept


@given(st.integers(0, 16_383))
def test_letters_name_one_column(place):
    assert place_of(letters(place)) == place


@pytest.mark.parametrize(
    ("rows", "last", "facts"),
    [
        (["Наименование организации;ИНН;КПП"], 1, ("name_ru", "inn", "kpp")),
        (
            ["Список предприятий на 2026 год;;", ";;", "№ п/п;ИНН;Предприятие;E-mail"],
            3,
            ("", "inn", "name_ru", "email"),
        ),
        (
            [
                "Название;ИНН;Руководитель;;Контакты;",
                ";;ФИО;Должность;Адрес электронной почты;Телефон",
            ],
            2,
            ("name_ru", "inn", "head_name", "head_post", "email", "phone"),
        ),
        (
            ["Company;INN;OGRN;Region;Address;Headcount;Line of business"],
            1,
            ("name_ru", "inn", "ogrn", "region", "address", "headcount", "sector"),
        ),
    ],
)
def test_headings_tell_what_columns_hold(rows, last, facts):
    found = columns_of(table_of("\n".join([*rows, "1;4205000001;x;y;z;1;2"])))
    assert (found.last, found.facts[: len(facts)]) == (last, facts)


def test_without_headings_the_column_of_inns_is_told_by_its_numbers():
    found = columns_of(table_of("ООО «А»;4205000001\nООО «Б»;4205000002"))
    assert (found.last, found.facts) == (0, ("", "inn"))


# ------------------------------------------------------------------------------- what it comes to


def test_new_known_and_wrong_lines_are_told_apart():
    known = world.organisation(1, email="old@demo.example", phone="")
    wrong = known.inn[:-1] + str((int(known.inn[-1]) + 1) % 10)
    found = read(
        "\n".join(
            [
                "Название;ИНН;Регион;E-mail;Телефон;Численность",
                f"ООО «Демо-новое»;{world.inn(2)};Кемеровская обл.;new@demo.example;;1 200 чел.",
                f"{known.name_ru};{known.inn};42;other@demo.example;+7 384;120",
                f"ООО «Ошибка»;{wrong};42;;;",
                f"ООО «Демо-новое»;{world.inn(2)};42;;;",
                f"ООО «Без региона»;{world.inn(3)};Атлантида;;;",
                f"ООО «Почта»;{world.inn(4)};Кузбасс;не адрес;;около ста",
                "ООО «Без ИНН»;;42;;;",
            ]
        )
    )
    assert [(line.number, line.data.name_ru, line.data.headcount) for line in found.new] == [
        (2, "ООО «Демо-новое»", 1200),
        (7, "ООО «Почта»", None),
    ]
    assert found.new[0].data.region == "42"
    assert [
        (each.fact, each.was, each.shall) for line in found.changed for each in line.changes
    ] == [
        ("email", "old@demo.example", "other@demo.example"),
        ("phone", "", "+7 384"),
    ]
    assert [(line.number, line.problem) for line in found.wrong] == [
        (4, "Не сходится контрольная цифра ИНН: в одной из цифр опечатка."),
        (5, "Та же организация уже стоит в строке 2."),
        (6, "Региона «Атлантида» нет в таблице: напишите полное название или код."),
        (8, "ИНН не указан: по нему различают организации."),
    ]
    assert [(line.number, len(line.notes)) for line in found.noted] == [(7, 2)]
    assert Organisation.objects.count() == 1


def test_a_branch_stands_beside_its_head_office():
    head = world.organisation(1)
    found = read(f"Название;ИНН;КПП;Регион\nФилиал;{head.inn};540143001;54")
    assert [(line.data.is_branch, line.data.kpp) for line in found.new] == [(True, "540143001")]


def test_a_regional_secretary_enters_only_the_own_region():
    foreign = world.organisation(1, region="54")
    user = world.person(Role.SECRETARY, region="42")
    text = f"Название;ИНН;Регион\nА;{world.inn(2)};54\nБ;{foreign.inn};42\nВ;{world.inn(3)};"
    found = read(text, region="42", user=user)
    assert [line.data.name_ru for line in found.new] == ["В"]
    assert [line.problem for line in found.wrong] == [
        "Этот регион не ваш: организацию вносит секретарь её региона.",
        "Организация есть в реестре; её ведёт секретарь её региона.",
    ]


def test_a_list_is_compared_with_few_queries(django_assert_max_num_queries):
    user = world.person(Role.SECRETARY, region="42")
    for number in range(1, 6):
        world.organisation(number)
    text = "Название;ИНН;Регион\n" + "\n".join(f"А{n};{world.inn(n)};42" for n in range(100))
    with django_assert_max_num_queries(10):
        assert len(read(text, user=user).new) == 95


# ------------------------------------------------------------------------------------ what is done


def test_only_what_was_asked_for_is_taken_over_and_the_journal_names_who_did_it():
    known = world.organisation(1, email="old@demo.example", phone="")
    user = world.person(Role.SECRETARY, region="42")
    text = (
        "Название;ИНН;Регион;E-mail;Телефон\n"
        f"ООО «Новое»;{world.inn(2)};42;a@demo.example;\n"
        f"{known.name_ru};{known.inn};42;new@demo.example;+7 384"
    )
    done = import_organisations(read(text, user=user), Known.FILL, by=user)
    known.refresh_from_db()
    assert (done.entered, done.changed) == (1, 1)
    assert (known.email, known.phone) == ("old@demo.example", "+7 384")
    told = Record.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert list(told) == ["organisation.changed", "organisation.registered"]
    assert user.commitment in Record.objects.latest("pk").content
    again = read(text, user=user)
    assert not again.new
    ticked = [each.key for line in again.changed for each in line.changes]
    import_organisations(again, Known.TICKED, ticked, by=user)
    known.refresh_from_db()
    assert known.email == "new@demo.example"


def test_all_of_a_list_is_entered_or_nothing():
    user = world.person(Role.SECRETARY, region="42")
    found = read(f"Название;ИНН;Регион\nА;{world.inn(1)};42\nБ;{world.inn(2)};42", user=user)
    world.organisation(2)  # somebody was faster
    with pytest.raises(Refused, match=r"Ничего не внесено. Строка 3, Б"):
        import_organisations(found, Known.FILL, by=user)
    assert Organisation.objects.count() == 1


def test_who_keeps_no_register_enters_no_list():
    found = read(f"Название;ИНН\nА;{world.inn(1)}")
    with pytest.raises(Denied):
        import_organisations(found, Known.FILL, by=world.person())


# ---------------------------------------------------------------------------------------- the pages


def post(client, **said):
    return client.post(reverse("registry:enter_list"), said)


def test_a_secretary_enters_a_workbook_from_first_to_last_page(client):
    known = world.organisation(1, email="old@demo.example")
    client.force_login(world.person(Role.SECRETARY, region="42"))
    book = BytesIO(
        workbook(
            ["Предприятия Кузбасса"],
            ["ИНН", "Предприятие", "Эл. почта"],
            [int(world.inn(2)), "ООО «Демо-новое»", "new@demo.example"],
            [known.inn, known.name_ru, "other@demo.example"],
            ["12", "ООО «Ошибка»"],
        )
    )
    book.name = "list.xlsx"
    page = post(client, file=book, region="42", go="look")
    html = page.content.decode()
    assert page.status_code == 200
    assert "ООО «Демо-новое»" in html
    assert "other@demo.example" in html
    assert "Строка 5" in html
    assert Organisation.objects.count() == 1
    form = page.context["form"]
    carried = {"text": form.data["text"], "region": "42", "seen": page.context["seen"]}
    sheet = post(client, **carried, go="sheet")
    assert sheet.content.startswith(b"PK")
    tick = page.context["ticks"][0][1].key
    done = post(client, **carried, go="enter", known="ticked", take=tick)
    assert (done.status_code, done.url) == (302, reverse("registry:organisations"))
    known.refresh_from_db()
    assert known.email == "other@demo.example"
    assert Organisation.objects.get(inn=world.inn(2)).email == "new@demo.example"


def test_what_changed_meanwhile_is_shown_again_before_it_is_entered(client):
    client.force_login(world.person(Role.SECRETARY))
    text = f"Название;ИНН\nА;{world.inn(1)}\nБ;{world.inn(2)}"
    seen = post(client, text=text, go="look").context["seen"]
    world.organisation(1)
    page = post(client, text=text, go="enter", seen=seen)
    assert "Реестр изменился" in page.content.decode()
    assert Organisation.objects.count() == 1


def test_what_a_column_holds_can_be_corrected(client):
    client.force_login(world.person(Role.SECRETARY))
    text = f"ООО «А»;{world.inn(1)}"
    page = post(client, text=text, go="look")
    assert page.context["reading"].wrong[0].problem == ("Нет названия, а в реестре такого ИНН нет.")
    page = post(client, text=text, column_0="name_ru", column_1="inn", go="look")
    assert [line.data.name_ru for line in page.context["reading"].new] == ["ООО «А»"]
    page = post(client, text=text, column_0="inn", column_1="inn", go="look")
    assert page.status_code == 422
    assert "Два столбца содержат «ИНН»" in page.content.decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Выберите файл или вставьте строки таблицы."),
        ({"text": "Название;ИНН"}, "Под заголовками таблица пуста."),
        ({"text": "Название;Город\nА;Б"}, "Укажите, в каком столбце стоит ИНН"),
        ({"text": "a;" * 70}, "больше 60 столбцов"),
    ],
)
def test_wrong_input_is_told(client, said, told):
    client.force_login(world.person(Role.SECRETARY))
    page = post(client, **said, go="look")
    assert page.status_code == 422
    assert told in page.content.decode()


def test_a_list_of_which_nothing_can_be_entered_promises_nothing(client):
    client.force_login(world.person(Role.SECRETARY))
    page = post(client, text="наименование;ИНН\nООО Ромашка;123", go="look").content.decode()
    assert "вносить из этого списка пока нечего" in page
    assert "Вот что будет внесено" not in page


def test_the_template_is_understood(client):
    client.force_login(world.person(Role.SECRETARY))
    content = client.get(reverse("registry:list_template")).content
    found = columns_of(read_table(content))
    assert (found.facts[:3], "" in found.facts, len(found.facts)) == (
        ("name_ru", "name_en", "inn"),
        False,
        15,
    )


def test_the_command_line_tells_and_enters(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(f"Название;ИНН;Регион\nА;{world.inn(1)};42\nБ;7;42\n".encode("cp1251"))
    dry = CliRunner().invoke(register, ["import", str(path), "--dry-run"])
    assert (dry.exit_code, Organisation.objects.count()) == (0, 0)
    done = CliRunner().invoke(register, ["import", str(path)])
    assert "Строка 3, Б: " in done.output
    assert "внесено: 1, изменено: 0" in done.output
    assert Organisation.objects.get().name_ru == "А"


# ------------------------------------------------------------- what other reviews of the register found


def test_a_colleague_of_one_edition_can_become_the_representative():
    found, colleague = world.organisation(1), world.person()
    give_role(
        colleague, Role.APPLICANT, by=None, award="demo", edition="2026", organisation=found.uid
    )
    add_representative(found, colleague.email, by=world.person(Role.SECRETARY, region="42"))
    assert represented(colleague) == {found.uid}


def test_an_ogrn_of_another_does_not_ask_about_inns():
    """It is told alike, whether the INN is in the register or not."""
    world.organisation(1, ogrn=world.ogrn(1))
    world.organisation(2)
    told = set()
    for number in (2, 3):
        with pytest.raises(Refused) as refused:
            world.organisation(number, ogrn=world.ogrn(1), by=world.person(), is_demo=False)
        told.add((refused.value.field, str(refused.value)))
    assert told == {("ogrn", "Этот ОГРН записан за другим ИНН: проверьте оба номера.")}


def test_a_secretary_who_enters_a_double_is_told_what_a_secretary_does():
    world.organisation(1)
    with pytest.raises(Refused, match="откройте её карточку"):
        world.organisation(1, by=world.person(Role.SECRETARY, region="42"))
    with pytest.raises(Refused, match=r"Чтобы действовать от её имени|представл|рядом с ИНН"):
        world.organisation(1, by=world.person(), is_demo=False)
