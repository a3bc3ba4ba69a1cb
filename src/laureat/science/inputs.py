"""Ratings, weights and anchors from tables; wrong cells are named by line and column."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from laureat.science.fair import Anchors, Ratings
from laureat.science.tables import MISSING, Sheet, number


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
                raise ValueError(f"{sheet.name} line {line}: no score, expected a number")
            continue
        for name, cell in zip(wanted, cells, strict=True):
            if not cell:
                raise ValueError(f"{sheet.name} line {line}: no {name}, expected an identifier")
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
            f"{sheet.name} line {line}: score {cell!r}, expected a finite number"
        ) from None
    if (low is not None and value < low) or (high is not None and value > high):
        scale = (
            f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        )
        raise ValueError(
            f"{sheet.name} line {line}: score {cell} is outside the scale, expected {scale}"
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
                f"{sheet.name} line {line}: {', '.join(map(repr, key))} was rated in line "
                f"{seen[key]} already; expected one rating each"
            )
        seen[key] = line


def weights(sheet: Sheet) -> dict[Hashable, float]:
    """Criterion and weight, with or without a line of titles."""
    found: dict[Hashable, float] = {}
    for line, (name, value) in _pairs(sheet, "criterion and weight"):
        if name in found:
            raise ValueError(f"{sheet.name} line {line}: {name!r} has a weight already")
        found[name] = value
    return found


def anchors(sheet: Sheet) -> Anchors:
    """Three columns: facet (entry, assessor or criterion), identifier, measure in logits."""
    found: dict[str, dict[Hashable, float]] = {"entry": {}, "assessor": {}, "criterion": {}}
    for at, (line, row) in enumerate(sheet.headless()):
        if len(row) != 3:
            raise ValueError(f"{sheet.name} line {line}: expected facet, identifier and measure")
        facet, name, cell = row
        if facet not in found:
            if at == 0:
                continue  # the line of titles
            raise ValueError(
                f"{sheet.name} line {line}: facet {facet!r}, expected entry, assessor or criterion"
            )
        if name in found[facet]:
            raise ValueError(f"{sheet.name} line {line}: {facet} {name!r} is anchored already")
        found[facet][name] = _number(sheet, line, cell)
    return Anchors(found["entry"], found["assessor"], found["criterion"])


def _pairs(sheet: Sheet, what: str) -> Iterator[tuple[int, tuple[str, float]]]:
    for at, (line, row) in enumerate(sheet.headless()):
        if len(row) != 2:
            raise ValueError(f"{sheet.name} line {line}: expected {what}, got {len(row)} cells")
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
        raise ValueError(f"{sheet.name} line {line}: {error}") from None
