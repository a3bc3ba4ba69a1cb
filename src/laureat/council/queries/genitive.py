"""Titles of panels as they stand inside a sentence of the minutes."""

from __future__ import annotations

import re


def genitive(title: str, language: str) -> str:
    """«Совет по …» as it follows «заседания»: the leading nominative group is declined."""
    if language == "en":
        return f"the {title}"
    words = title.split(" ")
    for place, word in enumerate(words):
        for ending, becomes in (("ая", "ой"), ("яя", "ей"), ("ый", "ого"), ("ое", "ого")):
            if word.endswith(ending):
                words[place] = word.removesuffix(ending) + becomes
                break
        else:
            words[place] = _noun(word)
            break
    return " ".join(words)


def _noun(word: str) -> str:
    if word.endswith("ия"):
        return word.removesuffix("я") + "и"
    if word.endswith("а"):
        return word.removesuffix("а") + "ы"
    if re.search(r"[бвгджзклмнпрстфхцчшщ]$", word):
        return word + "а"
    return word
