"""A prepared question is word for word the one that Django writes, each time it is asked."""

from __future__ import annotations

import gc
import weakref

import pytest
from django.db import connection, models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.sql.compiler import SQLCompiler

from laureat.assessment.models import Assignment, Mark, Scorebook
from laureat.council.models import Motion, Seat
from laureat.intake.models import Entry, Passage
from laureat.ledger.models import Record
from laureat.platform.access.models import Grant
from laureat.platform.database import prepared
from laureat.registry.models import Organisation, Region
from laureat.rulebook.models import Edition, Stage

pytestmark = pytest.mark.django_db

PLAIN = {
    "all": Entry.objects.all,
    "default order over seven tables": Scorebook.objects.all,
    "no order": Scorebook.objects.order_by,
    "another order": lambda: Scorebook.objects.order_by("-entry__serial", "assessor__user__name"),
    "reversed": Scorebook.objects.reverse,
    "random": lambda: Region.objects.order_by("?"),
    "related": lambda: Entry.objects.select_related("edition__award", "organisation__region"),
    "related and reverse": lambda: Motion.objects.select_related("session__panel", "entry__good"),
    "related, some columns": lambda: Entry.objects.select_related("organisation").only(
        "uid", "organisation__name_ru"
    ),
    "without a column": lambda: Edition.objects.defer("title_ru").select_related("award"),
    "everything near": Stage.objects.select_related,
    "one of another table": lambda: Passage.objects.filter(entry__organisation__inn="1"),
    "either": lambda: Grant.objects.filter(Q(user__email="a") | Q(ended_at=None)),
    "not": lambda: Entry.objects.exclude(passages__stage__key="x"),
    "many of another table": lambda: Entry.objects.filter(
        passages__stage__key="x", passages__state="y"
    ).filter(passages__stage__key="z"),
    "among others": lambda: Mark.objects.filter(scorebook__in=Scorebook.objects.filter(entry=1)),
    "among none": lambda: Entry.objects.filter(pk__in=[]),
    "distinct": lambda: Entry.objects.distinct().order_by("organisation__sort_key"),
    "columns": lambda: Seat.objects.values("user__name", "panel__key"),
    "a column in a row": lambda: Seat.objects.values_list("user__name", flat=True),
    "columns in another order": lambda: Seat.objects.values_list("panel__key", "user__name"),
    "the first": lambda: Assignment.objects.select_related("assessor__user")[:1],
    "the second": lambda: Assignment.objects.select_related("assessor__user")[1:2],
    "held": lambda: Stage.objects.select_for_update(of=("self",)).select_related("edition"),
    "the day": lambda: Record.objects.order_by("at__year", "pk"),
}
OTHER = {
    "counted": lambda: Entry.objects.annotate(many=Count("passages")),
    "by what is counted": lambda: Entry.objects.alias(n=Count("passages")).order_by("-n"),
    "by an expression": lambda: Entry.objects.order_by(F("number").asc(nulls_last=True)),
    "or others": lambda: Region.objects.order_by().union(Region.objects.order_by()),
    "beside": lambda: Organisation.objects.annotate(
        newest=Subquery(Entry.objects.filter(organisation=OuterRef("pk")).values("pk")[:1])
    ),
    "a constant beside": lambda: Region.objects.extra(select={"one": "1"}),
    "grouped": lambda: Entry.objects.values("edition").annotate(many=Count("pk")),
}


def written(query, kind):
    """The text, what is filled in, and what is known of the answer, by a kind of compiler."""
    compiler = kind(query, connection, connection.alias)
    sql, params = compiler.as_sql()
    columns = [(each[1], each[2]) for each in compiler.select]
    return sql, params, columns, compiler.annotation_col_map, compiler.col_count, known(query)


def known(query):
    """What a question knows of its joins once it is written."""
    joins = [(alias, join.table_name, join.join_type) for alias, join in query.alias_map.items()]
    return joins, {table: aliases[0] for table, aliases in query.table_map.items()}


def ours():
    return connection.ops.compiler("SQLCompiler")


def same(build):
    """Whether a question has Django's words: at first, again, and asked on."""
    for _time in range(2):
        assert written(build().query, ours()) == written(build().query, SQLCompiler)
        asked, theirs = build(), build()
        assert written(asked.query, ours()) == written(theirs.query, SQLCompiler)
        if not asked.query.is_sliced and not asked.query.combinator:
            asked, theirs = asked.filter(pk__gt=7), theirs.filter(pk__gt=7)
            assert written(asked.query, ours()) == written(theirs.query, SQLCompiler)


@pytest.fixture
def _in_a_transaction_that_may_lock(monkeypatch):
    monkeypatch.setattr(connection, "get_autocommit", bool)


@pytest.mark.usefixtures("_in_a_transaction_that_may_lock")
@pytest.mark.parametrize("kind", [kind for kind in PLAIN if kind != "among none"])
def test_a_plain_question_is_prepared_in_the_words_of_django(kind):
    assert prepared.shape(PLAIN[kind]().query) is not None
    same(PLAIN[kind])


@pytest.mark.parametrize("kind", OTHER)
def test_any_other_question_is_left_to_django(kind):
    assert prepared.shape(OTHER[kind]().query) is None
    same(OTHER[kind])


def test_values_are_those_of_each_time_and_rows_are_whole():
    asked = [
        [(region.code, region.name_ru) for region in Region.objects.filter(code=code)]
        for code in ("42", "70", "42", "none")
    ]
    names = dict(Region.objects.values_list("code", "name_ru"))
    assert asked == [[("42", names["42"])], [("70", names["70"])], [("42", names["42"])], []]
    assert list(Region.objects.filter(pk__in=[])) == []


def test_a_question_asked_on_changes_no_other_of_its_shape():
    plain = str(Scorebook.objects.all().query)
    asked = Scorebook.objects.all()
    assert str(asked.query) == plain
    str(asked.filter(entry__organisation__inn="1", marks__points=2).query)
    assert str(Scorebook.objects.all().query) == plain


def test_there_is_an_end_to_what_is_kept(monkeypatch):
    monkeypatch.setattr(prepared, "_heads", {})
    monkeypatch.setattr(prepared, "MOST", 3)
    for names in (["code"], ["name_ru"], ["code", "name_ru"], ["pk"]):
        list(Region.objects.values_list(*names))
    assert len(prepared._heads) == 1


def test_models_of_a_migration_are_not_held():
    from django.apps.registry import Apps

    def ask():
        class Passing(models.Model):  # noqa: DJ008 - nobody reads it
            class Meta:
                app_label = "passing"
                apps = Apps()

        assert prepared.shape(Passing.objects.all().query) is None
        str(Passing.objects.all().query)
        return weakref.ref(Passing)

    gone = ask()
    gc.collect()
    assert gone() is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="planned by PostgreSQL")
def test_a_question_over_many_tables_is_planned_quickly():
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        assert cursor.fetchone() == ("5",)
