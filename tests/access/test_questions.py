"""What permissions and pages ask is asked in Django's own words (see platform/database)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler

from laureat.platform.access.permissions import REGISTRY
from laureat.platform.database.prepared import shape
from tests.access.places import asked

pytestmark = pytest.mark.django_db
EVERY = 5
"""One of so many addresses is enough: rooms ask alike on their pages."""


@pytest.fixture
def plain(monkeypatch):
    """What was asked in words that were kept, with Django's words for the same."""
    kind = connection.ops.compiler("SQLCompiler")
    write, found = kind.as_sql, []

    def compared(self, *args, **values):
        theirs = self.query.clone() if shape(self.query) is not None else None
        said = write(self, *args, **values)
        if theirs is not None:
            beside = SQLCompiler(theirs, connection, self.using, self.elide_empty)
            found.append((said, beside.as_sql(*args, **values)))
        return said

    monkeypatch.setattr(kind, "as_sql", compared)
    return found


@pytest.mark.parametrize("role", ["secretary", "lead"])
def test_pages_and_permissions_ask_in_the_words_of_django(world, reader_of, plain, role):
    reader = reader_of(role)
    for address in list(asked(world, role))[::EVERY]:
        reader.get(address, again=True)
    for permission in REGISTRY.values():
        bool(permission.of(world.people[role]))
    assert len(plain) > 200
    assert [ours for ours, theirs in plain if ours != theirs] == []
