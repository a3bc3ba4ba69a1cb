"""What a member reads about an entry before voting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from laureat.assessment.models import Result, Scorebook, ScorebookKind, ScorebookState
from laureat.council.queries.rows import Group
from laureat.council.queries.standing import decimal, model_of
from laureat.intake.models import Entry
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.charts import Bar, Chart, Interval, intervals, profile
from laureat.rulebook import schema
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
    beside: list[tuple[str, Decimal]]
    chart: Chart | None
    strengths: list[Remark]
    improvements: list[Remark]


def method_words(method: str) -> str:
    """How points were combined."""
    return {
        "mean": _("mean"),
        "median": _("median"),
        "trimmed": _("trimmed mean"),
        "consensus": _("consensus"),
        "fair": _("fair score"),
    }.get(method, method)


def dossier(stage: Stage, entry: Entry) -> Dossier:
    """The dossier of `entry` for a decision stage."""
    model = model_of(stage)
    result = Result.objects.filter(
        entry=entry, stage__edition=stage.edition_id, stage__key=stage.rules.points_from
    ).first()
    books = list(
        Scorebook.objects.filter(
            entry=entry,
            stage__edition=stage.edition_id,
            stage__key=stage.rules.points_from,
            state=ScorebookState.SIGNED,
        )
        .order_by("kind", "pk")
        .prefetch_related("marks")
    )
    agreed = [book for book in books if book.kind == ScorebookKind.CONSENSUS] or books
    titles = {part.key: localised(part, "title") for part in model.parts()} if model else {}
    return Dossier(
        entry=entry,
        result=result,
        most=model.points if model else None,
        beside=[
            (method_words(name), value)
            for name, text in (result.beside if result else {}).items()
            if (value := decimal(text)) is not None
        ],
        chart=_profile(entry, result, model),
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


def _profile(entry: Entry, result: Result | None, model: schema.Model | None) -> Chart | None:
    """Points over criteria, each against what it can earn."""
    if result is None or model is None or not result.parts:
        return None
    bars = []
    for criterion in model.criteria:
        values = [decimal(result.parts.get(part.key)) for part in criterion.parts]
        known = [value for value in values if value is not None]
        total = sum(known, Decimal(0)) if known else None
        bars.append(Bar(localised(criterion, "title"), total, maximum=criterion.points))
    return profile(
        bars,
        title=_("Profile of the entry %(entry)s") % {"entry": entry.number or ""},
        columns=(_("criterion"), _("points"), _("most points"), _("compared with")),
        lang="en" if current() == "en" else "ru",
    )


def interval_chart(group: Group) -> Chart | None:
    """The entries of a category with their intervals, and the line under the best honour."""
    rows = {row.entry.pk: row for row in group.rows}.values()
    items = [
        Interval(
            row.entry.number or row.organisation,
            row.points,
            row.low,
            row.high,
            tone="gold" if row.tone == "gold" else "laurel",
            note=row.title,
        )
        for row in rows
        if row.points is not None and row.low is not None and row.high is not None
    ]
    if len(items) < 2:
        return None
    gold = [row.points for row in rows if row.tone == "gold" and row.points is not None]
    return intervals(
        items,
        title=group.title or _("Entries"),
        columns=(_("entry"), _("points"), _("interval"), _("proposed honour")),
        line=(_("line of decision"), min(gold)) if gold and len(gold) < len(items) else None,
        lang="en" if current() == "en" else "ru",
    )
