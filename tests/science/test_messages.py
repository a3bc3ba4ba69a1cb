"""What the commands of science refuse is told in the language of the reader."""

import gettext
import os
import pickle

import pytest
from click.testing import CliRunner

from laureat import terminal
from laureat.saying import Said, listed, reason, say, translated
from laureat.science import assigning
from laureat.science.apportionment import apportion
from laureat.science.commands import science

RATINGS = "entry,assessor,score\n"
FIT = "e,a,b\nx,1,2\ny,2,1\n"


@pytest.fixture
def russian(monkeypatch):
    monkeypatch.setenv("LANGUAGE", os.environ.get("LANGUAGE", ""))
    terminal.speak("ru")
    yield
    gettext.textdomain("messages")


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("command", "text", "options", "told"),
    [
        ("fair-scores", RATINGS + "1,a,\n", [], "оценок нет: ожидается хотя бы одна строка с баллом"),
        ("fair-scores", RATINGS + "1,a,1\n2,a,1\n", [], "все критерии: все оценки равны 1;"),
        ("fair-scores", RATINGS + "1,a,1\n1,b,2\n2,c,1\n2,d,2\n", [],
         "оценки распадаются на части без общих экспертов: 2 (размеры 1, 1; например, '1', '2')"),
        ("fair-scores", RATINGS + "1,a,1\n1,b,2\n2,a,1\n2,b,2\n", ["--estimator", "jmle"],
         "эксперт 'a' ставил только низший или только высший балл: конечной совместной меры нет"),
        ("fair-scores", RATINGS + "1,a,1\n1,b,2\n2,a,2\n2,b,1\n", ["--level", "2"],
         "уровень 2.0: ожидается доля между 0 и 1, например 0.9"),
        ("fair-scores", RATINGS + "1,a,1\n1,b,2\n2,a,2\n2,b,1\n", ["--model", "linear", "--halo"],
         "у каждой пары одна оценка: взаимодействие заявки и эксперта не отличить от остатка"),
        ("ranks", RATINGS + "1,a,1\n1,b,2\n2,a,2\n2,b,1\n3,a,3\n3,b,2\n", ["--top", "9"],
         "лучшие 9 из 3 заявок: ожидается от 1 до 3"),
        ("apportion", "A,1\nB,1\n", ["--seats", "1", "--min", "1"],
         "наименьшие числа мест дают в сумме 2, больше, чем 1"),
        ("assign", FIT, ["--demand", "2", "--max-load", "1"],
         "мест: 4, а все нагрузки вместе не больше 2. Что поможет, сначала самое лёгкое:\n  1. увеличить нагрузку, всего на 2: a (+1), b (+1)\n"),
        ("assign", FIT, ["--demand", "1", "--max-load", "1", "--cap", "0.1"],
         "вероятностями не больше 102/1024 все места не заполнить"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_russian(tmp_path, command, text, options, told):
    file = tmp_path / "table.csv"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(science, [command, str(file), *options])
    assert done.exit_code == 1
    assert told in done.output


def test_the_same_refusal_is_english_for_notebooks():
    with pytest.raises(ValueError, match="the least places add up to 2, more than 1"):
        apportion({"a": 1, "b": 1}, 1, least=1)
    task = assigning.problem([[1, 2], [2, 1]], demand=2, most=1)
    with pytest.raises(assigning.Infeasible) as caught:
        assigning.assign(task)
    assert str(caught.value).splitlines()[:2] == [
        "4 places are to be filled, but all loads together are at most 2. What would help, the cheapest first:",
        "  1. raise loads by 2 in all: 0 (+1), 1 (+1)",
    ]
    assert str(caught.value.changes[0]) == "raise loads by 2 in all: 0 (+1), 1 (+1)"


def capital(sentence):
    return sentence.upper().replace("%(NAME)S", "%(name)s")


def test_messages_one_after_the_other_are_translated_one_by_one():
    both = listed([say("no %(name)s", name="x"), "as it is", say("two")])
    assert both == "no x; as it is; two"
    assert translated(both, lambda each: each if "part" in each else capital(each)) == (
        "NO x; as it is; TWO"
    )


def test_why_something_was_refused_is_the_message_or_else_the_words():
    told = say("no %(name)s", name="x")
    assert reason(ValueError(told)) is told
    assert (reason(ValueError("plain")), reason(ValueError())) == ("plain", "")


def test_a_message_comes_whole_out_of_another_process():
    told = pickle.loads(pickle.dumps(ValueError(say("no %(name)s", name=say("x"))))).args[0]
    assert (told, told.sentence, told.values) == ("no x", "no %(name)s", {"name": "x"})
    assert isinstance(told.values["name"], Said)
