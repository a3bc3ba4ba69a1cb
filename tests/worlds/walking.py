"""Asking for pages as anybody, reading what is on them, and seeing what was written meanwhile.

reader = Reader(world.people["lead"])
reader.get("/en/account/")             the answer; whatever was written is undone
links(page), forms(page)               addresses and forms of a page
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html

from laureat.platform.accounts.models import User

_WRITING = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
_NOBODYS = {
    "django_session",
    "axes_accesslog",
    "axes_accessattempt",
    "platform_cache",
    "account_emailaddress",
}
"""What signing in and messages write; allauth copies an invited person's address when it is read."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """The tables that are written inside the block."""
    written: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITING.match(sql)
        if found and found[1] not in _NOBODYS:
            written.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


@dataclass
class Answer:
    """What came back."""

    response: HttpResponse
    content: bytes
    queries: int
    written: list[str]

    @property
    def code(self) -> str:
        """ok, go (elsewhere), sign-in, no, hidden, method."""
        status = self.response.status_code
        if status in {301, 302}:
            where = self.response["Location"]
            return "sign-in" if urlsplit(where).path.endswith(SIGN_IN) else "go"
        return {403: "no", 404: "hidden", 405: "method"}.get(status, "ok")

    @property
    def everything(self) -> bytes:
        """Each byte that was sent, the headers included."""
        return str(self.response.headers).encode() + self.content

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML page (not a part of one, not a file)."""
        kind = self.response.get("Content-Type", "")
        return kind.startswith("text/html") and b"<html" in self.content[:400].lower()

    @property
    def tree(self) -> Any:
        """The page, parsed."""
        return html.document_fromstring(self.content.decode())


SIGN_IN = "/account/login/"


class Reader:
    """Somebody at the browser. Each request is undone."""

    def __init__(self, user: User | None) -> None:
        """`user` is None for those who have not signed in."""
        self.client = Client(raise_request_exception=True)
        if user is not None:
            self.client.force_login(user)
        self._cookies = copy(self.client.cookies)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask(lambda: self.client.get(path))

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> Answer:
        """Send a form."""
        return self._ask(lambda: self.client.post(path, dict(data or {})))

    def _ask(self, ask: Any) -> Answer:
        counted: list[int] = [0]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            counted[0] += not sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
            return execute(sql, params, many, context)

        cache.clear()  # or else somebody has tried to sign in too often
        self.client.cookies = copy(self._cookies)
        with transaction.atomic():
            with connection.execute_wrapper(count), watched() as written:
                response = ask()
                content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        return Answer(response, content, counted[0], written)


def links(tree: Any, page: str) -> list[str]:
    """The addresses within the site that a page leads to."""
    found = []
    for href in tree.xpath("//a/@href"):
        address = urldefrag(href)[0]
        if address.startswith("?"):
            address = urlsplit(page).path + address
        if address.startswith("/") and not address.startswith(("//", "/static/")):
            found.append(address)
    return list(dict.fromkeys(found))


def forms(tree: Any, page: str) -> dict[str, dict[str, Any]]:
    """The forms that a page sends, filled in as a person might: data by address."""
    found: dict[str, dict[str, Any]] = {}
    for form in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        action = urldefrag(form.get("action") or page)[0] or page
        found.setdefault(action, {}).update(_filled(form))
    return found


def _filled(form: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for each in form.xpath(".//input|.//textarea|.//select|.//button"):
        name, kind = each.get("name"), (each.get("type") or "").lower()
        if not name or name == "csrfmiddlewaretoken" or kind in {"file", "reset"}:
            continue
        if each.tag == "select":
            values = [option.get("value") for option in each.iter("option") if option.get("value")]
            data[name] = values[0] if values else ""
        elif kind in {"radio", "checkbox"} or each.tag == "button":
            data.setdefault(name, each.get("value") or "on")
        elif each.tag == "textarea":
            data[name] = (each.text or "").strip() or "Демонстрация"
        else:
            data[name] = each.get("value") or _typed(kind)
    return data


def _typed(kind: str) -> str:
    return {
        "email": "somebody@small.invalid",
        "number": "1",
        "date": "2026-09-20",
        "datetime-local": "2026-09-20T12:00",
        "url": "https://demo.invalid/",
        "password": "something-very-long-7",
    }.get(kind, "Демонстрация")


@dataclass
class Walk:
    """What somebody found by following links."""

    pages: dict[str, Answer] = field(default_factory=dict)
    came_from: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)


def walk(
    reader: Reader,
    *,
    language: str = "ru",
    most: int = 150,
    starts: tuple[str, ...] = (),
    same_kind: int = 3,
) -> Walk:
    """Follow all links of one language from home and the desk; at most `same_kind` pages of one
    address pattern, `most` pages in all.
    """
    prefix = "" if language == "ru" else f"/{language}"
    queue = deque(starts or (f"{prefix}/", f"{prefix}/account/"))
    found = Walk(came_from=dict.fromkeys(queue, ""))
    kinds: dict[str, int] = {}
    while queue and len(found.pages) < most:
        page = queue.popleft()
        kind = pattern(page)
        if kinds.get(kind, 0) >= same_kind:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = reader.get(page)
        found.pages[page] = answer
        if answer.code == "go":
            _add(answer.response["Location"], page, prefix, found, queue)
        elif answer.is_page and answer.response.status_code == 200:
            tree = answer.tree
            for address in links(tree, page):
                _add(address, page, prefix, found, queue)
            for address, data in forms(tree, page).items():
                found.forms.setdefault(address, data)
    return found


def _add(address: str, page: str, prefix: str, found: Walk, queue: deque[str]) -> None:
    english = address.startswith("/en/")
    if english == bool(prefix) and address not in found.came_from and "logout" not in address:
        found.came_from[address] = page
        queue.append(address)


_UID = re.compile(r"(?<=/)(?:[2-9a-z]{16}|\d+|[0-9a-f]{64})(?=[/.]|$)")


def pattern(address: str) -> str:
    """The address with its identifiers taken out, to tell pages of one kind."""
    parts = urlsplit(address)
    keys = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return _UID.sub("*", parts.path) + "?" + "&".join(keys)


def in_language(name: str, args: list[Any], language: str = "ru") -> str:
    """The address of a page in a language."""
    from django.utils import translation

    with translation.override(language):
        return reverse(name, args=args)
