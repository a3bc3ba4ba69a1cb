"""Loads awards from their folder: `awards/<award>/award.yaml` and `awards/<award>/<edition>.yaml`.

Everything that is wrong is reported at once, each with file, line and path (`RulebookError`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from laureat.rulebook.schema.base import Sourced, Text
from laureat.rulebook.schema.checks import findings
from laureat.rulebook.schema.edition import Award, Edition
from laureat.rulebook.schema.finding import Finding, written
from laureat.rulebook.schema.problems import Problem, RulebookError
from laureat.rulebook.schema.saying import found
from laureat.rulebook.schema.stages import AssessmentStage, DecisionStage, IntakeStage
from laureat.rulebook.schema.wording import plain
from laureat.rulebook.schema.yaml_source import Document, Place, read
from laureat.saying import say

AnyModel = TypeVar("AnyModel", bound=BaseModel)


@dataclass(frozen=True)
class LoadedEdition:
    """An edition as its files say it."""

    edition: Edition
    award: Award
    content_hash: str
    """See `content_hash`."""
    files: list[Path]
    """Every file that was read, the edition's first."""
    notices: list[Problem]
    """What is allowed but looks like an oversight."""


@dataclass(frozen=True)
class LoadedAward:
    """An award with all its editions, oldest first."""

    award: Award
    editions: list[LoadedEdition]


def load_edition(path: Path) -> LoadedEdition:
    """The edition in `path`, with the award beside it; raises RulebookError."""
    path = Path(path)
    problems: list[Problem] = []
    award_path = path.parent / "award.yaml"
    award_document, award = _load(award_path, Award, problems)
    document, edition = _load(path, Edition, problems)
    if award is not None and edition is not None:
        problems += _names(path, document, edition, award_document, award)
        problems += [_problem(document, each) for each in _blank(edition, ())]
        problems += [_problem(award_document, each) for each in _blank(award, ())]
    if problems or award is None or edition is None:
        raise RulebookError(problems)
    files = list(dict.fromkeys([*document.files, *award_document.files]))
    notices = sorted(_problem(document, each) for each in _notices(edition))
    return LoadedEdition(edition, award, content_hash(edition), files, notices)


def load_award_folder(path: Path) -> LoadedAward:
    """The award in folder `path` with every edition in it (`<year>….yaml`).

    Raises RulebookError with the problems of all of them.
    """
    path = Path(path)
    if not path.is_dir():
        raise RulebookError(
            [Problem(path.name, 0, 0, "", say("there is no such folder"), say("a folder"))]
        )
    problems: list[Problem] = []
    _, award = _load(path / "award.yaml", Award, problems)
    editions = []
    for file in sorted(path.glob("[0-9]*.yaml")):
        try:
            editions.append(load_edition(file))
        except RulebookError as error:
            problems += error.problems
    if problems or award is None:
        raise RulebookError(problems)
    return LoadedAward(award, editions)


def load_document(path: Path, model: type[AnyModel]) -> AnyModel:
    """Any YAML file of an award as `model`; raises RulebookError."""
    problems: list[Problem] = []
    _, loaded = _load(Path(path), model, problems)
    if loaded is None:
        raise RulebookError(problems)
    return loaded


def content_hash(edition: Edition) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of the whole resolved edition.

    The order of keys, comments, includes and ways of writing a value (34 %, 0.34) do not matter.
    Whoever holds the stored JSON can check it: it is the same document.
    """
    return hashlib.sha256(rfc8785.dumps(document_of(edition))).hexdigest()


def document_of(edition: Edition) -> dict[str, Any]:
    """The edition as plain JSON; `Edition.model_validate` reads it back to an equal edition."""
    return edition.model_dump(mode="json", by_alias=True)


def json_schema() -> dict[str, Any]:
    """JSON Schema of an edition's file, for editors."""
    schema = Edition.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "laureat: an edition of an award",
    }


def _load(
    path: Path, model: type[AnyModel], problems: list[Problem]
) -> tuple[Document, AnyModel | None]:
    """The document of `path` as `model`; what is wrong is added to `problems`."""
    document = read(path, path.absolute().parent.parent)
    loaded: AnyModel | None = None
    wrong: list[Finding] = []
    if document.data is not None:
        try:
            loaded = model.model_validate(document.data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            wrong = list(plain(model, document.data, errors))
            if model is Edition and all(each["type"] != "findings" for each in errors):
                wrong += _findings_despite(document.data, {each["loc"][:1] for each in errors})
    elif not document.problems:
        wrong = [Finding((), say("found nothing"), say("a mapping"))]
    unread = {problem.path for problem in document.problems}
    # A value that could not be read is reported once, not also as missing.
    shown = [each for each in wrong if not _covered(each.where, unread)]
    problems += document.problems
    problems += [_problem(document, each) for each in shown]
    return document, None if document.problems else loaded


def _covered(where: str, unread: set[str]) -> bool:
    return any(where == path or where.startswith((f"{path}.", f"{path}[")) for path in unread)


def _findings_despite(data: Any, broken: set[tuple[int | str, ...]]) -> Iterator[Finding]:
    """Cross references of an edition of which some parts could not be read."""
    if not isinstance(data, dict):
        return
    readable: dict[str, Any] = {}
    for name, field in Edition.model_fields.items():
        if (name,) in broken:
            continue
        if name in data:
            try:
                readable[name] = _read_field(name, data[name])
            except ValidationError:
                continue
        elif not field.is_required():
            readable[name] = field.get_default(call_default_factory=True)
    yield from findings(_Partial(readable))  # type: ignore[arg-type]


def _read_field(name: str, value: Any) -> Any:
    field = Edition.model_fields[name]
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
        return field.annotation.model_validate(value)
    config = ConfigDict(coerce_numbers_to_str=True)
    return TypeAdapter(field.rebuild_annotation(), config=config).validate_python(value)


class _Partial:
    """As much of an edition as could be read: what is missing raises AttributeError."""

    model_fields = Edition.model_fields

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)


def _problem(document: Document, finding: Finding) -> Problem:
    place: Place = document.keys.get(finding.path) or document.place(finding.path)
    if finding.path in document.values and not finding.message.startswith("unknown key"):
        place = document.values[finding.path]
    return Problem(
        place.file,
        place.line,
        place.column,
        written(finding.path),
        finding.message,
        finding.expected,
    )


def _names(
    path: Path, document: Document, edition: Edition, award_document: Document, award: Award
) -> Iterator[Problem]:
    """The folder, the file and what is written inside must agree."""
    folder = path.absolute().parent.name
    if award.award != folder:
        wanted = say("%(name)s, as the folder", name=repr(folder))
        finding = Finding(("award",), found(award.award), wanted)
        yield _problem(award_document, finding)
    if edition.award != award.award:
        wanted = say("%(name)s, as in award.yaml", name=repr(award.award))
        finding = Finding(("award",), found(edition.award), wanted)
        yield _problem(document, finding)
    if edition.edition != path.stem:
        wanted = say("%(name)s, as the file", name=repr(path.stem))
        finding = Finding(("edition",), found(edition.edition), wanted)
        yield _problem(document, finding)


def _blank(value: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """Texts that are there in name only: a reader of that language would see nothing."""
    if isinstance(value, Text):
        for language in ("ru", "en"):
            if not value.in_language(language).strip():
                yield Finding(
                    (*path, language), say("the text is empty"), say("words in this language")
                )
        return
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _blank(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _blank(each, (*path, key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _blank(each, (*path, number))


def _notices(edition: Edition) -> Iterator[Finding]:
    stages = edition.stages
    models = {each.scorebook.model for each in stages if isinstance(each, AssessmentStage)}
    forms = {each.form for each in stages if isinstance(each, IntakeStage)}
    panels = {each.panel for each in stages if isinstance(each, DecisionStage)}
    scales = {part.scale for model in edition.models.values() for part in model.parts()}
    used = {"models": models, "scales": scales, "forms": forms, "panels": panels}
    for name, keys in used.items():
        for key in getattr(edition, name):
            if key not in keys:
                yield Finding((name, key), say("is not used"), say("a use, or nothing"))
    for path, node in _sourced(edition, ()):
        if node.source and " " not in node.source and node.source not in edition.sources:
            told = say("%(key)s is not in sources", key=repr(node.source))
            yield Finding((*path, "source"), told, say("a known source"))


def _sourced(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Any, Sourced]]:
    if isinstance(value, Sourced):
        yield path, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _sourced(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _sourced(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _sourced(each, (*path, number))
