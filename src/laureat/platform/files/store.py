"""Where bytes live: a folder of files named by their SHA-256.

An acknowledged write survives a crash: bytes are written beside, synced, renamed, and the folder
is synced too.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


class Store(Protocol):
    """What a store of bytes can do (disk here; an object store has the same three calls)."""

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep the bytes; returns SHA-256 (hex) and size."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes; FileNotFoundError if they are not here."""

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are here."""


class DiskStore:
    """A folder: `ab/cdef…`."""

    def __init__(self, root: Path, *, sync: bool = True) -> None:
        """`sync=False` trades safety for speed where data is thrown away (tests, demo play)."""
        self.root = root
        self.sync = sync

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep the bytes; returns SHA-256 (hex) and size."""
        chunks = iter(chunks)
        begun = list(islice(chunks, 2))
        if len(begun) == 1 and (known := self._lies_here(begun[0])):
            return known, len(begun[0])
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self.root, delete=False) as beside:
            try:
                for chunk in chain(begun, chunks):
                    digest.update(chunk)
                    size += len(chunk)
                    beside.write(chunk)
                beside.flush()
                if self.sync:
                    os.fsync(beside.fileno())
            except BaseException:
                Path(beside.name).unlink()  # half a file would only keep the disk full
                raise
        path = self._path(digest.hexdigest())
        path.parent.mkdir(exist_ok=True)
        Path(beside.name).replace(path)
        self._sync_name(path)
        return digest.hexdigest(), size

    def _lies_here(self, content: bytes) -> str:
        """The SHA-256 of `content` if it was kept before: many attach the same form."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            whole = path.stat().st_size == len(content)
        except FileNotFoundError:
            return ""
        if whole:
            self._sync_name(path)  # whoever puts it here this moment may not have come so far
        return sha256 if whole else ""

    def _sync_name(self, path: Path) -> None:
        if self.sync:
            _sync_folder(path.parent)
            _sync_folder(self.root)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes; FileNotFoundError if they are not here."""
        return self._path(sha256).open("rb")

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are here."""
        return self._path(sha256).exists()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """The store of this installation."""
    return DiskStore(settings.FILES, sync=settings.FILES_SYNC)
