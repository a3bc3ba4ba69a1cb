"""Who must not know a secret sees no difference when it changes.

The same pages are read twice, the second time with other points, votes and decisions in the rows.
Not a byte may differ: no figure, no order of lines, no length of a chart's bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q, QuerySet

from laureat.assessment.models import Assignment, Mark, Result, Sample, Scorebook
from laureat.council.models import Motion, Recusal, Slip, Voted
from laureat.honours.models import Honour
from laureat.intake.models import CheckResult
from laureat.ledger.models import Record
from laureat.platform.mail.models import Message
from tests.access.speaking import Speaker, readable_by
from tests.worlds.secrets import unpacked
from tests.worlds.small_season import TASTING, World
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


def codes(world: World) -> None:
    """Which of two goods each code of the tasting stands for: all that was asked and written about
    the one is about the other.
    """
    _swap(world, Sample.objects.all(), Assignment.objects.all(), Scorebook.objects.all())


def leavings(world: World) -> None:
    """Which of two goods somebody left, in the team and in letters."""
    _swap(world, Assignment.objects.filter(assessor=world["left"]))
    one, other = world["tasted"][:2]
    for letter in Message.objects.filter(scope=one.edition.chain, kind__startswith="assessment."):
        letter.body = _swapped(letter.body, one.number, other.number)
        letter.subject = _swapped(letter.subject, one.number, other.number)
        letter.save(update_fields=["body", "subject"])


def _swap(world: World, *rows: QuerySet[Any]) -> None:
    """What is about one good of the tasting is about another, and the other way round."""
    one, other = world["tasted"][:2]
    unused = world["tasted"][0].edition.entries.exclude(category=one.category).first()
    for kind in rows:
        here = kind.filter(stage=world["stage:tasting"])
        for before, after in ((one, unused), (other, one), (unused, other)):
            here.filter(entry=before).update(entry=after)


def _swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


BLIND: dict[str, list[Callable[[World], None]]] = {
    "anonymous": [points, decisions, answers_of_another],
    "applicant": [points, decisions, answers_of_another],
    "assessor": [answers_of_another],
    "assessor_asked": [points],
    "lead": [decisions],
    "secretary_other": [points],
    TASTING: [codes, leavings],
    "member": [answers_of_another],
    "member_other": [points, decisions],
    "auditor": [decisions],
}
"""What everybody must not know."""


def readable(world: World, reader: Reader, speaker: Speaker, role: str) -> list[str]:
    """What somebody finds at every address of the site and by following links.

    Public pages are the same for everybody: `anonymous` reads them, after every change there is.
    """
    known = readable_by(world, role)
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


def test_the_journal_of_a_sealed_tasting_does_not_say_who_was_asked_about_which_good(world):
    """A record cannot be changed for comparison, so it is read: she reads the whole journal."""
    chain = world["edition:goods"].chain
    told = Q(action__startswith="assignment.") | Q(action__startswith="pairing.")
    found = Record.objects.filter(told, chain__key=chain)
    assert {"assignment.declined", "pairing.wished"} <= {each.action for each in found}
    entries = {each.uid for each in world["tasted"]}
    assert [each.action for each in found for uid in entries if uid in each.content] == []


@pytest.mark.parametrize(
    ("role", "change", "name", "key"),
    [
        ("secretary", points, "assessment:results", "stage:judged"),
        ("chair", decisions, "council:lead", "session:closed"),
        ("applicant_other", answers_of_another, "intake:entry", "entry:other"),
        ("secretary_42", codes, "assessment:teams", "stage:tasting"),
        ("secretary_42", leavings, "assessment:teams", "stage:tasting"),
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
