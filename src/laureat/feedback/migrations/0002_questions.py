"""Questions about a result."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import laureat.platform.clock
import laureat.platform.identity


def _to(model, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=model, **{"related_name": "+"} | options
    )


class Migration(migrations.Migration):
    """The table of questions."""

    dependencies = [
        ("feedback", "0001_initial"),
        ("council", "0008_counted_and_freed"),
        ("files", "0001_initial"),
        ("intake", "0006_moves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
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
                ("entry", _to("intake.entry", related_name="result_questions")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "waits for an answer"), ("answered", "answered")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("asked_by", _to(settings.AUTH_USER_MODEL)),
                ("asked_at", models.DateTimeField(default=laureat.platform.clock.now)),
                ("due_on", models.DateField()),
                ("text", models.TextField()),
                ("file", _to("files.storedfile", null=True, blank=True)),
                ("answered_by", _to(settings.AUTH_USER_MODEL, null=True, blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("answer_file", _to("files.storedfile", null=True, blank=True)),
                ("session", _to("council.session", null=True, blank=True)),
                ("honour", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "ordering": ("asked_at", "pk"),
                "indexes": [models.Index(fields=["state", "due_on"], name="questions_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "number"), name="one_question_per_number"
                    )
                ],
            },
        ),
    ]
