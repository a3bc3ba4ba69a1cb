"""The test database: migrated once, then copied.

Migrating takes seconds, copying the result takes none. The first worker migrates, the others copy:
on SQLite a file, which is also kept for the next run (in `.pytest_cache`), on PostgreSQL a template
database. What the result depends on is part of its name, so that a new migration makes a new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

TOGETHER = Path(os.environ["LAUREAT_TEST_ROOT"])
"""A folder that all workers of a run share."""


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One worker at a time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def made(kept_in: Path | None) -> Iterator[None]:
    """The database of this process, gone at the end; `kept_in` keeps a file for the next run."""
    own = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        _copy_file(kept_in or TOGETHER)
    else:
        _copy_database()
    yield
    connection.creation.destroy_test_db(own, verbosity=0)


def _copy_file(folder: Path) -> None:
    mine = Path(connection.creation._get_test_db_name())
    migrated = folder / f"migrated-{digest()}.sqlite3"
    with alone(folder / "migrated.lock"):
        if not migrated.exists():
            for old in folder.glob("migrated-*.sqlite3"):
                old.unlink()
            _migrate()
            connection.close()  # the last one to leave empties the write-ahead log
            beside = shutil.copyfile(mine, folder / f"new-{os.getpid()}.sqlite3")
            Path(beside).replace(migrated)
    shutil.copyfile(migrated, mine)
    _use(str(mine))


def _copy_database() -> None:
    mine = connection.creation._get_test_db_name()
    migrated = f"laureat_migrated_{digest()}"
    quote = connection.ops.quote_name
    with alone(TOGETHER / "migrated.lock"):
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated])
            ready = cursor.fetchone()
        if not ready:
            test = connection.settings_dict["TEST"]
            name, test["NAME"] = test["NAME"], f"{migrated}_new"
            _migrate()
            connection.close()
            test["NAME"] = name
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f"ALTER DATABASE {quote(migrated + '_new')} RENAME TO {migrated}")
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(mine)}")
            cursor.execute(f"CREATE DATABASE {quote(mine)} TEMPLATE {migrated}")
    _use(mine)


@contextmanager
def empty() -> Iterator[None]:
    """A database without tables in place of the test's: for what migrations do to older rows."""
    own = connection.settings_dict["NAME"]
    create = connection.creation
    if connection.vendor == "sqlite":
        name = str(TOGETHER / f"empty-{os.getpid()}.sqlite3")
    else:
        name = f"laureat_empty_{os.getpid()}"
        with create._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    _use(name)
    try:
        yield
    finally:
        _use(own)
        if connection.vendor == "sqlite":
            for file in TOGETHER.glob(f"{Path(name).name}*"):
                file.unlink()
        else:
            with create._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")


def copied_to(file: Path) -> None:
    """Make `file` an SQLite database as a test finds it: migrated, with nothing in it."""
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as mine,
            closing(sqlite3.connect(file)) as copy,
        ):
            mine.backup(copy)  # what a test has written is not committed, hence not in it
        return
    run = "from laureat.cli import main; import sys; sys.argv[1:] = ['manage', 'migrate', '-v0']; main()"
    environment = {**os.environ, "LAUREAT_DATABASE": f"sqlite:///{file}"}
    environment["DJANGO_SETTINGS_MODULE"] = "laureat.settings"
    subprocess.run([sys.executable, "-c", run], env=environment, check=True)


def _migrate() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


@cache
def digest() -> str:
    """Of everything that a freshly migrated database depends on."""
    found = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        folder = Path(app.path)
        files = {folder / "apps.py", folder / "models.py"}
        for part in ("migrations", "models", "data", "tables"):
            files.update((folder / part).rglob("*.*"))
        for file in sorted(files):
            if file.is_file() and file.suffix != ".pyc":
                found.update(f"{app.label} {file.relative_to(folder)}\n".encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:16]
