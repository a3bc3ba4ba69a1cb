"""What the register is asked all the time is read off an index, on both engines."""

import pytest
from django.db import connection

from laureat.registry.models import Organisation
from laureat.registry.queries import by_inn
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """How the database would find the rows of a query, small as the table is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = on")
    return lambda rows: rows.explain()


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"inn": "4200000016"}, "organisations_by_inn"),
        ({"inn__in": ["4200000016", "4200000023"]}, "organisations_by_inn"),
        ({"ogrn": "1024200000011"}, "organisations_by_ogrn"),
    ],
)
def test_numbers_are_found_by_an_index(plan, asked, index):
    for rows in (Organisation.objects.filter(**asked), Organisation.every.filter(**asked)):
        told = plan(rows.order_by())
        # PostgreSQL knows that a constant INN is not empty, so the partial ones serve it too.
        assert index in told or "Index Scan using one_organisation_per_inn_kpp" in told
        assert "SCAN registry_organisation" not in told
        assert "Seq Scan" not in told


def test_a_list_of_inns_is_one_query_at_any_length(django_assert_num_queries):
    for number in range(1, 9):
        world.organisation(number)
    with django_assert_num_queries(1):
        assert len(by_inn([world.inn(each) for each in range(1, 9)])) == 8


def test_registering_checks_its_numbers_by_indexes(plan, django_assert_num_queries):
    """The checks of `register_organisation` as it sends them: no statement reads all rows."""
    if connection.vendor != "sqlite":
        pytest.skip("the statements are the same; PostgreSQL tells its plan above")
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        world.organisation(1, kpp="420501001", ogrn=world.ogrn(1))
    asked = [
        each["sql"]
        for each in sent
        if each["sql"].startswith("SELECT") and '"registry_organisation"' in each["sql"]
    ]
    assert len(asked) >= 2
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [row[-1] for row in cursor.fetchall()]
        assert not [step for step in steps if step.startswith("SCAN")], sql
