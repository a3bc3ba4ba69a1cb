"""Where throw-away data lies: in memory, where there is room."""

import os
import shutil
import tempfile
import time
from pathlib import Path

MEMORY = Path("/dev/shm")
HOUR = 3600
ENOUGH = 2 * 1024**3
"""A whole run needs a quarter of it; containers often have less than a tenth."""


def folder(kind: str, otherwise: str | None = None) -> Path:
    """A new folder `laureat-<kind>-…`, in memory or else in `otherwise` (the usual place)."""
    _sweep()
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    prefix = f"laureat-{kind}-{os.getpid()}-"
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else otherwise))


def _sweep() -> None:
    """Give back the memory of runs that were killed an hour ago or earlier: the name says whose."""
    for left in MEMORY.glob("laureat-tests-*-*"):
        process = left.name.split("-")[2]
        if process.isdecimal() and not _runs(int(process)) and _age(left) > HOUR:
            shutil.rmtree(left, ignore_errors=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # somebody else swept
        return 0


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
