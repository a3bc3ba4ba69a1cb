"""Pages of letters."""

import csv
import re
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import activate, override

from laureat.outreach import exports, forms, queries
from laureat.outreach.actions import next_number, render_letters
from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.outreach.queries import desk_sections
from laureat.outreach.views import sending
from laureat.platform.access.models import Role
from laureat.platform.clock import at, now
from laureat.platform.files.store import store
from laureat.platform.mail.actions import deliver_due
from laureat.platform.mail.models import Message, MessageState
from laureat.registry.actions import change_organisation, record_distinction
from laureat.rulebook.actions import close_stage
from tests.outreach.test_lists import workbook
from tests.worlds import intake as entering
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db
MOST = 8


@pytest.fixture(autouse=True)
def _russian():
    """A page in English leaves its language behind."""
    activate("ru")


def typed(edition, **values):
    return {
        "letter": f"{edition.uid}:invitation",
        "language": "ru",
        "region": "42",
        "by": "filter",
        "not_again": "on",
        "dated": "2024-01-16",
        "first_number": "121",
    } | values


def confirmed(client, data, **changes):
    """Look at what the choice comes to, then confirm it as the page offers it."""
    looked = client.post(reverse("outreach:new"), data)
    assert looked.status_code == 200, looked.content.decode()
    page = looked.context
    sent = {
        field.name: "" if (value := field.value()) is None else value for field in page["hidden"]
    }
    ticked = [organisation.uid for organisation, on, _number in page["rows"] if on]
    sent |= {"seen": page["seen"], "pick": ticked, "go": "prepare"} | changes
    return client.post(reverse("outreach:new"), sent)


def test_only_secretaries_and_organisers_write_letters(client):
    campaign = world.letters(world.prize())
    letter = campaign.letters.get()
    pages = [
        reverse("outreach:campaigns"),
        reverse("outreach:new"),
        reverse("outreach:campaign", args=[campaign.uid]),
        reverse("outreach:addressee", args=[letter.uid]),
        reverse("outreach:document", args=[letter.uid, "pdf"]),
    ]
    assert {client.get(url).status_code for url in pages} == {302}
    client.force_login(register.person(Role.APPLICANT, organisation="x"))
    assert {client.get(url).status_code for url in pages} == {403}
    client.force_login(register.person(Role.SECRETARY))
    assert [client.get(url).status_code for url in pages] == [200, 200, 200, 200, 404]
    assert client.get(reverse("outreach:campaign", args=["nothing"])).status_code == 404


def test_a_secretary_writes_looks_makes_sends_and_sends_again(client):
    edition = world.prize()
    register.organisation(1)
    register.organisation(2, region="54")
    client.force_login(register.person(Role.SECRETARY, award="rf-quality-prize"))
    shown = client.post(reverse("outreach:preview"), typed(edition))
    assert shown.content.startswith(b"%PDF")
    assert not Campaign.objects.exists()
    response = confirmed(client, typed(edition))
    campaign = Campaign.objects.get()
    assert response.url == reverse("outreach:campaign", args=[campaign.uid])
    letter = campaign.letters.get()
    assert "Генеральному директору" in client.get(response.url).content.decode()
    client.post(reverse("outreach:make", args=[campaign.uid]))
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        url = reverse("outreach:document", args=[letter.uid, kind])
        assert b"".join(client.get(url).streaming_content).startswith(head)
    client.post(reverse("outreach:send", args=[campaign.uid]))
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    deliver_due()
    client.post(reverse("outreach:resend", args=[letter.uid]))
    first = letter.message_id
    letter.refresh_from_db()
    assert letter.message_id != first
    page = client.get(response.url, {"view": "sent"}).content.decode()
    assert "отправлено" in page
    assert client.get(response.url, {"view": "nonsense", "page": "x"}).status_code == 200


def test_long_lists_are_sent_in_portions(client, monkeypatch):
    monkeypatch.setattr(sending, "SENT_AT_ONCE", 2)
    organisations = [
        register.organisation(n, email="" if n == 2 else f"o{n}@demo.example") for n in range(1, 6)
    ]
    campaign = world.letters(world.prize(), organisations=organisations)
    render_letters(campaign, by=None)
    client.force_login(register.person(Role.SECRETARY))
    url = reverse("outreach:send", args=[campaign.uid])
    first = client.post(url)
    assert first.url.endswith("?sending=1")
    assert f'hx-post="{url}"' in client.get(first.url).content.decode()
    assert client.post(url, headers={"HX-Request": "true"}).url.endswith("?sending=1")
    last = client.post(url, headers={"HX-Request": "true"})
    assert last.headers["HX-Redirect"] == reverse("outreach:campaign", args=[campaign.uid])
    page = client.get(last.headers["HX-Redirect"]).content.decode()
    assert "4 письма поставлены в очередь" in page
    assert "У 1 организации нет электронной почты" in page
    assert Message.objects.count() == 4
    assert "Отправлять нечего" in client.post(url, follow=True).content.decode()


def test_nothing_is_prepared_before_it_was_looked_at_and_confirmed(client):
    edition = world.prize()
    first, second, third = (register.organisation(n) for n in (1, 2, 3))
    silent = register.organisation(4, email="", head_name="Шевчук И. С.")
    client.force_login(register.person(Role.SECRETARY))
    looked = client.post(reverse("outreach:new"), typed(edition, first_number=""))
    page = looked.content.decode()
    outlook = looked.context["outlook"]
    assert (outlook.count, outlook.numbers[0], outlook.numbers[-1]) == (*(4, "МПТ-7/1", "МПТ-7/4"),)
    assert (len(outlook.silent), len(outlook.unsure)) == (1, 1)
    assert [letter.organisation for letter in outlook.first] == [first, second, third]
    assert outlook.first[0].addressee[:2] == ["Генеральному директору", first.name_ru]
    assert "Уважаемые коллеги!" in page
    assert silent.name_ru in page
    assert not Campaign.objects.exists()
    at = client.post(reverse("outreach:preview"), typed(edition, at=second.uid))
    assert at.content.startswith(b"%PDF")
    confirmed(client, typed(edition, first_number=""), pick=[second.uid, silent.uid, "strange"])
    letters = Letter.objects.order_by("pk")
    assert [(each.organisation, each.number) for each in letters] == [
        (second, "МПТ-7/1"),
        (silent, "МПТ-7/2"),
    ]


def test_a_list_that_has_changed_meanwhile_is_shown_again(client):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    looked = client.post(reverse("outreach:new"), typed(edition))
    data = typed(edition, seen=looked.context["seen"], go="prepare")
    data["pick"] = [organisation.uid for organisation, *_ in looked.context["rows"]]
    register.organisation(2)
    again = client.post(reverse("outreach:new"), data)
    assert "Список изменился" in again.content.decode()
    assert again.context["outlook"].count == 2
    assert not Campaign.objects.exists()
    data["seen"] = again.context["seen"]
    nobody = client.post(reverse("outreach:new"), data | {"pick": []})
    assert "Никто не отмечен" in nobody.content.decode()
    back = client.post(reverse("outreach:new"), data | {"go": "back"})
    assert (back.status_code, back.context["form"]["first_number"].value()) == (200, "121")
    assert not Campaign.objects.exists()
    assert client.post(reverse("outreach:new"), data).status_code == 302
    assert Letter.objects.count() == 1
    # Clicked twice: the second time everything stands in the way.
    assert client.post(reverse("outreach:new"), data).status_code in {200, 422}
    assert Letter.objects.count() == 1


def test_the_register_is_filtered_by_size_sector_words_and_earlier_seasons(client):
    edition = world.prize()
    sizes = {15: "micro", 16: "small", 250: "medium", 251: "large", 1001: "large", None: "unknown"}
    organisations = {
        count: register.organisation(n, headcount=count, sector="food" if n % 2 else "")
        for n, count in enumerate(sizes, 1)
    }
    honoured = organisations[16]
    record_distinction(
        honoured,
        award_key="rf-quality-prize",
        year=2020,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        by=None,
    )
    client.force_login(register.person(Role.SECRETARY))

    def listed(**asked):
        answer = client.post(reverse("outreach:new"), typed(edition, **asked))
        if answer.status_code == 422:
            return []
        return [each.headcount for each, *_ in answer.context["rows"]]

    for name in ("micro", "small", "medium", "large", "unknown"):
        assert listed(size=name) == [count for count, size in sizes.items() if size == name]
    classes = {key: listed(size=f"{edition.uid}:{key}") for key in ("small", "medium", "large")}
    assert classes == {"small": [15, 16, 250], "medium": [251], "large": [1001]}
    assert listed(sector="food") == [15, 250, 1001]
    assert listed(sector="food", size="large") == [1001]
    assert listed(search=honoured.inn) == [16]
    assert listed(before="honoured") == [16]
    assert listed(before="new") == [15, 250, 251, 1001, None]
    assert listed(before="applied") == []
    own = client.post(reverse("outreach:new"), typed(edition, size=f"{edition.uid}:small"))
    assert "1 организация пропущена: её численность" in own.content.decode()
    other = world.goods()
    wrong = client.post(reverse("outreach:new"), typed(other, size=f"{edition.uid}:small"))
    assert "из другого конкурса" in wrong.content.decode()


def test_who_has_applied_before_is_found():
    edition = entering.goods("42")
    applied, new = entering.factory(), entering.factory()
    entering.submitted(edition, applied)

    def found(before):
        asked = queries.Asked(edition, "invitation", before=before)
        return queries.recipients(None, asked).organisations

    assert found("applied") == [applied]
    assert found("new") == [new]
    assert found("") == [applied, new]


def test_nobody_is_on_the_list_before_it_is_said_how_it_is_made(client):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    page = client.get(reverse("outreach:new")).content.decode()
    assert re.findall(r'<input type="radio" name="by"[^>]*checked', page) == []
    untouched = client.post(reverse("outreach:new"), typed(edition, by=""))
    assert untouched.status_code == 422
    assert set(untouched.context["form"].errors) == {"by"}


def test_who_is_known_from_the_history_only_gets_no_letter(client):
    edition = world.prize()
    known, _old = register.organisation(1), register.organisation(2, inn="")
    client.force_login(register.person(Role.SECRETARY))
    looked = client.post(reverse("outreach:new"), typed(edition))
    assert [each for each, *_ in looked.context["rows"]] == [known]
    assert "1 организация пропущена: в реестре у неё нет ИНН" in looked.content.decode()


def test_letters_are_written_at_any_time_and_who_invites_too_late_is_warned(client):
    edition, other = entering.prize(), world.goods()
    with entering.at(edition, "2024-02-01"):
        letters = world.letters(edition)
        client.force_login(register.person(Role.SECRETARY))
        here = reverse("outreach:campaign", args=[letters.uid])
        late = "приглашённые не смогут подать заявку"
        assert late not in client.get(here).content.decode()
        offered = client.get(reverse("outreach:new")).context["form"]
        assert [each.uid for each, _letters in offered.choices] == [edition.uid, other.uid]
    with entering.at(edition, "2024-12-01"):
        page = client.get(reverse("outreach:new"))
        form = page.context["form"]
        assert [each.uid for each, _letters in form.choices] == [edition.uid, other.uid]
        assert "Эти конкурсы заявок больше не принимают" in page.content.decode()
        looked = client.post(reverse("outreach:new"), typed(edition, not_again="", first_number=""))
        assert looked.status_code == 200
        assert late in looked.content.decode()
        assert late in client.get(here).content.decode()


def test_who_invites_a_region_that_is_over_is_warned(client):
    edition = entering.goods("42", "54")
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    with entering.at(edition, "2023-04-01"):
        close_stage(entering.stage_of(edition, "intake", "42"), by=None)
        looked = client.post(reverse("outreach:new"), typed(edition, dated="2023-04-01"))
        assert looked.status_code == 200
        assert "приглашённые не смогут подать заявку" in looked.content.decode()


def test_a_second_wave_reaches_who_had_a_letter_and_has_not_applied(client):
    edition = entering.prize()
    with entering.at(edition, "2024-02-01"):
        silent = world.letters(edition).letters.get().organisation
        register.organisation(77)
        client.force_login(register.person(Role.SECRETARY))
        asked = typed(edition, before="unanswered", first_number="", not_again="on")
        looked = client.post(reverse("outreach:new"), asked)
        assert [each for each, *_ in looked.context["rows"]] == [silent]


def test_wrong_lines_of_a_file_are_told_at_the_file_and_all_of_them_can_be_read(client):
    edition = world.prize()
    client.force_login(register.person(Role.SECRETARY))
    book = SimpleUploadedFile("list.xlsx", workbook(["ИНН"], *[["x1"]] * 30))
    page = client.post(reverse("outreach:new"), typed(edition, by="list", file=book))
    assert list(page.context["form"].errors) == ["file"]
    assert "Строка 31" in page.content.decode()


def test_the_state_of_one_letter_is_said_of_one():
    campaign = world.letters(world.prize())
    campaign.letters.update(state=LetterState.WITHDRAWN)
    assert queries.line_of(campaign.letters.get()).state == "отозвано"


def test_the_next_number_follows_all_letters_that_are_numbered_alike(monkeypatch):
    edition = world.prize()
    campaign = world.letters(edition, 2)
    first = edition.rules.letters[0]
    rules = edition.rules.model_copy(
        update={"letters": [first, first.model_copy(update={"key": "second"})]}
    )
    monkeypatch.setattr(type(edition), "rules", rules)
    free = next_number(edition, "second", campaign.dated.year)
    assert free == campaign.first_number + 2


def test_single_organisations_are_ticked_by_hand(client):
    edition = world.prize()
    first, second = register.organisation(1), register.organisation(2)
    client.force_login(register.person(Role.SECRETARY))
    looked = client.post(reverse("outreach:new"), typed(edition, by="pick"))
    assert [on for _each, on, _number in looked.context["rows"]] == [False, False]
    confirmed(client, typed(edition, by="pick"), pick=[second.uid])
    assert [each.organisation for each in Letter.objects.all()] == [second]
    assert first.letters.count() == 0


def test_a_list_too_long_to_tick_is_confirmed_as_a_whole(client, monkeypatch):
    monkeypatch.setattr(forms, "PICKABLE", 2)
    edition = world.prize()
    for number in range(1, 4):
        register.organisation(number)
    client.force_login(register.person(Role.SECRETARY))
    picking = client.post(reverse("outreach:new"), typed(edition, by="pick"))
    assert "слишком много" in picking.content.decode()
    confirmed(client, typed(edition), pick=[])
    assert Letter.objects.count() == 3


def test_a_list_of_inns_is_pasted_or_uploaded(client):
    edition, known = world.prize(), register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    url = reverse("outreach:new")
    listed = f"{known.inn}\n{register.inn(2)}\nabc 1"
    wrong = client.post(url, typed(edition, by="list", inns=listed))
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert page.index("Строка 2") < page.index("Строка 3")
    assert known.inn in page
    assert client.post(url, typed(edition, by="list")).status_code == 422
    passed = client.post(url, typed(edition, by="list", inns=listed, skip_wrong="on"))
    assert len(passed.context["left_out"]) == 2
    assert [each for each, *_ in passed.context["rows"]] == [known]
    upload = SimpleUploadedFile("list.csv", f"ИНН;Имя\r\n{known.inn};ООО\r\n1;я".encode("cp1251"))
    mistaken = client.post(url, typed(edition, by="list", file=upload))
    assert "Строка 3" in mistaken.content.decode()
    # The browser has forgotten the file: what it held is in the field, to be mended.
    assert mistaken.context["form"]["inns"].value().splitlines()[1] == f"{known.inn};ООО"
    upload.seek(0)
    assert confirmed(client, typed(edition, by="list", file=upload, skip_wrong="on")).url
    assert Letter.objects.get().organisation == known
    again = client.post(url, typed(edition, by="list", inns=known.inn, first_number="200"))
    assert again.status_code == 422
    assert "уже" in again.content.decode()
    more = typed(edition, by="list", inns=known.inn, first_number="200", not_again="")
    assert confirmed(client, more).status_code == 302


def test_a_workbook_is_uploaded(client):
    edition, known = world.prize(), register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    book = SimpleUploadedFile("список.xlsx", workbook(["Название", "ИНН"], ["я", int(known.inn)]))
    confirmed(client, typed(edition, by="list", file=book))
    assert Letter.objects.get().organisation == known
    empty = SimpleUploadedFile("empty.xlsx", b"")
    answer = client.post(reverse("outreach:new"), typed(edition, by="list", file=empty))
    assert "Файл пуст" in answer.content.decode()


def test_the_page_says_how_far_sending_has_come(client):
    campaign = world.letters(
        world.prize(),
        organisations=[
            *(register.organisation(n) for n in (1, 2, 3)),
            register.organisation(4, email=""),
        ],
    )
    here = reverse("outreach:campaign", args=[campaign.uid])
    progress = reverse("outreach:progress", args=[campaign.uid])
    client.force_login(register.person(Role.SECRETARY))
    assert "Ход рассылки" not in client.get(here).content.decode()
    world.sent(campaign)
    assert "Ход рассылки" in client.get(here).content.decode()
    page = client.get(progress).content.decode()
    assert "hx-trigger" in page
    told = "всего писем: 4 отправлено: 0 в очереди: 3 без эл. почты: отправить обычной почтой: 1"
    assert words(page).startswith(told)
    deliver_due(limit=2)
    assert "отправлено: 2 в очереди: 1 " in words(client.get(progress).content.decode())
    deliver_due()
    Message.objects.filter(pk=campaign.letters.first().message_id).update(
        state=MessageState.FAILED, error="550 нет такого адреса"
    )
    page = client.get(progress).content.decode()
    assert "hx-trigger" not in page
    assert "отправлено: 2 в очереди: 0 не доставлено: 1" in words(page)
    whole = client.get(here).content.decode()
    assert "550 нет такого адреса" in whole
    assert "Отправить недоставленные снова" in whole
    client.post(reverse("outreach:resend_failed", args=[campaign.uid]))
    assert "в очереди: 1" in words(client.get(progress).content.decode())
    with at(now() + timedelta(hours=1)):
        assert "Почта не уходит" in client.get(progress).content.decode()
    answer = client.post(reverse("outreach:discard", args=[campaign.uid]), follow=True)
    assert "2 письма отозваны" in answer.content.decode()
    assert "2 письма уже ушли" in answer.content.decode()
    again = client.post(reverse("outreach:discard", args=[campaign.uid]), follow=True)
    assert "отменять нечего" in again.content.decode()


def words(page):
    """What a page of figures says: each figure after its name, as the eye reads it."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    return " ".join(re.sub("<[^>]+>", "", f"{label}: {figure}") for label, figure in pairs)


def test_the_letters_and_their_list_are_downloaded(client):
    formula = register.organisation(1, name_ru="=ЛОЖЬ()", name_en="", address="@where")
    campaign = world.letters(
        world.prize(), organisations=[formula, register.organisation(2, email="")]
    )
    client.force_login(register.person(Role.SECRETARY))

    def url(name, kind, **asked):
        return reverse(f"outreach:{name}", args=[campaign.uid, kind]) + "?" + urlencode(asked)

    early = client.get(url("archive", "pdf"), follow=True)
    assert "сначала создайте документы" in early.content.decode()
    world.sent(campaign)
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        response = client.get(url("archive", kind))
        assert response.headers["Content-Disposition"].endswith(f'-{kind}.zip"')
        with ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
            assert archive.testzip() is None
            assert [name.split(" ")[0] for name in archive.namelist()] == ["МПТ-7-121", "МПТ-7-122"]
            assert all(archive.read(name).startswith(head) for name in archive.namelist())
    some = client.get(url("archive", "pdf", view="no_address"))
    with ZipFile(BytesIO(b"".join(some.streaming_content))) as archive:
        assert len(archive.namelist()) == 1
    table = client.get(url("table", "csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(table.splitlines(), delimiter=";"))
    assert rows[0][:4] == ["Номер", "Дата", "Организация", "ИНН"]
    assert rows[1][:4] == ["МПТ-7/121", "16.01.2024", "'=ЛОЖЬ()", formula.inn]
    assert [row[10] for row in rows[1:]] == ["в очереди", "без эл. почты: отправить обычной почтой"]
    assert rows[1][7] == "'@where"
    with ZipFile(BytesIO(client.get(url("table", "xlsx")).content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "=ЛОЖЬ()" in book.read("xl/sharedStrings.xml").decode()
    one = client.get(url("table", "csv", view="queued")).content.decode()
    assert one.count("\r\n") == 2


def test_a_lost_file_is_named_in_the_archive(client, monkeypatch):
    campaign = world.letters(world.prize(), 2)
    render_letters(campaign, by=None)
    lost = campaign.letters.first().pdf
    kept = store().open

    def opened(sha256):
        if sha256 == lost.sha256:
            raise FileNotFoundError(sha256)
        return kept(sha256)

    monkeypatch.setattr(exports, "store", lambda: SimpleNamespace(open=opened))
    files = exports.files_of(queries.letters(campaign), "pdf")
    with ZipFile(BytesIO(b"".join(exports.zipped(files)))) as archive:
        assert len(archive.namelist()) == 2
        assert lost.name in archive.read("MISSING.txt").decode()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first_number": "0"}, "1"),
        ({"first_number": "7" * 40}, "не больше семи цифр"),
        ({"size": "huge"}, "Выберите корректный вариант"),
        ({"dated": ""}, "Обязательное поле"),
        ({"letter": "x:y"}, "Выберите корректный вариант"),
        ({"search": "такого нет"}, "не подходит"),
        ({"answers_number": "5"}, "и номер, и дата"),
    ],
)
def test_wrong_input_is_explained(client, values, message):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    for name in ("new", "preview"):
        response = client.post(reverse(f"outreach:{name}"), typed(edition, **values))
        assert response.status_code == 422
        assert message in response.content.decode()
    assert not Campaign.objects.exists()


def test_a_regional_secretary_writes_to_the_region_only(client):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY, region="42"))
    page = client.get(reverse("outreach:new")).content.decode()
    assert '<option value="42">' in page
    assert '<option value="54">' not in page
    assert client.post(reverse("outreach:new"), typed(edition, region="")).status_code in {403, 422}
    assert confirmed(client, typed(edition)).status_code == 302
    foreign = world.letters(edition, region="", first_number=500)
    url = reverse("outreach:campaign", args=[foreign.uid])
    assert client.get(url).status_code == 403


def test_an_addressee_is_corrected_on_its_page_and_letters_are_withdrawn(client):
    campaign = world.letters(
        world.prize(), organisations=[register.organisation(1, head_name="Шевчук И. С.")]
    )
    letter = campaign.letters.get()
    client.force_login(register.person(Role.SECRETARY))
    here = reverse("outreach:campaign", args=[campaign.uid])
    assert "проверьте форму" in client.get(here).content.decode()
    url = reverse("outreach:addressee", args=[letter.uid])
    assert client.post(url, {"post": "", "name": "x"}).status_code == 422
    assert client.post(url, {"post": "Директору", "name": "Шевчуку И. С."}).status_code == 302
    assert "проверьте форму" not in client.get(here).content.decode()
    client.post(reverse("outreach:withdraw", args=[letter.uid]))
    letter.refresh_from_db()
    assert letter.state == LetterState.WITHDRAWN


@pytest.mark.parametrize("many", [1, 3, 12])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_ask_the_database_the_same_few_times_at_any_length(
    client, django_assert_max_num_queries, many, language
):
    campaign = world.sent(world.letters(world.prize(), many))
    client.force_login(register.person(Role.SECRETARY))
    for name, args in (
        ("campaigns", []),
        ("new", []),
        ("campaign", [campaign.uid]),
        ("progress", [campaign.uid]),
        ("table", [campaign.uid, "csv"]),
        ("archive", [campaign.uid, "pdf"]),
    ):
        with override(language):
            url = reverse(f"outreach:{name}", args=args)
        client.get(url)
        with django_assert_max_num_queries(MOST):
            assert client.get(url).status_code == 200


def test_the_desk_shows_campaigns_with_something_left_to_do():
    secretary = register.person(Role.SECRETARY)
    edition = world.prize()
    campaign = world.letters(edition, 2)
    world.sent(world.letters(edition, first_number=500))
    (section,) = desk_sections(secretary)
    assert [(item.detail, item.url) for item in section.items] == [
        ("2 черновика", reverse("outreach:campaign", args=[campaign.uid]))
    ]
    assert desk_sections(register.person(Role.APPLICANT, organisation="x")) == []


def test_what_came_back_is_told_of_the_address_it_was_sent_to(client):
    campaign = world.sent(world.letters(world.prize()))
    letter = campaign.letters.get()
    Message.objects.update(state=MessageState.FAILED, error="550 no such user")
    former = letter.organisation.email
    change_organisation(letter.organisation, {"email": "new@demo.example"}, by=None)
    client.force_login(register.person(Role.SECRETARY))
    page = client.get(reverse("outreach:campaign", args=[campaign.uid])).content.decode()
    assert "new@demo.example" in page
    assert f"на прежний адрес {former}" in page
    table = client.get(reverse("outreach:table", args=[campaign.uid, "csv"])).content.decode()
    row = next(csv.DictReader(table.lstrip("\ufeff").splitlines(), delimiter=";"))
    assert (row["Эл. почта"], row["Отправлено на"]) == ("new@demo.example", former)
