"""A salt for every entry, each its own: a default would give all of them the same.

Records written before stay as they are: they are proven by the way they were made, see
`queries.working.version_digest`.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from laureat.platform.identity import new_uid


def salt(apps: Any, _editor: Any) -> None:
    """What stood here before the column did."""
    model = apps.get_model("intake", "Entry")
    rows = []
    for row in model.objects.only("pk").order_by().iterator():
        row.salt = new_uid()
        rows.append(row)
    model.objects.bulk_update(rows, ["salt"], batch_size=500)


class Migration(migrations.Migration):
    """The column, then the rows."""

    dependencies = (("intake", "0007_orders_without_joins"),)
    operations = (
        migrations.AddField(
            model_name="entry",
            name="salt",
            field=models.CharField(default=new_uid, editable=False, max_length=16),
        ),
        migrations.RunPython(salt, migrations.RunPython.noop),
    )
