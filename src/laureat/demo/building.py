"""The demo's data: played once into a folder of its own, then reused until the code changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused

MARK = "played"
"""File whose content names the code and rulebooks that were played."""


def fingerprint() -> str:
    """SHA-256 over everything a played season depends on: code, rulebooks, plans."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(settings.ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, endings in ((settings.PACKAGE, {".py", ".csv", ".yaml", ".typ", ".docx"}),
                            (settings.AWARDS, {".yaml"})):  # fmt: skip
        for path in folder.rglob("*"):
            if path.suffix in endings and path.is_file():
                yield path


def environment(folder: Path) -> dict[str, str]:
    """The settings of a demo that lives in `folder`."""
    return {
        "LAUREAT_DATA": str(folder),
        "LAUREAT_DATABASE": f"sqlite:///{folder / 'laureat.db'}",
        "LAUREAT_DEMO": "1",
        "LAUREAT_EMAIL_VERIFICATION": "optional",  # its mail goes to files, not to people
    }


def built(folder: Path) -> bool:
    """Whether `folder` holds what today's code plays."""
    mark = folder / MARK
    return mark.exists() and mark.read_text() == fingerprint()


def build(folder: Path) -> None:
    """Play everything beside `folder`, then put it in place in one step.

    Interrupting leaves the earlier demo as it was. Raises Refused if playing fails.
    """
    beside = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    env = {**os.environ, **environment(beside), "LAUREAT_SQLITE_SYNCHRONOUS": "OFF",
           "LAUREAT_FILES_SYNC": "0"}  # fmt: skip
    code = "from laureat.cli import main; main()"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code, "season", "everything"], env=env, check=False
    )
    if done.returncode:
        raise Refused(_("The demo was not finished; nothing was changed. Start it again."))
    (beside / MARK).write_text(fingerprint())
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
