"""What goes in and what comes out: plain values with whole numbers as keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """An entry that needs a team."""

    key: int
    name: str
    """What the lot is drawn by: its number on paper."""
    region: str = ""
    sector: str = ""
    group: str = ""
    """Its category, to tell fields of work where there is no sector."""
    compared: str = ""
    """The group of entries that its points are compared in: they should share assessors."""


@dataclass(frozen=True)
class Person:
    """An assessor. `most` is how many entries they can take in all, `load` how many they have."""

    key: int
    name: str
    region: str = ""
    sectors: frozenset[str] = frozenset()
    institutions: frozenset[int] = frozenset()
    """Where they work: two of one place do not sit in one team."""
    may_lead: bool = False
    newcomer: bool = False
    most: int = 10
    load: int = 0


@dataclass(frozen=True)
class TeamRule:
    """How a team is made up."""

    least: int
    most: int
    leads: int = 1
    newcomers: int | None = None
    same_region: bool = True


@dataclass(frozen=True)
class Member:
    """A person in a team, and why they: codes such as lead, sector, rank:2/14, load:3/10."""

    person: int
    lead: bool = False
    kept: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What an entry still lacks, and what stands in the way: code → number of assessors."""

    job: int
    members: int
    leads: int
    because: Mapping[str, int]


@dataclass(frozen=True)
class Way:
    """A change that would fill all places by itself: kind, amount in all, and for whom."""

    kind: str
    """raise loads, more assessors, lower demand, waive rules, lift conflicts."""
    amount: int
    items: tuple[tuple[int | None, int | None, int], ...]
    """(entry, assessor, by how much)."""


@dataclass(frozen=True)
class Bridge:
    """A pair that, asked besides the teams, would join two parts that are compared."""

    job: int
    person: int
    needs: tuple[str, ...] = ()
    """Limits that stand in the way: load, size (of the team), newcomer."""


@dataclass(frozen=True)
class Proposal:
    """Teams by entry, how good they are, and what is missing."""

    teams: Mapping[int, tuple[Member, ...]]
    gaps: tuple[Gap, ...]
    ways: tuple[Way, ...]
    loads: Mapping[int, int]
    components: int
    """How many groups of entries share no assessor with the others."""
    apart: int = 0
    """How many joins are missing between entries that are compared."""
    bridges: tuple[Bridge, ...] = ()
    """The cheapest pairs that would make them."""
    still_apart: int = 0
    """How many joins would be missing even then."""
    worth: float = 0.0
    bound: float = 0.0
    """No teams that keep the rules are worth more."""
    seed: str = ""

    @property
    def complete(self) -> bool:
        """Whether every entry has what the rule asks for."""
        return not self.gaps

    def pairs(self) -> set[tuple[int, int]]:
        """All (entry, assessor)."""
        return {(job, member.person) for job, team in self.teams.items() for member in team}
