"""People with roles, made through the actions that make them in life.

organiser()                                  an organiser of everything
secretary("rf-quality-prize", "2024")        a secretary of one edition
holder(Role.AUDITOR, award="…")              any role
person("Иван Демо")                          somebody with a confirmed address, consent and PASSWORD
invited("…")                                 somebody who has not chosen a password yet
"""

from __future__ import annotations

from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import agree, register_person
from laureat.platform.accounts.models import User
from tests.worlds.numbers import following

PASSWORD = "lauriers-et-papier-7"


def person(name: str = "Иван Демо", email: str = "", **values) -> User:
    """Somebody who can sign in with PASSWORD."""
    email = email or f"somebody{following('people')}@demo.invalid"
    user = register_person(email, name, password=PASSWORD, by=None, **values)
    agree(user, consent=True)
    return user


def holder(role: Role, name: str = "", **scope: str) -> User:
    """Somebody with a role in a scope (award, edition, region, panel, organisation)."""
    user = person(name or f"{role.value} демо")
    give_role(user, role, by=None, **scope)
    return user


def organiser(award: str = "", edition: str = "") -> User:
    """An organiser: of everything, of an award, or of one edition."""
    return holder(Role.ORGANISER, award=award, edition=edition)


def secretary(award: str, edition: str, region: str = "") -> User:
    """A secretary of an edition, or of a region of it."""
    return holder(Role.SECRETARY, award=award, edition=edition, region=region)


def invited(by: User, name: str = "Пётр Демо", email: str = "") -> User:
    """Somebody who was sent an invitation and has not come in yet."""
    return register_person(email or f"invited{following('people')}@demo.invalid", name, by=by)
