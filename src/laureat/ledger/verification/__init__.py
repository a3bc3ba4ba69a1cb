"""Recomputing a chain from its records alone: no database, so a stranger can run it on an export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from laureat.ledger.actions import digest
from laureat.ledger.models import GENESIS
from laureat.platform.errors import Refused

JITTER = timedelta(minutes=1)
"""Two who write at once may read the clock in another order than they come to the journal."""


@dataclass(frozen=True)
class Line:
    """One record as it was found."""

    seq: int
    content: str
    previous: str
    hash: str
    at: str = ""
    action: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with the record at place `seq`."""

    chain: str
    seq: int
    kind: str
    """missing, extra, content, link, columns, head"""
    detail: str

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}: {self.detail}"


@dataclass(frozen=True)
class Backwards:
    """A record that bears an earlier time than one that stands before it."""

    seq: int
    at: str
    before: str
    """The latest time before it."""


@dataclass(frozen=True)
class Verdict:
    """How a chain was found: its length, its head, and every fault."""

    chain: str
    length: int
    head: str
    faults: tuple[Fault, ...]
    backwards: tuple[Backwards, ...] = ()
    """Where time runs backwards: no fault, because the clock of a server may be set."""
    published: int | None = None
    """The place of the record whose hash was published elsewhere as the head, if one was given."""

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, removed, added or reordered."""
        return not self.faults


def verify(
    chain: str,
    lines: Iterable[Line],
    *,
    length: int | None = None,
    head: str | None = None,
    published: str = "",
) -> Verdict:
    """Recompute `chain` from `lines` in order of place.

    `length` and `head` are those of the chain's row: they reveal records cut off at the end.
    `published` is the head as it was once written down elsewhere; the chain may have grown since,
    so it must be the hash of one of the records, after which nothing else may stand.
    """
    faults: list[Fault] = []
    backwards: list[Backwards] = []
    expected, previous, at = 1, GENESIS, None
    latest: datetime | None = None
    for line in lines:
        content = _content_of(line)
        faults.extend(_faults_of(chain, line, expected, previous, content))
        moment = _moment_of(content)
        if moment is not None and latest is not None and latest - moment > JITTER:
            backwards.append(Backwards(line.seq, *(each.isoformat() for each in (moment, latest))))
            latest = moment  # the clock goes on from here: what follows is no news
        elif moment is not None:
            latest = moment if latest is None else max(latest, moment)
        expected, previous = line.seq + 1, line.hash
        if previous == published.lower():
            at = line.seq
    if length is not None and expected - 1 != length:
        words: dict[str, object] = {"found": expected - 1, "written": length}
        faults.append(
            Fault(
                chain,
                expected,
                "head",
                _("%(found)s records found, %(written)s were written") % words,
            )
        )
    elif head is not None and previous != head:
        words = {"head": previous, "expected": head}
        faults.append(
            Fault(
                chain,
                expected - 1,
                "head",
                _("the head is %(head)s, expected %(expected)s") % words,
            )
        )
    if published and at is None:
        words = {"head": previous, "published": published}
        said = _("no record has the published head %(published)s; the head is %(head)s") % words
        faults.append(Fault(chain, expected - 1, "head", said))
    return Verdict(chain, expected - 1, previous, tuple(faults), tuple(backwards), at)


def _content_of(line: Line) -> Any:
    try:
        return json.loads(line.content)
    except (ValueError, RecursionError):
        return None


def _moment_of(content: Any) -> datetime | None:
    """When the record says that it was written; None where it says nothing that is a time."""
    said = content.get("at") if isinstance(content, dict) else None
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _faults_of(
    chain: str, line: Line, expected: int, previous: str, content: Any
) -> Iterator[Fault]:
    if line.seq > expected:
        one = line.seq == expected + 1
        told = _("record %(first)s missing") if one else _("records %(first)s–%(last)s missing")
        missing = told % {"first": expected, "last": line.seq - 1}
        yield Fault(chain, expected, "missing", missing)
    elif line.seq < expected:
        yield Fault(chain, line.seq, "extra", _("a second record at this place"))
    if line.previous != previous:
        yield Fault(chain, line.seq, "link", _("does not follow the record before it"))
    if digest(line.previous, line.content) != line.hash:
        yield Fault(chain, line.seq, "content", _("the content does not match its hash"))
    elif detail := _column_fault(chain, line, content):
        yield Fault(chain, line.seq, "columns", detail)


def _column_fault(chain: str, line: Line, content: Any) -> str:
    """The columns beside the content repeat it: a difference misleads readers of the table."""
    if not isinstance(content, dict):
        return _("the content is not a record in JSON")
    repeated = {"seq": line.seq, "chain": chain}
    repeated |= {name: getattr(line, name) for name in ("at", "action", "subject")}
    for name, value in repeated.items():
        if value and content.get(name) != value:
            return _("%(name)s is %(value)r, the hashed content says %(said)r") % {
                "name": name, "value": value, "said": content.get(name),
            }  # fmt: skip
    return ""


def lines_of_export(text: Iterable[str]) -> Iterator[Line]:
    """Read an export (one JSON object a line: seq, previous, hash, content). Raises Refused."""
    for number, row in enumerate(text, 1):
        if row.strip():
            yield _line(number, row)


def _line(number: int, row: str) -> Line:
    try:
        found = json.loads(row)
        line = Line(found["seq"], found["content"], found["previous"], found["hash"])
    except (ValueError, KeyError, TypeError, RecursionError):
        line = None
    kinds = (int, str, str, str)
    if line is None or not all(
        type(each) is kind
        for each, kind in zip(
            (line.seq, line.content, line.previous, line.hash), kinds, strict=True
        )
    ):
        raise Refused(
            _(
                "Line %(number)s is no record of a journal: expected the file that "
                "“laureat ledger export” or “Download the journal” writes."
            )
            % {"number": number}
        )
    return line


def chain_of(line: Line) -> str:
    """The chain that a record says it belongs to; "" where it says none."""
    try:
        found = json.loads(line.content)["chain"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def export_line(line: Line) -> str:
    """One line of an export."""
    found = {"seq": line.seq, "previous": line.previous, "hash": line.hash, "content": line.content}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
