"""What invented assessors write beside their marks, by the criterion they write about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from ruamel.yaml import YAML

from laureat.rulebook.schema.scales import Comments

REMARKS = Path(__file__).parent / "texts" / "remarks.yaml"
POOL = 7
"""From so many sentences an assessor chooses what to write about a part."""
WEAK = 0.4
"""Below this share of the scale nobody praises beyond first steps."""
OPTIONAL = 0.5
"""How often somebody writes a remark that the scale does not ask for."""


@dataclass(frozen=True)
class Remarks:
    """Comments of a part, a sentence a line."""

    strengths: str
    improvements: str
    evidence: str
    visit_questions: str


def remarks(
    random: Random, asked: Comments, share: float, part: str, criterion: str, category: str = ""
) -> Remarks:
    """As many sentences about `part` of `criterion` as the scale asks for, and now and then one
    that it only allows; `share` (0..1 of the scale) is the mark they go with. Nobody wishes for
    a smaller pack of a course: what is written fits the `category` of the entry.
    """
    aside = Random(f"{part} {share}")

    def lines(kind: str) -> str:
        wanted = getattr(asked, kind)
        if not wanted:
            return ""
        if wanted.least:
            pool = _pool(kind, part, criterion, category, share < WEAK)
            return "\n".join(random.sample(pool, min(wanted.least, len(pool))))
        pool = _own(kind, part, criterion, category)
        return aside.choice(pool) if pool and aside.random() < OPTIONAL else ""

    return Remarks(*map(lines, ("strengths", "improvements", "evidence", "visit_questions")))


def praise(key: str) -> list[str]:
    """What an applicant may say of itself about a part or criterion: what assessors praise."""
    return _texts()["about"].get(key, {}).get("strengths", [])


@cache
def _own(kind: str, part: str, criterion: str, category: str) -> list[str]:
    about, family = _texts()["about"], category.partition("-")[0]
    found = []
    for key in (part, criterion):
        lines = about.get(f"{key} {family}") or about.get(key, {})
        found += lines.get(kind, [])
    return found


@cache
def _pool(kind: str, part: str, criterion: str, category: str, weak: bool) -> list[str]:
    own, general = _own(kind, part, criterion, category), _texts()["general"]
    if weak and kind == "strengths":
        return [*general["weak_strengths"], *own[::2], *general[kind]][:POOL]
    return [*own, *general[kind]][:POOL]


@cache
def _texts() -> dict[str, dict[str, dict[str, list[str]]]]:
    found: dict[str, dict[str, dict[str, list[str]]]] = YAML(typ="safe").load(
        REMARKS.read_text(encoding="utf-8")
    )
    return found
