"""Who has seen which code is whose does not taste. Whoever gave codes at a stage that is not closed
has seen them; who else looked nobody kept until now.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import laureat.platform.clock


def coders(apps: Any, _schema: Any) -> None:
    """Those who gave codes that are still secret."""
    first: dict[tuple[int, int], Any] = {}
    samples = apps.get_model("assessment", "Sample").objects.exclude(stage__state="closed")
    for stage, user, at in (
        samples.exclude(coded_by=None)
        .order_by("coded_at", "pk")
        .values_list("stage_id", "coded_by_id", "coded_at")
    ):
        first.setdefault((stage, user), at)
    reader = apps.get_model("assessment", "KeyReader")
    reader.objects.bulk_create(
        reader(stage_id=stage, user_id=user, at=at) for (stage, user), at in first.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0008_settled_marks"),
        ("rulebook", "0003_document_as_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=laureat.platform.clock.now)),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_readers",
                        to="rulebook.stage",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("stage", "at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stage", "user"), name="one_first_look_at_a_key"
                    )
                ],
            },
        ),
        migrations.RunPython(coders, migrations.RunPython.noop),
    ]
