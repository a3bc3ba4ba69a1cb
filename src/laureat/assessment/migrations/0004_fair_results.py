"""Means and fair points in columns of their own, filled from where older results kept them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import migrations, models

KEPT = (("raw", "mean"), ("fair", "fair"))
"""Each new column and the method whose points it holds."""


def fill(apps: Any, _editor: Any) -> None:
    """The points of the stage's own method, else those beside them. `beside` itself stays as it is:
    the journal holds its digest.
    """
    result = apps.get_model("assessment", "Result")
    rows = []
    for row in result.objects.only("pk", "method", "points", "beside").order_by().iterator():
        for column, method in KEPT:
            text = row.beside.get(method)
            beside = None if text in (None, "") else Decimal(text)
            setattr(row, column, row.points if row.method == method else beside)
        rows.append(row)
    result.objects.bulk_update(rows, [column for column, _method in KEPT], batch_size=500)


class Migration(migrations.Migration):
    """The columns, then the rows."""

    dependencies = [
        ("assessment", "0003_salts"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="chance",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="fair",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="fallback",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="result",
            name="model",
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name="result",
            name="rank_high",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="rank_low",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="raw",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="science",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="result",
            name="zone",
            field=models.CharField(blank=True, max_length=7),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
