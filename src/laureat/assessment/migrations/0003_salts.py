import laureat.platform.identity
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0002_sample_salt"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="salt",
            field=models.CharField(
                default=laureat.platform.identity.new_uid, editable=False, max_length=16
            ),
        )
        for name in ("scorebook", "result")
    ]
