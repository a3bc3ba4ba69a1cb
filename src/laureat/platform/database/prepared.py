"""Writes the head of a question once: what is selected, from what, in which order.

A page asks five to ten questions, and Django writes each one anew: every column of every joined
table is looked up, quoted and compared with the order, for the same text as a moment ago. That took
a quarter of the time of a short page and a tenth of a long one, longer than the database's answer.

So the head of a plain question (model, `select_related`, `only`, `values` of columns, order by
names) is kept by its shape, which says everything that it depends on: the tables that the filters
have joined so far, too. The rest (conditions, limits, locks) is written each time, because it holds
the values. A question that is not plain (annotations, unions, orders by expressions) is left to
Django altogether. A head changes what the question knows of its joins; that is kept with it.

tests/platform/database compares the text with Django's own, for these kinds and for whole pages.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.expressions import Col
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

MOST = 4_000
"""Heads that are kept; a season with all its pages has about a thousand."""

_PARTS = ("select", "klass_info", "annotation_col_map", "col_count", "_meta_ordering")
"""What Django's compiler remembers of a head."""


class _Head(NamedTuple):
    """A head, with what writing it has told the compiler and the question."""

    compiler: tuple[Any, ...]
    extra_select: list[Any]
    order_by: list[Any]
    joins: dict[str, Any]
    tables: dict[str, tuple[str, ...]]
    used: dict[str, int]


_heads: dict[Hashable, _Head] = {}


class Prepared(BaseDatabaseOperations):
    """A mixin of a back end's operations."""

    def compiler(self, compiler_name: str) -> type[SQLCompiler]:
        """As Django says; the one that selects keeps heads."""
        found = super().compiler(compiler_name)
        return _keeping(found) if compiler_name == "SQLCompiler" else found  # type: ignore[arg-type]


@cache
def _keeping(kind: type[SQLCompiler]) -> type[SQLCompiler]:
    """A compiler of this kind that keeps heads."""

    class Compiler(kind):  # type: ignore[valid-type,misc]
        def pre_sql_setup(self, with_col_aliases: bool = False) -> Any:
            key = shape(self.query)
            if key is None:
                return super().pre_sql_setup(with_col_aliases)
            key = (self.connection.vendor, with_col_aliases, key)
            head = _heads.get(key)
            if head is None:
                extra_select, order_by, group_by = super().pre_sql_setup(with_col_aliases)
                if len(_heads) >= MOST:
                    _heads.clear()
                _heads[key] = _kept(self, extra_select, order_by)
                return extra_select, order_by, group_by
            _recall(self, head)
            return list(head.extra_select), list(head.order_by), []

    return Compiler


def _kept(compiler: Any, extra_select: list[Any], order_by: list[Any]) -> _Head:
    query = compiler.query
    return _Head(
        tuple(getattr(compiler, part) for part in _PARTS),
        extra_select,
        order_by,
        dict(query.alias_map),
        {table: tuple(aliases) for table, aliases in query.table_map.items()},
        dict(query.alias_refcount),
    )


def _recall(compiler: Any, head: _Head) -> None:
    for part, value in zip(_PARTS, head.compiler, strict=True):
        setattr(compiler, part, value)
    query = compiler.query
    query.alias_map = head.joins.copy()
    query.table_map = {table: list(aliases) for table, aliases in head.tables.items()}
    query.alias_refcount = head.used.copy()
    compiler.has_extra_select = bool(head.extra_select)
    compiler.where, compiler.having, compiler.qualify = query.where.split_having_qualify(
        must_group_by=False
    )


def shape(query: Any) -> Hashable:
    """Everything that the head depends on; None if the question is not plain."""
    if (
        query.__class__ is not Query
        or not query.alias_cols
        or query.annotations
        or query.combinator
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.distinct_fields
        or query.group_by is not None
        or query._filtered_relations
        or query.where.contains_aggregate
        or query.where.contains_over_clause
    ):
        return None
    model = query.model
    if model is None or model._meta.apps is not apps:  # of a migration: such come and go
        return None
    for name in query.order_by:
        if not isinstance(name, str):
            return None
    columns: Hashable = None
    if not query.default_cols:
        for column in query.select:
            if type(column) is not Col:
                return None
        selected = query.selected
        columns = (
            tuple((c.alias, id(c.target), id(c.output_field)) for c in query.select),
            selected and tuple(selected.items()),
        )
    names, defer = query.deferred_loading
    used = query.alias_refcount
    return (
        model,
        columns,
        _frozen(query.select_related),
        query.max_depth,
        frozenset(names),
        defer,
        query.order_by,
        query.default_ordering,
        query.standard_ordering,
        query.distinct,
        query.alias_prefix,
        tuple(query.table_map),
        tuple(
            (alias, used[alias], j.table_name, j.join_type, j.parent_alias, _field(j))
            for alias, j in query.alias_map.items()
        ),
    )


def _field(join: Any) -> int:
    """By which field a table is joined. A kept head holds its joins, so that no number comes back."""
    return id(getattr(join, "join_field", None))


def _frozen(related: Any) -> Hashable:
    if isinstance(related, dict):
        return tuple((name, _frozen(below)) for name, below in related.items())
    return bool(related)
