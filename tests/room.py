"""Where throw-away data lies: in memory, where there is room."""

import os
import shutil

MEMORY = "/dev/shm"
ENOUGH = 2 * 1024**3
"""A whole run needs a quarter of it; containers often have less than a tenth."""


def in_memory() -> str | None:
    """A folder in memory, if it has room."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if roomy else None
