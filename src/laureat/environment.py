"""Settings as an operator writes them into the environment: what cannot be meant is refused by name.

Nothing of Django is imported: the settings themselves are made from this.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from laureat.saying import say

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_ASKED: Final[set[str]] = {"LAUREAT_LANGUAGE"}  # which laureat/terminal.py reads
"""Names that were asked for: all that this installation understands."""
_OF_TESTS: Final = ("LAUREAT_TEST_", "LAUREAT_POSTGRES_BIN", "LAUREAT_CHROMIUM", "LAUREAT_SHOW")


class SettingError(ValueError):
    """A setting that cannot be meant; its message can be translated (laureat/saying.py)."""

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(say("%(name)s: expected %(expected)s, got “%(got)s”", name=name,
                             expected=expected, got=got))  # fmt: skip


def env(name: str, default: str = "") -> str:
    """A setting as it stands; an empty one is not set."""
    _ASKED.add(name)
    return os.environ.get(name, "").strip() or default.strip()


def env_bool(name: str, default: bool = False) -> bool:
    """A yes/no setting. Raises SettingError: neither."""
    said = env(name).lower()
    if said not in _YES | _NO | {""}:
        raise SettingError(name, say("1 or 0"), said)
    return said in _YES if said else default


def env_int(name: str, default: int, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number from `least` to `most`. Raises SettingError: no such number."""
    said = env(name, str(default))
    if not said.isascii() or not said.isdigit() or not least <= int(said) <= most:
        expected = say("a whole number from %(least)s to %(most)s", least=least, most=most)
        raise SettingError(name, expected, said)
    return int(said)


def env_choice(name: str, default: str, choices: Collection[str]) -> str:
    """One of `choices`. Raises SettingError: another word."""
    said = env(name, default)
    if said not in choices:
        raise SettingError(name, say("one of %(choices)s", choices=", ".join(choices)), said)
    return said


def env_list(name: str, default: str = "") -> list[str]:
    """A comma separated setting."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_site(name: str, default: str) -> str:
    """The address of the site, without a slash at its end. Raises SettingError: no such address."""
    said = env(name, default).rstrip("/")
    parts = urlsplit(said)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.path:
        raise SettingError(name, say("an address like https://award.example.org"), said)
    return said


def unknown(names: Iterable[str]) -> dict[str, str]:
    """Those of `names` that look like settings of ours and are none, with the nearest that is one."""
    strange = sorted(name for name in names if name.startswith("LAUREAT_") and name not in _ASKED)
    return {
        name: next(iter(get_close_matches(name, sorted(_ASKED), n=1, cutoff=0.8)), "")
        for name in strange
        if not name.startswith(_OF_TESTS)
    }


def proxies(
    name: str, default: str = ""
) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network | str]:
    """The proxies whose word is taken for a visitor's address: networks, and `unix` for a socket.

    Raises SettingError: something else stands there.
    """
    said = env_list(name, default)
    try:
        return [each if each == "unix" else ipaddress.ip_network(each) for each in said]
    except ValueError as error:
        raise SettingError(name, say("addresses, networks or unix"), ",".join(said)) from error


def env_database(name: str, default: str) -> dict[str, object]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host/name?host=/dir`.

    Behind the question mark stand libpq's parameters (`sslmode=verify-full`), and
    `pooled=transactions` where PgBouncer stands between. Raises SettingError: anything else.
    """
    url = env(name, default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.query:
        return _sqlite(unquote(parts.path[1:]) or ":memory:")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError(
            name, "sqlite:////path, postgresql://user:password@host/name", f"{parts.scheme}:…"
        )
    asked = {each: values[-1] for each, values in parse_qs(parts.query).items()}
    foreign = asked.keys() - _of_libpq() - {"pooled"}
    if foreign or asked.get("pooled", "transactions") != "transactions":
        got = ", ".join(sorted(foreign or {"pooled"}))  # names alone: one may be a password
        expected = say("behind “?” pooled=transactions and what libpq knows (sslmode, host, …)")
        raise SettingError(name, expected, got)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", parts.hostname or ""),
        "PORT": str(asked.pop("port", parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **_of_connections(asked),
    }


def _sqlite(path: str) -> dict[str, object]:
    safety = env_choice("LAUREAT_SQLITE_SYNCHRONOUS", "FULL", ("FULL", "NORMAL", "OFF"))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # To open the file and to fold its journal in again took longer than a cached page.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={safety};"
                "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
            ),
        },
    }


def _of_connections(asked: dict[str, str]) -> dict[str, object]:
    """What each connection is told; behind PgBouncer, which gives every transaction another one,
    nothing that belongs to one.
    """
    own = asked.pop("options", "")
    if asked.pop("pooled", ""):
        options = {"prepare_threshold": None, **({"options": own} if own else {}), **asked}
        return {"OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": True}
    # Our questions join up to thirteen tables, those of the filters first. To look for a better
    # order among eight, as is usual, took three times as long as to answer.
    ours = f"-c jit=off -c join_collapse_limit=5 {own}".strip()
    return {"OPTIONS": {"prepare_threshold": None, "options": ours, **asked}}


def _of_libpq() -> set[str]:
    """What libpq can be told of the way to a server; who and what have their places in the URL."""
    from psycopg.pq import Conninfo  # noqa: PLC0415 - with SQLite nobody needs libpq

    names = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return names - {"user", "password", "dbname"}
