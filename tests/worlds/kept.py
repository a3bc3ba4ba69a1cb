"""A world is played once; whoever asks for it again, in any worker, gets a copy of its rows.

    @kept
    def prize_at_desk(entries: int = 2) -> World: …

The first call plays the world through actions, as always, and remembers the rows that it left. A
later call with the same arguments, in another test, puts these rows into the empty database and
returns an equal object: milliseconds instead of a season. Anything out of the ordinary is played
anew: a database that is not empty, a test that has changed settings or patched something, arguments
that are no plain values, a test whose writing is not undone.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import io
import json
import os
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import translation
from pydantic import BaseModel

from laureat.platform.clock import _set as the_clock
from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store
from laureat.rulebook.actions import loading
from laureat.rulebook.models import Version
from tests.database import TOGETHER, alone
from tests.worlds.numbers import go_on_after, reached
from tests.worlds.sketches import sketched

_AWARDS = Path(__file__).resolve().parents[2] / "awards"
_PATCHING = {
    "monkeypatch": ("_setattr", "_setitem", "_cwd", "_savesyspath"),
    "settings": ("_to_restore",),
}
"""Fixtures that patch, and where they remember what they have to put back."""
_OF_THE_SOFTWARE = {"registry_region", "registry_sector"}
"""Tables that are filled when the database is made, and stay as they are."""
_MANY = "PYTEST_XDIST_WORKER" in os.environ
"""Whether other workers want what this one has played."""
_patches: Callable[[], bool] = functools.partial(bool, 1)
"""Whether the test, or a fixture of ours that it uses, has patched something by now."""
_emptied = False
"""Whether the tables are emptied when the test is over, because it commits what it writes."""
_worlds: dict[tuple[Any, ...], _Kept] = {}


def allow(item: pytest.Item) -> None:
    """Get to know a test before it begins."""
    global _patches, _emptied  # noqa: PLW0603 - one test at a time
    info = item._fixtureinfo
    asked = set(info.argnames).union(
        *(
            each.argnames
            for found in info.name2fixturedefs.values()
            for each in found
            if each.func.__module__.startswith("tests.")
        )
    )
    _patches = functools.partial(_patched, item, [name for name in _PATCHING if name in asked])
    marked = item.get_closest_marker("django_db")
    _emptied = bool(marked and marked.kwargs.get("transaction"))


def _patched(item: Any, names: list[str]) -> bool:
    for name in names:
        made = item._request._get_active_fixturedef(name).cached_result
        if any(getattr(made[0], where) for where in _PATCHING[name]):
            return True
    return False


def kept(play: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that builds a world be played once."""
    signature = inspect.signature(play)

    @functools.wraps(play)
    def once(*args: Any, **values: Any) -> Any:
        asked = signature.bind(*args, **values)
        asked.apply_defaults()
        undone = connection.in_atomic_block or _emptied
        usual = undone and _plain(asked.arguments) and not _patches()
        if not usual or not _is_empty():
            with sketched():
                return play(*args, **values)
        key = (
            connection.vendor,
            f"{play.__module__}.{play.__qualname__}",
            json.dumps(asked.arguments),
            str(the_clock.get()),
            translation.get_language(),
        )
        if key not in _worlds:
            file = TOGETHER / "worlds" / hashlib.sha256(repr(key).encode()).hexdigest()
            with alone(file.with_suffix(".lock")):
                if not file.exists():
                    with sketched():
                        found = play(*args, **values)
                    _worlds[key] = _Kept.of(found)
                    if _MANY:
                        file.write_bytes(pickle.dumps(_worlds[key]))
                    return found
            _worlds[key] = pickle.loads(file.read_bytes())
            found = _worlds[key].copy()
            _worlds[key].settle()
            return found
        return _worlds[key].copy()

    return once


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_plain, value)) and all(map(_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return value is None or isinstance(value, str | int)


@dataclass
class _Kept:
    rows: list[tuple[str, str, Any]]
    """(table, columns, what is in it)."""
    files: dict[str, bytes]
    numbers: Counter[str]
    pickled: bytes
    rules: list[BaseModel]
    """Rulebooks of the world: never changed, hence shared by its copies."""

    @classmethod
    def of(cls, found: Any) -> _Kept:
        rows = [
            (table, columns, content)
            for table, columns in _tables()
            if (content := _read(table, columns))
        ]
        rules: list[BaseModel] = []
        out = io.BytesIO()
        _Pickler(out, rules).dump(found)
        files = {}
        for sha256 in StoredFile.objects.values_list("sha256", flat=True):
            with store().open(sha256) as file:
                files[sha256] = file.read()
        return cls(rows, files, Counter(reached), out.getvalue(), rules)

    def settle(self) -> None:
        """Another worker has played it: go on after its numbers, know its rules as it does."""
        go_on_after(self.numbers)
        _go_on_counting(self.rows)
        for version in Version.objects.all():
            assert version.rules

    def copy(self) -> Any:
        caches["pages"].clear()  # pages of the copy before, whose journal ends with the same hash
        for sha256, content in self.files.items():
            if not store().holds(sha256):
                store().put([content])
        with transaction.atomic():  # rows refer to each other: that is looked at in the end
            for table, columns, rows in self.rows:
                _write(table, columns, rows)
        return _Unpickler(io.BytesIO(self.pickled), self.rules).load()


class _Pickler(pickle.Pickler):
    def __init__(self, out: io.BytesIO, rules: list[BaseModel]) -> None:
        super().__init__(out)
        self._rules = rules

    def persistent_id(self, obj: Any) -> int | None:
        if not isinstance(obj, BaseModel):
            return None
        self._rules.append(obj)
        return len(self._rules) - 1


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: io.BytesIO, rules: list[BaseModel]) -> None:
        super().__init__(content)
        self._rules = rules

    def persistent_load(self, pid: int) -> BaseModel:
        return self._rules[pid]


# ---------------------------------------------------------------------------------- rows of tables


@functools.cache
def _tables() -> list[tuple[str, str]]:
    """Our tables with their columns, quoted."""
    quote = connection.ops.quote_name
    return [
        (
            quote(model._meta.db_table),
            ", ".join(quote(field.column) for field in model._meta.local_concrete_fields),
        )
        for model in _models()
    ]


def _models() -> Iterator[Any]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("laureat.") and model._meta.db_table not in _OF_THE_SOFTWARE:
            yield model


@functools.cache
def _question() -> str:
    return " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table, _columns in _tables())


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_question()}")
        return not cursor.fetchone()[0]


def _read(table: str, columns: str) -> Any:
    """What is in a table, as the database says it, without Python's kinds in between."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                return b"".join(bytes(part) for part in copy)
        # `+` leaves a value as it is and hides its declared type from the converters.
        cursor.execute(
            f"SELECT {', '.join(f'+{each}' for each in columns.split(', '))} FROM {table}"
        )
        return cursor.fetchall()


def _write(table: str, columns: str, content: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(content)
            return
        marks = ", ".join(["%s"] * (columns.count(", ") + 1))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", content)


def _go_on_counting(rows: list[tuple[str, str, Any]]) -> None:
    """Let the database count on after the rows that another one has numbered."""
    if connection.vendor != "postgresql":
        return  # SQLite does of itself
    keys = {
        connection.ops.quote_name(model._meta.db_table): model._meta.pk.column
        for model in _models()
        if model._meta.pk.get_internal_type() == "BigAutoField"
    }
    with connection.cursor() as cursor:
        for table, columns, content in rows:
            if key := keys.get(table):
                place = columns.split(", ").index(connection.ops.quote_name(key))
                last = max(int(line.split(b"\t")[place]) for line in content.splitlines())
                counter = f"pg_get_serial_sequence('{table}', '{key}')"
                cursor.execute(f"SELECT setval({counter}, GREATEST({last}, nextval({counter})))")


# ---------------------------------------------------------------------------------- rulebooks


def read_rulebooks_once() -> None:
    """From now on `actions.load` reads an edition of ours from its files once per process."""
    read = loading.load_edition
    remembered = functools.cache(read)
    loading.load_edition = lambda path: (
        remembered(path) if Path(path).is_relative_to(_AWARDS) else read(path)
    )
