"""What the rules for names and posts share."""

from __future__ import annotations

from dataclasses import dataclass

VOWELS = frozenset("аеёиоуыэюя")
_HISSING = frozenset("жчшщ")


@dataclass(frozen=True)
class Form:
    """A dative, and whether the rules that made it are sure."""

    text: str
    sure: bool = True


def syllables(word: str) -> int:
    """How many syllables a word has: its vowels."""
    return sum(letter in VOWELS for letter in word.lower())


def is_russian(text: str) -> bool:
    """Whether every letter is Cyrillic (and there is one)."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    return bool(letters) and all("а" <= letter <= "я" or letter == "ё" for letter in letters)


def like(pattern: str, word: str) -> str:
    """`word` in the case of `pattern`: ИВАНОВ stays in capitals, Иванов keeps its first."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    if pattern[:1].isupper():
        return word[:1].upper() + word[1:]
    return word


def adjective(word: str) -> str | None:
    """The dative of an adjective or participle in the nominative, or None if it is none."""
    stem, ending = word[:-2], word[-2:]
    if not stem:
        return None
    last = stem[-1]
    if ending == "ый" or (ending == "ий" and last in "кгх"):
        return stem + "ому"
    if ending == "ой":
        return stem + "ому"
    if ending == "ий" and (last in _HISSING or last == "н"):
        return stem + "ему"
    if ending == "ая":
        return stem + ("ей" if last in _HISSING else "ой")
    if ending == "яя":
        return stem + "ей"
    return None
