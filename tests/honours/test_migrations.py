"""Diplomas issued before the names stood in them keep what their pages showed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from tests.database import empty

BEFORE = [("honours", "0002_terms_of_the_emblem"), ("intake", "0001_initial")]
AFTER = [("honours", "0003_names_on_the_paper"), ("intake", "0001_initial")]


@pytest.fixture
def today(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The models after the change on a row written before it, in tables of their own."""
    with django_db_blocker.unblock(), empty():
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        written(executor.loader.project_state(BEFORE).apps.get_model)
        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)
        yield executor.loader.project_state(AFTER).apps


def written(model: Any) -> None:
    """A diploma for bread, as the first versions wrote it."""
    organisation = model("registry", "Organisation").objects.create(
        name_ru="АО «Хлеб»", name_en="Bread JSC", city_ru="Кемерово"
    )
    good = model("registry", "Good").objects.create(organisation=organisation, name_ru="Батон")
    award = model("rulebook", "Award").objects.create(key="a", title_ru="А")
    version = model("rulebook", "Version").objects.create(
        award=award, edition_key="1", content_hash="0" * 64, document={}
    )
    edition = model("rulebook", "Edition").objects.create(
        award=award, version=version, key="1", year=2025, title_ru="А"
    )
    stage = model("rulebook", "Stage").objects.create(
        edition=edition, key="s", kind="decision", order=1, title_ru="С"
    )
    entry = model("intake", "Entry").objects.create(
        edition=edition, organisation=organisation, good=good
    )
    honour = model("honours", "Honour").objects.create(
        edition=edition, stage=stage, entry=entry, key="laureate", state="published"
    )
    model("honours", "Diploma").objects.create(
        honour=honour, edition=edition, number="1", issued_on=now().date()
    )


def test_a_diploma_of_before_says_what_its_page_showed(today: Any):
    (diploma,) = today.get_model("honours", "Diploma").objects.all()
    assert (diploma.holder_ru, diploma.holder_en) == ("АО «Хлеб»", "Bread JSC")
    assert (diploma.place_ru, diploma.place_en) == ("Кемерово", "")
    assert (diploma.good_ru, diploma.good_en) == ("Батон", "")
    assert (diploma.earlier, diploma.reissued_on) == ([], None)
