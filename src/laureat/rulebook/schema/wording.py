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
from laureat.rulebook.schema.finding import Finding
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.saying import Wrong, either, found, one_of
from laureat.rulebook.schema.stages import Deadline
from laureat.saying import Said, say

Steps = tuple[str | int, ...]

_WORDS: dict[Any, str] = {
    str: say("a text"),
    int: say("a whole number"),
    Decimal: say("a number"),
    bool: say("true or false"),
    Fraction: say("a share such as 1/5, 0.2 or 20 %"),
    timedelta: say("a time span such as '15 min', '2 h' or '3 d'"),
    datetime: say("a time such as 2024-01-16 or 2024-01-16T09:00"),
    Deadline: say("a time such as 2024-03-01 or {at: 2024-03-01T18:00, grace: 15 min}"),
    Text: say("a text in both languages: {ru: …, en: …}"),
    Predicate: say("a condition such as 'organisation.headcount <= 250'"),
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
        yield Finding(path, message, either(wanted))


def _one(root: type[BaseModel], data: Any, error: ErrorDetails) -> Finding:
    kind, value = error["type"], error["input"]
    path, expected_type = _walk(root, data, error["loc"])
    expected = described(expected_type)
    context = error.get("ctx", {})
    if kind == "missing":
        return Finding(path, say("%(key)s is missing", key=repr(path[-1])), expected)
    if kind == "extra_forbidden":
        _, parent = _walk(root, data, error["loc"][:-1])
        known = _key_names(parent, _at(data, path[:-1]))
        near = get_close_matches(str(path[-1]), known, 1)
        hint = f"{near[0]!r}?" if near else one_of(known)
        return Finding(path, say("unknown key %(key)s", key=repr(path[-1])), hint)
    if kind == "value_error":
        wrong = context.get("error", error["msg"])
        if isinstance(wrong, Wrong):
            return Finding(path, wrong.message, wrong.expected)
        return Finding(path, str(wrong))
    if kind == "union_tag_invalid":
        name = context["discriminator"].strip("'")
        tags = context["expected_tags"].replace("'", "")
        return Finding((*path, name), found(context["tag"]), one_of([tags]))
    if kind == "union_tag_not_found":
        name = context["discriminator"].strip("'")
        missing = say("%(key)s is missing", key=repr(name))
        return Finding((*path, name), missing, one_of([_tags(expected_type)]))
    if kind == "string_pattern_mismatch":
        return Finding(path, found(value), say("a key of Latin letters, digits, '-', '_' and '.'"))
    if kind in _LIMITS:
        return Finding(path, _found(value), Said(_LIMITS[kind].sentence, context))
    return Finding(path, _found(value), expected)


_LIMITS = {
    "greater_than": say("more than %(gt)s"),
    "greater_than_equal": say("at least %(ge)s"),
    "less_than": say("less than %(lt)s"),
    "less_than_equal": say("at most %(le)s"),
    "too_short": say("at least %(min_length)s of them"),
    "too_long": say("at most %(max_length)s of them"),
    "string_too_long": say("at most %(max_length)s characters"),
}


def _found(value: Any) -> Said:
    if value is None:
        return say("found nothing")
    if isinstance(value, dict):
        return say("found a mapping")
    if isinstance(value, list):
        return say("found a list") if value else say("found an empty list")
    if isinstance(value, bool):
        return say("found %(value)s", value="true" if value else "false")
    if isinstance(value, Decimal | int):
        return say("found %(value)s", value=value)
    text = str(value)
    return found(text if len(text) <= 60 else f"{text[:59]}…")


def described(annotation: Any) -> str:
    """What a value of `annotation` looks like, in words."""
    annotation = _bare(annotation)
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin = get_origin(annotation)
    if origin is Literal:
        return one_of(get_args(annotation))
    if origin is list:
        return say("a list")
    if origin is tuple:
        count = len(get_args(annotation))
        example = ", ".join(str(n) for n in range(1, count + 1))
        return say("a list of %(count)s, e.g. [%(example)s]", count=count, example=example)
    if origin is dict:
        return say("a mapping")
    if origin in (Union, UnionType):
        members = [each for each in get_args(annotation) if each is not type(None)]
        if all(_is_model(each) for each in members):
            return say("a mapping")
        return either(dict.fromkeys(described(each) for each in members))
    if _is_model(annotation):
        return say("a mapping with the keys %(keys)s", keys=", ".join(_names(annotation)))
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
