"""Ratings, weights and anchors from tables; wrong cells are named by line and column."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from laureat.science.fair import Anchors, Ratings
from laureat.science.tables import MISSING, Sheet, number
from laureat.terminal import said


@dataclass(frozen=True)
class Columns:
    """Names of the columns; without `criterion` all ratings are of one."""

    entry: str
    assessor: str
    score: str
    criterion: str | None = None


def ratings(
    sheet: Sheet,
    columns: Columns,
    *,
    low: float | None = None,
    high: float | None = None,
    refuse_missing: bool = False,
) -> tuple[Ratings, int]:
    """The ratings, and how many lines had no score (they are ratings that were not given)."""
    wanted = [columns.entry, columns.assessor, columns.score]
    if columns.criterion is not None:
        wanted.append(columns.criterion)
    read: list[list[str]] = [[] for _ in wanted]
    scores: list[float] = []
    missing = 0
    for line, cells in sheet.cells(wanted):
        if cells[2] in MISSING:
            missing += 1
            if refuse_missing:
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: no score, expected a number",
                        file=sheet.name,
                        line=line,
                    )
                )
            continue
        for name, cell in zip(wanted, cells, strict=True):
            if not cell:
                raise ValueError(
                    said(
                        "%(file)s line %(line)s: no %(name)s, expected an identifier",
                        file=sheet.name,
                        line=line,
                        name=name,
                    )
                )
        scores.append(_score(sheet, line, cells[2], low, high))
        for column, cell in zip(read, cells, strict=True):
            column.append(cell)
    _twice(sheet, read, wanted)
    criterion = read[3] if columns.criterion is not None else None
    return Ratings.from_columns(read[0], read[1], scores, criterion), missing


def _score(sheet: Sheet, line: int, cell: str, low: float | None, high: float | None) -> float:
    try:
        value = number(cell)
    except ValueError:
        raise ValueError(
            said(
                "%(file)s line %(line)s: score %(cell)s, expected a finite number",
                file=sheet.name,
                line=line,
                cell=repr(cell),
            )
        ) from None
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None:
            scale = said("any to %(high)s", high=f"{high:g}")
        elif high is None:
            scale = said("%(low)s to any", low=f"{low:g}")
        else:
            scale = said("%(low)s to %(high)s", low=f"{low:g}", high=f"{high:g}")
        raise ValueError(
            said(
                "%(file)s line %(line)s: score %(cell)s is outside the scale, expected %(scale)s",
                file=sheet.name,
                line=line,
                cell=cell,
                scale=scale,
            )
        )
    return value


def _twice(sheet: Sheet, read: list[list[str]], wanted: list[str]) -> None:
    """Refuse a second rating of the same by the same, with both lines."""
    kept = (line for line, cells in sheet.cells([wanted[2]]) if cells[0] not in MISSING)
    keys = zip(read[0], read[1], *(read[3:]), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    for line, key in zip(kept, keys, strict=True):
        if key in seen:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(rating)s was rated in line %(earlier)s already; expected one rating each",
                    file=sheet.name,
                    line=line,
                    rating=", ".join(map(repr, key)),
                    earlier=seen[key],
                )
            )
        seen[key] = line


def weights(sheet: Sheet) -> dict[Hashable, float]:
    """Criterion and weight, with or without a line of titles."""
    found: dict[Hashable, float] = {}
    for line, (name, value) in _pairs(sheet, said("criterion and weight")):
        if name in found:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(name)s has a weight already",
                    file=sheet.name,
                    line=line,
                    name=repr(name),
                )
            )
        found[name] = value
    return found


def anchors(sheet: Sheet) -> Anchors:
    """Three columns: facet (entry, assessor or criterion), identifier, measure in logits."""
    found: dict[str, dict[Hashable, float]] = {"entry": {}, "assessor": {}, "criterion": {}}
    for at, (line, row) in enumerate(sheet.headless()):
        if len(row) != 3:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: expected facet, identifier and measure",
                    file=sheet.name,
                    line=line,
                )
            )
        facet, name, cell = row
        if facet not in found:
            if at == 0:
                continue  # the line of titles
            raise ValueError(
                said(
                    "%(file)s line %(line)s: facet %(facet)s, expected entry, assessor or criterion",
                    file=sheet.name,
                    line=line,
                    facet=repr(facet),
                )
            )
        if name in found[facet]:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(facet)s %(name)s is anchored already",
                    file=sheet.name,
                    line=line,
                    facet=facet,
                    name=repr(name),
                )
            )
        found[facet][name] = _number(sheet, line, cell)
    return Anchors(found["entry"], found["assessor"], found["criterion"])


def _pairs(sheet: Sheet, what: str) -> Iterator[tuple[int, tuple[str, float]]]:
    for at, (line, row) in enumerate(sheet.headless()):
        if len(row) != 2:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: expected %(what)s, got %(count)s cells",
                    file=sheet.name,
                    line=line,
                    what=what,
                    count=len(row),
                )
            )
        try:
            value = number(row[1])
        except ValueError:
            if at == 0:
                continue  # the line of titles
            value = _number(sheet, line, row[1])
        yield line, (row[0], value)


def _number(sheet: Sheet, line: int, cell: str) -> float:
    try:
        return number(cell)
    except ValueError as error:
        raise ValueError(
            said("%(file)s line %(line)s: %(error)s", file=sheet.name, line=line, error=error)
        ) from None
