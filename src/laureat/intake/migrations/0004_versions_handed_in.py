"""Entries that were handed in before versions were counted: one version per receipt given."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Count, Q


def count_versions(apps: Any, _editor: Any) -> None:
    """A version per receipt; an entry with a number has at least one."""
    entry = apps.get_model("intake", "Entry")
    receipts = Count("attachments", filter=Q(attachments__field="_receipt"))
    numbered = entry.objects.filter(number__isnull=False, handed_in=0).annotate(receipts=receipts)
    for row in numbered.iterator():
        entry.objects.filter(pk=row.pk).update(handed_in=max(1, row.receipts))


class Migration(migrations.Migration):
    """Only data."""

    dependencies = (("intake", "0003_amendments_and_colleagues"),)
    operations = (migrations.RunPython(count_versions, migrations.RunPython.noop),)
