"""When somebody asked for their account to be erased: the law gives thirty days from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the day."""

    dependencies = [("accounts", "0004_consent")]

    operations = [
        migrations.AddField(
            "user", "erasure_asked_at", models.DateTimeField(blank=True, null=True)
        ),
    ]
