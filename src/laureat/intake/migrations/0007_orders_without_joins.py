"""Rows of one entry come in their order, without a join to find out in which order the entries do."""

from django.db import migrations

ORDERS = {
    "move": ("entry_id", "pk"),
    "passage": ("entry__serial", "entry_id", "stage__order"),
}


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_moves")]

    operations = [
        migrations.AlterModelOptions(name=name, options={"ordering": ordering})
        for name, ordering in ORDERS.items()
    ]
