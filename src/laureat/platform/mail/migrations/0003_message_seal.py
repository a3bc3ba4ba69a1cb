"""What a letter tells of, where some who handle the mail may not know that yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters queued before have no seal."""

    dependencies = [("mail", "0002_worker")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="seal",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
