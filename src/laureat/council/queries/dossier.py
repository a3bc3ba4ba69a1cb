"""What a member reads about an entry before voting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from laureat.assessment.models import Result, Scorebook, ScorebookKind, ScorebookState
from laureat.council.queries.pictures import alone, profile_chart, spread_chart
from laureat.council.queries.standing import decimal, model_of
from laureat.intake.models import Entry
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import Chart
from laureat.rulebook.models import Stage

MOST_REMARKS = 5


@dataclass(frozen=True)
class Remark:
    """What the assessors wrote about a part."""

    part: str
    text: str


@dataclass(frozen=True)
class Dossier:
    """An entry with its result, profile and the assessors' summary."""

    entry: Entry
    result: Result | None
    most: Decimal | None
    method: str
    """How the points that rank were found, in words."""
    beside: list[tuple[str, Decimal]]
    chart: Chart | None
    spread: Chart | None
    strengths: list[Remark]
    improvements: list[Remark]


def method_words(method: str) -> str:
    """How points were combined."""
    return {
        "mean": _("mean"),
        "median": _("median"),
        "trimmed": _("trimmed mean"),
        "consensus": _("consensus"),
        "fair": _("fair points"),
    }.get(method, method)


def _found_by(result: Result | None) -> str:
    if result is None:
        return ""
    # Where fair points cannot be compared the raw mean counts.
    return method_words("mean" if result.method == "fair" and result.fallback else result.method)


def dossier(stage: Stage, entry: Entry, result: Result | None) -> Dossier:
    """The dossier of `entry` for a decision stage, with what its assessment found."""
    model = model_of(stage)
    books = list(
        Scorebook.objects.filter(
            entry=entry,
            stage__edition=stage.edition_id,
            stage__key__in={stage.rules.points_from, alone(stage)},
            state=ScorebookState.SIGNED,
        )
        .select_related("stage")
        .order_by("kind", "pk")
        .prefetch_related("marks")
    )
    last = [book for book in books if book.stage.key == stage.rules.points_from]
    agreed = [book for book in last if book.kind == ScorebookKind.CONSENSUS] or last
    totals = sorted(
        book.points
        for book in books
        if book.stage.key == alone(stage)
        and book.kind == ScorebookKind.INDIVIDUAL
        and book.points is not None
    )
    titles = {part.key: localised(part, "title") for part in model.parts()} if model else {}
    return Dossier(
        entry=entry,
        result=result,
        most=model.points if model else None,
        method=_found_by(result),
        beside=[
            (method_words(name), value)
            for name, text in (result.beside if result else {}).items()
            # Fair points stand above, with their interval.
            if (name != "fair" or result is None or result.fair is None)
            and (value := decimal(text)) is not None
        ],
        chart=profile_chart(entry, result, model),
        spread=spread_chart(totals, result, model),
        strengths=_remarks(agreed, "strengths", titles),
        improvements=_remarks(agreed, "improvements", titles),
    )


def _remarks(books: list[Scorebook], name: str, titles: dict[str, str]) -> list[Remark]:
    order = {key: number for number, key in enumerate(titles)}
    marks = [mark for book in books for mark in book.marks.all() if getattr(mark, name).strip()]
    marks.sort(key=lambda mark: (order.get(mark.part, len(order)), mark.pk))
    return [
        Remark(titles.get(mark.part, mark.part), getattr(mark, name).strip())
        for mark in marks[:MOST_REMARKS]
    ]
