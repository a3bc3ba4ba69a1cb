"""What `--help` says: docstrings of commands and the `help` of their options, which click shows."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

_COMMANDS = {"command", "group"}


def texts(source: str) -> Iterator[str]:
    """Every text of `source` that click shows as help."""
    if "import click" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            told = ast.get_docstring(node)
            if told:
                yield told
        elif isinstance(node, ast.Call) and _name(node.func) == "option":
            for each in node.keywords:
                if each.arg == "help" and isinstance(each.value, ast.Constant):
                    yield inspect.cleandoc(str(each.value.value))


def _makes_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) in _COMMANDS


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
