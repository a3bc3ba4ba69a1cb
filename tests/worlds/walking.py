"""Asking for pages as anybody, reading what is on them, and seeing what was written meanwhile.

reader = Reader(world.people["lead"])
reader.get("/en/account/")             the answer; whatever was written is undone
reader.get("/en/account/")             the same answer, remembered: nothing has changed meanwhile
reader.get("/en/account/", again=True) asked again, because something has
walk(reader)                           every page that links lead to
links(page)                            addresses on a page
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.core.cache import caches
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

    @cached_property
    def tree(self) -> Any:
        """The page, parsed."""
        return html.document_fromstring(self.content.decode())


SIGN_IN = "/account/login/"


class Reader:
    """Somebody at the browser. Each request is undone, hence a page need not be asked for twice."""

    def __init__(self, user: User | None) -> None:
        """`user` is None for those who have not signed in."""
        self.client = Client(raise_request_exception=True)
        if user is not None:
            self.client.force_login(user)
        self._cookies = copy(self.client.cookies)
        self._pages: dict[str, Answer] = {}

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._pages.clear()

    def remembers(self, path: str) -> bool:
        """Whether the page has been asked for."""
        return path in self._pages

    def get(self, path: str, *, again: bool = False) -> Answer:
        """Ask for a page; the second time it is remembered, unless it is to be asked `again`."""
        if again:
            return self._ask(lambda: self.client.get(path))
        if path not in self._pages:
            self._pages[path] = self._ask(lambda: self.client.get(path))
        return self._pages[path]

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> Answer:
        """Send a form."""
        return self._ask(lambda: self.client.post(path, dict(data or {})))

    def _ask(self, ask: Any) -> Answer:
        counted: list[int] = [0]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            counted[0] += not sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
            return execute(sql, params, many, context)

        caches["pages"].clear()  # or else a public page might be an old one
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


def leads(answer: Answer, page: str) -> list[str]:
    """Where an answer leads within the site: the links of a page, or the page to go on to."""
    if answer.code == "go":
        return [answer.response["Location"]]
    if answer.is_page and answer.response.status_code == 200:
        return links(answer.tree, page)
    return []


@dataclass
class Told:
    """What somebody else, who gets the same, has read: the code of the answer, and its links."""

    code: str
    links: list[str]


@dataclass
class Walk:
    """What somebody found by following links."""

    pages: dict[str, Answer] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    came_from: dict[str, str] = field(default_factory=dict)


def walk(
    reader: Reader,
    *,
    language: str = "ru",
    known: Iterable[str] = (),
    most: int = 120,
    same_kind: int = 2,
    told: Callable[[str], Told | None] = lambda _address: None,
) -> Walk:
    """Follow the links of one language from home, the desk and the `known` addresses.

    Of the addresses of one pattern, at most `same_kind` are asked for, at most `most` in all;
    those that are remembered come first and cost nothing, nor does what somebody else has `told`.
    """
    prefix = "" if language == "ru" else f"/{language}"
    found = Walk()
    remembered: deque[str] = deque()
    others: deque[str] = deque()

    def note(leads: list[str], page: str) -> None:
        for address in leads:
            english = address.startswith("/en/")
            if (
                english == bool(prefix)
                and address not in found.came_from
                and "logout" not in address
            ):
                found.came_from[address] = page
                (remembered if reader.remembers(address) else others).append(address)

    for page in known:
        note(leads(reader.get(page), page), page)
    for page in (f"{prefix}/", f"{prefix}/account/"):
        if page not in found.came_from:
            found.came_from[page] = ""
            others.appendleft(page)
    kinds: dict[str, int] = {}
    while remembered or (others and len(found.pages) < most):
        page = (remembered or others).popleft()
        kind = pattern(page)
        if kinds.get(kind, 0) >= same_kind:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        if (said := told(page)) is not None:
            found.told[page] = said
            note(said.links, page)
            continue
        found.pages[page] = reader.get(page)
        note(leads(found.pages[page], page), page)
    return found


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
