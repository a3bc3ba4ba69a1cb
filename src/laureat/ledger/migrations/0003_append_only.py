"""Records cannot be updated (both engines) nor deleted (PostgreSQL) even past the application.

SQLite keeps no rule against DELETE, because emptying test databases uses it there; a removed
record is found by verification on both.
"""

from django.db import migrations

SQLITE = """
CREATE TRIGGER ledger_record_is_final BEFORE UPDATE ON ledger_record
BEGIN SELECT RAISE(ABORT, 'a ledger record is never changed'); END;
"""
POSTGRES = """
CREATE FUNCTION ledger_record_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a ledger record is never changed or removed'; END $$;
CREATE TRIGGER ledger_record_is_final BEFORE UPDATE OR DELETE ON ledger_record
FOR EACH ROW EXECUTE FUNCTION ledger_record_is_final();
"""


def add(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER ledger_record_is_final")
        return
    schema_editor.execute("DROP TRIGGER ledger_record_is_final ON ledger_record")
    schema_editor.execute("DROP FUNCTION ledger_record_is_final()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_chain_public")]
    operations = [migrations.RunPython(add, drop)]
