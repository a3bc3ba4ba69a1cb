"""Run a command beside a throw-away PostgreSQL: `python -m tests.postgres -- pytest …`.

The cluster lives in a temporary folder (in memory, where there is room), listens on a Unix socket
only, writes without fsync and is gone afterwards. Its locale is C, the one that knows least about Russian: whatever leans on the
server's own sorting or letter case shows at once. The command finds it through `LAUREAT_DATABASE`. `--find` only says where the
PostgreSQL programs are (exit code 1: nowhere); `LAUREAT_POSTGRES_BIN` names the folder to use.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import room

OLDEST = 15
START_SECONDS = 60
INIT_OPTIONS = [
    "--username=laureat",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--no-sync",
    "--no-instructions",
]
# Speed over safety: nobody will miss this data.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
    # Undone tests leave dead rows in every table, which each later one has to skip.
    "autovacuum_naptime": "5s",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "log_min_messages": "fatal",
}


def folders() -> Iterator[Path]:
    """Where the server's programs may be, best guess first."""
    if told := os.environ.get("LAUREAT_POSTGRES_BIN"):
        yield Path(told)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run(
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
    ):
        yield from sorted(Path("/").glob(pattern), key=_numbers, reverse=True)
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def _numbers(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def find() -> Path | None:
    """The folder of a PostgreSQL that is new enough."""
    for folder in folders():
        if not all((folder / name).exists() for name in ("initdb", "postgres")):
            continue
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
        if (numbers := re.findall(r"\d+", answer.stdout)) and int(numbers[0]) >= OLDEST:
            return folder
    return None


def _servant() -> dict[str, object]:
    """PostgreSQL refuses to run as root: become someone who owns nothing."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and there is no user postgres or nobody.")


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A running cluster; yields the address of an empty database in it."""
    servant = _servant()
    # Short, because the path of a Unix socket may have 107 characters; with --basetemp in mind.
    home = room.folder("pg", "/tmp")
    server = None
    try:
        if servant:
            os.chown(home, servant["user"], servant["group"])
        home.chmod(0o755)
        environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        made = subprocess.run(
            [programs / "initdb", "--pgdata", home / "data", *INIT_OPTIONS],
            capture_output=True, text=True, check=False, cwd=home, env=environment, **servant,
        )  # fmt: skip
        if made.returncode:
            raise SystemExit(f"initdb failed:\n{made.stdout}\n{made.stderr}")
        options = [word for item in SERVER_OPTIONS.items() for word in ("-c", "=".join(item))]
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", home / "data", "-k", home, *options],
                stdout=log, stderr=log, cwd=home, env=environment, start_new_session=True,
                **servant,
            )  # fmt: skip
        _wait_and_create(home, server)
        yield f"postgresql://laureat@/laureat?host={home}"
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast" shutdown
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _wait_and_create(home: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(
                host=str(home), user="laureat", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE laureat")
                return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                log = (home / "log").read_text()
                raise SystemExit(f"PostgreSQL did not start: {error}\n{log}") from error
            time.sleep(0.1)


def main(arguments: list[str]) -> int:
    programs = find()
    if arguments == ["--find"]:
        print(programs or f"no PostgreSQL {OLDEST} or newer")
        return 0 if programs else 1
    if arguments[:1] != ["--"] or len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if programs is None:
        print(f"No PostgreSQL {OLDEST} or newer was found.", file=sys.stderr)
        return 1
    # A terminated run still removes its cluster.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster(programs) as address:
        environment = {**os.environ, "LAUREAT_DATABASE": address}
        return subprocess.run(arguments[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
