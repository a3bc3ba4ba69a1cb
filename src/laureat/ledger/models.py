"""The journal's two tables."""

from __future__ import annotations

from typing import Any

from django.db import models

GENESIS = "0" * 64


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove what happened."""


class Chain(models.Model):
    """The head of one chain, e.g. "rf-quality-prize/2024". Locked while a record is appended."""

    key = models.CharField(max_length=130, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)
    public = models.BooleanField(default=False)
    """Everybody may read and verify it: set when the results of its edition are published."""

    def __str__(self) -> str:
        return self.key


class Record(models.Model):
    """One thing that happened.

    `content` is the canonical JSON (RFC 8785) that was hashed, kept as text so that every byte
    counts; the other columns repeat parts of it for searching.
    hash = SHA-256(previous hash, as hex, + newline + content).
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="records")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    content = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Each place in a chain is taken once."""

        ordering = ("chain", "seq")
        constraints = (
            models.UniqueConstraint(fields=["chain", "seq"], name="one_record_per_place"),
        )
        indexes = (models.Index(fields=["chain", "subject"], name="ledger_by_subject"),)

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new records are saved."""
        if self.pk is not None:
            message = "a ledger record is never changed"
            raise AppendOnlyError(message)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        message = "a ledger record is never removed"
        raise AppendOnlyError(message)


class Words(models.Model):
    """What somebody wrote in their own words, e.g. a reason: a record holds only the commitment."""

    commitment = models.CharField(max_length=64, unique=True)
    """SHA-256 of salt, newline, text; see `actions.commitment`."""
    salt = models.CharField(max_length=32)
    text = models.TextField()

    def __str__(self) -> str:
        return self.commitment
