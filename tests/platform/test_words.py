"""No code reaches a reader: every action and every kind of mail has words in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from laureat.platform import words

SOURCE = Path(words.__file__).parents[1]
CODE = re.compile(r"[a-z]+(?:[._-][a-z_-]+)+")


def calls() -> Iterator[tuple[str, ast.Module, str, ast.Call]]:
    """Every call in an action, as (file, its module, what is called, the call)."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "actions" not in {path.stem, *path.parts} and path.stem not in {"signals", "adapter"}:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path.name, tree, ast.unparse(node.func), node


def said(code: ast.expr, tree: ast.Module, names: set[str]) -> tuple[set[str], set[str]]:
    """The codes that an argument can be, and the beginnings of those that are put together.

    A name stands for what the helpers of its module (`names`) are called with.
    """
    if isinstance(code, ast.Constant):
        return {code.value}, set()
    if isinstance(code, ast.JoinedStr):
        return set(), {str(code.values[0].value)}
    if isinstance(code, ast.BinOp):
        return set(), {ast.literal_eval(code.left)}
    assert isinstance(code, ast.Name), ast.unparse(code)
    found = {
        each.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names
        for each in node.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        if CODE.fullmatch(each.value)
    }
    assert found, f"nobody calls with {ast.unparse(code)}"
    return found, set()


def helpers(tree: ast.Module, inner: ast.Call) -> set[str]:
    """The function that holds a call."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and inner in ast.walk(node)
    }


def codes_in(called: tuple[str, ...], argument) -> tuple[set[str], set[str]]:
    whole, begun = set(), set()
    for _file, tree, name, call in calls():
        if name not in called:
            continue
        code = argument(call)
        if code is not None:
            one, other = said(code, tree, helpers(tree, call))
            whole |= one
            begun |= other
    return whole, begun


def test_every_action_that_the_code_writes_has_words():
    whole, begun = codes_in(("ledger.append",), lambda call: call.args[1])
    known = words.tables().actions
    assert len(whole) > 60
    assert sorted(whole - set(known)) == []
    assert [start for start in begun if not any(code.startswith(start) for code in known)] == []


def test_every_kind_of_mail_that_the_code_sends_has_words():
    def kind(call: ast.Call) -> ast.expr | None:
        return next((each.value for each in call.keywords if each.arg == "kind"), None)

    whole, begun = codes_in(("queue", "mail.queue"), kind)
    known = words.tables().mail
    assert len(whole) > 12
    assert sorted(whole - set(known)) == []
    assert [start for start in begun if not any(code.startswith(start) for code in known)] == []


def test_what_assessment_tells_has_words():
    """Its letters are told by the second half of their kind."""
    told = set()
    for _file, _tree, name, call in calls():
        if name.rpartition(".")[2] in {"tell", "tell_secretaries"} and len(call.args) > 3:
            told |= {each.value for each in call.args[:2] if isinstance(each, ast.Constant)}
        if name.rpartition(".")[2] == "tell_visit":
            told |= {f"visit.{each.value}" for each in call.args if isinstance(each, ast.Constant)}
    assert len(told) > 6
    assert sorted({f"assessment.{code}" for code in told} - set(words.tables().mail)) == []


def test_every_letter_about_accounts_has_words():
    templates = SOURCE / "platform" / "accounts" / "templates"
    kinds = {
        "account." + path.name.removesuffix("_subject.txt")
        for path in templates.glob("*/email/*_subject.txt")
    }
    assert sorted(kinds - set(words.tables().mail)) == []


def test_states_that_become_actions_have_words():
    from laureat.assessment.models import AssignmentState, SiteVisit
    from laureat.rulebook.models import EditionState, StageState

    parts = {
        "visit": SiteVisit.State,
        "assignment": AssignmentState,
        "edition": EditionState,
        "stage": StageState,
    }
    codes = {f"{name}.{state}" for name, states in parts.items() for state in states.values}
    assert sorted(codes - set(words.tables().actions)) == []


def test_all_words_are_said_in_both_languages():
    known = words.tables()
    texts = [*known.actions.items(), *known.mail.items(), *known.chains.items()]
    texts += [(kind, subject.title) for kind, subject in known.subjects.items()]
    wrong = []
    for code, text in texts:
        with translation.override("ru"):
            russian = str(text)
        with translation.override("en"):
            english = str(text)
        if not re.search("[а-я]", russian) or re.search("[а-я]", english):
            wrong.append((code, russian, english))
    assert wrong == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_two_actions_and_no_two_kinds_of_mail_are_called_alike(language):
    """Otherwise the filter would offer the same word twice."""
    with translation.override(language):
        for table in (words.tables().actions, words.tables().mail):
            named = [str(text) for text in table.values()]
            assert sorted({each for each in named if named.count(each) > 1}) == []


def test_every_action_is_about_a_known_kind_of_thing_and_every_page_exists():
    known = words.tables()
    assert set(known.about.values()) <= set(known.subjects)
    for subject in known.subjects.values():
        if subject.page:
            try:
                reverse(subject.page, args=["abcdefgh23456789"])
            except NoReverseMatch:  # pragma: no cover - says which
                pytest.fail(f"{subject.title}: no address {subject.page}")


def test_actions_to_choose_from_stand_under_their_room_in_alphabetical_order():
    codes = ["entry.submitted", "entry.started", "panel.made", "visit.held", "future.action"]
    with translation.override("ru"):
        assert words.action_choices(codes) == [
            ("Оценка заявок", [("visit.held", "Выезд состоялся")]),
            (
                "Приём заявок",
                [("entry.started", "Заявка начата"), ("entry.submitted", "Заявка подана")],
            ),
            ("Советы и комиссии", [("panel.made", "Состав создан")]),
        ]
    with translation.override("en"):
        assert [title for title, _rows in words.action_choices(codes)] == [
            "Assessment of applications",
            "Councils and commissions",
            "Intake of applications",
        ]
    assert words.action_choices([]) == []


def test_what_nobody_has_words_for():
    assert words.action_name("future.action") == ""
    assert words.mail_name("future-mail") == "future-mail"
