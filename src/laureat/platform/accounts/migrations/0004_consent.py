"""When somebody agreed to the processing of their data, and to which text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the two."""

    dependencies = [("accounts", "0003_names_in_latin_letters")]

    operations = [
        migrations.AddField("user", "consent_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("user", "consent_to", models.CharField(blank=True, max_length=10)),
    ]
