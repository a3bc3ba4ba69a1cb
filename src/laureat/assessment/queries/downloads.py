"""What can be downloaded of a stage: ratings, the report, a spreadsheet. No names of assessors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.counting import all_known, counted_alone
from laureat.assessment.actions.fairness import digest_of, fair_model, fair_of, marks_of
from laureat.assessment.actions.judging import figures_of, fits_of
from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import Assessor, Judging, Mark, Scorebook
from laureat.assessment.queries.ranking import ResultRow
from laureat.assessment.queries.results import ResultsPage, results_page
from laureat.assessment.queries.words import part_label
from laureat.intake.models import Entry
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema.scales import rounded
from laureat.science import judging

Cell = str | Decimal | int | None


@dataclass(frozen=True)
class Counted:
    """The individual scorebooks that the figures of a stage rest on."""

    books: list[Scorebook]
    model: str
    """Of the fair points."""
    of_today: bool = False
    """The stage is closed, and it is not known which scorebooks counted then."""


def counted_of(stage: Stage) -> Counted:
    """What counts now; of a closed stage what counted when it was closed, where that is known."""
    if stage.state == StageState.CLOSED and all_known(stage):
        row = Judging.objects.filter(stage=stage).first()
        model = row.figures["model"] if row else fair_model(stage)
        return Counted(counted_alone(stage), model)
    outcome = outcome_of(stage, parts=False)
    entries = Entry.objects.in_bulk({book.entry_id for book in outcome.books})
    for book in outcome.books:
        book.entry = entries[book.entry_id]
    closed = stage.state == StageState.CLOSED
    return Counted(list(outcome.books), str(outcome.fair.model), of_today=closed)


def ratings_rows(stage: Stage, counted: Counted, *, totals: bool) -> Iterable[list[str]]:
    """The signed scorebooks that count, as `laureat science fair-scores` reads them.

    One row a mark: the value given, the step of the scale it is, counted from 0, and the points;
    with `totals` one row a scorebook. Names of assessors stay out. Scorebooks on entries that have
    left the stage are there, too: they tell how strict their assessors are.
    """
    numbers = {book.entry_id: book.entry.number or book.entry.uid for book in counted.books}
    serials = dict(Assessor.objects.filter(edition=stage.edition_id).values_list("pk", "serial"))
    books = sorted(
        counted.books, key=lambda book: (numbers[book.entry_id], serials[book.assessor_id])
    )
    if totals:
        yield ["entry", "assessor", "points"]
        for book in books:
            yield [numbers[book.entry_id], str(serials[book.assessor_id]), str(book.points)]
        return
    yield ["entry", "assessor", "criterion", "value", "category", "points"]
    order = {part.key: n for n, part in enumerate(model_of(stage).parts())}
    weights = model_of(stage).weights()
    marks = marks_of(stage, books)
    steps = judging.units(marks, "rsm" if counted.model == "rsm" else "pcm")
    values = {
        (book, part): value
        for book, part, value in Mark.objects.filter(
            scorebook__in=[book.pk for book in books], value__isnull=False
        ).values_list("scorebook_id", "part", "value")
    }
    of = {(book.entry_id, book.assessor_id): book.pk for book in books}
    for mark in sorted(marks, key=lambda m: (numbers[m.entry], serials[m.assessor], order[m.part])):
        value = values[of[mark.entry, mark.assessor], mark.part]
        points = rounded(mark.share * Fraction(weights[mark.part]))
        yield [
            numbers[mark.entry],
            str(serials[mark.assessor]),
            mark.part,
            f"{value.normalize():f}" if value is not None else "",
            str(int(mark.share * steps[mark.part])),
            str(points),
        ]


OF_TODAY = (
    "The stage was closed before it was kept which scorebooks counted, and that could not be proven "
    "since: the figures about assessors are of the scorebooks that count today."
)
NO_PARTS = (
    "The stage was closed before it was kept which entries and assessors can be compared: the list "
    "“parts” is empty because nobody knows, not because there are none."
)


def report_of(stage: Stage) -> dict[str, Any]:
    """Everything that was computed about the stage, as plain data; assessors by number. Of a closed
    stage what was frozen, whatever became of its teams since; what is not known of it is said in
    `notes`.
    """
    row = Judging.objects.filter(stage=stage).first() if stage.state == StageState.CLOSED else None
    page = results_page(stage)
    notes = []
    if row is not None:
        found, digest, science = row.figures, row.digest, row.science
    else:
        outcome = outcome_of(stage, parts=False)
        found, digest, science = figures_of(stage, outcome), outcome.digest, judging.VERSION
        if stage.state == StageState.CLOSED and not all_known(stage):
            notes.append(OF_TODAY)
    parts = found.get("fits")
    if parts is None:
        parts = _parts_again(stage, digest, science)
        notes += [] if parts else [NO_PARTS]
    return {
        "stage": str(stage),
        "notes": notes,
        "science": science,
        "model": page.model,
        "result": stage.rules.result,
        "rulebook_sha256": stage.edition.version.content_hash,
        "scorebooks_sha256": digest,
        "weights": {key: str(value) for key, value in model_of(stage).weights().items()},
        "entries": [_entry(row) for row in page.rows],
        "lines": [
            {"group": group.key, "points": _text(group.line), "places": group.places}
            for group in page.groups
        ],
        "assessors": [each for each in found["assessors"] if each["severity"] is not None],
        "parts": parts,
        "agreement": found["agreement"],
        "habits": found["habits"],
    }


def _parts_again(stage: Stage, digest: str, science: str) -> list[dict[str, Any]]:
    """The parts of a stage that was closed before they were kept, computed once more; nothing where
    it would not be from the same scorebooks by the same methods.
    """
    if science != judging.VERSION or not all_known(stage):
        return []
    books = counted_alone(stage)
    if digest_of(stage, books) != digest:
        return []
    numbers = {book.entry_id: book.entry.number or book.entry.uid for book in books}
    serials = Assessor.objects.filter(edition=stage.edition_id).values_list("pk", "serial")
    return fits_of(fair_of(stage, books, digest), numbers, dict(serials))


def _entry(row: ResultRow) -> dict[str, Any]:
    return {
        "entry": row.entry.number or row.entry.uid,
        "group": row.group,
        "points": _text(row.points),
        "raw": _text(row.raw),
        "fair": _text(row.fair),
        "interval": [_text(row.low), _text(row.high)],
        "rank": row.rank,
        "rank_raw": row.raw_rank,
        "rank_fair": row.fair_rank,
        "rank_interval": [row.rank_low, row.rank_high],
        "chance": _text(row.chance),
        "zone": row.zone,
        "right": _text(row.right),
        "right_with_one_more": _text(row.then),
        "scorebooks": row.scorebooks,
        "fallback": row.fallback,
        "decision": row.decision,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def results_table(stage: Stage) -> list[tuple[str, list[list[Cell]]]]:
    """Results and scorebooks for a spreadsheet: (title of the sheet, rows). Names of assessors
    stay out.
    """
    page = results_page(stage)
    return [(_("Results"), _results(page)), (_("Scorebooks"), _scorebooks(stage))]


def _results(page: ResultsPage) -> list[list[Cell]]:
    names = [label for _name, label in page.beside]
    rows: list[list[Cell]] = [
        [_("Entry"), _("Organisation"), _("Group"), _("Rank"), _("Points"), _("Mean"),
         _("Fair"), *names, _("Interval from"), _("Interval to"), _("Best rank"),
         _("Worst rank"), _("Chance above the line"), _("Scorebooks"), _("Decision")]
    ]  # fmt: skip
    for group in page.groups:
        for row in group.rows:
            beside = [row.beside.get(name) for name, _label in page.beside]
            rows.append([
                row.entry.number or "", localised(row.entry.organisation, "name"), group.title,
                row.rank, row.points, row.raw, row.fair, *beside, row.low, row.high,
                row.rank_low, row.rank_high, row.chance, row.scorebooks, row.reason,
            ])  # fmt: skip
    return rows


def _scorebooks(stage: Stage) -> list[list[Cell]]:
    """All scorebooks. Which of them the results rest on is said as it was when the stage was closed;
    of an open one as it is.
    """
    parts = list(model_of(stage).parts())
    closed = stage.state == StageState.CLOSED
    known = not closed or all_known(stage)
    counts = set()
    if not closed:
        outcome = outcome_of(stage, parts=False)
        counts = {book.pk for book in (*outcome.books, *outcome.agreed)}
    rows: list[list[Cell]] = [
        [_("Entry"), _("Assessor"), _("Kind"), _("State"), _("Counts"), _("Points"),
         *(part_label(part) for part in parts)]
    ]  # fmt: skip
    books = (
        Scorebook.objects.filter(stage=stage)
        .select_related("entry", "assessor")
        .prefetch_related("marks")
        .order_by("entry__serial", "kind", "assessor__serial")
    )
    for book in books:
        points = {mark.part: mark.points for mark in book.marks.all()}
        told = book.counted if closed else book.pk in counts
        rows.append([
            book.entry.number or "", book.assessor.serial, book.get_kind_display(),
            book.get_state_display(), (_("yes") if told else _("no")) if known else _("not known"),
            book.points, *(points.get(part.key) for part in parts),
        ])  # fmt: skip
    return rows
