"""Salts for scorebooks and results, each row its own: a default would give all rows the same."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from laureat.platform.identity import new_uid

SALTED = ("scorebook", "result")


def salt(apps: Any, _editor: Any) -> None:
    """What stood here before the column did."""
    for name in SALTED:
        model = apps.get_model("assessment", name)
        rows = []
        for row in model.objects.only("pk").order_by().iterator():
            row.salt = new_uid()
            rows.append(row)
        model.objects.bulk_update(rows, ["salt"], batch_size=500)


class Migration(migrations.Migration):
    """The columns, then the rows."""

    dependencies = (("assessment", "0002_sample_salt"),)
    operations = (
        *(
            migrations.AddField(
                model_name=name,
                name="salt",
                field=models.CharField(default=new_uid, editable=False, max_length=16),
            )
            for name in SALTED
        ),
        migrations.RunPython(salt, migrations.RunPython.noop),
    )
