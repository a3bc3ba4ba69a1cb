"""How a person writes their name in Latin letters; nobody has said so yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("accounts", "0002_cache_table")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="name_latin",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="name in Latin letters"
            ),
            preserve_default=False,
        ),
    ]
