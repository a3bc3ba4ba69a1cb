"""Every permission says the same of one object as of all of them, and says why not, twice."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.functional import Promise

import laureat.urls  # noqa: F401 - loads every room's permissions
from laureat.platform.access.permissions import REGISTRY
from laureat.platform.accounts.models import User
from tests.worlds.small_season import ROLES

pytestmark = pytest.mark.django_db
PEOPLE = tuple(role for role in ROLES if role != "anonymous")


@pytest.fixture(scope="module")
def everything(world):
    """All objects of a permission's kind, read once: also what hangs on them is then at hand."""
    known = {}

    def everything(permission, user):
        model = permission.of(user).model
        if model not in known:
            known[model] = list(model._base_manager.order_by("pk")[:30])
        return known[model]

    return everything


def again(user: User) -> User:
    """The person as a new request reads them."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", PEOPLE)
def test_asking_of_one_object_and_listing_all_say_the_same(world, everything, role):
    user = again(world.people[role])
    wrong = []
    for name, permission in REGISTRY.items():
        listed = set(permission.of(user).values_list("pk", flat=True))
        wrong += [
            f"{name} {obj!r}: listed {obj.pk in listed}, asked otherwise"
            for obj in everything(permission, user)
            if bool(permission(user, obj)) != (obj.pk in listed)
        ]
    assert wrong == []


def test_every_permission_allows_somebody_something_and_refuses_somebody_something(world):
    """Else the comparison above would compare nothing."""
    allowed, refused = set(), set()
    for role in PEOPLE:
        user = again(world.people[role])
        for name in REGISTRY.keys() - (allowed & refused):
            permission = REGISTRY[name]
            count = permission.of(user).count()
            if count:
                allowed.add(name)
            if count < permission.of(user).model._base_manager.count():
                refused.add(name)
    assert sorted(set(REGISTRY) - allowed) == []
    assert sorted(set(REGISTRY) - refused) == []


@pytest.mark.parametrize("role", ["anonymous", "stranger", "assessor_other", "member_other"])
def test_every_refusal_has_a_reason_in_both_languages(world, everything, role):
    user = world.people[role] and again(world.people[role])
    reader = user or again(world.people["stranger"])
    wrong = []
    for name, permission in REGISTRY.items():
        for obj in everything(permission, reader):
            answer = permission(user, obj)
            if answer:
                continue
            assert isinstance(answer.reason, Promise | str), name
            said = []
            for language in ("ru", "en"):
                with translation.override(language):
                    late = isinstance(answer.reason, Promise)  # put into words when it is read
                    reason = answer.reason if late else permission(user, obj).reason
                    said.append(str(reason).strip())
            if not all(said) or said[0] == said[1]:
                wrong.append(f"{name}: {said}")
                break
    assert wrong == []
