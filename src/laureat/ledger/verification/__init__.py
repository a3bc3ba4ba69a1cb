"""Recomputing a chain from its records alone: no database, so a stranger can run it on an export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from laureat.ledger.actions import digest
from laureat.ledger.models import GENESIS


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
class Verdict:
    """How a chain was found: its length, its head, and every fault."""

    chain: str
    length: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, removed, added or reordered."""
        return not self.faults


def verify(
    chain: str, lines: Iterable[Line], *, length: int | None = None, head: str | None = None
) -> Verdict:
    """Recompute `chain` from `lines` in order of place.

    `length` and `head` are what was published elsewhere (the chain's row, a printed head): they
    reveal records cut off at the end.
    """
    faults: list[Fault] = []
    expected, previous = 1, GENESIS
    for line in lines:
        faults.extend(_faults_of(chain, line, expected, previous))
        expected, previous = line.seq + 1, line.hash
    if length is not None and expected - 1 != length:
        faults.append(
            Fault(chain, expected, "head", f"{expected - 1} records found, {length} were written")
        )
    elif head is not None and previous != head:
        faults.append(
            Fault(chain, expected - 1, "head", f"the head is {previous}, expected {head}")
        )
    return Verdict(chain, expected - 1, previous, tuple(faults))


def _faults_of(chain: str, line: Line, expected: int, previous: str) -> Iterator[Fault]:
    if line.seq > expected:
        missing = (
            f"record {expected}"
            if line.seq == expected + 1
            else (f"records {expected}–{line.seq - 1}")
        )
        yield Fault(chain, expected, "missing", f"{missing} missing")
    elif line.seq < expected:
        yield Fault(chain, line.seq, "extra", "a second record at this place")
    if line.previous != previous:
        yield Fault(chain, line.seq, "link", "does not follow the record before it")
    if digest(line.previous, line.content) != line.hash:
        yield Fault(chain, line.seq, "content", "content does not match its hash")
    elif detail := _column_fault(chain, line):
        yield Fault(chain, line.seq, "columns", detail)


def _column_fault(chain: str, line: Line) -> str:
    """The columns beside the content repeat it: a difference misleads readers of the table."""
    try:
        content: dict[str, Any] = json.loads(line.content)
    except ValueError:
        return "content is not JSON"
    repeated = {"seq": line.seq, "chain": chain}
    repeated |= {name: getattr(line, name) for name in ("at", "action", "subject")}
    for name, value in repeated.items():
        if value and content.get(name) != value:
            return f"{name} is {value!r}, the hashed content says {content.get(name)!r}"
    return ""


def lines_of_export(text: Iterable[str]) -> Iterator[Line]:
    """Read an export (one JSON object a line: seq, previous, hash, content)."""
    for row in text:
        if row.strip():
            found = json.loads(row)
            yield Line(found["seq"], found["content"], found["previous"], found["hash"])


def export_line(line: Line) -> str:
    """One line of an export."""
    found = {"seq": line.seq, "previous": line.previous, "hash": line.hash, "content": line.content}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
