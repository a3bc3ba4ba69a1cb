"""Whether a page is whole and speaks one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2] / "src" / "laureat"
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")
_NAMES = {"English", "GB"}
"""A language in its own words; a time zone."""
_FILE = re.compile(r"\.\w{3,4}$")
_ZONE = re.compile(r"[A-Z]\w+(?:/[\w -]+)+")
_SILENT = {"script", "style", "code", "kbd", "pre", "template", "svg"}
_SPOKEN = {"title", "alt", "aria-label", "placeholder", "aria-description", "data-confirm"}


def flaws(tree: Any, language: str) -> list[str]:
    """What is wrong with a page; nothing if it is whole."""
    found = []
    root = tree.getroottree().getroot()
    if root.get("lang") != language:
        found.append(f"lang is {root.get('lang')}")
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    title = tree.findtext(".//title") or ""
    if not title.strip():
        found.append("no title")
    foreign = _russian if language == "en" else _english
    found += sorted({f"speaks {text!r}" for text in foreign(tree)})
    return found


def _spoken(element: Any, *, attributes: bool = True) -> list[tuple[str, str]]:
    """Each text in an element with the language it is marked with."""
    found: list[tuple[str, str]] = []

    def say(language: str, text: str | None) -> None:
        if text and not text.isspace():
            found.append((language, text))

    def gather(element: Any, language: str) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SILENT:
            return
        said = dict(element.items())
        language = said.get("lang") or language
        if tag != "textarea":
            say(language, element.text)
        if attributes:
            for name in _SPOKEN & said.keys():
                say(language, said[name])
            if tag == "input" and said.get("type") in {"submit", "button"}:
                say(language, said.get("value"))
        for child in element:
            gather(child, language)
            say(language, child.tail)

    gather(element, "")
    return found


def _russian(tree: Any) -> Iterator[str]:
    """Russian on an English page that is not marked as Russian (attributes cannot be)."""
    for language, text in _spoken(tree.body, attributes=False):
        if language != "ru" and _CYRILLIC.search(text):
            yield " ".join(text.split())[:80]


def _english(tree: Any) -> Iterator[str]:
    """English on a Russian page: what the catalogue translates, or several words in a row."""
    for language, text in _spoken(tree.body):
        said = " ".join(text.split())
        if language == "en" or not said or _CYRILLIC.search(said):
            continue
        if said in _NAMES or _ZONE.fullmatch(said) or _FILE.search(said) or "@" in said:
            continue
        if said in catalogue() or _LATIN_WORDS.search(said):
            yield said[:80]


@cache
def catalogue() -> frozenset[str]:
    """English texts that have another text in Russian."""
    found = set()
    for path in SOURCE.rglob("locale/ru/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                english = message.id if isinstance(message.id, tuple) else (message.id,)
                russian = message.string if isinstance(message.string, tuple) else (message.string,)
                found |= {each for each in english if each and each not in russian}
    return frozenset(" ".join(each.split()) for each in found)
