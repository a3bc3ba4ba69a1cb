"""What was uploaded or rendered; the bytes lie in the store under their SHA-256."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from laureat.platform.clock import now
from laureat.platform.identity import new_uid


class StoredFile(models.Model):
    """A file with its name. Who may read it is decided by the row that points at it."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.name
