"""The demo's data: played once into a folder of its own, then reused until the code changes."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from laureat.platform.clock import today
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


FRESH_FOR = timedelta(days=14)
"""The contests under way have dates around the day of playing; later they would stand still."""


def built(folder: Path) -> bool:
    """Whether `folder` holds what today's code plays, played lately."""
    try:
        code, _line, day = (folder / MARK).read_text(encoding="utf-8").partition("\n")
        age = today() - date.fromisoformat(day.strip())
    except (OSError, ValueError):
        return False
    return code == fingerprint() and abs(age) < FRESH_FOR


def build(folder: Path) -> None:
    """Play everything beside `folder`, then put it in place in one step.

    Interrupting leaves the earlier demo as it was. Raises Refused: playing fails, somebody else
    plays here just now, the folder cannot be written.
    """
    beside = folder.with_name(f"{folder.name}.building")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.with_name(f"{folder.name}.lock")):
            _room(folder.parent)
            if not built(beside):  # else an earlier start was ended between its last two steps
                shutil.rmtree(beside, ignore_errors=True)
                beside.mkdir()
                played = fingerprint()  # now: the code may change while it plays
                _play(beside)
                mark = f"{played}\n{today().isoformat()}\n"
                (beside / MARK).write_text(mark, encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)
            beside.rename(folder)
    except OSError as error:
        raise Refused(
            _("The demo cannot be written to %(folder)s: %(why)s.")
            % {"folder": folder, "why": _(error.strerror) if error.strerror else error}
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold `path` as a lock: the system frees it however this process ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                _("The demo is being played here just now, by another start of it. Wait for it.")
            ) from error
        yield


def _play(beside: Path) -> None:
    """Play in a process of its own, with settings of its own. Raises Refused, KeyboardInterrupt."""
    env = {**os.environ, **environment(beside), "LAUREAT_SQLITE_SYNCHRONOUS": "OFF",
           "LAUREAT_FILES_SYNC": "0"}  # fmt: skip
    code = "from laureat.cli import main; main()"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code, "season", "everything"],
        env=env,
        check=False,
        preexec_fn=end_with_parent,  # one system call, and no thread runs here
    )
    if done.returncode:
        _room(beside.parent)
        raise Refused(_("The demo was not finished; nothing was changed. Start it again."))


def _room(folder: Path) -> None:
    """Raise Refused if the disk has no room for a demo."""
    left = shutil.disk_usage(folder).free // 1024**2
    if left < ENOUGH_MB:
        raise Refused(
            _(
                "The disk is full: %(left)s MB are left in %(folder)s, and the demo takes about "
                "%(wanted)s MB. Nothing was changed. Make room and start it again."
            )
            % {"left": left, "folder": folder, "wanted": ENOUGH_MB}
        )


ENOUGH_MB = 400
"""What the played seasons take, with what is open while they are played."""


def end_with_parent() -> None:
    """In a child just made: end when whoever started it is gone, even killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG
