"""Keeps the Russian catalogues of all rooms: extracts, says what is missing, compiles.

    python -m laureat.platform.i18n.catalogue            update the .po files, compile, report
    python -m laureat.platform.i18n.catalogue --prune    the same, dropping texts no longer said
    python -m laureat.platform.i18n.catalogue intake ui  the same for these rooms only
    python -m laureat.platform.i18n.catalogue --compile  only compile what is out of date

Babel does the work, so no gettext program is needed. Each room's messages live with the room.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from laureat.platform.i18n.compiled import SOURCE, stale
from laureat.platform.i18n.helps import texts

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_OWN_WAYS = {"say": None, "said": None}
_DJANGO_FREE = (SOURCE / "rulebook" / "schema", SOURCE / "science", SOURCE / "environment.py")
"""What knows no Django marks its messages by functions of its own."""
_PLURAL = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);"
)

_STRING = r"""(?:u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"(?<!\w)(?:_|n?p?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})*[^()]*\)")
"""A call in the pseudo-Python that Django makes of a template (the rest is no valid Python)."""


def rooms() -> list[Path]:
    """The homes of catalogues, innermost first: every Django app, and the house for what is in none."""
    homes = [SOURCE, *(path.parent for path in SOURCE.rglob("apps.py"))]
    return sorted(homes, key=lambda home: (-len(home.parts), home))


def catalogue_path(room: Path) -> Path:
    """Where the Russian catalogue of `room` lives."""
    return room / "locale" / "ru" / "LC_MESSAGES" / "django.po"


def _texts(room: Path, inner: list[Path]) -> Iterator[tuple[Path, bytes]]:
    """Python sources and templates (as Python) of a room, without those of rooms inside it."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - needs settings

    for path in sorted(room.rglob("*")):
        if any(room in home.parents and home in path.parents for home in inner):
            continue
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield path, path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            calls = _CALL.findall(templatize(path.read_text(encoding="utf-8")))
            yield path, "\n".join(calls).encode()


def messages(room: Path, homes: list[Path]) -> Catalog:
    """What the room says, with the file of each message."""
    found = Catalog(charset="utf-8")
    for path, source in _texts(room, homes):
        place = str(path.relative_to(SOURCE))
        free = any(home in (path, *path.parents) for home in _DJANGO_FREE)
        keywords = {**KEYWORDS, **_OWN_WAYS} if free else KEYWORDS
        for _line, message, _comments, context in extract(
            "python", BytesIO(source), keywords=keywords
        ):
            if message and message != ("", ""):
                found.add(message, locations=[(place, 0)], context=context)
        for text in texts(source.decode()) if path.suffix == ".py" else ():
            found.add(text, locations=[(place, 0)])
    return found


def known(path: Path) -> Catalog:
    """The catalogue as it is kept; empty where there is none."""
    if not path.exists():
        return Catalog(locale="ru", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="ru", charset="utf-8")


def is_translated(message: Message) -> bool:
    """Whether a message has its Russian text (all plural forms, not fuzzy)."""
    if message.fuzzy:
        return False
    if isinstance(message.string, str):
        return bool(message.string)
    return all(message.string or [""])


_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{\w*\}")


def same_placeholders(message: Message) -> bool:
    """Whether every placeholder of the English text is in the Russian one, and no other."""
    ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string or ""]
    wanted = set(_PLACEHOLDER.findall(ids[-1]))
    return all(set(_PLACEHOLDER.findall(text)) <= wanted for text in texts if text)


def update(
    room: Path, homes: list[Path], translated: dict[object, Any], *, prune: bool = False
) -> list[str]:
    """Bring a room's catalogue up to date; returns what is missing or wrong.

    A message that another room has already translated is taken from there. Texts that nothing
    says any more are kept unless `prune`.
    """
    template = messages(room, homes)
    path = catalogue_path(room)
    earlier_texts = known(path)
    if not len(template) and not path.exists():
        return []
    merged = Catalog(locale="ru", charset="utf-8", header_comment="# Russian texts of the room.")
    for message in template:
        if not message.id:
            continue
        earlier = earlier_texts.get(message.id, message.context)
        text = earlier.string if earlier and is_translated(earlier) else ""
        text = text or translated.get((message.id, message.context), "")
        merged.add(message.id, text, locations=message.locations, context=message.context)
    for message in () if prune else earlier_texts:
        if message.id and not merged.get(message.id, message.context):
            merged.add(message.id, message.string, context=message.context)
    content = BytesIO()
    write_po(content, merged, width=100, sort_output=True, omit_header=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Plural-Forms: {_PLURAL}\\n"\n\n'
    )
    written = head.encode() + content.getvalue()
    if not path.exists() or path.read_bytes() != written:
        path.write_bytes(written)
    problems = [
        f"{path.relative_to(SOURCE)}: no Russian for {message.id!r}"
        for message in merged
        if message.id and not is_translated(message)
    ]
    problems += [
        f"{path.relative_to(SOURCE)}: placeholders differ in {message.id!r}"
        for message in merged
        if message.id and is_translated(message) and not same_placeholders(message)
    ]
    return problems


def compile_all() -> int:
    """Compile catalogues whose .mo is missing or older than the .po; returns how many."""
    waiting = stale()
    for source in waiting:
        compile_one(source)
    return len(waiting)


def compile_one(source: Path) -> None:
    """Compile a catalogue; another process that reads it meanwhile finds the old one or the new."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], charset="utf-8")
    target = source.with_suffix(".mo")
    beside = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        with beside.open("wb") as out:
            write_mo(out, catalogue)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def problems(only: Collection[str] = (), *, prune: bool = False) -> list[str]:
    """Update the catalogues (of the rooms called `only`) and list what is missing or wrong."""
    homes = rooms()
    translated: dict[object, object] = {}
    for room in homes:
        for message in known(catalogue_path(room)):
            if message.id and is_translated(message):
                translated.setdefault((message.id, message.context), message.string)
    wanted = [room for room in homes if not only or room.name in only]
    return [problem for room in wanted for problem in update(room, homes, translated, prune=prune)]


def main(arguments: list[str]) -> int:
    """Run as a program."""
    if arguments == ["--compile"]:
        compile_all()
        return 0
    import django  # noqa: PLC0415 - only extraction needs settings
    from django.conf import settings  # noqa: PLC0415

    settings.configure(USE_I18N=True)
    django.setup()
    only = {each for each in arguments if not each.startswith("--")}
    unknown = only - {room.name for room in rooms()}
    if unknown:
        print(f"No room is called {', '.join(sorted(unknown))}.")  # noqa: T201 - a program
        return 2
    found = problems(only, prune="--prune" in arguments)
    compile_all()
    for problem in found:
        print(problem)  # noqa: T201 - a program for developers
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
