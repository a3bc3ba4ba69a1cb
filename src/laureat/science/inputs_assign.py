"""A task of assignment from tables: affinities, pairs, what people and entries are like, team rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from laureat.science.assigning import Rule, rule
from laureat.science.assigning.problem import Pair
from laureat.science.tables import Sheet, number
from laureat.terminal import said

EACH, SAME = "*", "="
LIMITS = {"least": 0, "most": 2**31}


@dataclass(frozen=True)
class Names:
    """Names of the columns."""

    entry: str
    assessor: str
    affinity: str


@dataclass(frozen=True)
class Affinities:
    entries: list[str]
    assessors: list[str]
    matrix: list[list[float]]


def affinities(sheet: Sheet, names: Names) -> Affinities:
    """Three columns (a pair that is left out has 0), or a matrix with entries in rows."""
    if {names.entry, names.assessor, names.affinity} <= set(sheet.head):
        return _long(sheet, names)
    if len(sheet.head) < 2:
        wanted = f"{names.entry}, {names.assessor}, {names.affinity}"
        raise ValueError(
            said(
                "%(file)s: expected columns %(wanted)s or a matrix", file=sheet.name, wanted=wanted
            )
        )
    entries, matrix = [], []
    for line, row in sheet.cells():
        entries.append(row[0])
        matrix.append([value(sheet, line, cell) for cell in row[1:]])
    if not matrix:
        raise ValueError(
            said("%(file)s: expected at least one entry below the first line", file=sheet.name)
        )
    return Affinities(entries, list(sheet.head[1:]), matrix)


def _long(sheet: Sheet, names: Names) -> Affinities:
    fit: dict[tuple[str, str], float] = {}
    for line, (who, what, cell) in sheet.cells([names.entry, names.assessor, names.affinity]):
        if (who, what) in fit:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(who)s and %(what)s stand there twice",
                    file=sheet.name,
                    line=line,
                    who=repr(who),
                    what=repr(what),
                )
            )
        fit[who, what] = value(sheet, line, cell)
    if not fit:
        raise ValueError(
            said("%(file)s: expected at least one pair below the first line", file=sheet.name)
        )
    entries = list(dict.fromkeys(pair[0] for pair in fit))
    people = list(dict.fromkeys(pair[1] for pair in fit))
    matrix = [[fit.get((e, p), 0.0) for p in people] for e in entries]
    return Affinities(entries, people, matrix)


def value(sheet: Sheet, line: int, cell: str) -> float:
    try:
        return number(cell)
    except ValueError as error:
        raise ValueError(
            said("%(file)s line %(line)s: %(error)s", file=sheet.name, line=line, error=error)
        ) from None


def pairs(sheet: Sheet, names: Names, known: Affinities, columns: int = 2) -> list[tuple[str, ...]]:
    """Entry and assessor (and more, to `columns`) by line, with or without a line of titles."""
    if {names.entry, names.assessor} <= set(sheet.head):
        order = sheet.places([names.entry, names.assessor])
        order += [k for k in range(len(sheet.head)) if k not in order]
        rows: Sequence[tuple[int, tuple[str, ...]]] = sheet.rows
    else:
        order, rows = list(range(len(sheet.head))), sheet.headless()
        head = sheet.head
        if len(head) >= 2 and head[0] not in known.entries and head[1] not in known.assessors:
            rows = sheet.rows  # titles in other words
    there = (set(known.entries), set(known.assessors))
    found = []
    for line, row in rows:
        if len(row) < columns or len(row) <= max(order[:columns], default=0):
            wanted = (
                said("entry and assessor") if columns == 2 else said("entry, assessor and a number")
            )
            raise ValueError(
                said(
                    "%(file)s line %(line)s: expected %(wanted)s, got %(cells)s",
                    file=sheet.name,
                    line=line,
                    wanted=wanted,
                    cells=list(row),
                )
            )
        cells = tuple(row[k] for k in order[:columns])
        for cell, ids, what in zip(cells, there, ("entry", "assessor"), strict=False):
            if cell not in ids:
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: %(what)s %(cell)s is unknown",
                        file=sheet.name,
                        line=line,
                        what=said(what),
                        cell=repr(cell),
                    )
                )
        found.append(cells)
    return found


def wishes(sheet: Sheet, names: Names, known: Affinities) -> dict[Pair, float]:
    """What is added to the affinity of a pair."""
    found: dict[Pair, float] = {}
    for cells in pairs(sheet, names, known, 3):
        pair = cells[0], cells[1]
        if pair in found:
            raise ValueError(
                said(
                    "%(file)s: a wish for %(entry)s and %(assessor)s stands twice",
                    file=sheet.name,
                    entry=repr(pair[0]),
                    assessor=repr(pair[1]),
                )
            )
        try:
            found[pair] = number(cells[2])
        except ValueError as error:
            raise ValueError(
                said(
                    "%(file)s, %(entry)s and %(assessor)s: %(error)s",
                    file=sheet.name,
                    entry=repr(pair[0]),
                    assessor=repr(pair[1]),
                    error=error,
                )
            ) from None
    return found


@dataclass(frozen=True)
class Traits:
    """What is said about each of `names`, by column."""

    sheet: Sheet
    names: list[str]
    columns: Mapping[str, list[str]]

    def numbers(self, column: str, otherwise: int | None) -> list[int]:
        """Whole numbers by name; an empty cell has what the option says."""
        if column not in self.columns:
            return [_needed(column, otherwise)] * len(self.names)
        found = []
        for name, cell in zip(self.names, self.columns[column], strict=True):
            if cell and not re.fullmatch(r"\d+", cell):
                raise ValueError(
                    said(
                        "%(file)s, %(name)s: %(column)s %(cell)s, expected a whole number",
                        file=self.sheet.name,
                        name=repr(name),
                        column=column,
                        cell=repr(cell),
                    )
                )
            found.append(int(cell) if cell else _needed(column, otherwise))
        return found


def _needed(column: str, otherwise: int | None) -> int:
    if otherwise is None:
        option = {"demand": "--demand", "max_load": "--max-load"}[column]
        raise ValueError(
            said(
                "%(column)s: expected the option %(option)s, or a column %(column2)s",
                column=column,
                option=option,
                column2=repr(column),
            )
        )
    return otherwise


def traits(sheet: Sheet | None, key: str, names: list[str]) -> Traits:
    """One line a name; names without a line have empty cells, lines without a name are refused."""
    if sheet is None:
        return Traits(Sheet("options", (), ()), names, {})
    at = sheet.places([key])[0]
    lines: dict[str, list[str]] = {}
    there = set(names)
    for line, row in sheet.cells():
        if row[at] not in there:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(key)s %(name)s has no affinities",
                    file=sheet.name,
                    line=line,
                    key=key,
                    name=repr(row[at]),
                )
            )
        if row[at] in lines:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(name)s stands there twice",
                    file=sheet.name,
                    line=line,
                    name=repr(row[at]),
                )
            )
        lines[row[at]] = row
    empty = [""] * len(sheet.head)
    columns = {
        title: [lines.get(name, empty)[k] for name in names]
        for k, title in enumerate(sheet.head)
        if k != at
    }
    return Traits(sheet, names, columns)


def team_rules(sheet: Sheet, people: Traits, entries: Traits) -> list[Rule]:
    """Columns rule, column, value, least, most: of assessors with this value so many in each team.

    A cell of a person may hold several values (A; B). The value * is a rule for each value there is;
    the value = means that of the entry in the column of the same name.
    """
    found: list[Rule] = []
    titles = ["rule", "column", "value", *(t for t in LIMITS if t in sheet.head)]
    for line, row in sheet.cells(titles):
        name, column, wanted = row[:3]
        limits = dict(LIMITS)
        for title, cell in zip(titles[3:], row[3:], strict=True):
            if cell and not re.fullmatch(r"\d+", cell):
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: %(title)s %(cell)s, expected a number",
                        file=sheet.name,
                        line=line,
                        title=title,
                        cell=repr(cell),
                    )
                )
            limits[title] = int(cell) if cell else LIMITS[title]
        if column not in people.columns:
            there = ", ".join(people.columns) or "none (--people)"
            raise ValueError(
                said(
                    "%(file)s line %(line)s: no column %(column)s of people; there are %(there)s",
                    file=sheet.name,
                    line=line,
                    column=repr(column),
                    there=there,
                )
            )
        if limits["least"] > limits["most"]:
            raise ValueError(
                said("%(file)s line %(line)s: least is more than most", file=sheet.name, line=line)
            )
        found += _rules(sheet, line, name, people, entries, column, wanted, limits)
    return found


def _rules(
    sheet: Sheet, line: int, name: str, people: Traits, entries: Traits, column: str, wanted: str,
    limits: Mapping[str, int],
) -> Iterator[Rule]:  # fmt: skip
    held = [_values(cell) for cell in people.columns[column]]
    count = len(entries.names)
    if wanted == SAME:
        if column not in entries.columns:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: no column %(column)s of entries (--places)",
                    file=sheet.name,
                    line=line,
                    column=repr(column),
                )
            )
        own = [_values(cell) for cell in entries.columns[column]]
        table = np.array([[bool(a & b) for b in held] for a in own], np.bool_)
        yield rule(name, table, count, **limits)
        return
    every = sorted(set().union(*held)) if wanted == EACH else [wanted]
    for each in every:
        who = np.array([each in values for values in held], np.bool_)
        if wanted == EACH:
            if who.sum() > limits["most"] or limits["least"]:
                yield rule(f"{name} {each}", who, count, **limits)
        else:
            if not who.any():
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: nobody has %(value)s in the column %(column)s",
                        file=sheet.name,
                        line=line,
                        value=repr(each),
                        column=repr(column),
                    )
                )
            yield rule(name, who, count, **limits)


def _values(cell: str) -> frozenset[str]:
    return frozenset(part.strip() for part in re.split(r"[;|,]", cell) if part.strip())
