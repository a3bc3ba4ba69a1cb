"""`laureat season simulate`, as an organiser calls it."""

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from laureat.demo.commands import season
from laureat.demo.simulating import _answer, _laureates, _numbers
from laureat.platform.errors import Refused
from laureat.rulebook.schema.loading import load_edition
from laureat.science.simulation import Answer, Design, Study

QUICK = ["--entries", 20, "--assessors", 6, "--laureates", 3, "--seasons", 2, "--halo", 0,
         "--per-entry", "2,3"]  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(season, ["simulate", *map(str, arguments)])


def test_the_answer_is_told_in_russian_with_a_picture_and_a_file(tmp_path):
    target, picture = tmp_path / "a.json", tmp_path / "a.svg"
    done = run(*QUICK, "--json", target, "--picture", picture)
    assert done.exit_code == 0, done.output
    assert "Заявок: 20, экспертов: 6" in done.output
    assert "█ справедливые баллы" in done.output
    told = json.loads(target.read_text(encoding="utf-8"))
    assert (told["seasons"], told["seed"], told["design"]["entries"]) == (2, 1, 20)
    assert [row["per_entry"] for row in told["rows"]] == [2, 3]
    assert {answer["measure"] for answer in told["answers"]} == {"each", "clear", "all"}
    assert "справедливые баллы" in picture.read_text(encoding="utf-8")


def test_the_number_of_processes_changes_no_byte(tmp_path):
    files = [tmp_path / f"{count}.json" for count in (1, 2)]
    for count, file in enumerate(files, start=1):
        assert run(*QUICK, "--processes", count, "--json", file).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_it_speaks_english_when_asked():
    assert (
        "20 entries, 6 assessors, 8 criteria of 5 steps" in run(*QUICK, "--language", "en").output
    )


@pytest.mark.django_db
def test_the_design_of_a_stage_comes_from_its_rulebook(tmp_path):
    target = tmp_path / "a.json"
    done = run("rf-quality-prize/2024/desk", "--entries", 30, "--assessors", 9, "--halo", 0,
               "--seasons", 1, "--per-entry", "3", "--json", target)  # fmt: skip
    assert done.exit_code == 0, done.output
    design = json.loads(target.read_text(encoding="utf-8"))["design"]
    assert (design["criteria"], design["categories"], design["laureates"]) == (32, 21, 12)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rf-quality-prize/2024"], "ожидается ПРЕМИЯ/КОНКУРС/ЭТАП"),
        (["rf-quality-prize/1999/desk"], "Известны: best-goods/2023"),
        (["rf-quality-prize/2024/intake"], "Известны: desk, visit"),
        (["rf-quality-prize/2024/desk"], "укажите, сколько их будет (--entries)"),
        (["rf-quality-prize/2024/desk", "--entries", 9], "сколько их будет (--assessors)"),
    ],
)
def test_what_cannot_be_taken_from_a_stage_is_asked_for(arguments, message):
    done = run(*arguments)
    assert isinstance(done.exception, Refused)
    assert message in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--per-entry", "some"], "--per-entry 'some': ожидается промежуток вроде 2-8"),
        (["--per-entry", "3-2"], "ожидаются числа от 1 до 30"),
        (["--entries", 5], "laureates 12: ожидается меньше, чем заявок (5)"),
        (["--goal", 2, *QUICK], "goal 2.0: ожидается вероятность между 0 и 1"),
        (["--goal", "nan", *QUICK], "goal nan: ожидается вероятность между 0 и 1"),
        (["--margin", "nan"], "margin nan: ожидается доля шкалы от 0 до 1"),
        (["--halo", "inf"], "halo inf: ожидается число от 0 до 5"),
        (["--per-entry", "0-2"], "ожидаются числа от 1 до 30"),
    ],
)
def test_wrong_options_end_with_a_clear_line(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 1
    assert message in done.output


@pytest.mark.parametrize(
    ("option", "value"),
    [("--seed", -1), ("--seasons", 0), ("--processes", 0), ("--entries", 0), ("--halo", -1)],
)
def test_a_number_out_of_its_range_is_refused_at_its_option(option, value):
    done = run(option, value)
    assert done.exit_code == 2
    assert option in done.output


def test_a_wrong_goal_is_refused_before_anything_is_played(monkeypatch):
    monkeypatch.setattr("laureat.demo.simulating.simulate", lambda *_a, **_k: 1 / 0)
    assert "goal 0.0: ожидается вероятность" in run(*QUICK, "--goal", 0).output
    english = run(*QUICK, "--goal", 0, "--language", "en").output
    assert "goal 0.0: expected a chance between 0 and 1" in english


def test_intervals_and_chances_are_told_with_the_answer():
    said = run(*QUICK, "--seasons", 4).output
    assert "Из 90-процентных интервалов строгости истину содержат" in said
    assert "Вероятность войти в число лучших" in said


def test_ranges_and_lists_are_read():
    assert _numbers("2-4") == _numbers("2 – 4") == _numbers("2, 3,4") == (2, 3, 4)


def test_the_number_of_laureates_follows_from_the_gate_or_the_first_honour():
    goods = load_edition(settings.AWARDS / "best-goods" / "2023.yaml").edition
    assert _laureates(goods, goods.stage("matrix"), 100) == 38
    assert _laureates(goods, goods.stage("federal"), 100) == 34


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer("each", 0.95, 5, None, 0.97, True), "5 assessors per entry find each right"),
        (Answer("each", 0.95, None, 11, 0.9, True), "By the trend it would take about 11"),
        (Answer("each", 0.95, None, None, 0.9, False), "More assessors alone will hardly"),
        (Answer("each", 0.95, None, None, 0.9, False), "More seasons would make this surer"),
    ],
)
def test_every_answer_is_a_sentence(answer, told):
    from django.utils import translation

    with translation.override("en"):
        assert told in _answer(Study(Design(), 1, 1, (2, 5, 8), 0.05, ()), answer)
        two = _answer(Study(Design(), 1, 1, (2, 8), 0.05, ()), answer)
        assert "hardly" not in two
