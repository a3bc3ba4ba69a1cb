"""What can be downloaded of a stage: ratings, the report, a spreadsheet. No names of assessors."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.fairness import marks_of
from laureat.assessment.actions.judging import figures_of
from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.results import outcome_of
from laureat.assessment.models import Assessor, Judging, Mark, Scorebook
from laureat.assessment.queries.ranking import ResultRow
from laureat.assessment.queries.results import ResultsPage, results_page
from laureat.assessment.queries.words import part_label
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema.scales import rounded
from laureat.science import judging

Cell = str | Decimal | int | None


def ratings_rows(stage: Stage, *, totals: bool) -> Iterable[list[str]]:
    """The signed scorebooks that count, as `laureat science fair-scores` reads them.

    One row a mark: the value given, the step of the scale it is, counted from 0, and the points;
    with `totals` one row a scorebook. Names of assessors stay out.
    """
    outcome = outcome_of(stage, parts=False)
    numbers = {each.entry.pk: each.entry.number or each.entry.uid for each in outcome.found}
    serials = dict(Assessor.objects.filter(edition=stage.edition_id).values_list("pk", "serial"))
    books = sorted(
        (book for book in outcome.books if book.entry_id in numbers),
        key=lambda book: (numbers[book.entry_id], serials[book.assessor_id]),
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
    steps = judging.units(marks, "rsm" if outcome.fair.model == "rsm" else "pcm")
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


def report_of(stage: Stage) -> dict[str, Any]:
    """Everything that was computed about the stage, as plain data; assessors by number. Of a closed
    stage what was frozen, whatever became of its teams since.
    """
    row = Judging.objects.filter(stage=stage).first() if stage.state == StageState.CLOSED else None
    page = results_page(stage)
    if row is not None:
        found, digest, science = row.figures, row.digest, row.science
    else:
        outcome = outcome_of(stage, parts=False)
        found, digest, science = figures_of(stage, outcome), outcome.digest, judging.VERSION
    return {
        "stage": str(stage),
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
        "parts": found.get("fits"),
        "agreement": found["agreement"],
        "habits": found["habits"],
    }


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
    parts = list(model_of(stage).parts())
    rows: list[list[Cell]] = [
        [_("Entry"), _("Assessor"), _("Kind"), _("State"), _("Points"),
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
        rows.append([
            book.entry.number or "", book.assessor.serial, book.get_kind_display(),
            book.get_state_display(), book.points, *(points.get(part.key) for part in parts),
        ])  # fmt: skip
    return rows
