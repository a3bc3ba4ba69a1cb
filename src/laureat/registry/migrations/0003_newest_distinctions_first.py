"""Read the first page of the public register off an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies = [
        ("registry", "0002_distinction_notes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="distinction",
            index=models.Index(fields=["-year", "award_key"], name="distinctions_newest"),
        ),
    ]
