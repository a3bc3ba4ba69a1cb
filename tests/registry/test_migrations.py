"""A register of before holds rows already: nothing of them is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.database import empty

BEFORE = [("registry", "0004_codes_are_no_words")]
SAME = {  # the KPPs of one INN, and which of them become branches
    "4200000016": [("", False)],
    "4200000023": [("420501001", False), ("540143001", True)],
    "4200000030": [("420501001", True), ("", False), ("540143001", True)],
    "4200000048": [("420550001", True), ("420501001", False), ("540501001", True)],
    "4200000055": [("540145001", True)],
    "500100732259": [("", False)],
    "": [("", False), ("", False)],
}
SOURCES = {
    "Новости, 2025 / News, 2025": ("Новости, 2025", "News, 2025"),
    "gazeta13.ru": ("gazeta13.ru", "gazeta13.ru"),
    "Приказ / Распоряжение": ("Приказ / Распоряжение", ""),
    "dp.ru/a / dp.ru/b": ("dp.ru/a / dp.ru/b", "dp.ru/a / dp.ru/b"),
    "": ("", ""),
}


@pytest.fixture(scope="module")
def today(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The models of today on rows written in that state, in tables of their own."""
    with django_db_blocker.unblock(), empty():
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        written(executor.loader.project_state(BEFORE).apps)
        executor = MigrationExecutor(connection)
        leaves = [each for each in executor.loader.graph.leaf_nodes() if each[0] == "registry"]
        executor.migrate(leaves)
        yield executor.loader.project_state(leaves).apps


def written(apps: Any) -> None:
    """Rows as the first versions wrote them."""
    organisations = apps.get_model("registry", "Organisation").objects
    distinctions = apps.get_model("registry", "Distinction").objects
    told = organisations.create(name_ru="told", source="Новости, 2025 / News, 2025")
    for said in SOURCES:
        distinctions.create(organisation=told, award_key="x", honour_key="y", source_title=said)
    for inn, kpps in SAME.items():
        for kpp, _branch in kpps:
            organisations.create(name_ru=f"{inn} {kpp}", inn=inn, kpp=kpp)


def test_one_head_office_to_an_inn_and_every_other_is_a_branch(today: Any):
    found: dict[str, list[tuple[str, bool]]] = {}
    rows = today.get_model("registry", "Organisation").objects.order_by("pk")
    for row in rows:
        found.setdefault(row.inn, []).append((row.kpp, row.is_branch))
        assert row.merged_into_id is None
    found[""].remove(("", False))  # whose source is told
    assert found == SAME


def test_the_two_names_of_a_source_are_told_apart(today: Any):
    rows = today.get_model("registry", "Distinction").objects.order_by("pk")
    assert (
        dict(zip(SOURCES, rows.values_list("source_title_ru", "source_title_en"), strict=True))
        == SOURCES
    )
    told = today.get_model("registry", "Organisation").objects.get(name_ru="told")
    assert (told.source_ru, told.source_en) == ("Новости, 2025", "News, 2025")
