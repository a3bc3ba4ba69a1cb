"""Django's back ends for SQLite and PostgreSQL, which write the same question once (`prepared`)."""
