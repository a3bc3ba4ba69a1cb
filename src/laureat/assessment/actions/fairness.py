"""Fair points of a stage by the model its rules name, computed once for what is signed."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from laureat.assessment.actions.marks import model_of
from laureat.assessment.models import Mark, Scorebook
from laureat.platform import canonical
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import AssessmentStage, Edition, FairModel, Honour
from laureat.science import judging

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Fair

T = TypeVar("T")
MOST_KEPT = 32


class Kept:
    """Answers of this process by what they were computed from; the least used goes first."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to `key`, computed if it is not there. Two threads may compute the same."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast("T", self._answers[key])
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)
        return made


kept = Kept()


def fair_model(stage: Stage) -> FairModel:
    """The model of the stage's fair points; raw where nobody judges alone."""
    if not stage.rules.scorebook.individual:
        return "raw"
    return stage.edition.rules.fair_model(stage.rules)


def digest_of(
    stage: Stage, books: Iterable[Scorebook], *, science: str = judging.VERSION, rules: str = ""
) -> str:
    """SHA-256 over what is computed from: the signed scorebooks and how they are read.

    A scorebook counts its saves, so its version stands for its marks; its salt keeps points from
    being tried out where the digest stands in the journal. science, rules: what they were read by
    then, where that is not what they are read by today.
    """
    rows: list[list[str]] = sorted(
        [book.salt, str(book.version), str(book.points), _instant(book)] for book in books
    )
    content = [
        science,
        stage.uid,
        fair_model(stage),
        rules or stage.edition.version.content_hash,
        rows,
    ]
    return hashlib.sha256(canonical.dumps(content)).hexdigest()


def _instant(book: Scorebook) -> str:
    return book.signed_at.isoformat() if book.signed_at else ""


def sheets(books: Iterable[Scorebook]) -> list[judging.Book]:
    """Scorebooks as science reads them."""
    return [
        judging.Book(
            book.entry_id,
            book.assessor_id,
            book.points,
            book.signed_at.timestamp() if book.signed_at else 0.0,
        )
        for book in books
        if book.points is not None
    ]


def marks_of(stage: Stage, books: Sequence[Scorebook]) -> list[judging.Mark]:
    """Every mark of `books` as the exact share of what its part can earn. One query."""
    scales = stage.edition.rules.scales
    parts = {part.key: scales[part.scale] for part in model_of(stage).parts()}
    of = {book.pk: book for book in books}
    shares: dict[tuple[str, Decimal], Fraction] = {}
    found = []
    rows = Mark.objects.filter(scorebook__in=list(of), value__isnull=False)
    for key, part, value in rows.values_list("scorebook_id", "part", "value"):
        if value is None or part not in parts:
            continue
        share = shares.get((part, value))
        if share is None:
            share = shares[part, value] = parts[part].share(value)
        found.append(judging.Mark(of[key].entry_id, of[key].assessor_id, part, share))
    return found


def fair_of(stage: Stage, books: Sequence[Scorebook], digest: str) -> Fair:
    """Fair points from individual `books`; one query for Rasch models, and only the first time."""
    return kept.get(
        ("fair", digest),
        lambda: judging.fair_scores(
            sheets(books),
            fair_model(stage),
            model_of(stage).weights(),
            lambda: marks_of(stage, books),
        ),
    )


# ---------------------------------------------------------------------------- who is compared


def deciding_honour(stage: Stage) -> Honour | None:
    """The honour whose places are the line of the stage; None if its gate has a line of its own."""
    return line_honour(stage.edition.rules, stage.rules)


def line_honour(rules: Edition, judged: AssessmentStage) -> Honour | None:
    """The highest honour with a number of places that the points of the stage `judged` decide.

    Its places are the line of a stage whose own gate has none.
    """
    if judged.gate.rule not in ("all", "honoured", "passed"):
        return None
    deciding = {
        each.key
        for each in rules.stages
        if each.kind == "decision" and each.points_from == judged.key
    }
    for honour in rules.honours:
        limited = (honour.at_most, honour.share, honour.top) != (None, None, None)
        if honour.stage in deciding and not honour.overlay and limited:
            return honour
    return None


def compared_per(stage: Stage) -> str:
    """Among whom points are compared: edition, category or region."""
    honour = deciding_honour(stage)
    return str(honour.per if honour else stage.rules.gate.per)


class Grouped(Protocol):
    """An entry, as far as it says with whom it is compared."""

    @property
    def region(self) -> str:
        """Where it applied."""

    @property
    def category(self) -> Any:
        """Its category with `key`, or None."""


def group_name(per: str, entry: Grouped) -> str:
    """The group of `entry` where entries are compared per category or region."""
    if per == "region":
        return entry.region
    if per == "category":
        return entry.category.key if entry.category else ""
    return ""


def fallbacks(fair: Fair, groups: Mapping[str, Sequence[int]]) -> dict[int, str]:
    """Why there are no fair points that can be compared within the group, by entry.

    disconnected, or what stands in the way in its part (see `judging.scores`).
    """
    found: dict[int, str] = {}
    for entries in groups.values():
        judged = [each for each in entries if each in fair.scores]
        if fair.model == "raw" or not judged or fair.comparable(judged):
            continue
        parts = {fair.scores[each].part for each in judged}
        for each in judged:
            why = fair.parts[fair.scores[each].part].why
            found[each] = "disconnected" if len(parts) > 1 else why
    return found
