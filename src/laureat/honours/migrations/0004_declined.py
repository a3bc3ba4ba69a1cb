"""A laureate may decline a title."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """State and facts of a declined honour."""

    dependencies = [("honours", "0003_names_on_the_paper")]

    operations = [
        migrations.AlterField(
            model_name="honour",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "pending"),
                    ("published", "published"),
                    ("revoked", "revoked"),
                    ("declined", "declined"),
                ],
                default="pending",
                max_length=9,
            ),
        ),
        migrations.AddField("honour", "declined_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "honour", "declined_letter", models.CharField(blank=True, max_length=100)
        ),
        migrations.AddField(
            "honour", "declined_letter_on", models.DateField(blank=True, null=True)
        ),
        migrations.AddField("honour", "declined_reason", models.TextField(blank=True)),
        migrations.AddField("honour", "declined_shown", models.BooleanField(default=False)),
    ]
