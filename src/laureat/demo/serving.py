"""The site as one command: the web server and the mail worker, started and stopped together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from socket import gaierror, getaddrinfo

import click
from django.utils.translation import gettext as _

from laureat.demo.building import end_with_parent
from laureat.platform.errors import Refused

MOST_TRIED = 20
"""Ports that are tried, the wanted one among them."""


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next port nobody listens on. Raises Refused: none, or no such address."""
    last = min(wanted + MOST_TRIED - 1, 65535)
    for port in range(wanted, last + 1):
        why = _taken(host, port)
        if why is None:
            return port
        if why.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) or isinstance(why, gaierror):
            raise Refused(
                _("This machine has no address «%(host)s»: choose one with --host.")
                % {"host": host}
            ) from why
        if why.errno == errno.EACCES:
            raise Refused(
                _("Port %(port)s is only for the system: choose one from 1024 up with --port.")
                % {"port": port}
            ) from why
    raise Refused(
        _("No free port between %(first)s and %(last)s: choose one with --port.")
        % {"first": wanted, "last": last}
    )


def _taken(host: str, port: int) -> OSError | None:
    """Why nothing can listen there."""
    try:
        family, kind, _protocol, _name, address = getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except UnicodeError:  # a name with a label that is too long, or empty
        return gaierror(socket.EAI_NONAME, host)
    except OSError as error:
        return error
    return None


def written(host: str) -> str:
    """The host as it stands in an address: one of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def start(host: str, port: int, environment: Mapping[str, str]) -> list[subprocess.Popen[bytes]]:
    """Start gunicorn and the mail worker with `environment` on top of ours."""
    env = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "laureat.settings"}
    web = [
        sys.executable, "-m", "gunicorn", "laureat.wsgi:application",
        "--bind", f"{written(host)}:{port}", "--workers", "2", "--threads", "4",
        "--worker-class", "gthread", "--preload", "--log-level", "warning",
    ]  # fmt: skip
    worker = [sys.executable, "-c", "from laureat.cli import main; main()", "mail", "work"]
    return [
        subprocess.Popen(  # noqa: S603 - our own programs
            command,
            env=env,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call
        )
        for command in (web, worker)
    ]


def wait_until_up(host: str, port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    """Return when the site answers; Refused if a process ends first or nothing comes in 2 min."""
    deadline = time.monotonic() + 120  # a busy machine starts slowly
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        with suppress(OSError), socket.create_connection((host, port), timeout=0.5):
            return
        time.sleep(0.1)
    stop(processes)
    raise Refused(_("The site did not start; the lines above say why."))


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, then make sure."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def run_until_interrupted(processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait for Ctrl-C (or SIGTERM), or for one process to end; then stop all."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    except KeyboardInterrupt:
        click.echo()
    finally:
        stop(processes)
