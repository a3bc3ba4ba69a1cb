"""A room asks no table of a room to its left by a reverse name, which import-linter cannot see."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).parent.parent
LOOKUPS = {
    "filter",
    "exclude",
    "get",
    "annotate",
    "alias",
    "values",
    "values_list",
    "order_by",
    "update",
    "select_related",
    "prefetch_related",
    "Count",
    "Sum",
    "Max",
    "Min",
    "Q",
    "F",
    "OuterRef",
    "Prefetch",
    "FilteredRelation",
    "within",
}
"""What takes names of relations, as keywords or as texts."""
MANAGERS = {
    "filter",
    "exclude",
    "all",
    "exists",
    "count",
    "first",
    "order_by",
    "values",
    "values_list",
    "select_related",
    "prefetch_related",
    "annotate",
    "aggregate",
    "create",
}
"""What is asked of the rows behind a relation."""


@cache
def rooms() -> list[str]:
    """From the left to the right, as import-linter reads them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers"
    )
    return [layer.strip("()") for layer in contract["layers"]]


def room_of(model: type[Model]) -> str:
    """Tables of libraries lie beneath all rooms."""
    first, _dot, rest = model._meta.app_config.name.partition(".")
    return rest.split(".")[0] if first == "laureat" else rooms()[-1]


def names_from_the_left(room: str) -> set[str]:
    """What tables that the room knows are called from tables that it must not know."""
    place = rooms().index(room)
    theirs: set[str] = set()
    known: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        if rooms().index(room_of(model)) < place:
            continue
        for field in model._meta.get_fields():
            reverse = field.auto_created and not field.concrete
            foreign = reverse and rooms().index(room_of(field.related_model)) < place
            accessor = field.get_accessor_name() if reverse else None
            (theirs if foreign else known).update({field.name, accessor or field.name})
    return theirs - known


def relations(call: ast.Call) -> Iterator[str]:
    """The names of relations in a call, if it asks a table."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if called in LOOKUPS:
        texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
        words = [each.arg for each in call.keywords]
        for said in (*texts, *words):
            if isinstance(said, str):
                yield from said.lstrip("-").split("__")
    behind = call.func.value if isinstance(call.func, ast.Attribute) else None
    if called in MANAGERS and isinstance(behind, ast.Attribute):
        yield behind.attr


@pytest.mark.parametrize("room", rooms())
def test_no_room_asks_a_table_to_its_left(room):
    forbidden = names_from_the_left(room)
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {name}"
        for path in sorted((ROOT / "src" / "laureat" / room).rglob("*.py"))
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for name in relations(node)
        if name in forbidden
    ]
    assert found == []
