"""What invented applicants write into the form of an edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from laureat.rulebook import schema

ANSWERS = Path(__file__).parent / "texts" / "answers.yaml"


@dataclass(frozen=True)
class Applicant:
    """Who fills in a form, and for what: the words that answers are made of."""

    name: str
    address: str
    work: str
    """What the organisation does."""
    person: str
    strength: float
    """Share of the scale that the entry deserves."""
    since: date
    good: str = ""
    brand: str = ""

    @property
    def subject(self) -> str:
        """What is entered: the good, or else the organisation."""
        return self.good or self.name


def work_in(sector: str, name: str) -> str:
    """What the organisation `name` does."""
    texts = _texts()
    return Random(name).choice(texts.get(f"work in {sector}") or texts["work anywhere"])


def form_answers(form: schema.Form, random: Random, applicant: Applicant) -> dict[str, Any]:
    """A whole form, filled in as `applicant` would; files are attached apart."""
    return {
        field.key: _answer(field, random, applicant)
        for field in form.fields()
        if field.kind != "file"
    }


def _answer(field: schema.Field, random: Random, applicant: Applicant) -> Any:
    if field.kind == "yes_no":
        return random.random() < 0.3 if "novelty" in field.key else True
    if field.kind == "choice":
        return random.choice(field.choices).key
    if field.kind == "choices":
        return [
            choice.key for choice in field.choices if random.random() < applicant.strength * 0.5
        ]
    if field.kind in {"number", "decimal", "percent"} and field.key not in _texts():
        return _figure(field, random, applicant.strength)
    if field.kind == "date":
        return applicant.since.isoformat()
    if field.kind == "email":
        return "otvet@demo.invalid"
    if field.kind == "phone":
        return f"+7 000 {random.randrange(100, 999)}-{random.randrange(10, 99)}-00"
    if field.kind == "url":
        return "https://demo.invalid/"
    return _told(field, applicant)[: field.longest or 2000]


def _told(field: schema.Field, applicant: Applicant) -> str:
    """Words of its own chance: another text changes no figure."""
    texts = _texts()
    told = texts.get(f"{field.key} of a good" if applicant.good else field.key) or texts.get(
        field.key
    )
    if not told:
        return f"{field.label.ru.rstrip('?')}: ответ вымышленного участника (демо)."
    chosen = Random(f"{applicant.subject} {field.key}").choice(told)
    return chosen.format_map(vars(applicant))


@cache
def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = YAML(typ="safe").load(ANSWERS.read_text(encoding="utf-8"))
    return found


def _figure(field: schema.Field, random: Random, strong: float) -> str:
    low = float(field.least if field.least is not None else 0)
    high = float(field.most if field.most is not None else max(low + 100, 1000))
    if field.kind == "percent":
        low, high = max(low, 0), min(high, 100)
    if "claim" in field.key:
        return f"{max(0.0, random.gauss(1.2 - strong, 0.4)):.2f}"
    value = min(high, low + (min(high, low + 150) - low) * (0.35 + 0.6 * strong))
    return str(round(value)) if field.kind == "number" else f"{value:.1f}"
