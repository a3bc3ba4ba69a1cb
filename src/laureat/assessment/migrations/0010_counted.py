"""Of stages closed before this the clock proves which scorebooks counted
(`actions/counting.py`), where that can be proven.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0009_key_readers")]

    operations = [
        migrations.AddField(
            model_name="scorebook",
            name="counted",
            field=models.BooleanField(editable=False, null=True),
        ),
    ]
