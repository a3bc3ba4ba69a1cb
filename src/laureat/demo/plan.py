"""How a season is played: figures that stand beside the code as YAML, checked like any input."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

PLANS = Path(__file__).parent / "plans"


class Node(BaseModel):
    """A part of a plan: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Strength(Node):
    """What share of the scale applicants earn."""

    shape: Literal["even", "skewed"] = "even"
    """even: normal around `middle`; skewed: log-normal, few are very good."""
    middle: float = 0.6
    spread: float = 0.12
    most: float = 0.95


class RegionPlan(Node):
    """Entries of one region by category, from so many organisations."""

    organisations: int
    categories: dict[str, int]


class OrderPlan(Node):
    """The act that confirms the honours, and its date."""

    ru: str
    en: str
    on: date


class LettersPlan(Node):
    """A campaign of letters before the season."""

    template: str = ""
    region: str = ""
    count: int = 20


class Plan(Node):
    """One season."""

    edition: str
    seed: int = 1
    entries: int = 0
    regions_in_all: int = 0
    regions: dict[str, int] = {}
    sectors: dict[str, int] = {}
    headcounts: dict[str, tuple[int, int]] = {
        "small": (35, 250),
        "medium": (251, 1000),
        "large": (1001, 9000),
    }
    headcount_shares: list[int] = [40, 34, 26]
    by_region: dict[str, RegionPlan] = {}
    assessors: int = 24
    load: int = 20
    """Most entries an assessor judges at a stage."""
    members: int = 9
    pass_admission: float = Field(0.97, ge=0, le=1)
    strength: Strength = Strength()
    assessor_spread: float = 0.05
    noise: float = 0.06
    ceiling: float = 0.0
    honour_order: OrderPlan | None = None
    letters: LettersPlan | None = None


def load_plan(edition: str, *, entries: int | None = None) -> Plan:
    """The plan of `edition` ("award/key"), or a small one for an edition nobody has planned."""
    path = PLANS / f"{edition.replace('/', '-')}.yaml"
    if not path.exists():
        return Plan(edition=edition, entries=entries or 24)
    plan = Plan.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    if entries is None:
        return plan
    return plan.model_copy(
        update={
            "entries": entries,
            "regions": {},
            "sectors": {},
            "regions_in_all": 0,
            "by_region": {},
        }
    )
