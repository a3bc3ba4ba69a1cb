"""Content in two languages: columns `…_ru`, `…_en`, or objects with `.ru` and `.en`."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from django.utils.translation import get_language

Language = Literal["ru", "en"]


class Bilingual(Protocol):
    """A text that says itself in both languages, such as the rulebook's."""

    @property
    def ru(self) -> str:
        """In Russian, "" if unsaid."""

    @property
    def en(self) -> str:
        """In English, "" if unsaid."""


Words = str | Bilingual | tuple[str, str]
"""What somebody says to an action: in their own language, or in both."""


def both(words: Words | None) -> tuple[str, str]:
    """The words as (Russian, English); what was said in one language stays in it."""
    if words is None:
        return "", ""
    if isinstance(words, str):
        return (words.strip(), "") if current() == "ru" else ("", words.strip())
    ru, en = words if isinstance(words, tuple) else (words.ru, words.en)
    return ru.strip(), en.strip()


def current() -> Language:
    """The reader's language."""
    return "en" if (get_language() or "ru").startswith("en") else "ru"


def localised(obj: Any, name: str = "", language: str | None = None) -> str:
    """The text `name` of `obj` in `language` (the reader's by default), else in the other one."""
    return localised_with_language(obj, name, language)[0]


def localised_with_language(
    obj: Any, name: str = "", language: str | None = None
) -> tuple[str, str]:
    """The text and the language it really is in."""
    wanted = language or current()
    other = "ru" if wanted == "en" else "en"
    for each in (wanted, other):
        text = _read(obj, name, each)
        if text:
            return text, each
    return "", wanted


def _read(obj: Any, name: str, language: str) -> str:
    if name:
        column = f"{name}_{language}"
        if hasattr(obj, column):
            return str(getattr(obj, column) or "")
        obj = getattr(obj, name, None)
    if isinstance(obj, dict):
        return str(obj.get(language) or "")
    return str(getattr(obj, language, "") or "")
