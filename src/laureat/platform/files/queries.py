"""Whether the store still holds what the rows point at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store

_CHUNK = 1024 * 1024


class Fault(StrEnum):
    """What is wrong with a file."""

    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Lost:
    """Bytes that can no longer be handed out as they were kept."""

    fault: Fault
    sha256: str
    names: list[str]
    """Under which names they were kept, at most three."""


def count() -> int:
    """How many different files the store should hold."""
    return StoredFile.objects.values("sha256").distinct().count()


def lost() -> Iterator[Lost | None]:
    """Every file of the store, in order of its SHA-256: what is wrong with it, or None."""
    rows = StoredFile.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    for sha256 in rows.iterator(chunk_size=2000):
        fault = _fault(sha256)
        yield Lost(fault, sha256, _names(sha256)) if fault else None


def _fault(sha256: str) -> Fault | None:
    digest = hashlib.sha256()
    try:
        with store().open(sha256) as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return Fault.MISSING
    except OSError:
        return Fault.DAMAGED  # a disk that fails
    return None if digest.hexdigest() == sha256 else Fault.DAMAGED


def _names(sha256: str) -> list[str]:
    kept = StoredFile.objects.filter(sha256=sha256).order_by("pk")
    return list(kept.values_list("name", flat=True)[:3])
