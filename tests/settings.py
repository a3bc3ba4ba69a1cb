"""laureat's settings as the tests see them: the real ones, on throw-away data, with a fast hasher.

The environment is set before the real settings are read, so that everything they derive from it
(files, database, keys) lands in the throw-away folder, also for commands that a test starts.
"""

import atexit
import os
import shutil
import sys
from pathlib import Path

from tests.room import folder

# Many images forbid Python to keep what it has compiled. Here every worker, and every command that
# a test starts, would compile the same hundreds of files again, which takes longer than they run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if "LAUREAT_TEST_ROOT" not in os.environ:  # workers and child processes share their parent's
    os.environ["LAUREAT_TEST_ROOT"] = str(folder("tests"))
    atexit.register(shutil.rmtree, os.environ["LAUREAT_TEST_ROOT"], ignore_errors=True)

DATA = Path(os.environ["LAUREAT_TEST_ROOT"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
DATA.mkdir(parents=True, exist_ok=True)
os.environ["LAUREAT_DATA"] = str(DATA)
os.environ.setdefault("LAUREAT_SQLITE_SYNCHRONOUS", "OFF")
os.environ.setdefault("LAUREAT_FILES_SYNC", "0")

from laureat.settings import *  # noqa: E402, F403
from laureat.settings import DATABASES  # noqa: E402

# Hashing a password slowly is a virtue everywhere but here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A file, not memory: locks, write-ahead log and threads then behave as they do for people.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA / "test.sqlite3")
