"""Which scorebooks a closed stage rests on, kept when it is closed: a conflict of interest that is
found later takes an assessor out of the team, but not out of what was found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from laureat.assessment.actions import locks
from laureat.assessment.actions.fairness import digest_of
from laureat.assessment.actions.results import Outcome
from laureat.assessment.models import (
    BY_ENTRY,
    Assignment,
    AssignmentState,
    Result,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.ledger.models import Record
from laureat.rulebook.models import Stage, StageState, Version


def keep_counted(stage: Stage, outcome: Outcome) -> None:
    """Keep on every scorebook of the stage whether its results rest on it. The caller owns it."""
    _keep(stage, [book.pk for book in (*outcome.books, *outcome.agreed)])


def _keep(stage: Stage, counted: Collection[int]) -> None:
    books = Scorebook.objects.filter(stage=stage)
    books.update(counted=False)
    books.filter(pk__in=counted).update(counted=True)


def all_known(stage: Stage) -> bool:
    """Whether it was kept of every scorebook of the closed stage. One query."""
    return not Scorebook.objects.filter(stage=stage, counted=None).exists()


def counted_alone(stage: Stage) -> list[Scorebook]:
    """The individual scorebooks that the closed stage rests on, with their entries. One query."""
    rows = Scorebook.objects.filter(stage=stage, counted=True, kind=ScorebookKind.INDIVIDUAL)
    return list(rows.select_related("entry").order_by(*BY_ENTRY))


@transaction.atomic
def prove_counted(stage: Stage) -> bool:
    """Find out for a stage that was closed before this was kept; whether that could be proven.

    Who counted then is in the team now, or was left out since because of a conflict of interest:
    nothing else changes a team after closing. It is proven where exactly these scorebooks give the
    digest that the journal was told, and every result rests on as many of them as it says.
    """
    row = locks.own(stage.pk)[stage.pk]
    told = _told(stage)
    if row.state != StageState.CLOSED or told is None:
        return False
    at, digest, science = told
    books = _then(stage, at)
    own = [book for book in books if book.kind == ScorebookKind.INDIVIDUAL]
    if not is_digest(stage, own, digest, science):
        return False
    of_entry = Counter(book.entry_id for book in books)
    found = Result.objects.filter(stage=stage).order_by().values_list("entry_id", "scorebooks")
    if any(of_entry[entry] != count for entry, count in found):
        return False
    _keep(stage, [book.pk for book in books])
    return True


def _told(stage: Stage) -> tuple[datetime, str, str] | None:
    """When the stage was closed last, over which scorebooks, by which science, as the journal says."""
    records = Record.objects.filter(
        chain__key=stage.edition.chain, subject=stage.uid, action="assessment.closed"
    )
    record = records.order_by("seq").last()
    data = json.loads(record.content).get("data", {}) if record else {}
    if record is None or "scorebooks_sha256" not in data:
        return None
    return record.at, data["scorebooks_sha256"], data["science"]


def _then(stage: Stage, at: datetime) -> list[Scorebook]:
    left = Assignment.objects.filter(stage=stage, state=AssignmentState.CONFLICTED, moved_at__gt=at)
    there = Assignment.objects.filter(stage=stage, state=AssignmentState.ACCEPTED) | left
    pairs = set(there.order_by().values_list("entry_id", "assessor_id"))
    books = Scorebook.objects.filter(stage=stage, state=ScorebookState.SIGNED).order_by(*BY_ENTRY)
    return [book for book in books if (book.entry_id, book.assessor_id) in pairs]


def is_digest(stage: Stage, books: list[Scorebook], digest: str, science: str) -> bool:
    """Whether these scorebooks give the digest by some version of the rulebook: slips in its texts
    may have been mended since.
    """
    edition = stage.edition
    hashes = Version.objects.filter(award=edition.award_id, edition_key=edition.key)
    return any(
        digest_of(stage, books, science=science, rules=each) == digest
        for each in hashes.values_list("content_hash", flat=True)
    )
