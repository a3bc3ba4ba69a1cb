"""What is wrong with a rulebook is told in the reader's language, in whole sentences."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from laureat.platform.i18n import catalogue
from laureat.rulebook.commands import award
from laureat.rulebook.reading.problems import told
from laureat.rulebook.schema.loading import load_edition
from laureat.rulebook.schema.problems import Problem, RulebookError
from laureat.rulebook.schema.saying import either
from laureat.rulebook.schema.yaml_source import _PLAIN
from laureat.saying import Said, say

CANTEENS = Path(__file__).parent.parent / "awards" / "third" / "canteens"
SCHEMA = catalogue.SOURCE / "rulebook" / "schema"
LATIN = re.compile(r"[A-Za-z]{2,}")


def problems_of(folder, before, after):
    text = (folder / "2025.yaml").read_text(encoding="utf-8")
    assert before in text
    (folder / "2025.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_edition(folder / "2025.yaml")
    return caught.value.problems


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(CANTEENS, tmp_path / "canteens"))


FACTS = "headcount, years_active, region, sector, inn, individual"
MISTAKES = {
    "a number": (
        "year: 2025", "year: сорок",
        "найдено 'сорок' — ожидается целое число", "found 'сорок' — expected a whole number",
    ),
    "a key": (
        "subject:", "subjekt:",
        "неизвестный ключ 'subjekt' — ожидается 'subject'?",
        "unknown key 'subjekt' — expected 'subject'?",
    ),
    "a condition": (
        "when: answers.garden == true, overlay", "when: answers.garden ==, overlay",
        "условие 'answers.garden ==' нельзя прочитать со знака 18: оно обрывается",
        "the condition 'answers.garden ==' cannot be read at character 18: it ends too early",
    ),
    "a name": (
        "when: answers.garden == true, overlay", "when: organisation.headcout > 1, overlay",
        f"у organisation нет 'headcout' — ожидается одно из: {FACTS}",
        f"organisation has no 'headcout' — expected one of {FACTS}",
    ),
    "yaml": (
        "year: 2025", "year: 'open",
        "не YAML: кавычка, которую не закрыли — ожидается правильный YAML 1.2",
        "not YAML: a quote that is never closed — expected valid YAML 1.2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_in_both_languages(folder, case):
    before, after, russian, english = MISTAKES[case]
    found = problems_of(folder, before, after)
    for language, said in (("ru", russian), ("en", english)):
        with translation.override(language):
            assert said in [told(each).said for each in found]


def test_a_share_and_a_sum_are_told_in_russian():
    share = Problem("f", 1, 1, "p", say("found %(value)s", value="5/2"), say("a share from 0 to 1"))
    total = say("the parts of criterion %(key)s add up to %(total)s", key="'result'", total="60")
    assert str(told(share)) == "f:1 p: найдено 5/2 — ожидается доля от 0 до 1"
    assert told(Problem("f", 0, 0, "", total, "61")).said == (
        "составляющие критерия 'result' дают в сумме 60 — ожидается 61"
    )


def test_several_ways_out_are_one_sentence():
    ways = either([say("a text"), "", say("a number"), say("a list")])
    assert ways == "a text or a number or a list"
    assert told(Problem("f", 0, 0, "", say("found nothing"), ways)).said == (
        "не найдено ничего — ожидается текст или число или список"
    )


def test_a_message_is_its_english_text_wherever_it_goes():
    said = say("found %(value)s", value="'20 %'")
    assert (said, str(said), f"{said}", {said: 1}["found '20 %'"]) == (*["found '20 %'"] * 3, 1)


def test_the_schema_says_nothing_that_no_catalogue_knows():
    """A message built by other means than `say` would stay English on a Russian page."""
    bare = []
    for path in sorted(SCHEMA.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "Finding", "Wrong", "PredicateError",
            }:  # fmt: skip
                texts = [each for each in node.args if isinstance(each, ast.Constant)]
                texts += [each for each in node.args if isinstance(each, ast.JoinedStr)]
                bare += [
                    f"{path.name}:{each.lineno}" for each in texts
                    if isinstance(each, ast.JoinedStr)
                    or (isinstance(each.value, str) and not each.value.startswith("'"))
                ]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("number", range(len(_PLAIN)))
def test_what_the_parser_says_is_said_in_russian(number):
    _pattern, sentence = _PLAIN[number]
    assert isinstance(sentence, Said)
    assert sentence.translated(translation.gettext) != sentence


def test_checking_speaks_russian_throughout(folder):
    problems_of(folder, "year: 2025", "year: сорок")
    done = CliRunner().invoke(award, ["check", str(folder / "2025.yaml")])
    assert done.output == (
        "canteens/2025.yaml:3 year: найдено 'сорок' — ожидается целое число\n"
        "1 ошибка; ничего не загружено\n"
    )
