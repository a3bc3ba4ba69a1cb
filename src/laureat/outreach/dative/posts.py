"""Posts in the dative: only the leading nominative group of words is declined.

«Заместитель генерального директора по качеству» → «Заместителю генерального директора по качеству»:
what follows the first noun hangs on it and stays.
"""

from __future__ import annotations

import re

from laureat.outreach.dative.words import VOWELS, Form, adjective, is_russian, like

_NOUNS = frozenset(
    [
        "администратор",
        "атаман",
        "врач",
        "генерал",
        "главврач",
        "главнокомандующий",
        "декан",
        "директор",
        "заведующий",
        "завуч",
        "заместитель",
        "замдиректора",
        "инженер",
        "инспектор",
        "капитан",
        "комиссар",
        "конструктор",
        "консультант",
        "координатор",
        "куратор",
        "лидер",
        "менеджер",
        "механик",
        "министр",
        "начальник",
        "нотариус",
        "основатель",
        "партнёр",
        "партнер",
        "полковник",
        "помощник",
        "представитель",
        "предприниматель",
        "председатель",
        "президент",
        "премьер-министр",
        "продюсер",
        "проректор",
        "провизор",
        "профессор",
        "распорядитель",
        "редактор",
        "режиссёр",
        "режиссер",
        "ректор",
        "руководитель",
        "секретарь",
        "сотрудник",
        "советник",
        "совладелец",
        "соучредитель",
        "специалист",
        "старшина",
        "технолог",
        "управляющий",
        "учредитель",
        "фермер",
        "хормейстер",
        "художник",
        "экономист",
        "энергетик",
        "юрист",
        "владелец",
        "агроном",
        "аптекарь",
        "бухгалтер",
        "глава",
    ]
)
_PARTICIPLES = re.compile(r"(?:исполняющ|управляющ|заведующ|командующ)(?:ий|ая)$")
_BEFORE_HYPHEN = frozenset(["вице", "экс", "арт", "шеф", "пресс", "топ", "бизнес"])
_SHORT = re.compile(r"(?:и\.?\s?о\.?|врио|вр\.\s?и\.?\s?о\.?)\s", re.IGNORECASE)
_SEAM = re.compile(r"(\s[-–—]\s|,\s)")


def of_post(text: str) -> Form:
    """A post in the dative; a part after a dash or comma is declined too if it is a post itself."""
    text = " ".join(text.split())
    if not text:
        return Form("")
    if not is_russian(text):
        return Form(text, sure=False)
    pieces = _SEAM.split(text)
    done: list[Form] = []
    for place, piece in enumerate(pieces):
        if place % 2:
            done.append(Form(piece))
        elif place == 0:
            done.append(_group(piece))
        else:
            later = _group(piece)
            done.append(later if later.sure else Form(piece))
    return Form("".join(form.text for form in done), sure=all(form.sure for form in done))


def _group(text: str) -> Form:
    if _SHORT.match(f"{text} "):
        return Form(text)
    words = text.split(" ")
    for place, word in enumerate(words):
        lower = word.lower()
        if _PARTICIPLES.match(lower):
            words[place] = like(word, adjective(lower) or lower)
            following = words[place + 1].lower() if place + 1 < len(words) else ""
            if following not in _NOUNS:  # «управляющий делами», but «управляющий директор»
                return Form(" ".join(words))
            continue
        noun = _noun(lower)
        if noun.sure:
            words[place] = like(word, noun.text)
            return Form(" ".join(words))
        declined = adjective(lower)
        if declined is None:
            words[place] = like(word, noun.text)
            return Form(" ".join(words), sure=False)
        words[place] = like(word, declined)
    return Form(" ".join(words), sure=len(words) == 1)


def _noun(word: str) -> Form:
    """The dative of a noun; sure for the posts that we know."""
    parts = word.split("-")
    forms = []
    for place, part in enumerate(parts):
        if part in _BEFORE_HYPHEN and place < len(parts) - 1:
            forms.append(Form(part))
        else:
            forms.append(Form(_decline(part), sure=part in _NOUNS))
    return Form("-".join(form.text for form in forms), sure=all(form.sure for form in forms))


def _decline(word: str) -> str:
    if word.endswith("владелец"):
        return word[:-2] + "ьцу"
    if word.endswith("ия"):
        return word[:-1] + "и"
    if word.endswith(("а", "я")):
        return word[:-1] + "е"
    if word.endswith(("ь", "й")):
        return word[:-1] + "ю"
    if word[-1:] in VOWELS:
        return word
    return word + "у"
