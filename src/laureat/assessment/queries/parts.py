"""One part of a scorebook: what is typed into it, and what colleagues gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from laureat.assessment.actions.marks import COMMENTS, LONGEST_COMMENT, MarkInput, lines, model_of
from laureat.assessment.models import Assignment, Scorebook
from laureat.assessment.permissions import team_of
from laureat.assessment.queries.books import PartRow
from laureat.assessment.queries.voices import Given, Said, Voices
from laureat.assessment.queries.words import (
    COMMENT_LABELS,
    anchor_of,
    scale_words,
    shown_value,
    wanted_lines,
)
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import number
from laureat.rulebook import schema
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    OrdinalScale,
    PercentScale,
    PointsScale,
)

MOST_CHOICES = 12


@dataclass
class CommentBox:
    """A comment to write."""

    name: str
    label: str
    text: str
    wanted: str
    least: int
    most: int
    error: str = ""
    said: list[Said] = field(default_factory=list)
    """What the members wrote, beside what the team says."""
    longest: int = LONGEST_COMMENT

    @property
    def have(self) -> int:
        """Lines so far."""
        return lines(self.text)

    @property
    def state(self) -> str:
        """“lines: 3 of 3–5”."""
        if not self.wanted:
            return ""
        return self.template.replace("{have}", str(self.have))

    @property
    def template(self) -> str:
        """The same with {have} for the browser to fill in."""
        if not self.least:
            return _("lines: {have}, at most %(most)s") % {"most": self.most}
        if not self.most:
            return _("lines: {have}, at least %(least)s") % {"least": self.least}
        return _("lines: {have} of %(wanted)s") % {"wanted": self.wanted}


@dataclass
class AttributeRow:
    """An attribute mark (RADAR)."""

    key: str
    title: str
    guidance: str
    value: str
    share: Decimal
    error: str = ""
    given: list[Given] = field(default_factory=list)
    apart: Decimal | None = None
    """The spread of the members' marks, where it is to be discussed."""


@dataclass
class PartForm:
    """A part with what is typed into it, right or wrong."""

    row: PartRow
    value: str
    attributes: list[AttributeRow]
    comments: list[CommentBox]
    errors: Mapping[str, str]
    given: list[Given] = field(default_factory=list)
    """The members' marks beside the team's."""

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What is wrong, with the field it is wrong in."""
        attributes = {each.key for each in self.attributes}
        return [
            (f"attribute-{name}" if name in attributes else name, message)
            for name, message in self.errors.items()
        ]

    @property
    def scale(self) -> Any:
        """The part's scale."""
        return self.row.scale

    @property
    def kind(self) -> str:
        """percent, points, ordinal, banded, check."""
        return str(self.scale.input)

    @property
    def anchor(self) -> str:
        """What the mark means."""
        return anchor_of(self.scale, self.row.mark.value if self.row.mark else None)

    @property
    def anchors(self) -> list[tuple[Decimal, str]]:
        """All anchors: up to, words."""
        found = (
            self.scale.bands
            if isinstance(self.scale, PercentScale)
            else self.scale.anchors
            if isinstance(self.scale, PointsScale)
            else []
        )
        return [(each.to, localised(each)) for each in found]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The values of a short scale of points or per cent, to tap instead of type."""
        if isinstance(self.scale, PointsScale):
            least, most = self.scale.least, self.scale.most
        elif isinstance(self.scale, PercentScale) and not self.scale.attributes:
            least, most = Decimal(0), Decimal(100)
        else:
            return []
        steps = (most - least) / self.scale.step
        if steps > MOST_CHOICES:
            return []
        values = [least + self.scale.step * step for step in range(int(steps) + 1)]
        return [
            {
                "value": plain_text(value),
                "shown": shown_value(self.scale, value),
                "share": exact(self.scale.share(value)),
                "words": anchor_of(self.scale, value),
            }
            for value in values
        ]

    @property
    def figures(self) -> str:
        """Which figures the scale takes, in words."""
        return scale_words(self.scale)

    @property
    def owed(self) -> list[CommentBox]:
        """Comments that must be written, or were written wrongly: never folded away."""
        return [box for box in self.comments if box.least or box.error]

    @property
    def spare(self) -> list[CommentBox]:
        """Comments that may be written."""
        return [box for box in self.comments if not (box.least or box.error)]

    @property
    def has_spare(self) -> bool:
        """Whether something stands in comments that nobody has to write."""
        return any(box.text for box in self.spare)

    @property
    def levels(self) -> list[dict[str, Any]]:
        """Choices of an ordinal or check scale."""
        if isinstance(self.scale, CheckScale):
            return [
                {"value": "1", "title": _("yes"), "share": "1"},
                {"value": "0", "title": _("no"), "share": "0"},
            ]
        if not isinstance(self.scale, OrdinalScale):
            return []
        return [
            {
                "value": plain_text(level.value),
                "title": localised(level.title),
                "guidance": localised(level.guidance) if level.guidance else "",
                "share": exact(self.scale.share(level.value)),
            }
            for level in self.scale.levels
        ]

    @property
    def bands(self) -> list[dict[str, str]]:
        """What a measured value earns."""
        if not isinstance(self.scale, BandedScale):
            return []
        most = max(band.points for band in self.scale.bands)
        return [
            {
                "range": _range(band.start, band.to),
                "start": "" if band.start is None else plain_text(band.start),
                "to": "" if band.to is None else plain_text(band.to),
                "share": exact(Fraction(band.points) / Fraction(most)),
                "points": number(self.row.weight * band.points / most),
            }
            for band in self.scale.bands
        ]

    @property
    def unit(self) -> str:
        """Unit of a measured value."""
        return localised(self.scale.unit) if isinstance(self.scale, BandedScale) else ""

    @property
    def cap(self) -> str:
        """Title of the attribute that limits the overall mark."""
        if not isinstance(self.scale, PercentScale) or not self.scale.overall.at_most:
            return ""
        return next(
            each.title for each in self.attributes if each.key == self.scale.overall.at_most
        )

    @property
    def value_error(self) -> str:
        """What is wrong with the mark."""
        return self.errors.get("value", "")


def _range(start: Decimal | None, to: Decimal | None) -> str:
    if start is None:
        return _("below %(to)s") % {"to": number(to)}
    if to is None:
        return _("from %(start)s") % {"start": number(start)}
    return _("from %(start)s to %(to)s") % {"start": number(start), "to": number(to)}


def plain_text(value: Decimal) -> str:
    """A decimal for a form field: 2.5, 10."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(share: Fraction) -> str:
    """A share for the browser's running figure (what counts is computed on the server)."""
    return f"{float(share):.10g}"


def form_of(
    row: PartRow,
    typed: MarkInput | None = None,
    errors: Mapping[str, str] | None = None,
    voices: Voices | None = None,
) -> PartForm:
    """The part's form: with what was typed, if given, else with what is stored; for the team's
    scorebook with what its members gave.
    """
    errors = errors or {}
    mark, scale = row.mark, row.scale
    if typed is not None:
        value = "" if typed.value is None else str(typed.value)
        marks = {key: "" if raw is None else str(raw) for key, raw in typed.attributes.items()}
        texts = {name: getattr(typed, name) for name in COMMENTS}
    else:
        value = plain_text(mark.value) if mark and mark.value is not None else ""
        marks = dict(mark.attributes) if mark else {}
        texts = {name: getattr(mark, name) if mark else "" for name in COMMENTS}
    attributes = [
        AttributeRow(
            each.key,
            localised(each.title),
            localised(each.guidance) if each.guidance else "",
            marks.get(each.key, ""),
            _bar(marks.get(each.key, "")),
            errors.get(each.key, ""),
            voices.attribute(each.key) if voices else [],
            voices.apart(each.key) if voices else None,
        )
        for each in (scale.attributes if isinstance(scale, PercentScale) else [])
    ]
    comments = [
        CommentBox(
            name,
            str(COMMENT_LABELS[name]),
            texts[name],
            wanted_lines(count),
            count.least,
            count.most or 0,
            errors.get(name, ""),
            voices.said(name) if voices else [],
        )
        for name in COMMENTS
        if (count := getattr(scale.comments, name)) is not None
    ]
    given = voices.marks() if voices else []
    return PartForm(row, value, attributes, comments, errors, given)


def _bar(text: str) -> Decimal:
    return Decimal(text) if text.isdecimal() and int(text) <= 100 else Decimal(0)


def confirmed_of(book: Scorebook) -> Assignment | None:
    """The assignment by which its assessor said that there is no conflict of interest."""
    return team_of(book.entry_id, book.stage_id).filter(assessor_id=book.assessor_id).first()


def scale_at(stage: Stage, key: str) -> schema.Scale:
    """The scale of a part of the stage's scorebooks; 404 if there is no such part."""
    found = [part.scale for part in model_of(stage).parts() if part.key == key]
    if not found:
        raise Http404
    return stage.edition.rules.scales[found[0]]
