"""A database of the first published state holds rows already: nothing of them is lost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.database import empty

BEFORE = [
    ("assessment", "0002_sample_salt"),
    ("council", "0002_lines_and_ties"),
    ("feedback", "0001_initial"),
    ("honours", "0001_initial"),
    ("intake", "0002_withdrawal"),
    ("ledger", "0004_words"),
    ("outreach", "0001_initial"),
    ("registry", "0002_distinction_notes"),
    ("rulebook", "0003_document_as_text"),
]


BESIDE = [
    ("consensus", "612.00", {"mean": "600.50", "median": "601.00", "fair": "610.25"}),
    ("fair", "540.10", {"mean": "555.00"}),
    ("mean", "480.00", {"fair": None}),
    ("median", "470.00", {}),
    ("mean", None, {"fair": "0.00"}),
]
"""Results as they were kept: method, points, points by other methods."""

REASONS = [
    ("detected", "Works for this organisation", ("employer", "")),
    ("detected", "Работает в этой организации", ("employer", "")),
    ("detected", "Действует от имени этой организации как соискатель", ("applicant", "")),
    ("detected", "Работает в организации с тем же ИНН 4205001234", ("inn", "4205001234")),
    (
        "detected",
        "Mail address of the organisation's domain demo.example",
        ("domain", "demo.example"),
    ),
    ("declared", "Работает в этой организации", ("", "")),
    ("detected", "Акционер", ("", "")),
]
"""Conflicts as they were kept: how it became known, the sentence, and what it says."""


@pytest.fixture(scope="module")
def today(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The models of today on rows written in that state, in tables of their own."""
    with django_db_blocker.unblock(), empty():
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        written(executor.loader.project_state(BEFORE).apps)
        executor = MigrationExecutor(connection)
        leaves = executor.loader.graph.leaf_nodes()
        executor.migrate(leaves)
        yield executor.loader.project_state(leaves).apps


def written(apps: Any) -> None:
    """An entry for each of `BESIDE`, with its result and a signed scorebook."""
    award = apps.get_model("rulebook", "Award").objects.create(key="demo")
    version = apps.get_model("rulebook", "Version").objects.create(award=award, edition_key="2024")
    edition = apps.get_model("rulebook", "Edition").objects.create(
        award=award, key="2024", year=2024, version=version
    )
    stage = apps.get_model("rulebook", "Stage").objects.create(
        edition=edition, key="desk", order=1, kind="assessment"
    )
    organisation = apps.get_model("registry", "Organisation").objects.create(name_ru="Демо")
    user = apps.get_model("accounts", "User").objects.create(email="demo@example.org")
    assessor = apps.get_model("assessment", "Assessor").objects.create(
        edition=edition, user=user, serial=1
    )
    for method, points, beside in BESIDE:
        entry = apps.get_model("intake", "Entry").objects.create(
            edition=edition, organisation=organisation, region="54"
        )
        apps.get_model("assessment", "Result").objects.create(
            stage=stage, entry=entry, method=method, points=points, beside=beside
        )
        apps.get_model("assessment", "Scorebook").objects.create(
            edition=edition,
            stage=stage,
            entry=entry,
            assessor=assessor,
            kind="individual",
            state="signed",
            points=points,
        )
    of_team(apps, edition, stage, assessor)
    of_tastings(apps, edition, user)
    assignment = apps.get_model("assessment", "Assignment")
    for number, (kind, reason, _tie) in enumerate(REASONS):
        maker = apps.get_model("registry", "Organisation").objects.create(name_ru=f"Демо {number}")
        entry = apps.get_model("intake", "Entry").objects.create(
            edition=edition, organisation=maker, region="54"
        )
        apps.get_model("assessment", "Conflict").objects.create(
            assessor=assessor, organisation=maker, kind=kind, reason=reason
        )
        assignment.objects.create(
            stage=stage, entry=entry, assessor=assessor, state="conflicted", reason=reason
        )


def of_tastings(apps: Any, edition: Any, user: Any) -> None:
    """A tasting that runs, with two codes of this person and one of nobody; one that is closed."""
    for number, state in enumerate(("open", "closed")):
        stage = apps.get_model("rulebook", "Stage").objects.create(
            edition=edition,
            key=f"tasting-{state}",
            order=2 + number,
            kind="assessment",
            state=state,
        )
        for code, coder in (("101", user), ("102", user), ("103", None)):
            maker = apps.get_model("registry", "Organisation").objects.create(
                name_ru=f"Д {state} {code}"
            )
            apps.get_model("assessment", "Sample").objects.create(
                stage=stage,
                code=code,
                coded_by=coder,
                entry=apps.get_model("intake", "Entry").objects.create(
                    edition=edition, organisation=maker, region="54"
                ),
            )


def of_team(apps: Any, edition: Any, stage: Any, assessor: Any) -> None:
    """A team's scorebook that is signed, and one that is being written."""
    for number, state in enumerate(("signed", "draft")):
        maker = apps.get_model("registry", "Organisation").objects.create(name_ru=f"Д {number}")
        apps.get_model("assessment", "Mark").objects.create(
            part="1a",
            scorebook=apps.get_model("assessment", "Scorebook").objects.create(
                edition=edition,
                stage=stage,
                entry=apps.get_model("intake", "Entry").objects.create(
                    edition=edition, organisation=maker, region="54"
                ),
                assessor=assessor,
                kind="consensus",
                state=state,
            ),
        )


def test_who_gave_codes_that_are_still_secret_has_seen_them(today: Any) -> None:
    readers = today.get_model("assessment", "KeyReader").objects
    assert list(readers.values_list("stage__key", "user__email")) == [
        ("tasting-open", "demo@example.org")
    ]


def test_only_what_a_team_has_signed_needs_no_discussing_any_more(today: Any) -> None:
    marks = today.get_model("assessment", "Mark").objects.order_by("pk")
    assert list(marks.values_list("scorebook__state", "settled")) == [
        ("signed", True),
        ("draft", False),
    ]


def test_reasons_that_were_found_are_no_sentence_of_one_language_any_more(today: Any) -> None:
    rows = today.get_model("assessment", "Conflict").objects.order_by("pk")
    assert [(each.tie, each.about, each.reason) for each in rows] == [
        (*tie, "" if tie[0] else reason) for _kind, reason, tie in REASONS
    ]
    ended = today.get_model("assessment", "Assignment").objects.order_by("pk")
    assert [(each.conflict_id, each.reason) for each in ended] == [
        (row.pk if row.tie else None, row.reason) for row in rows
    ]


def test_what_stood_beside_the_points_is_found_in_its_new_place(today: Any) -> None:
    rows = today.get_model("assessment", "Result").objects.order_by("entry")
    assert list(rows.values_list("points", "raw", "fair", "beside")) == [
        (Decimal("612.00"), Decimal("600.50"), Decimal("610.25"), BESIDE[0][2]),
        (Decimal("540.10"), Decimal("555.00"), Decimal("540.10"), BESIDE[1][2]),
        (Decimal("480.00"), Decimal("480.00"), None, BESIDE[2][2]),
        (Decimal("470.00"), None, None, BESIDE[3][2]),
        (None, None, Decimal("0.00"), BESIDE[4][2]),
    ]


@pytest.mark.parametrize("name", ["Scorebook", "Result"])
def test_every_older_row_has_a_salt_of_its_own(today: Any, name: str) -> None:
    rows = today.get_model("assessment", name).objects
    if name == "Scorebook":
        rows = rows.filter(kind="individual")
    salts = list(rows.values_list("salt", flat=True))
    assert (len(salts), len(set(salts)), {len(salt) for salt in salts}) == (5, 5, {16})
    assert list(rows.order_by("entry").values_list("points", flat=True)) == [
        None if points is None else Decimal(points) for _method, points, _beside in BESIDE
    ]
