"""Rows of one stage come in their order, without a join to find out in which order the stages do."""

from django.db import migrations

ORDERS = {
    "keyreader": ("stage_id", "at", "pk"),
    "result": ("stage_id", "rank", "pk"),
}


class Migration(migrations.Migration):
    dependencies = [("assessment", "0011_no_order_unless_asked")]

    operations = [
        migrations.AlterModelOptions(name=name, options={"ordering": ordering})
        for name, ordering in ORDERS.items()
    ]
