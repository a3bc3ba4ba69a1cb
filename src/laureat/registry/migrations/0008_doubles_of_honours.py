"""An honour told twice stays as a row that is no longer shown."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column; nothing is one of a pair yet."""

    dependencies = [("registry", "0007_sources_in_two_languages")]
    operations = [
        migrations.AddField(
            model_name="distinction",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.distinction",
            ),
        ),
    ]
