"""Rows of one session come in their order, without a join to find out in which order the sessions do."""

from django.db import migrations

ORDERS = {
    "annulment": ("session_id", "at", "pk"),
    "guest": ("session_id", "pk"),
    "minutestext": ("session_id", "pk"),
    "motion": ("session_id", "order"),
    "presence": ("session_id", "came_at", "pk"),
    "seat": ("panel_id", "order", "pk"),
}


class Migration(migrations.Migration):
    dependencies = [("council", "0008_counted_and_freed")]

    operations = [
        migrations.AlterModelOptions(name=name, options={"ordering": ordering})
        for name, ordering in ORDERS.items()
    ]
