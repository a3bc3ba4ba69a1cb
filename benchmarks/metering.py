"""A browser without a browser, and what it makes the application work (see pages.py)."""

from __future__ import annotations

import io
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

TOKEN = "benchmark" * 3 + "token"  # what a form sends and the cookie holds, so that they agree


@dataclass
class Meter:
    """Counts the questions of one request and what they take."""

    inside: bool
    """Whether the database works in this process."""
    queries: int = 0
    wall: float = 0.0
    cpu: float = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return execute(sql, params, many, context)
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu
            self.queries += 1


@dataclass
class Browser:
    """Somebody who is signed in, or nobody."""

    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": TOKEN})

    @classmethod
    def of(cls, user: Any) -> Browser:
        """A browser in which `user` is signed in."""
        from django.test import Client

        client = Client()
        client.force_login(user)
        return cls({"csrftoken": TOKEN, **{k: v.value for k, v in client.cookies.items()}})

    def ask(self, path: str, sent: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page; a form of htmx where something is `sent`."""
        from laureat.wsgi import application

        body = urlencode({**sent, "csrfmiddlewaretoken": TOKEN}).encode() if sent else b""
        environ = {
            "REQUEST_METHOD": "POST" if sent else "GET", "PATH_INFO": path.partition("?")[0],
            "QUERY_STRING": path.partition("?")[2], "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1:8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_ACCEPT_LANGUAGE": "ru",
            "HTTP_COOKIE": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }  # fmt: skip
        if sent:
            environ["HTTP_HX_REQUEST"] = "true"
        status = []
        answer = application(environ, lambda line, _headers: status.append(int(line[:3])))
        page = b"".join(answer).decode()
        answer.close()
        return status[0], page


@dataclass(frozen=True)
class Case:
    """Something that people do, how many rows it is about, and what it may cost (ms)."""

    name: str
    rows: int
    budget: float | None
    do: Callable[[], tuple[int, str]]
    status: int = 200


@dataclass(frozen=True)
class Found:
    """What it cost: medians in ms."""

    name: str
    rows: int
    queries: int
    application: float
    database: float
    least: float
    """Of both together, the cheapest time: what it costs on a machine that does nothing else."""
    budget: float | None
    bytes: int

    @property
    def total(self) -> float:
        """Application and database."""
        return self.application + self.database


def measure(case: Case, *, warm: int, times: int) -> Found:
    """Do it `warm` times unmeasured, then `times` times."""
    from django.db import connection

    own: list[float] = []
    theirs: list[float] = []
    queries = size = 0
    for turn in range(warm + times):
        meter = Meter(connection.vendor == "sqlite")
        begun = time.process_time()
        with connection.execute_wrapper(meter):
            status, page = case.do()
        spent = time.process_time() - begun
        assert status == case.status, f"{case.name}: {status}\n{page[:3000]}"
        if turn >= warm:
            own.append(1000 * (spent - meter.cpu))
            theirs.append(1000 * (meter.cpu if meter.inside else meter.wall))
            queries, size = max(queries, meter.queries), len(page.encode())
    middle = [round(statistics.median(each), 2) for each in (own, theirs)]
    least = round(min(map(sum, zip(own, theirs, strict=True))), 2)
    return Found(case.name, case.rows, queries, *middle, least, case.budget, size)


def fields(page: str) -> dict[str, str]:
    """What the form of a part would send as it stands."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="radio"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1])
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)<', page):
        found[name] = unescape(text).removeprefix("\n")
    return {k: v for k, v in found.items() if k not in {"csrfmiddlewaretoken", "theme"}}
