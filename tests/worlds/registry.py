"""Organisations with numbers that check, and people who keep them.

person(Role.SECRETARY, region="42")      somebody who signs in
inn(7)                                   an INN with a right check digit, by number
organisation(7, region="42")             an organisation in the register
good(organisation, "Сыр")                one of its goods
"""

from __future__ import annotations

from typing import Any

from stdnum.ru import inn as stdnum_inn

from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.registry.actions import (
    GoodData,
    OrganisationData,
    register_good,
    register_organisation,
)
from laureat.registry.models import Good, Organisation
from tests.worlds.numbers import following


def inn(number: int, start: str = "42") -> str:
    """A valid INN of a legal entity."""
    bare = f"{start}{number:07d}"
    return bare + stdnum_inn.calc_company_check_digit(bare)


def individual_inn(number: int, start: str = "42") -> str:
    """A valid INN of an individual entrepreneur."""
    bare = f"{start}{number:08d}"
    return bare + stdnum_inn.calc_personal_check_digits(bare)


def ogrn(number: int) -> str:
    """A valid OGRN of a legal entity."""
    bare = f"10242{number:07d}"
    return bare + str(int(bare) % 11 % 10)


def ogrnip(number: int) -> str:
    """A valid OGRNIP of an individual entrepreneur."""
    bare = f"30442{number:09d}"
    return bare + str(int(bare) % 13 % 10)


def person(*roles: Role, email: str = "", name: str = "", **scope: str) -> User:
    """A person who holds `roles` within `scope`."""
    serial = following("registry")
    user = User.objects.create_user(
        email or f"person{serial}@demo.example", name=name or f"Демо Человек {serial}"
    )
    for role in roles:
        give_role(user, role, by=None, **scope)
    return user


def data(number: int, **facts: Any) -> OrganisationData:
    """What is written down about organisation `number`."""
    values: dict[str, Any] = {
        "name_ru": f"ООО «Демо-завод {number}»",
        "name_en": f"Demo Works {number}",
        "inn": inn(number),
        "region": "42",
        "email": f"office{number}@demo.example",
        "head_name": "Колосов Иван Петрович",
        "head_post": "Генеральный директор",
        "headcount": 120,
        "is_demo": True,
    }
    return OrganisationData(**(values | facts))


def organisation(number: int = 0, *, by: User | None = None, **facts: Any) -> Organisation:
    """An organisation in the register."""
    return register_organisation(data(number or following("registry") + 1000, **facts), by=by)


def good(organisation: Organisation, name: str = "Демо-сыр", **facts: Any) -> Good:
    """A good in the register."""
    return register_good(organisation, GoodData(name_ru=name, **facts), by=None)
