"""Sessions opened before it was written down who presides: the chair did."""

from django.db import migrations
from django.db.models import F


def name_the_chair(apps, schema_editor):
    """Write the chair who was there; else the chair of today; else leave it open."""
    Session = apps.get_model("council", "Session")
    Seat = apps.get_model("council", "Seat")
    for session in Session.objects.filter(opened_at__isnull=False, presiding__isnull=True):
        chairs = Seat.objects.filter(panel=session.panel_id, role="chair")
        there = chairs.filter(attendance__session=session, attendance__present=True)
        today = chairs.filter(left_at__isnull=True)
        # A chair may have handed over between: the last of those who were there.
        seat = there.order_by(F("left_at").asc(nulls_last=True)).last() or today.first()
        if seat is not None:
            session.presiding_id = seat.pk
            session.save(update_fields=["presiding"])


class Migration(migrations.Migration):
    dependencies = [("council", "0004_texts_of_minutes")]

    operations = [migrations.RunPython(name_the_chair, migrations.RunPython.noop)]
