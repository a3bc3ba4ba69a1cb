"""What is written into a scorebook: marks with their totals, and where they start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import (
    COMMENTS,
    MarkInput,
    WrongMarks,
    judge,
    model_of,
    plain,
    read_number,
    scale_of,
)
from laureat.assessment.models import Mark, Scorebook, ScorebookKind, ScorebookState
from laureat.intake.models import Entry
from laureat.ledger.actions import commitment
from laureat.platform import canonical
from laureat.platform.clock import now
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.scales import BandedScale


def starting_marks(stage: Stage, entry: Entry) -> dict[str, MarkInput]:
    """Agreed marks of the stage that this one starts from, or measured values from the form."""
    key = stage.rules.scorebook.starts_from
    if key:
        earlier = (
            Scorebook.objects.filter(
                entry=entry,
                stage__key=key,
                kind=ScorebookKind.CONSENSUS,
                state=ScorebookState.SIGNED,
            )
            .order_by()
            .first()
        )
        known = {part.key for part in model_of(stage).parts()}
        rows = Mark.objects.filter(scorebook=earlier, part__in=known) if earlier else []
        return {row.part: as_input(row) for row in rows}
    found: dict[str, MarkInput] = {}
    for part in model_of(stage).parts():
        scale = scale_of(stage, part)
        if not isinstance(scale, BandedScale) or not scale.field:
            continue
        try:
            value = read_number(entry.answers.get(scale.field))
        except InvalidOperation:
            continue
        if value is not None and scale.allowed(value):
            found[part.key] = MarkInput(value=value)
    return found


def as_input(mark: Mark) -> MarkInput:
    """A stored mark as it would be given."""
    return MarkInput(
        mark.value, dict(mark.attributes), **{name: getattr(mark, name) for name in COMMENTS}
    )


def drafted(book: Scorebook, given: Mapping[str, MarkInput]) -> list[Mark]:
    """The marks as they would be stored. Raises WrongMarks."""
    model = model_of(book.stage)
    parts = {part.key: part for part in model.parts()}
    weights = model.weights()
    errors: dict[str, dict[str, str]] = {}
    rows: list[Mark] = []
    for key, mark in given.items():
        if key not in parts:
            errors[key] = {"value": _("There is no such part in this scorebook.")}
            continue
        try:
            judged = judge(book.stage, parts[key], weights[key], mark)
        except WrongMarks as wrong:
            errors.update(wrong.errors)
            continue
        rows.append(
            Mark(
                scorebook=book,
                part=key,
                value=judged.value,
                points=judged.points,
                attributes=judged.attributes,
                **{name: getattr(mark, name).replace("\r\n", "\n").strip() for name in COMMENTS},
            )
        )
    if errors:
        raise WrongMarks(errors)
    return rows


def fill(book: Scorebook, given: Mapping[str, MarkInput], *, settled: bool = False) -> None:
    """Write marks and totals of a scorebook that may be written. Raises WrongMarks.

    settled: by whoever answers for them, not as a place to start from.
    """
    rows = drafted(book, given)
    for row in rows:
        row.settled = settled
    Mark.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["scorebook", "part"],
        update_fields=["value", "points", "attributes", "settled", *COMMENTS],
    )
    if len(rows) == sum(1 for _part in model_of(book.stage).parts()):
        points = [row.points for row in rows]
    else:
        points = list(Mark.objects.filter(scorebook=book).values_list("points", flat=True))
    book.points, book.filled = total(points)
    book.version += 1
    book.saved_at = now()
    book.save(update_fields=["points", "filled", "version", "saved_at"])


def total(points: Iterable[Decimal | None]) -> tuple[Decimal | None, int]:
    """Sum and number of the marks that were given; no marks make no sum."""
    given = [each for each in points if each is not None]
    return (sum(given, Decimal(0)) if given else None), len(given)


def digest(marks: Iterable[Mark], salt: str) -> str:
    """Commitment to all marks: the ledger ties the scores without telling them, and without the
    salt nobody finds them by trying.
    """
    content = [
        {
            "part": mark.part,
            "value": None if mark.value is None else plain(mark.value),
            "points": None if mark.points is None else plain(mark.points),
            "attributes": mark.attributes,
            **{name: getattr(mark, name) for name in COMMENTS},
        }
        for mark in sorted(marks, key=lambda each: each.part)
    ]
    return commitment(canonical.dumps(content).decode(), salt)
