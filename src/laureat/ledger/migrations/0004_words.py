from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_append_only")]
    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("commitment", models.CharField(max_length=64, unique=True)),
                ("salt", models.CharField(max_length=32)),
                ("text", models.TextField()),
            ],
        ),
    ]
