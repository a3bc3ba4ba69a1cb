"""Sessions opened before times were kept: whoever is marked as present was there from the start."""

from django.db import migrations


def write_presences(apps, schema_editor):
    """One presence for each member marked as present, from the opening on."""
    Attendance = apps.get_model("council", "Attendance")
    Presence = apps.get_model("council", "Presence")
    marked = Attendance.objects.filter(present=True, session__opened_at__isnull=False)
    known = set(Presence.objects.values_list("session", "seat"))
    Presence.objects.bulk_create(
        Presence(session_id=session, seat_id=seat, came_at=opened)
        for session, seat, opened in marked.order_by("pk").values_list(
            "session", "seat", "session__opened_at"
        )
        if (session, seat) not in known
    )


class Migration(migrations.Migration):
    dependencies = [("council", "0006_presence_and_void_votes")]

    operations = [migrations.RunPython(write_presences, migrations.RunPython.noop)]
