"""Who must not know a secret sees no difference when it changes.

The same pages are read twice, the second time with other points, votes and decisions in the rows.
Not a byte may differ: no figure, no order of lines, no length of a chart's bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import F

from laureat.assessment.models import Mark, Result, Scorebook
from laureat.council.models import Motion, Recusal, Slip, Voted
from laureat.honours.models import Honour
from laureat.intake.models import CheckResult
from tests.worlds.secrets import unpacked
from tests.worlds.small_season import World
from tests.worlds.walking import Reader, in_language, walk

pytestmark = pytest.mark.django_db

_CHANGING = re.compile(
    rb"csrfmiddlewaretoken\" value=\"[^\"]+\"|csrftoken=\S+|sessionid=\S+"
    rb"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
)


def points(world: World) -> None:
    """Everything that assessors have given in editions whose results are not published."""
    hidden = [world["edition:judging"], world["edition:deciding"], world["edition:goods"]]
    Mark.objects.filter(scorebook__edition__in=hidden).update(
        value=F("value") + 1, points=F("points") + 1, strengths="иное", improvements="иное"
    )
    Scorebook.objects.filter(edition__in=hidden).update(points=F("points") + 1)
    found = Result.objects.filter(stage__edition__in=hidden)
    found.update(points=100 - F("points"), low=1, high=99, parts={}, beside={}, rank=None)


def decisions(world: World) -> None:
    """What the commission has decided and not published, and how its members voted."""
    mine = {"session__stage__edition": world["edition:deciding"]}
    motions = Motion.objects.filter(**mine)
    motions.update(state="lost", honour="", votes_for=0, votes_against=4, reason_ru="иное")
    Voted.objects.filter(motion__in=motions).update(choice="against")
    Slip.objects.filter(motion__in=motions).update(choice="against")
    Recusal.objects.filter(**mine).update(reason="иное")
    Honour.objects.filter(edition=world["edition:deciding"]).update(key="laureate")


def answers_of_another(world: World) -> None:
    """The answers of somebody else's entry and what its checks found."""
    entry = world["entry:other"]
    type(entry).objects.filter(pk=entry.pk).update(answers={"name": "иное"}, headcount=7)
    CheckResult.objects.filter(entry=world["entry:stopped"]).update(note="иное")


BLIND: list[tuple[Callable[[World], None], str]] = [
    (points, "anonymous"),
    (points, "applicant"),
    (points, "assessor_asked"),
    (points, "member_other"),
    (points, "secretary_other"),
    (decisions, "anonymous"),
    (decisions, "applicant"),
    (decisions, "lead"),
    (decisions, "member_other"),
    (decisions, "auditor"),
    (answers_of_another, "anonymous"),
    (answers_of_another, "applicant"),
    (answers_of_another, "assessor"),
    (answers_of_another, "member"),
]


def read(world: World, role: str) -> dict[str, bytes]:
    """What somebody finds by following links, and the pages of the editions concerned."""
    reader = Reader(world.people[role])
    pages = walk(reader, same_kind=2, most=45).pages
    for edition in ("judging", "deciding", "goods"):
        row = world[f"edition:{edition}"]
        address = in_language("showcase:edition", [row.award.key, row.key])
        pages[address] = reader.get(address)
    return {
        at: _CHANGING.sub(b"", unpacked(answer.everything))
        for at, answer in pages.items()
        if "/2fa/" not in at  # new keys each time
    }


@pytest.mark.parametrize(("change", "role"), BLIND)
def test_those_who_must_not_know_see_no_difference(world, change, role):
    before = read(world, role)
    with transaction.atomic():
        change(world)
        after = read(world, role)
        transaction.set_rollback(True)
    assert before.keys() == after.keys()
    assert sorted(at for at in before if before[at] != after[at]) == []


@pytest.mark.parametrize(
    ("change", "role"), [(points, "secretary"), (decisions, "chair"), (answers_of_another, "lead")]
)
def test_the_changes_can_be_seen_by_those_who_may(world, change, role):
    """Else the test above would compare nothing."""
    seen = {
        points: ("assessment:results", "stage:judged"),
        decisions: ("council:lead", "session:closed"),
        answers_of_another: ("intake:entry", "entry:other"),
    }
    name, key = seen[change]
    who = "applicant_other" if change is answers_of_another else role
    reader, address = Reader(world.people[who]), in_language(name, [world[key].uid])
    before = _CHANGING.sub(b"", reader.get(address).everything)
    with transaction.atomic():
        change(world)
        after = _CHANGING.sub(b"", reader.get(address).everything)
        transaction.set_rollback(True)
    assert before != after
