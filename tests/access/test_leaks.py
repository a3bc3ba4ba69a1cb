"""Who must not know a secret sees no difference when it changes.

The same pages are read twice, the second time with other points, votes and decisions in the rows.
Not a byte may differ: no figure, no order of lines, no length of a chart's bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from django.db.models import F

from laureat.assessment.models import Mark, Result, Scorebook
from laureat.council.models import Motion, Recusal, Slip, Voted
from laureat.honours.models import Honour
from laureat.intake.models import CheckResult
from tests.access.places import asked
from tests.access.speaking import Speaker
from tests.worlds.secrets import unpacked
from tests.worlds.small_season import World
from tests.worlds.walking import Answer, Reader, in_language, walk

pytestmark = pytest.mark.django_db

_CHANGING = re.compile(
    rb"csrfmiddlewaretoken\" value=\"[^\"]+\"|csrftoken=\S+|sessionid=\S+"
    rb"|'Content-Length': '\d+'"  # of a packed sheet, which says when it was made
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


BLIND: dict[str, list[Callable[[World], None]]] = {
    "anonymous": [points, decisions, answers_of_another],
    "applicant": [points, decisions, answers_of_another],
    "assessor": [answers_of_another],
    "assessor_asked": [points],
    "lead": [decisions],
    "secretary_other": [points],
    "member": [answers_of_another],
    "member_other": [points, decisions],
    "auditor": [decisions],
}
"""What everybody must not know."""


def readable(world: World, reader: Reader, speaker: Speaker, role: str) -> list[str]:
    """What somebody finds at every address of the site and by following links.

    Public pages are the same for everybody: `anonymous` reads them, after every change there is.
    """
    known = asked(world, role)
    found = [*known, *walk(reader, known=known, told=partial(speaker.tells, role)).pages]
    if role == "anonymous":
        for edition in ("judging", "deciding", "goods"):
            row = world[f"edition:{edition}"]
            found.append(in_language("showcase:edition", [row.award.key, row.key]))
    return [
        address
        for address in dict.fromkeys(found)
        if reader.get(address).response.status_code == 200
        and "/2fa/" not in address  # new keys each time
    ]


def seen(answer: Answer) -> bytes:
    return _CHANGING.sub(b"", unpacked(answer.everything))


@pytest.mark.parametrize("role", BLIND)
def test_those_who_must_not_know_see_no_difference(world, reader_of, speaker, role):
    reader = reader_of(role)
    before = {address: reader.get(address) for address in readable(world, reader, speaker, role)}
    with transaction.atomic():
        for change in BLIND[role]:
            change(world)
        differs = [
            address
            for address, answer in before.items()
            if seen(answer) != seen(reader.get(address, again=True))
        ]
        transaction.set_rollback(True)
    assert differs == []


@pytest.mark.parametrize(
    ("role", "change", "name", "key"),
    [
        ("secretary", points, "assessment:results", "stage:judged"),
        ("chair", decisions, "council:lead", "session:closed"),
        ("applicant_other", answers_of_another, "intake:entry", "entry:other"),
    ],
)
def test_the_changes_can_be_seen_by_those_who_may(world, role, change, name, key):
    """Else the test above would compare nothing."""
    reader, address = Reader(world.people[role]), in_language(name, [world[key].uid])
    before = seen(reader.get(address))
    with transaction.atomic():
        change(world)
        after = seen(reader.get(address, again=True))
        transaction.set_rollback(True)
    assert before != after
