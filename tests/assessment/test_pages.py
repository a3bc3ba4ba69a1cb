"""Pages say what they should to each reader, lose nothing, and stay within their queries."""

import io
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from laureat.assessment import actions
from laureat.assessment.actions import MarkInput
from laureat.assessment.models import Assessor, Assignment, Conflict, Mark, Scorebook
from laureat.assessment.queries.mine import desk_sections
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.platform.mail.models import Message
from tests.worlds import assessment as world_of
from tests.worlds import intake

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8
ENTRANCE = 2
"""Session and person are read on every page."""


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(name, *args):
    return reverse(f"assessment:{name}", args=args)


def page(client, name, *args, status=200, query=""):
    response = client.get(address(name, *args) + query)
    assert response.status_code == status, (name, response.status_code)
    return response.content.decode()


@pytest.fixture
def world():
    return world_of.prize_at_desk(entries=2)


def test_before_the_answer_only_the_question_is_shown(world):
    row = world_of.team(world, accepted=False)[0]
    client = signed_in(row.assessor.user)
    with world.now():
        assert row.entry.organisation.name_ru in page(client, "mine")
        shown = page(client, "assignment", row.uid)
        assert row.entry.organisation.name_ru in shown
        assert "Демонстрационный ответ" not in shown
        page(client, "material", row.entry.uid, status=403)
        wrong = client.post(address("assignment", row.uid), {"answer": "conflict"})
        assert wrong.status_code == 422
        assert "Укажите, в чём состоит конфликт интересов" in wrong.content.decode()
        done = client.post(address("assignment", row.uid), {"answer": "accept"})
        assert done.url == address("material", row.entry.uid)
        assert "Демонстрационный ответ" in page(client, "material", row.entry.uid)
        page(signed_in(intake.person()), "assignment", row.uid, status=403)


def test_files_are_handed_out_to_the_team_only(world):
    row = world_of.team(world)[0]
    file = row.entry.attachments.first()
    with world.now():
        mine = signed_in(row.assessor.user).get(address("file", row.entry.uid, file.uid))
        assert b"".join(mine.streaming_content).startswith(b"%PDF")
        page(signed_in(intake.person()), "file", row.entry.uid, file.uid, status=403)
        page(signed_in(row.assessor.user), "file", row.entry.uid, "nothing", status=404)


@pytest.fixture
def book(world):
    row = world_of.team(world)[0]
    with world.now():
        return actions.start_scorebook(row, by=None)


def typed(book, **values):
    return {"version": book.version, "value": "", "strengths": "", "improvements": ""} | values


def test_a_part_saves_and_goes_to_the_next(world, book):
    client = signed_in(book.assessor.user)
    with world.now():
        shown = page(client, "part", book.uid, "3b")
        assert "3б" in shown
        assert "0 из 3–5" in shown
        response = client.post(
            address("part", book.uid, "3b"), typed(book, value="65", strengths="Одно", go="3c")
        )
    assert response.url == address("part", book.uid, "3c")
    assert Mark.objects.get(part="3b").value == 65


def test_autosaving_answers_with_figures_and_the_next_version(world, book):
    client = signed_in(book.assessor.user)
    with world.now():
        response = client.post(
            address("part", book.uid, "1a"), typed(book, value="50"), headers={"hx-request": "true"}
        )
    shown = response.content.decode()
    assert response.status_code == 200
    assert f'name="version" value="{book.version + 1}"' in shown
    assert "<html" not in shown
    assert "1 из 32" in shown


def test_a_page_that_saves_itself_goes_nowhere_whatever_was_pressed_before(world, book):
    """After a press that found no connection the browser names that button in every saving."""
    client = signed_in(book.assessor.user)
    with world.now():
        response = client.post(
            address("part", book.uid, "1a"),
            typed(book, value="50", go="1b"),
            headers={"hx-request": "true"},
        )
    assert response.status_code == 200
    assert f'name="version" value="{book.version + 1}"' in response.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_wrong_mark_is_told_and_the_typed_text_stays(world, book, htmx):
    client = signed_in(book.assessor.user)
    headers = {"hx-request": "true"} if htmx else {}
    with world.now():
        response = client.post(
            address("part", book.uid, "1a"),
            typed(book, value="63", strengths="Набранное <b>вами</b>"),
            headers=headers,
        )
    shown = response.content.decode()
    assert response.status_code == 422
    assert "0, 5, … 100" in shown
    assert htmx or "Набранное &lt;b&gt;вами&lt;/b&gt;" in shown
    assert not Mark.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_conflict_of_versions_is_a_409_that_loses_nothing(world, book, htmx):
    client = signed_in(book.assessor.user)
    old = book.version
    with world.now():
        actions.save_marks(
            book, {"1a": MarkInput(40, strengths="Из другого окна")}, version=old, by=None
        )
        mine = {"version": old, "value": "70", "strengths": "Моё"}
        response = client.post(
            address("part", book.uid, "1a"), mine, headers={"hx-request": "true"} if htmx else {}
        )
        shown = response.content.decode()
        assert response.status_code == 409
        assert "Из другого окна" in shown
        assert f'name="version" value="{old}"' in shown
        assert htmx or "Моё" in shown
        assert Mark.objects.get().strengths == "Из другого окна"
        client.post(address("part", book.uid, "1a"), mine | {"over": book.version})
    assert Mark.objects.get().strengths == "Моё"


def test_the_signature_page_lists_what_is_missing_then_signs(world, book):
    client = signed_in(book.assessor.user)
    with world.now():
        assert page(client, "sign", book.uid).count("</a>: не начата</li>") == 32
        refused = client.post(address("sign", book.uid), {"version": book.version})
        assert refused.status_code == 422
        actions.save_marks(book, world_of.full_marks(world.stage), version=book.version, by=None)
        stale = client.post(address("sign", book.uid), {"version": book.version - 1})
        assert stale.status_code == 422
        done = client.post(address("sign", book.uid), {"version": book.version})
    assert done.url == address("team", world.stage.uid, book.entry.uid)
    assert Scorebook.objects.get().state == "signed"


def test_colleagues_are_numbers_and_their_points_are_hidden(world, book):
    with world.now():
        others = Assignment.objects.filter(entry=book.entry).exclude(assessor=book.assessor)
        other = world_of.signed(others[0], 85)
        shown = page(signed_in(book.assessor.user), "team", world.stage.uid, book.entry.uid)
        assert other.assessor.user.name not in shown
        assert "850" not in shown
        page(signed_in(book.assessor.user), "scorebook", other.uid, status=403)
        staff = page(signed_in(world.secretary), "team", world.stage.uid, book.entry.uid)
    assert other.assessor.user.name in staff
    assert "850" in staff


def test_applicants_see_nothing_of_the_assessment(world, book):
    client = signed_in(intake.acting_for(book.entry.organisation))
    with world.now():
        page(client, "scorebook", book.uid, status=403)
        page(client, "part", book.uid, "1a", status=403)
        page(client, "team", world.stage.uid, book.entry.uid, status=403)
        page(client, "material", book.entry.uid, status=403)
        for name in ("stage", "teams", "results", "export"):
            page(client, name, world.stage.uid, status=403)
        page(client, "assessors", world.edition.uid, status=403)


def test_consensus_shows_colleagues_and_flags_what_lies_apart(world):
    rows = world_of.team(world, world.entries[0])
    with world.now():
        for number, row in enumerate(rows):
            world_of.signed(row, 30 + 20 * number)
        client = signed_in(rows[0].assessor.user)
        started = client.post(address("consensus", world.stage.uid, world.entries[0].uid))
        book = Scorebook.objects.get(kind="consensus")
        assert started.url == address("scorebook", book.uid)
        part = page(client, "part", book.uid, "1a")
        team = page(client, "team", world.stage.uid, world.entries[0].uid)
    assert "Оценки расходятся на 60" in part
    assert "Эксперт 1" in part
    assert "обсудить 32 составляющие" in team
    assert part.count('class="n gave edge"') == 2
    assert part.count('data-said="strengths"') == 1
    assert "32 составляющие к обсуждению" in part
    assert "Следующая: 1б" in part
    assert address("part", book.uid, "1a") in team
    with world.now():
        others = page(signed_in(rows[1].assessor.user), "team", world.stage.uid, rows[0].entry.uid)
    assert address("part", book.uid, "1a") not in others


def test_the_secretary_enrols_assigns_releases_and_reminds(world):
    client = signed_in(world.secretary)
    edition, stage = world.edition, world.stage
    with world.now():
        wrong = client.post(address("enrol", edition.uid), {"email": "x", "max_load": "0"})
        assert wrong.status_code == 422
        data = {"email": "new@demo.invalid", "name": "Новая Демо", "max_load": 5,
                "works_for": world.entries[0].organisation.inn, "may_lead": "on"}  # fmt: skip
        assert client.post(address("enrol", edition.uid), data).status_code == 302
        new = Assessor.objects.get(user__email="new@demo.invalid")
        assert [each.pk for each in new.works_for.all()] == [world.entries[0].organisation_id]
        assert Message.objects.get(to="new@demo.invalid").language == "ru"
        foreign = {"email": "jane@demo.invalid", "name": "Jane Demo", "max_load": 5}
        client.post(address("enrol", edition.uid), foreign | {"language": "en"})
        invitation = Message.objects.get(to="jane@demo.invalid")
        assert (invitation.language, "/en/account/invitation/" in invitation.body) == ("en", True)
        unknown = client.post(address("enrol", edition.uid), data | {"works_for": "123"})
        assert "Нет в реестре: 123" in unknown.content.decode()
        client.post(address("conflicts", edition.uid), {"go": "detect"})
        assert Conflict.objects.filter(assessor=new).exists()
        client.post(address("teams", stage.uid), {"go": "propose"})
        row = Assignment.objects.filter(entry=world.entries[0]).first()
        pair = {"entry": row.entry.uid, "assessor": row.assessor.uid}
        client.post(address("teams", stage.uid), {"go": "release", **pair})
        row.refresh_from_db()
        assert row.state == "proposed"
        client.post(
            address("teams", stage.uid),
            {"go": "release", **pair, "reason": "Болен"},
        )
        row.refresh_from_db()
        assert (row.state, row.reason) == ("removed", "Болен")
        client.post(
            address("teams", stage.uid),
            {"go": "assign", "entry": row.entry.uid, "assessor": row.assessor.uid, "lead": "yes"},
        )
        row.refresh_from_db()
        assert (row.state, row.lead) == ("proposed", True)
        assert "Экспертов на заявку: 4–6" in page(client, "teams", stage.uid)
        assert client.post(address("stage", stage.uid)).status_code == 302


def test_the_results_page_shows_the_line_and_closes():
    world = world_of.desk_judged([60, 20])
    client = signed_in(world.secretary)
    with world.now():
        shown = page(client, "results", world.stage.uid)
        assert "ниже порога 250" in shown
        table = client.get(address("export", world.stage.uid)).content
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(table)).namelist()
        against = {f"decide:{world.entries[1].uid}": "pass"}
        refused = client.post(address("results", world.stage.uid), against)
        assert refused.status_code == 422
        assert client.post(address("results", world.stage.uid), {}).status_code == 302
        assert "зафиксированы" in page(client, "results", world.stage.uid)


def test_a_stage_without_results_names_what_is_missing_and_offers_no_closing(world):
    world_of.team(world)
    client = signed_in(world.secretary)
    with world.now():
        shown = page(client, "results", world.stage.uid)
    assert "ждём: " in shown
    assert '<option value="waits">ещё не готово</option>' in shown
    assert "решение принимается отдельно" not in shown
    assert 'value="close"' not in shown
    assert "decide:" not in shown
    assert "Ни у одной заявки ещё нет результата" in shown


def test_an_auditor_reads_how_strict_assessors_are_without_their_names():
    world = world_of.desk_judged([60, 20])
    auditor = intake.person("Ревизорова Демо")
    give_role(auditor, Role.AUDITOR, by=None)
    with world.now():
        named = page(signed_in(world.secretary), "judging", world.stage.uid)
        shown = page(signed_in(auditor), "judging", world.stage.uid)
    name = world.assessors[0].user.name
    assert ("Экспертов Демо" in name, name in named, name in shown) == (True, True, False)
    assert "Строгость" in shown


def test_a_tasting_sheet_names_nothing_but_the_code():
    world = world_of.goods_at("tasting", entries=2)
    with world.now():
        actions.code_samples(world.stage, by=world.secretary)
        rows = world_of.team(world)
        row = rows[0]
        client = signed_in(row.assessor.user)
        started = client.post(address("start", row.uid), follow=True)
        book = Scorebook.objects.get()
        assert started.redirect_chain[-1][0] == address("tasting", book.uid)
        pages = [started.content.decode(), page(client, "mine"), page(client, "sign", book.uid)]
        sections = str(desk_sections(User.objects.get(pk=row.assessor.user_id)))
        code = row.entry.samples.get().code
        for shown in [*pages, sections]:
            assert code in shown
            for entry in world.entries:
                for secret in (entry.number, entry.uid, entry.organisation.name_ru,
                               entry.good.name_ru):  # fmt: skip
                    assert secret not in shown
        data = {f"{key}:value": "8" for key in
                [part.key for part in world.edition.rules.models["tasting-7"].parts()]}  # fmt: skip
        wrong = client.post(
            address("tasting", book.uid), data | {"version": 1, "taste-mark:value": "11"}
        )
        assert wrong.status_code == 422
        done = client.post(
            address("tasting", book.uid), data | {"version": book.version, "go": "sign"}
        )
        book.refresh_from_db()
        assert (book.state, book.points) == ("signed", 56)
        following = Scorebook.objects.exclude(pk=book.pk).get(assessor=row.assessor)
        assert done.url == address("tasting", following.uid)
        page(client, "samples", world.stage.uid, status=403)
        codes = page(signed_in(world.secretary), "samples", world.stage.uid)
        assert code in codes
        assert row.entry.organisation.name_ru in codes


def test_the_tasting_answer_names_all_makers():
    world = world_of.goods_at("tasting", entries=2)
    row = world_of.team(world, accepted=False)[0]
    client = signed_in(row.assessor.user)
    with world.now():
        shown = page(client, "tasting_answer", world.stage.uid)
        assert all(entry.organisation.name_ru in shown for entry in world.entries)
        assert client.get(address("assignment", row.uid)).url == address(
            "tasting_answer", world.stage.uid
        )
        client.post(address("tasting_answer", world.stage.uid), {"go": "accept"})
        page(signed_in(intake.person()), "tasting_answer", world.stage.uid, status=403)
    assert set(row.assessor.assignments.values_list("state", flat=True)) == {"accepted"}


def queries_of(client, name, *args, query=""):
    url = address(name, *args) + query
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [each["sql"][:160] for each in captured]


@pytest.mark.parametrize("entries", [1, 3, 12])
def test_no_page_asks_more_with_more_rows(entries):
    world = world_of.prize_at_desk(entries=entries, people=max(6, entries))
    rows = world_of.team(world)
    world_of.judged(world, [50] * entries)
    staff, member = signed_in(world.secretary), signed_in(rows[0].assessor.user)
    entry = world.entries[0]
    own = Scorebook.objects.get(entry=entry, assessor=rows[0].assessor, kind="individual")
    agreed = Scorebook.objects.get(entry=entry, kind="consensus")
    with world.now():
        actions.reopen_scorebook(agreed, "Для счёта запросов", by=None)
        for client, name, args in (
            (member, "mine", ()),
            (member, "material", (entry.uid,)),
            (member, "scorebook", (own.uid,)),
            (member, "part", (agreed.uid, "1a")),
            (member, "team", (world.stage.uid, entry.uid)),
            (staff, "stage", (world.stage.uid,)),
            (staff, "teams", (world.stage.uid,)),
            (staff, "results", (world.stage.uid,)),
            (staff, "assessors", (world.edition.uid,)),
            (staff, "conflicts", (world.edition.uid,)),
        ):
            asked = queries_of(client, name, *args)
            assert len(asked) <= MOST_QUERIES + ENTRANCE, (name, len(asked), "\n".join(asked))


def test_a_regional_secretary_reads_of_the_assessors_of_that_region_only():
    edition = intake.goods("42")
    mine, theirs = (
        actions.enrol_assessor(edition, intake.person(name), region=region, by=None)
        for name, region in (("Местнова Демо", "42"), ("Соседов Демо", "54"))
    )
    kept = [actions.declare_conflict(a, intake.factory(), "Родня", by=None) for a in (mine, theirs)]
    local = signed_in(intake.secretary(edition, "42"))
    for name in ("assessors", "conflicts"):
        text = page(local, name, edition.uid)
        assert ("Местнова" in text, "Соседов" in text) == (True, False)
        assert "Соседов" in page(signed_in(intake.secretary(edition)), name, edition.uid)
    page(local, "assessor", mine.uid)
    page(local, "assessor", theirs.uid, status=403)
    sent = {"conflict": kept[1].pk, "reason": "Уволился"}
    assert local.post(address("conflicts", edition.uid), sent).status_code == 404
