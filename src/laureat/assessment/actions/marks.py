"""A mark on its scale: what is right, what it earns, what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.models import Mark
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import current, localised
from laureat.rulebook import schema
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.scales import BandedScale, PercentScale

COMMENTS = ("strengths", "improvements", "evidence", "visit_questions")
LONGEST_COMMENT = 10_000
_MOST_DIGITS = Decimal(10) ** 8


@dataclass(frozen=True)
class MarkInput:
    """What an assessor gives one part: it replaces the part's mark as a whole.

    Numbers may be text as people type it (“65,5”). Nothing given is None, never zero.
    """

    value: Decimal | str | int | None = None
    attributes: Mapping[str, Decimal | str | int | None] = field(default_factory=dict)
    strengths: str = ""
    improvements: str = ""
    evidence: str = ""
    visit_questions: str = ""


class WrongMarks(Refused):
    """Marks that are not on their scales: `errors` by part, then by field."""

    def __init__(self, errors: Mapping[str, Mapping[str, str]]) -> None:
        """The message names every part."""
        self.errors = {part: dict(found) for part, found in errors.items()}
        lines = [
            f"{part}: {message}" for part, found in errors.items() for message in found.values()
        ]
        super().__init__("; ".join(lines), field=next(iter(errors), ""))


class Stale(Refused):
    """The scorebook was saved elsewhere in the meantime; nothing was written."""

    def __init__(self, version: int) -> None:
        """`version` is the one that is stored now."""
        self.version = version
        super().__init__(
            _(
                "This scorebook was saved in another window meanwhile. What you typed is still "
                "here: compare it with what is stored, then save again."
            )
        )


@dataclass(frozen=True)
class Missing:
    """What a part still lacks: its mark, or lines of a comment."""

    part: str
    what: str
    """mark, or the name of a comment."""
    have: int = 0
    least: int = 0


class Incomplete(Refused):
    """A scorebook that cannot be signed yet: `missing` says what is wanted where."""

    def __init__(self, missing: Iterable[Missing]) -> None:
        """The message names the first parts."""
        self.missing = list(missing)
        parts = list(dict.fromkeys(each.part for each in self.missing))
        shown = ", ".join(parts[:12]) + ("…" if len(parts) > 12 else "")
        super().__init__(
            _("The scorebook is not complete: something is missing in %(parts)s.")
            % {"parts": shown}
        )


class Undiscussed(Refused):
    """A team's scorebook whose signer has not named all `parts` that were not discussed."""

    def __init__(self, parts: Iterable[str]) -> None:
        """Pages list the parts themselves, under their titles."""
        self.parts = list(parts)
        super().__init__(
            _(
                "The members lie far apart over parts that were not discussed. Save each of them, "
                "or confirm that you sign without discussing them."
            ),
            field="undiscussed",
        )


class Crowded(Refused):
    """A team's scorebook whose signer has not named all `parts` with comments that are too long."""

    def __init__(self, parts: Iterable[str]) -> None:
        """Pages list the parts themselves, under their titles."""
        self.parts = list(parts)
        super().__init__(
            _(
                "Some comments have more lines than the rules allow. Shorten them, or confirm that "
                "the applicant is to read them as they are."
            ),
            field="crowded",
        )


def model_of(stage: Stage) -> schema.Model:
    """The criteria model of the stage."""
    rules: schema.AssessmentStage = stage.rules
    return stage.edition.rules.models[rules.scorebook.model]


def scale_of(stage: Stage, part: schema.Part) -> Any:
    """The scale of a part (one of the five kinds)."""
    return stage.edition.rules.scales[part.scale]


def lines(text: str) -> int:
    """How many lines a comment has; empty ones do not count."""
    return sum(bool(line.strip()) for line in text.splitlines())


def read_number(value: Decimal | str | float | None) -> Decimal | None:
    """A number as people type it; None for nothing; raises InvalidOperation for anything else."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        number = value
    else:
        text = str(value).strip().replace("\u00a0", "").replace("\u202f", "").replace("−", "-")
        text = text.removesuffix("%").strip().replace(",", ".")
        if not text:
            return None
        number = Decimal(text)
    if not number.is_finite() or abs(number) >= _MOST_DIGITS:
        raise InvalidOperation
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        raise InvalidOperation
    return number


@dataclass(frozen=True)
class Judged:
    """A mark that is right."""

    value: Decimal | None
    attributes: dict[str, str]
    points: Decimal | None


def judge(stage: Stage, part: schema.Part, weight: Decimal, given: MarkInput) -> Judged:
    """Check one part's marks. Raises WrongMarks with what was expected."""
    scale = scale_of(stage, part)
    errors: dict[str, str] = {}
    attributes = _attributes(scale, given, errors)
    value = _value(scale, given, errors)
    if isinstance(scale, PercentScale) and scale.attributes and not errors:
        value = _overall(scale, attributes, value, errors)
    for name in COMMENTS:
        have = len(getattr(given, name))
        if have > LONGEST_COMMENT:
            errors[name] = _("The comment has %(have)s characters: at most %(most)s.") % {
                "have": have,
                "most": LONGEST_COMMENT,
            }
    if errors:
        raise WrongMarks({part.key: errors})
    points = None if value is None else scale.points(value, weight)
    return Judged(value, {key: plain(mark) for key, mark in attributes.items()}, points)


def _attributes(
    scale: schema.Scale, given: MarkInput, errors: dict[str, str]
) -> dict[str, Decimal]:
    known = {each.key: each for each in scale.attributes} if isinstance(scale, PercentScale) else {}
    marks: dict[str, Decimal] = {}
    for key, raw in given.attributes.items():
        if key not in known:
            errors[key] = _("%(key)s is not marked here: expected one of %(known)s.") % {
                "key": key,
                "known": ", ".join(known) or "—",
            }
            continue
        try:
            mark = read_number(raw)
        except InvalidOperation:
            errors[key] = _not_a_number(raw, scale)
            continue
        if mark is None:
            continue
        if not scale.allowed(mark):
            errors[key] = _("%(title)s: %(value)s is not on the scale, expected %(expected)s.") % {
                "title": localised(known[key].title),
                "value": said(mark),
                "expected": expected(scale),
            }
            continue
        marks[key] = mark
    return marks


def _not_a_number(raw: object, scale: schema.Scale) -> str:
    return _("“%(value)s” is not a number: expected %(expected)s.") % {
        "value": str(raw)[:40],
        "expected": expected(scale),
    }


def _value(scale: schema.Scale, given: MarkInput, errors: dict[str, str]) -> Decimal | None:
    try:
        value = read_number(given.value)
    except InvalidOperation:
        errors["value"] = _not_a_number(given.value, scale)
        return None
    if value is not None and not scale.allowed(value):
        errors["value"] = _("%(value)s is not on the scale: expected %(expected)s.") % {
            "value": said(value),
            "expected": expected(scale),
        }
        return None
    return value


def _overall(
    scale: PercentScale, marks: dict[str, Decimal], value: Decimal | None, errors: dict[str, str]
) -> Decimal | None:
    """The overall mark under the limit; suggested where all attributes are marked and it is not."""
    limit = scale.overall_limit(marks)
    if value is None:
        if len(marks) < len(scale.attributes):
            return None
        return min(scale.overall_start(list(marks.values())), limit)
    if value > limit:
        title = next(each.title for each in scale.attributes if each.key == scale.overall.at_most)
        errors["value"] = _(
            "The overall mark is at most %(limit)s, the mark of “%(title)s”; you gave %(value)s."
        ) % {"limit": said(limit), "title": localised(title), "value": said(value)}
        return None
    return value


def said(value: Decimal) -> str:
    """A mark as the reader writes it, every digit of it: 7,5 in Russian."""
    return plain(value).replace(".", ",") if current() == "ru" else plain(value)


def expected(scale: schema.Scale) -> str:
    """Which marks the scale takes, as the reader writes them: 0, 5, … 100 %; 0; 0,5; … 10."""
    words = scale.expected
    if current() == "ru" and "." in words:
        words = words.replace(", ", "; ").replace(".", ",")
    if isinstance(scale, BandedScale):
        return f"{words} {localised(scale.unit)}"
    if isinstance(scale, PercentScale):
        return f"{words}\u00a0%" if current() == "ru" else f"{words}%"
    return words


def plain(value: Decimal) -> str:
    """A decimal without idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def state_of(mark: Mark | None) -> str:
    """A short digest of a stored mark: whether it is still the one that a page was opened with."""
    if mark is None:
        return ""
    value = "" if mark.value is None else plain(mark.value)
    texts = [f"{key}={mark.attributes[key]}" for key in sorted(mark.attributes)]
    texts += [value, *(getattr(mark, name) for name in COMMENTS)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def missing(stage: Stage, marks: Mapping[str, Mark]) -> Iterator[Missing]:
    """What a scorebook lacks to be signed, in reading order."""
    for part in model_of(stage).parts():
        mark = marks.get(part.key)
        if mark is None or mark.value is None:
            yield Missing(part.key, "mark")
        comments = scale_of(stage, part).comments
        for name in COMMENTS:
            count = getattr(comments, name)
            if count is None or not count.least:
                continue
            have = lines(getattr(mark, name)) if mark else 0
            if have < count.least:
                yield Missing(part.key, name, have, count.least)


@dataclass(frozen=True)
class TooMany:
    """A comment with more lines than its scale wants."""

    part: str
    what: str
    """Name of the comment."""
    have: int
    most: int


def too_many(stage: Stage, marks: Mapping[str, Mark]) -> Iterator[TooMany]:
    """The comments of a scorebook that are too long, in reading order."""
    for part in model_of(stage).parts():
        comments = scale_of(stage, part).comments
        for name in COMMENTS if part.key in marks else ():
            count = getattr(comments, name)
            if count is None or not count.most:
                continue
            have = lines(getattr(marks[part.key], name))
            if have > count.most:
                yield TooMany(part.key, name, have, count.most)
