"""When a worker was last seen: pages say so where work waits and nobody does it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table of one row."""

    dependencies = [("mail", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
        ),
    ]
