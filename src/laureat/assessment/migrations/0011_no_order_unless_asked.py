"""Who reads assignments, scorebooks and wishes says in which order, if any: the order they came in
until now joined seven tables.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0010_counted")]

    operations = [
        migrations.AlterModelOptions(name=name, options={})
        for name in ("assignment", "pairing", "scorebook")
    ]
