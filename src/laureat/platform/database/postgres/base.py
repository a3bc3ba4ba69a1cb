"""PostgreSQL as Django knows it; `SELECT`s are prepared."""

from django.db.backends.postgresql import base, operations

from laureat.platform.database.prepared import Prepared


class DatabaseOperations(Prepared, operations.DatabaseOperations):
    """Django's, with prepared questions."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with our operations."""

    ops_class = DatabaseOperations
