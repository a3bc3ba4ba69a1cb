"""Honours keep the names of their day; changes of what others know somebody by are proposed."""

from __future__ import annotations

from typing import Any

import django.core.serializers.json
import django.db.models.deletion
import laureat.platform.clock
import laureat.platform.identity
from django.conf import settings
from django.db import migrations, models


def keep_names(apps: Any, _editor: Any) -> None:
    """What is known of honours given before: the names that stand there now."""
    kept = apps.get_model("registry", "Distinction").objects.order_by()
    for what, model in (("organisation", "Organisation"), ("good", "Good")):
        named = apps.get_model("registry", model).objects.filter(pk=models.OuterRef(f"{what}_id"))
        rows = kept.filter(**{f"{what}__isnull": False})
        for language in ("ru", "en"):
            name = models.Subquery(named.order_by().values(f"name_{language}")[:1])
            rows.update(**{f"{what}_{language}": name})


class Migration(migrations.Migration):
    """Columns and a table, and the names."""

    dependencies = [
        ("registry", "0008_doubles_of_honours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="distinction",
            name="good_en",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="distinction",
            name="good_ru",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="distinction",
            name="organisation_en",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="distinction",
            name="organisation_ru",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="distinction",
            name="search",
            field=models.CharField(blank=True, editable=False, max_length=1300),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        default=laureat.platform.identity.new_uid,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "changes",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("why", models.CharField(max_length=500)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a decision"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("withdrawn", "taken back"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=laureat.platform.clock.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="registry.good",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="registry.organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-proposed_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("good", None), ("state", "waiting")),
                        fields=("organisation",),
                        name="one_waiting_proposal_per_organisation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("good",),
                        name="one_waiting_proposal_per_good",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop),
    ]
