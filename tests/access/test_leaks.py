"""What must stay secret is in no byte that those who must not know can reach.

Two ways of looking. Words planted in secrets must not be found. And where a secret is a number or a
vote, the same pages are read twice, the second time with the secret changed: who must not know it
sees no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import F
from django.db.transaction import atomic, set_rollback

from laureat.assessment.models import Mark, Result, Scorebook
from laureat.council.models import Motion, Slip, Voted
from laureat.honours.models import Honour
from laureat.intake.models import Entry
from laureat.registry.models import Good, Organisation
from tests.access.places import places
from tests.worlds.small_season import SECRETS, World
from tests.worlds.walking import Reader, in_language, walk

pytestmark = pytest.mark.django_db

ONE_OF_ALL = ("assessor", "assessor_asked", "assessor_other", "lead", "taster")
APPLICANTS = ("applicant", "applicant_other")
OUTSIDE = ("anonymous", "stranger")

# By role: the secrets that it must not know. Everything else it may.
HIDDEN: dict[str, set[str]] = {
    "anonymous": set(SECRETS),
    "stranger": set(SECRETS),
    "applicant": set(SECRETS) - {"draft", "answer", "file", "maker"},
    "applicant_other": set(SECRETS) - {"other", "file"},
    "assessor": set(SECRETS) - {"assessor", "unsigned", "answer", "file"},
    "assessor_asked": set(SECRETS) - {"assessor"},
    "assessor_other": set(SECRETS) - {"assessor", "other", "conflict"},
    "taster": set(SECRETS) - {"assessor"},
    "lead": set(SECRETS) - {"assessor", "mark", "answer", "file"},
    "secretary_42": set(SECRETS) - {"maker", "tasted", "assessor"},
    "secretary_other": set(SECRETS),
    "chair": set(SECRETS) - {"recusal", "motion"},
    "member": set(SECRETS) - {"recusal", "motion"},
    "member_other": set(SECRETS),
    "auditor": {"draft", "file", "answer"},
}


def reachable(world: World, role: str) -> dict[str, bytes]:
    """Everything that somebody can read: what links lead to, and every address tried by hand."""
    reader = Reader(world.people[role])
    found: dict[str, bytes] = {}
    for language in ("ru", "en"):
        for address, answer in walk(reader, language=language, same_kind=12).pages.items():
            found[address] = answer.content + str(answer.response.headers).encode()
    for place in places(world):
        address = in_language(place.name, list(place.args))
        if address not in found:
            answer = reader.get(address)
            found[address] = answer.content + str(answer.response.headers).encode()
    return found


@pytest.mark.parametrize("role", list(HIDDEN))
def test_no_word_of_a_secret_reaches_those_who_must_not_know_it(world, role):
    words = {SECRETS[name] for name in HIDDEN[role]}
    own = str(world.people[role] or "")
    leaked = sorted(
        f"{word} at {address}"
        for address, content in reachable(world, role).items()
        for word in words
        if word.encode() in content and word not in own
    )
    assert leaked == []
