"""Reads YAML 1.2 with `!include`, and remembers where everything stands.

Nothing is ever executed or resolved beyond plain values: null, true, false, numbers (whole ones
as int, others as exact Decimal), texts, lists and mappings with text keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from laureat.rulebook.schema.finding import written
from laureat.rulebook.schema.problems import Problem
from laureat.saying import Said, say

Steps = tuple[str | int, ...]

MOST_VALUES = 200_000
"""A rulebook that unfolds to more values than this (by anchors or includes) is refused."""
DEEPEST = 60
"""No rulebook nests further."""

_NULL = ("", "~", "null", "Null", "NULL")
_BOOLS = {"true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?")
_TAGS = {
    "tag:yaml.org,2002:str": ScalarNode,
    "tag:yaml.org,2002:int": ScalarNode,
    "tag:yaml.org,2002:float": ScalarNode,
    "tag:yaml.org,2002:bool": ScalarNode,
    "tag:yaml.org,2002:null": ScalarNode,
    "tag:yaml.org,2002:timestamp": ScalarNode,
    "tag:yaml.org,2002:value": ScalarNode,
    "tag:yaml.org,2002:merge": ScalarNode,
    "tag:yaml.org,2002:seq": SequenceNode,
    "tag:yaml.org,2002:map": MappingNode,
}


@dataclass(frozen=True)
class Place:
    """A place in a file, lines and columns from 1."""

    file: str
    line: int
    column: int


@dataclass
class Document:
    """A resolved document: plain data, where each value and key stands, and what was wrong."""

    data: Any = None
    files: list[Path] = field(default_factory=list)
    values: dict[Steps, Place] = field(default_factory=dict)
    keys: dict[Steps, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Steps) -> Place:
        """Where `path` stands, or what is nearest above it."""
        steps = list(path)
        while steps and tuple(steps) not in self.values:
            steps.pop()
        return self.values.get(tuple(steps), Place("", 0, 0))


def read(path: Path, root: Path) -> Document:
    """The document of `path` with all includes; they may only lie inside `root`."""
    return _Reader(root).read(path)


@lru_cache(maxsize=32)
def _composed(text: str) -> Node | None:
    """The nodes of a text, read once: the editions of an award share most of their files."""
    node: Node | None = YAML(typ="safe", pure=True).compose(text)
    return node


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.document = Document()
        self.count = 0
        self.names: dict[Path, str] = {}

    def read(self, path: Path) -> Document:
        self.document.data = self._file(path, (), [], None)
        return self.document

    def _name(self, path: Path) -> str:
        if path not in self.names:
            absolute = path.resolve()
            inside = absolute.is_relative_to(self.root)
            name = absolute.relative_to(self.root).as_posix() if inside else path.name
            self.names[path] = name
        return self.names[path]

    def _problem(self, place: Place, steps: Steps, message: str, expected: str) -> None:
        self.document.problems.append(
            Problem(place.file, place.line, place.column, written(steps), message, expected)
        )

    def _file(self, path: Path, steps: Steps, above: list[Path], at: Place | None) -> Any:
        """The data of one file; `at` is the place of the include that names it."""
        here = at or Place(self._name(path), 0, 0)
        text = self._text(path, steps, here)
        if text is None:
            return None
        self.document.files.append(path)
        name = self._name(path)
        try:
            node = _composed(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 0, 0)
            self._problem(
                place, steps, say("not YAML: %(why)s", why=_words(error)), say("valid YAML 1.2")
            )
            return None
        except (ReaderError, YAMLError) as error:
            place = _place_of_character(name, text, getattr(error, "position", 0))
            self._problem(
                place, steps, say("a control character that YAML forbids"), say("plain text")
            )
            return None
        except RecursionError:
            self._problem(
                Place(name, 0, 0), steps, say("nested too deeply"), say("a flatter document")
            )
            return None
        if node is None:
            self._problem(
                Place(name, 0, 0), steps, say("the file is empty"), say("a YAML document")
            )
            return None
        return self._value(node, steps, path, above, [])

    def _text(self, path: Path, steps: Steps, here: Place) -> str | None:
        name = repr(path.name)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            near = _named_nearly(path)
            hint = say("an existing file")
            if near:
                hint = say("an existing file; did you mean %(near)s?", near=repr(near))
            self._problem(here, steps, say("%(name)s does not exist", name=name), hint)
            return None
        except IsADirectoryError:
            self._problem(here, steps, say("%(name)s is a folder", name=name), say("a YAML file"))
            return None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            told = say("%(name)s cannot be read: %(why)s", name=name, why=Said(why, {}))
            self._problem(here, steps, told, say("a readable file"))
            return None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
            place = Place(self._name(path), line, column)
            told = say("not UTF-8: byte 0x%(byte)s", byte=f"{raw[error.start]:02x}")
            self._problem(place, steps, told, say("a text saved as UTF-8"))
            return None

    def _value(
        self, node: Node, steps: Steps, path: Path, above: list[Path], inside: list[int]
    ) -> Any:
        place = self._place(node, path)
        self.document.values[steps] = place
        self.count += 1
        if self.count > MOST_VALUES:
            if self.count == MOST_VALUES + 1:
                told = say("more than %(count)s values", count=MOST_VALUES)
                self._problem(place, steps, told, say("a smaller rulebook"))
            return None
        if len(steps) > DEEPEST:
            told = say("nested deeper than %(levels)s levels", levels=DEEPEST)
            self._problem(place, steps[:3], told, say("a flatter document"))
            return None
        if id(node) in inside:
            self._problem(place, steps, say("an alias that contains itself"), say("no such alias"))
            return None
        if node.tag == "!include":
            return self._include(node, steps, place, [*above, path.resolve()])
        if not isinstance(node, _TAGS.get(str(node.tag), ())):
            told = say("unknown tag %(tag)s", tag=repr(node.tag))
            self._problem(place, steps, told, say("no tag, or !include"))
            return None
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if isinstance(node, SequenceNode):
            return [
                self._value(item, (*steps, number), path, above, [*inside, id(node)])
                for number, item in enumerate(node.value)
            ]
        assert isinstance(node, MappingNode)
        return self._mapping(node, steps, path, above, inside)

    def _mapping(
        self, node: MappingNode, steps: Steps, path: Path, above: list[Path], inside: list[int]
    ) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node, path)
            if not isinstance(key_node, ScalarNode):
                self._problem(place, steps, say("a key that is not a word"), say("a plain key"))
                continue
            key = str(key_node.value)
            below = (*steps, key)
            if key in mapping:
                first = self.document.keys[below].line
                told = say(
                    "key %(key)s occurs twice (first in line %(line)s)", key=repr(key), line=first
                )
                self._problem(place, below, told, say("one of them"))
                continue
            self.document.keys[below] = place
            mapping[key] = self._value(value_node, below, path, above, [*inside, id(node)])
        return mapping

    def _include(self, node: Node, steps: Steps, place: Place, above: list[Path]) -> Any:
        name = node.value if isinstance(node, ScalarNode) else ""
        if not name or "\0" in name:
            self._problem(place, steps, say("!include without a file"), "!include name.yaml")
            return None
        target = above[-1].parent / name
        if name.startswith(("/", "\\", "~")) or ":" in name:
            told = say("%(name)s is an absolute path", name=repr(name))
            self._problem(place, steps, told, say("a relative path"))
            return None
        if not target.resolve().is_relative_to(self.root):
            told = say("%(name)s lies outside the awards folder", name=repr(name))
            self._problem(place, steps, told, say("a file in it"))
            return None
        if target.resolve() in above:
            chain = " → ".join(self._name(each) for each in [*above, target])
            told = say("files include each other: %(chain)s", chain=chain)
            self._problem(place, steps, told, say("no circle"))
            return None
        return self._file(target, steps, above, place)

    def _place(self, node: Node, path: Path) -> Place:
        mark = node.start_mark
        return Place(self._name(path), mark.line + 1, mark.column + 1)


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    if node.style is not None or node.tag == "tag:yaml.org,2002:str":
        return text
    if text in _NULL:
        return None
    if text.lower() in _BOOLS and text in (text.lower(), text.title(), text.upper()):
        return _BOOLS[text.lower()]
    if _WHOLE.fullmatch(text) and len(text) < 20:
        return int(text)
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    return text


def _named_nearly(path: Path) -> str | None:
    """A file beside the missing `path` that is called nearly so (the ending does not count)."""
    near = get_close_matches(path.stem, sorted(each.stem for each in path.parent.glob("*.yaml")), 1)
    return f"{near[0]}.yaml" if near else None


def _place_of_character(name: str, text: str, position: int) -> Place:
    before = text[:position]
    return Place(name, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


_PLAIN = (
    (
        "mapping values are not allowed here",
        say("a colon where no key can stand (a text with ': ' in it needs quotes)"),
    ),
    (r"found character '\\t' that cannot start any token", say("a tab; indent with spaces")),
    ("but found another document", say("a second document after '---'")),
    ("could not find expected ':'", say("a line without ':' where a key was expected")),
    ("found unexpected end of stream", say("a quote that is never closed")),
    (
        r"expected <block end>, but found .*",
        say("a line that is not indented like those above it"),
    ),
    (r"expected ',' or '\]', but got .*", say("a list in [ ] without ',' or the closing ']'")),
    (r"expected ',' or '\}', but got .*", say("a mapping in { } without ',' or the closing '}'")),
    (
        "(?:block )?sequence entries are not allowed here|mapping keys are not allowed here",
        say("a '-' or a key where neither can stand"),
    ),
    (r"found character (?P<sign>.+) that cannot start any token",
     say("%(sign)s at the start of a value (put it in quotes)")),
    (r"found undefined alias (?P<sign>.+)", say("an alias *%(sign)s that is defined nowhere")),
    (r"found unknown escape character (?P<sign>.+)",
     say("an unknown escape \\%(sign)s in a text in double quotes")),
    (r"expected the node content, but found .*", say("a value is missing here")),
    ("expected '<document start>', but found .*", say("text after the end of the document")),
)  # fmt: skip
"""What the parser says, and how people say it."""


def _words(error: MarkedYAMLError) -> str:
    said = [str(each) for each in (error.problem, error.context) if each]
    for text in said:
        for pattern, sentence in _PLAIN:
            if matched := re.fullmatch(pattern, text):
                return Said(sentence.sentence, matched.groupdict())
    return ", ".join(reversed(said)) or say("it cannot be read")
