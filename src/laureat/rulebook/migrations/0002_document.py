"""Rulebook content moves to a table of its own: joins over editions no longer carry it along."""

import django.db.models.deletion
from django.db import migrations, models


def move(apps, schema_editor):
    version, document = (
        apps.get_model("rulebook", "Version"),
        apps.get_model("rulebook", "Document"),
    )
    # Read as values: on an object the column would hide behind the new relation of the same name.
    for pk, content in version.objects.values_list("pk", "document"):
        document.objects.create(version_id=pk, content=content)
    if schema_editor.connection.vendor == "postgresql":
        # Check the new rows now: a table with checks to come cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="rulebook.version",
                    ),
                ),
                ("content", models.JSONField()),
            ],
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="version", name="document"),
    ]
