"""Tasting sheets: what tasters see and type, stepping back, and results that wait for sheets."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment import actions
from laureat.assessment.actions.marks import expected, plain, said
from laureat.assessment.models import Assignment, Sample, Scorebook
from laureat.assessment.queries.results import Wanted, results_page
from laureat.assessment.queries.words import scale_words
from laureat.ledger.models import Record
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.rulebook.schema.scales import Comments, Count, PercentScale, PointsScale
from tests.worlds import assessment as world_of
from tests.worlds import people
from tests.worlds.locks import locks_taken
from tests.worlds.together import overlapping

DB = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(name, *args):
    return reverse(f"assessment:{name}", args=args)


def tasting(entries=2, *, codes=True, people=5):
    """A tasting whose teams have accepted, and what its first taster was asked for."""
    world = world_of.goods_at("tasting", entries=entries, people=people)
    with world.now():
        if codes:
            actions.code_samples(world.stage, by=world.secretary)
    rows = world_of.team(world)
    return world, [row for row in rows if row.assessor_id == rows[0].assessor_id]


def judged_in(world, monkeypatch, scale):
    """The same tasting with all parts on `scale`."""
    rules = world.edition.rules
    for part in rules.models["tasting-7"].parts():
        monkeypatch.setitem(rules.scales, part.scale, scale)
    return [part.key for part in rules.models["tasting-7"].parts()]


def sheet_of(row):
    return actions.start_scorebook(row, by=row.assessor.user)


def words(html):
    return " ".join(strip_tags(html).split())


# ---------------------------------------------------------------------------- the sheet


@DB
def test_a_sheet_in_per_cent_names_each_criterion_its_scale_and_what_must_be_written(monkeypatch):
    world, mine = tasting(1)
    comments = Comments(strengths=Count(least=2), evidence=Count(most=3))
    keys = judged_in(world, monkeypatch, PercentScale(input="percent", comments=comments))
    with world.now():
        book = sheet_of(mine[0])
        html = signed_in(mine[0].assessor.user).get(address("tasting", book.uid)).content.decode()
    titles = [part.title.ru for part in world.edition.rules.models["tasting-7"].parts()]
    heads = [
        words(each)
        for each in re.findall(r"<h2[^>]*>(.*?)</h2>", html.split("<form", 1)[1], re.DOTALL)
    ]
    assert heads == titles
    assert html.count("0–100\u00a0%, шаг 5") == len(keys)
    assert html.count('<span class="unit" aria-hidden="true"> %</span>') == len(keys)
    first = html.split(f'id="part-{keys[0]}"')[1].split("</section>")[0]
    open_part, folded = first.split("<details", 1)
    assert f'name="{keys[0]}:strengths"' in open_part
    assert "строк: 0, не меньше 2" in words(open_part)
    assert f'name="{keys[0]}:evidence"' in folded
    assert "Комментарий (необязательно)" in folded


@DB
def test_a_short_scale_of_per_cents_is_tapped_not_typed(monkeypatch):
    world, mine = tasting(1)
    keys = judged_in(world, monkeypatch, PercentScale(input="percent", step=Decimal(10)))
    with world.now():
        book = sheet_of(mine[0])
        client = signed_in(mine[0].assessor.user)
        html = client.get(address("tasting", book.uid)).content.decode()
        first = html.split(f'id="part-{keys[0]}"')[1].split("</section>")[0]
        tapped = re.findall(r'type="radio" name="[^"]+" value="(\d*)"', first)
        assert tapped == [*(str(each) for each in range(0, 101, 10)), ""]
        assert "<span>70\u00a0%</span>" in first
        client.post(address("tasting", book.uid), {"version": 1, f"{keys[0]}:value": "70"})
        again = client.get(address("tasting", book.uid)).content.decode()
    assert f'name="{keys[0]}:value" value="70" data-value data-share="0.7"' in again
    assert 'value="70" data-value data-share="0.7" data-words="" checked' in again


@DB
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("35", "Значения 35 нет на шкале: ожидается 0, 20, … 100\u00a0%"),
        ("7.5", "Значения 7,5 нет на шкале: ожидается 0, 20, … 100\u00a0%"),
        ("много", "«много» — не число: ожидается 0, 20, … 100\u00a0%"),
    ],
)
def test_what_is_wrong_is_said_at_the_part_with_its_name(monkeypatch, typed, told):
    world, mine = tasting(1)
    scale = PercentScale(input="percent", step=Decimal(20))
    keys = judged_in(world, monkeypatch, scale)
    title = next(world.edition.rules.models["tasting-7"].parts()).title.ru
    with world.now():
        book = sheet_of(mine[0])
        client = signed_in(mine[0].assessor.user)
        data = {"version": 1, f"{keys[0]}:value": typed}
        whole = client.post(address("tasting", book.uid), data)
        state = client.post(address("tasting", book.uid), data, headers={"HX-Request": "true"})
    html = whole.content.decode()
    assert (whole.status_code, state.status_code) == (422, 422)
    place = html.split(f'data-errors="{keys[0]}:"')[1].split("</div>")[0]
    assert told in place
    partial = state.content.decode()
    assert f'data-wrong-fields="{keys[0]}:value "' in partial
    listed = re.search(rf'<li data-wrong="{keys[0]}:value">(.*?)</li>', partial)
    assert listed
    assert words(listed[1]).startswith(f"{title}: ")
    assert told in listed[1]


@DB
def test_enter_in_a_field_saves_and_never_signs():
    world, mine = tasting(1)
    with world.now():
        book = sheet_of(mine[0])
        html = signed_in(mine[0].assessor.user).get(address("tasting", book.uid)).content.decode()
    form = html.split("data-scorebook", 1)[1]
    assert re.search(r"<button[^>]*>", form)[0] == '<button type="submit" hidden>'


@DB
def test_what_is_missing_stands_at_its_part_when_the_signature_is_refused():
    world, mine = tasting(1)
    parts = [part.key for part in world.edition.rules.models["tasting-7"].parts()]
    with world.now():
        book = sheet_of(mine[0])
        data = {f"{key}:value": "8" for key in parts[1:]} | {"version": 1, "go": "sign"}
        shown = signed_in(mine[0].assessor.user).post(address("tasting", book.uid), data)
    assert shown.status_code == 422
    places = {
        key: words(shown.content.decode().split(f'data-errors="{key}:">')[1].split("</div>")[0])
        for key in parts
    }
    assert places == dict.fromkeys(parts, "") | {parts[0]: "не хватает: оценка"}


@given(st.decimals(0, 100, places=4))
def test_a_mark_is_said_with_every_digit_as_readers_write_it(value):
    with override("ru"):
        shown = said(value)
    assert "." not in shown
    assert Decimal(shown.replace(",", ".")) == value
    with override("en"):
        assert said(value) == plain(value)


@pytest.mark.parametrize(
    ("scale", "ru", "en", "figures"),
    [
        (PercentScale(input="percent", step=Decimal("2.5")), "0; 2,5; … 100\u00a0%",
         "0, 2.5, … 100%", ("0–100\u00a0%, шаг 2,5", "0–100%, in steps of 2.5")),
        (PointsScale(input="points", most=Decimal(40), step=Decimal("0.5")), "0; 0,5; … 40",
         "0, 0.5, … 40", ("0–40, шаг 0,5", "0–40, in steps of 0.5")),
        (PointsScale(input="points", most=Decimal(5)), "0, 1, … 5", "0, 1, … 5",
         ("0–5, шаг 1", "0–5, in steps of 1")),
    ],
)  # fmt: skip
def test_a_scale_is_said_in_the_figures_of_the_language(scale, ru, en, figures):
    with override("ru"):
        assert (expected(scale), scale_words(scale)) == (ru, figures[0])
    with override("en"):
        assert (expected(scale), scale_words(scale)) == (en, figures[1])


@DB
def test_the_clock_beside_a_sheet_is_that_of_the_reader_before_and_after_it_saves_itself():
    world, mine = tasting(1)
    user = mine[0].assessor.user
    user.time_zone = "Asia/Novokuznetsk"
    user.save(update_fields=["time_zone"])
    with world.now():
        book = sheet_of(mine[0])
        html = signed_in(user).get(address("tasting", book.uid)).content.decode()
    assert 'data-autosave data-zone="Asia/Novokuznetsk"' in html


# ---------------------------------------------------------------------------- stepping back


@DB
@pytest.mark.parametrize("organised", [True, False])
def test_somebody_is_told_even_where_every_secretary_tastes(organised):
    world, mine = tasting(2, people=3)
    award, edition = world.edition.award.key, world.edition.key
    Grant.objects.filter(role__in=[Role.SECRETARY, Role.ORGANISER]).update(ended_at=now())
    taster = world.assessors[-1].user
    give_role(taster, Role.SECRETARY, by=None, award=award, edition=edition)
    organiser = people.person()
    if organised:
        give_role(organiser, Role.ORGANISER, by=None, award=award)
    with world.now():
        Message.objects.all().delete()
        user = mine[0].assessor.user
        actions.leave_tasting(world.stage, mine[0].assessor, "Заболел (демо)", by=user)
    (letter,) = Message.objects.filter(kind="assessment.answered")
    assert letter.to == (organiser if organised else taster).email
    assert any(row.entry.number in letter.body for row in mine) == organised


@DB
def test_a_taster_steps_back_from_what_is_not_signed_and_the_secretary_is_told_once():
    world, mine = tasting(3, people=3)
    taster = mine[0].assessor
    client = signed_in(taster.user)
    page = address("tasting_answer", world.stage.uid)
    with world.now():
        world_of.signed(mine[0])
        listed = client.get(address("mine")).content.decode()
        assert page in listed
        assert "Не смогу дегустировать" in listed
        asked = client.get(page).content.decode()
        empty = client.post(page, {"go": "leave", "leave-samples": [mine[1].uid]})
        assert empty.status_code == 422
        assert "Укажите, почему вы отказываетесь" in empty.content.decode()
        Message.objects.all().delete()
        done = client.post(
            page,
            {
                "go": "leave",
                "leave-samples": [mine[1].uid, mine[2].uid],
                "leave-reason": "Заболел (демо)",
            },
            follow=True,
        )
        assert "секретарю сообщено" in done.content.decode()
        secretary = signed_in(world.secretary)
        teams = secretary.get(address("teams", world.stage.uid)).content.decode()
        team = secretary.get(address("team", world.stage.uid, mine[1].entry.uid)).content.decode()
        places = world.stage.rules.team.size[0] - 2
    codes = dict(Sample.objects.values_list("entry", "code"))
    assert [codes[row.entry_id] in asked for row in mine] == [False, True, True]
    states = taster.assignments.order_by("pk").values_list("state", "reason", "lead")
    by_row = dict(
        zip([row.pk for row in sorted(mine, key=lambda row: row.pk)], states, strict=True)
    )
    assert by_row[mine[0].pk][0] == "accepted"
    assert {by_row[row.pk] for row in mine[1:]} == {("declined", "Заболел (демо)", False)}
    letters = Message.objects.filter(kind="assessment.answered")
    assert {letter.to for letter in letters} == {world.secretary.email}
    (letter,) = letters
    assert "Причина: Заболел (демо)" in letter.body
    about = f"{world.edition.title_ru} · {world.stage.place.ru}"
    assert letter.body.startswith(f"{about}\n\n")
    assert all(row.entry.number in letter.body for row in mine[1:])
    assert mine[0].entry.number not in letter.body
    assert f"{taster.serial} · " in teams
    assert "Заболел (демо)" in teams
    assert re.findall(r"В комиссии свободно \d+", team) == [f"В комиссии свободно {places}"]
    assert "Заболел (демо)" in team
    assert Record.objects.filter(action="assignment.declined").count() == 2


@DB
def test_before_codes_are_given_a_taster_steps_back_from_all_at_once():
    world, mine = tasting(2, codes=False, people=6)
    client = signed_in(mine[0].assessor.user)
    page = address("tasting_answer", world.stage.uid)
    with world.now():
        shown = words(client.get(page).content.decode())
        assert "leave-samples" not in shown
        assert re.search(rf"Это касается (всех )?{len(mine)} образц", shown)
        client.post(page, {"go": "leave", "leave-reason": "Командировка (демо)"})
        assert client.get(page).status_code == 403
    assert set(mine[0].assessor.assignments.values_list("state", flat=True)) == {"declined"}
    asked = Assignment.objects.filter(stage=world.stage, state="proposed", why__contains="repl")
    assert {row.entry_id for row in asked} == {row.entry_id for row in mine}


@DB
def test_nobody_steps_back_from_a_signed_scorebook_nor_for_somebody_else():
    world, mine = tasting(1)
    taster = mine[0].assessor
    other = next(each for each in world.assessors if each != taster)
    with world.now():
        with pytest.raises(Denied):
            actions.leave_tasting(world.stage, taster, "Так", by=other.user)
        world_of.signed(mine[0])
        for samples in (None, mine):
            with pytest.raises(Refused):
                actions.leave_tasting(world.stage, taster, "Так", samples=samples, by=taster.user)
        shown = signed_in(taster.user).get(address("mine")).content.decode()
    assert address("tasting_answer", world.stage.uid) not in shown
    assert set(taster.assignments.values_list("state", flat=True)) == {"accepted"}


@DB
def test_nobody_steps_back_from_a_tasting_that_is_closed():
    world, mine = tasting(1)
    world_of.judged(world)
    with world.now():
        actions.close_assessment(world.stage, by=None)
        with pytest.raises(Refused):
            actions.leave_tasting(world.stage, mine[0].assessor, "Так", by=mine[0].assessor.user)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_scorebook_signed_at_the_same_moment_stands_or_is_not_signed_at_all():
    world, mine = tasting(1)
    row = mine[0]
    taster = row.assessor
    with world.now():
        book = world_of.written(row)
        signing, leaving = overlapping(
            lambda: actions.sign_scorebook(book, by=taster.user),
            lambda: actions.leave_tasting(world.stage, taster, "Так", by=taster.user),
        )
        assert (signing.error, leaving.waited) == (None, True)
        assert isinstance(leaving.error, Refused)
        actions.reopen_scorebook(book, "Ещё раз", by=world.secretary)
        book.refresh_from_db()
        leaving, signing = overlapping(
            lambda: actions.leave_tasting(world.stage, taster, "Так", by=taster.user),
            lambda: actions.sign_scorebook(book, by=taster.user),
        )
        assert (leaving.error, signing.waited) == (None, True)
        assert isinstance(signing.error, Denied)
    book.refresh_from_db()
    row.refresh_from_db()
    assert (book.state, row.state) == ("draft", "declined")


@DB
def test_stepping_back_locks_in_the_order_of_the_house():
    world, mine = tasting(1)
    with world.now(), locks_taken() as taken:
        actions.leave_tasting(world.stage, mine[0].assessor, "Так", by=mine[0].assessor.user)
    assert taken == ["Stage", "Assignment", "Chain"]


# ---------------------------------------------------------------------------- results


@DB
def test_one_of_too_few_scorebooks_decides_nothing_yet():
    """The rules ask for five tasters: one signature is no result, the fifth is."""
    world, _mine = tasting(1)
    rows = list(Assignment.objects.filter(stage=world.stage).order_by("assessor__serial"))
    least = world.stage.rules.team.size[0]
    with world.now():
        seen = []
        for row in rows[:least]:
            world_of.signed(row)
            (shown,) = results_page(world.stage).rows
            seen.append((shown.decision, shown.scorebooks))
        expected_ = [("waits", count) for count in range(1, least)] + [("pass", least)]
        assert seen == expected_
        client = signed_in(world.secretary)
        assert "проходит" in words(client.get(address("results", world.stage.uid)).content.decode())


@DB
def test_a_result_of_too_few_scorebooks_says_what_it_waits_for_and_can_still_be_closed():
    world, _mine = tasting(1)
    rows = list(Assignment.objects.filter(stage=world.stage).order_by("assessor__serial"))
    with world.now():
        world_of.signed(rows[0])
        page = results_page(world.stage)
        (shown,) = page.rows
        assert (page.passing, page.stopping, len(page.waiting)) == (0, 0, 1)
        assert page.without == []
        assert page.chosen(Wanted(decision="waits")) == [shown]
        assert shown.reason.startswith("ждём: тетрадь эксперта")
        client = signed_in(world.secretary)
        html = client.get(address("results", world.stage.uid)).content.decode()
        assert "ещё не готово" in html
        table = html.split('id="results"')[1].split("</table>")[0]
        assert "ждём: тетрадь эксперта" in words(table)
        assert "проходит" not in words(table)
        closed = client.post(
            address("results", world.stage.uid), {"go": "close", "with_missing": "yes"}
        )
        assert closed.status_code == 302


@DB
def test_where_the_rules_allow_fewer_the_missing_scorebook_is_named():
    world, _mine = tasting(1)
    rows = list(Assignment.objects.filter(stage=world.stage).order_by("assessor__serial"))
    least = world.stage.rules.team.size[0]
    extra = world_of.assessors(world.edition, 1, region="42")[0] if len(rows) == least else None
    with world.now():
        if extra:
            row = actions.assign(world.stage, world.entries[0], extra, by=None)
            actions.answer_assignment(row, "accept", by=None)
            rows.append(row)
        for row in rows[:least]:
            world_of.signed(row)
        (shown,) = results_page(world.stage).rows
    assert shown.decision == "pass"
    late = rows[least].assessor.serial
    assert shown.reason.endswith(f"ещё нет: тетрадь эксперта {late}")
    assert Scorebook.objects.filter(state="signed").count() == least


@pytest.mark.django_db
def test_pages_of_a_regional_stage_say_the_region_by_its_name():
    world = world_of.goods_at("tasting", entries=1)
    with world.now():
        page = signed_in(world.secretary).get(address("teams", world.stage.uid)).content.decode()
    head = page.partition("<h1")[0]
    assert f"{world.edition.title_ru} · {world.stage.place.ru}" in head
    assert not re.search(rf"{world.edition.year} года {world.stage.region}\b", head)
