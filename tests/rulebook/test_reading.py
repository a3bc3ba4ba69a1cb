"""The rules of a contest as everybody reads them, and the command line."""

import json
import re
import shutil
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform import clock
from laureat.platform.errors import Refused
from laureat.rulebook import actions, schema
from laureat.rulebook.actions import load
from laureat.rulebook.commands import award
from laureat.rulebook.models import Edition
from laureat.rulebook.reading import page, words
from laureat.rulebook.reading.calendar import Event, draw
from tests.worlds import intake as entering
from tests.worlds import people

pytestmark = pytest.mark.django_db
AWARDS = Path(__file__).parent.parent.parent / "awards"
PRIZE, GOODS = "rf-quality-prize", "best-goods"


@pytest.fixture
def prize():
    return entering.prize()


@pytest.fixture
def goods():
    return entering.goods()


def test_everybody_reads_the_rules_in_both_languages(client, prize, goods):
    for edition in (prize, goods):
        for before in ("", "/en"):
            address = f"{before}/rules/{edition.award.key}/{edition.key}/"
            answer = client.get(address)
            assert answer.status_code == 200
            text = answer.content.decode()
            for stage in edition.rules.stages:
                assert f'id="stage-{stage.key}"' in text
            for key in edition.rules.sources:
                assert f'id="source-{key}"' in text
            assert edition.version.content_hash in text
    assert client.get("/rules/nothing/2024/").status_code == 404


def test_every_link_inside_the_page_leads_somewhere(client, prize, goods):
    for edition in (prize, goods):
        text = client.get(f"/rules/{edition.award.key}/{edition.key}/").content.decode()
        there = set(re.findall(r'\sid="([^"]+)"', text))
        assert set(re.findall(r'href="#([^"]+)"', text)) - there == set()


def test_sources_are_named_in_the_readers_language_or_marked(client, prize):
    title = "RADAR: guidance notes on scoring"
    russian = client.get(f"/rules/{PRIZE}/2024/").content.decode()
    assert f'<span lang="en">{title}</span>' in russian
    assert "Order No. 326" not in russian
    assert set(re.findall(r'title="RADAR[^"]*" lang="(..)"', russian)) == {"en"}
    english = client.get(f"/en/rules/{PRIZE}/2024/").content.decode()
    assert "Order No. 326" in english
    assert "Приказ Минпромторга № 326" not in english


def test_assumed_rules_are_marked_as_many_times_as_counted(client, prize):
    text = client.get(f"/rules/{PRIZE}/2024/").content.decode()
    assert "21 правило не подтверждено открытым источником" in text
    assert page.count_assumed(prize.rules) == 21


def test_the_frozen_document_can_be_taken_along_and_checked(client, prize):
    answer = client.get(f"/rules/{PRIZE}/2024/{prize.version.content_hash}.json")
    assert schema.Edition.model_validate(json.loads(answer.content)) == prize.rules
    assert client.get(f"/rules/{PRIZE}/2024/{'0' * 64}.json").status_code == 404
    assert client.get(f"/rules/{GOODS}/2024/{prize.version.content_hash}.json").status_code == 404


def test_gates_and_limits_are_said_in_words(prize, goods):
    rules = prize.rules
    assert words.gate(rules, rules.stage("desk").gate) == (
        "Дальше проходят заявки, набравшие не менее 250 баллов. Список подтверждает секретарь."
    )
    assert words.limits(rules, rules.honour("laureate")) == [
        "не более: До 250 человек — 3; 251–1000 человек — 3; Свыше 1000 человек — 6",
        "голосованием",
    ]
    assert words.limits(rules, rules.honour("diplomant")) == ["от 450 баллов", "голосованием"]
    other = goods.rules
    assert words.gate(other, other.stage("regional").gate) == (
        "Дальше проходят заявки, удостоенные: «Лауреат регионального этапа», "
        "«Дипломант I степени регионального этапа». Решает комиссия или совет."
    )
    with override("en"):
        assert words.gate(rules, rules.stage("desk").gate) == (
            "Entries with at least 250 points go on. The secretary confirms the list."
        )
        assert words.limits(other, other.honour("gold-hundred")) == [
            "only the best 3 of every category",
            "on top of «Laureate»",
            "by the rule, without a vote",
        ]


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ({"rule": "top", "top": 1, "per": "category"}, "Дальше проходит 1 лучшая заявка в каждой категории."),
        ({"rule": "top", "top": 3}, "Дальше проходят 3 лучшие заявки в целом по конкурсу."),
        ({"rule": "top", "top": 5, "per": "region"}, "Дальше проходят 5 лучших заявок в каждом регионе."),
        ({"rule": "share", "share": "1/5"}, "Дальше проходят лучшие 20\u00a0% заявок в целом по конкурсу."),
        ({"rule": "share", "share": "1/3"}, "Дальше проходят лучшие 1/3 заявок в целом по конкурсу."),
        (
            {"rule": "quota", "total": 640, "per": "region", "least": 2},
            ("640 мест, распределяются между регионами по числу заявок (метод наибольших остатков). "
            "Каждому — не менее 2."),
        ),
        (
            {"rule": "quota", "total": 20, "per": "category", "method": "huntington"},
            ("20 мест, распределяются между категориями по числу заявок "
            "(метод Хантингтона — Хилла)."),
        ),
        ({"rule": "passed"}, "Дальше проходят заявки, по которым пройдены все проверки."),
        ({"rule": "all"}, "Дальше проходят все заявки, по которым есть результат."),
    ],
)  # fmt: skip
def test_every_kind_of_gate_has_its_sentence(prize, gate, said):
    assert words.gate(prize.rules, schema.Gate.model_validate(gate)) == said


@given(st.fractions(min_value=0, max_value=1, max_denominator=60))
def test_a_share_is_told_exactly(value):
    with override("en"):
        told = words.share(value)
    read = Fraction(told[:-1]) / 100 if told.endswith("%") else Fraction(told)
    assert read == value


def test_equal_points_are_broken_by_the_chain_that_ends_with_a_person(prize):
    told = dict(words.decision(prize.rules, prize.rules.stage("council")))
    assert told["При равных баллах"] == (
        "справедливые баллы → баллы по критерию 6 «Результаты для потребителей» → "
        "председательствующий"
    )
    assert told["Голосование"] == "тайное"


def test_the_calendar_tells_all_events_in_order():
    events = [
        Event("Б", date(2024, 3, 1), date(2024, 4, 30)),
        Event("А", date(2024, 1, 16), None),
        Event("В", None, date(2024, 12, 1)),
        Event("Г", date(2025, 1, 25), date(2025, 1, 25), "milestone"),
    ]
    chart = draw(events, title="Календарь", today=date(2024, 3, 15))
    assert [row[0] for row in chart.rows] == ["А", "Б", "В", "Г"]
    assert [row[1].replace("\u00a0", " ") for row in chart.rows] == [
        "с 16 января 2024",
        "1 марта 2024 — 30 апреля 2024",
        "до 1 декабря 2024",
        "25 января 2025",
    ]
    assert "<script" not in chart.svg
    assert " style=" not in chart.svg


def test_the_page_shows_where_the_contest_stands(client, prize):
    with clock.at(datetime(2024, 2, 1, tzinfo=UTC)):
        text = client.get(f"/rules/{PRIZE}/2024/").content.decode()
    assert 'class="active" aria-current="step"' in text


@pytest.mark.parametrize("regions", [1, 3])
def test_pages_ask_at_most_eight_queries(client, regions, tmp_path, django_assert_max_num_queries):
    shutil.copytree(AWARDS / GOODS, tmp_path / GOODS)
    if regions == 1:
        file = tmp_path / GOODS / "regions.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text[: text.index('"54":')], encoding="utf-8")
    actions.load(tmp_path / GOODS / "2023.yaml", by=None)
    actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    client.force_login(people.organiser())
    for address in (f"/rules/{GOODS}/2023/", "/rules/", "/rules/upload/"):
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200


# ----------------------------------------------------------------------------------- command line


def run(*arguments):
    return CliRunner().invoke(award, [str(each) for each in arguments])


def test_checking_says_what_is_there_and_what_is_assumed():
    done = run("check", AWARDS / PRIZE / "2024.yaml")
    assert done.exit_code == 0
    assert re.match(r"✓ rf-quality-prize/2024 [0-9a-f]{12}\n", done.output)
    assert "этапов: 5 (2 assessment, 1 check, 1 decision, 1 intake), категорий: 3, " in done.output
    assert "допущений: 21: " in done.output
    assert not Edition.objects.exists()
    whole = run("check", AWARDS / PRIZE)
    assert whole.output.count("✓ ") == len(list((AWARDS / PRIZE).glob("[0-9]*.yaml")))


def test_checking_prints_every_problem_with_its_place(tmp_path):
    shutil.copytree(AWARDS / PRIZE, tmp_path / PRIZE)
    file = tmp_path / PRIZE / "2024.yaml"
    text = file.read_text(encoding="utf-8")
    line = text[: text.index("quorum: 1/2")].count("\n") + 1
    file.write_text(text.replace("quorum: 1/2", "quorum: many"), encoding="utf-8")
    for command in ("check", "load"):
        done = run(command, file)
        assert done.exit_code == 1
        assert f"{PRIZE}/2024.yaml:{line} stages[4].quorum: " in done.output
        assert " — ожидается " in done.output
        assert "1 ошибка; ничего не загружено" in done.output
    assert not Edition.objects.exists()


def test_loading_prints_the_edition_and_its_hash():
    done = run("load", AWARDS / PRIZE / "2024.yaml")
    edition = Edition.objects.get()
    line = f"{PRIZE}/2024 {edition.version.content_hash}"
    assert done.output == f"{line} действует\n"
    again = run("load", AWARDS / PRIZE / "2024.yaml")
    assert again.output == f"{line} то же, что прежде: ничего не изменилось\n"
    assert run("load", AWARDS / PRIZE).exit_code == 0
    assert Edition.objects.count() == len(list((AWARDS / PRIZE).glob("[0-9]*.yaml")))


def test_a_folder_is_loaded_as_a_whole_or_not_at_all(monkeypatch):
    def refused(path, by):
        if Edition.objects.exists():
            raise Refused("rules hold still")
        return load(path, by=by)

    monkeypatch.setattr(actions, "load", refused)
    done = run("load", AWARDS / PRIZE)
    assert (done.output, str(done.exception)) == ("", "rules hold still")
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing.yaml", "нет такого файла или папки"),
        ("empty", "в этой папке нет award.yaml"),
        ("bare", "в этой папке нет конкурса года, например 2024.yaml"),
        ("empty/2024.yaml", "рядом нет award.yaml"),
        ("notes.txt", "ожидается файл .yaml или папка премии"),
        (".", "возможно, имелась в виду папка внутри: bare"),
    ],
)
def test_a_wrong_path_is_explained(tmp_path, path, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "2024.yaml").write_text("")
    (tmp_path / "empty" / "tab.yaml").write_text("")
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "award.yaml").write_text("award: bare")
    (tmp_path / "notes.txt").write_text("x")
    for command in ("check", "load"):
        done = run(command, tmp_path / path)
        assert done.exit_code == 1
        assert said in done.output


def test_the_schema_is_printed_or_written(tmp_path):
    done = run("schema")
    assert json.loads(done.output)["title"] == "laureat: an edition of an award"
    target = tmp_path / "edition.schema.json"
    assert run("schema", "--out", target).exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["title"].startswith("laureat")
    wrong = run("schema", "--out", tmp_path / "nowhere" / "x.json")
    assert wrong.exit_code == 2
    assert "there is no folder" in wrong.output
