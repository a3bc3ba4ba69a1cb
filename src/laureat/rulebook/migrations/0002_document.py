"""Rulebook content moves to a table of its own: joins over editions no longer carry it along."""

import django.db.models.deletion
from django.db import migrations, models


def move(apps, schema_editor):
    version, document = apps.get_model("rulebook", "Version"), apps.get_model("rulebook", "Document")
    for row in version.objects.all():
        document.objects.create(version=row, content=row.document)


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
