"""Says in plain words what pydantic found, and what the schema expects at a place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from laureat.rulebook.schema.base import Text
from laureat.rulebook.schema.checks import Finding
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.stages import Deadline

Steps = tuple[str | int, ...]

_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    Decimal: "a number",
    bool: "true or false",
    Fraction: "a share such as 1/5, 0.2 or 20 %",
    timedelta: "a time span such as '15 min', '2 h' or '3 d'",
    datetime: "a time such as 2024-01-16 or 2024-01-16T09:00",
    Deadline: "a time such as 2024-03-01 or {at: 2024-03-01T18:00, grace: 15 min}",
    Text: "a text in both languages: {ru: …, en: …}",
    Predicate: "a condition such as 'organisation.headcount <= 250'",
}


def plain(root: type[BaseModel], data: Any, errors: list[ErrorDetails]) -> Iterator[Finding]:
    """`errors` of validating `data` as `root`, as findings with paths of `data`, in plain words."""
    merged: dict[tuple[Steps, str], list[str]] = {}
    for error in errors:
        if error["type"] == "findings":
            yield from error["ctx"]["found"]
            continue
        finding = _one(root, data, error)
        wanted = merged.setdefault((finding.path, finding.message), [])
        if finding.expected not in wanted:
            wanted.append(finding.expected)
    for (path, message), wanted in merged.items():
        yield Finding(path, message, " or ".join(each for each in wanted if each))


def _one(root: type[BaseModel], data: Any, error: ErrorDetails) -> Finding:
    kind, value = error["type"], error["input"]
    path, expected_type = _walk(root, data, error["loc"])
    expected = described(expected_type)
    context = error.get("ctx", {})
    if kind == "missing":
        return Finding(path, f"{path[-1]!r} is missing", expected)
    if kind == "extra_forbidden":
        _, parent = _walk(root, data, error["loc"][:-1])
        known = _key_names(parent, _at(data, path[:-1]))
        near = get_close_matches(str(path[-1]), known, 1)
        hint = f"{near[0]!r}?" if near else f"one of {', '.join(known)}"
        return Finding(path, f"unknown key {path[-1]!r}", hint)
    if kind == "value_error":
        return Finding(path, *_split(str(context.get("error", error["msg"]))))
    if kind == "union_tag_invalid":
        name = context["discriminator"].strip("'")
        tags = context["expected_tags"].replace("'", "")
        return Finding((*path, name), f"found {context['tag']!r}", f"one of {tags}")
    if kind == "union_tag_not_found":
        name = context["discriminator"].strip("'")
        return Finding((*path, name), f"{name!r} is missing", f"one of {_tags(expected_type)}")
    if kind == "string_pattern_mismatch":
        return Finding(path, f"found {value!r}", "a key of Latin letters, digits, '-', '_' and '.'")
    if kind in _LIMITS:
        return Finding(path, f"found {_shown(value)}", _LIMITS[kind].format(**context))
    return Finding(path, f"found {_shown(value)}", expected)


_LIMITS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_long": "at most {max_length} characters",
}


def _split(message: str) -> tuple[str, str]:
    """What was found and what was expected, where the message says both."""
    if message.startswith("expected ") and ", got " in message:
        expected, found = message.removeprefix("expected ").rsplit(", got ", 1)
        return f"found {found}", expected
    for separator in (": expected ", ", expected "):
        if separator in message:
            found, expected = message.split(separator, 1)
            return found, expected
    return message, ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, Decimal | int):
        return str(value)
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def described(annotation: Any) -> str:
    """What a value of `annotation` looks like, in words."""
    annotation = _bare(annotation)
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin = get_origin(annotation)
    if origin is Literal:
        return f"one of {', '.join(str(each) for each in get_args(annotation))}"
    if origin is list:
        return "a list"
    if origin is tuple:
        count = len(get_args(annotation))
        return f"a list of {count}, e.g. [{', '.join(str(n) for n in range(1, count + 1))}]"
    if origin is dict:
        return "a mapping"
    if origin in (Union, UnionType):
        members = [each for each in get_args(annotation) if each is not type(None)]
        if all(_is_model(each) for each in members):
            return "a mapping"
        return " or ".join(dict.fromkeys(described(each) for each in members))
    if _is_model(annotation):
        return f"a mapping with the keys {', '.join(_names(annotation))}"
    return ""


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        rest = [each for each in get_args(annotation) if each is not type(None)]
        if len(rest) == 1:
            return _bare(rest[0])
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _members(annotation: Any) -> list[Any]:
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return [_bare(each) for each in get_args(annotation)]
    return [annotation]


def _key_names(annotation: Any, value: Any) -> list[str]:
    """The keys that `annotation` knows at `value` (a union is told apart by its tag)."""
    models = [each for each in _members(annotation) if _is_model(each)]
    tagged = [each for each in models if isinstance(value, dict) and _fits(each, value)]
    return [name for each in (tagged or models)[:1] for name in _names(each)]


def _fits(model: type[BaseModel], value: dict[str, Any]) -> bool:
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) is Literal and field.is_required():
            return value.get(name) in get_args(field.annotation)
    return True


def _tags(annotation: Any) -> str:
    tags: list[str] = []
    for model in _members(annotation):
        for field in model.model_fields.values() if _is_model(model) else ():
            if get_origin(field.annotation) is Literal and field.is_required():
                tags.extend(get_args(field.annotation))
    return ", ".join(tags)


def _walk(root: type[BaseModel], data: Any, location: tuple[int | str, ...]) -> tuple[Steps, Any]:
    """The path in `data` that a pydantic location means, and the annotation that stands there.

    Locations also name members of unions and `[key]`: these are no steps of the document.
    """
    path: list[str | int] = []
    annotation: Any = root
    for step in location:
        below = _below(annotation, step, data)
        if below is None:
            continue
        annotation = below
        path.append(step)
        data = _at(data, (step,))
    return tuple(path), annotation


def _below(annotation: Any, step: int | str, data: Any) -> Any:
    """What is expected at `step` below `annotation`; None if it is no step of the document."""
    fallback = None
    for member in _members(annotation):
        origin = get_origin(member)
        if origin is list and isinstance(step, int):
            return get_args(member)[0]
        if origin is tuple and isinstance(step, int):
            return get_args(member)[min(step, len(get_args(member)) - 1)]
        if origin is dict and isinstance(data, dict) and step in data:
            return get_args(member)[1]
        if _is_model(member):
            for name, field in member.model_fields.items():
                if step in (name, field.alias) and (field.alias or name) == step:
                    found = field.annotation
                    if not isinstance(data, dict) or _fits(member, data):
                        return found
                    fallback = fallback or found
    if fallback is None and isinstance(data, dict) and step in data:
        return Any  # an unknown key
    return fallback


def _at(data: Any, path: Steps) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
