"""When votes were counted, and when a place became free again."""

from django.db import migrations, models
from django.db.models import F


def counted_when_decided(apps, _schema_editor):
    """Of earlier counts the decision is the nearest moment known."""
    motions = apps.get_model("council", "Motion").objects
    motions.filter(decided_at__isnull=False, entitled__gt=0).update(counted_at=F("decided_at"))


class Migration(migrations.Migration):
    """Two moments of a motion."""

    dependencies = [("council", "0007_who_was_present")]

    operations = [
        migrations.AddField("motion", "counted_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("motion", "freed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(counted_when_decided, migrations.RunPython.noop, elidable=True),
    ]
