"""What the register knows of an organisation before somebody types it: found by its INN.

Only what is public of a legal entity anyway: what the state's register of them (ЕГРЮЛ) and the open
data of the tax service (average headcount) say. Heads, mail addresses and phones are not among it.
The INN of an entrepreneur is personal: their facts are shown to nobody but those who keep them or
act for them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from laureat.platform.accounts.models import User
from laureat.registry.identifiers import LEGAL_ENTITY
from laureat.registry.models import Organisation
from laureat.registry.permissions import edit_organisation

_OTHER = ("uid", "kpp", "is_branch", "own")
"""What tells a head office and its branches apart."""


@dataclass(frozen=True)
class Known:
    """The public facts of an organisation, by the names of the fields of `OrganisationData`."""

    uid: str
    name_ru: str
    name_en: str
    inn: str
    kpp: str
    is_branch: bool
    ogrn: str
    region: str
    city_ru: str
    city_en: str
    sector: str
    headcount: int | None
    own: bool = False
    """The reader keeps it or acts for it: there is nothing to type anew."""

    def facts(self) -> dict[str, Any]:
        """What is known about it, without what tells it from its branches."""
        return {name: value for name, value in asdict(self).items() if value and name not in _OTHER}


@dataclass(frozen=True)
class Prefill:
    """What a form can begin with when its INN is known."""

    organisations: list[Known]
    """The head office first, then its branches, which differ by their KPP."""

    @property
    def own(self) -> bool:
        """Whether one of them is the reader's already."""
        return any(each.own for each in self.organisations)

    @property
    def facts(self) -> dict[str, Any]:
        """The facts on which all of them agree."""
        first, *others = [each.facts() for each in self.organisations] or [{}]
        return {
            name: value
            for name, value in first.items()
            if all(other.get(name) == value for other in others)
        }


def known(inn: str, reader: User) -> Prefill:
    """What `reader` may know of the organisations with this whole INN.

    `inn` is clean (see `identifiers.checked_inn`); of a mistyped one nothing is known.
    """
    if not inn:
        return Prefill([])
    theirs = edit_organisation.of(reader).filter(inn=inn)
    rows = Organisation.objects.filter(inn=inn) if len(inn) == LEGAL_ENTITY else theirs
    own = set(theirs.values_list("pk", flat=True))
    return Prefill(
        [
            Known(
                uid=each.uid,
                name_ru=each.name_ru,
                name_en=each.name_en,
                inn=each.inn,
                kpp=each.kpp,
                is_branch=each.is_branch,
                ogrn=each.ogrn,
                region=each.region_id or "",
                city_ru=each.city_ru,
                city_en=each.city_en,
                sector=each.sector_id or "",
                headcount=each.headcount,
                own=each.pk in own,
            )
            for each in rows.order_by("is_branch", "kpp", "pk")
        ]
    )
