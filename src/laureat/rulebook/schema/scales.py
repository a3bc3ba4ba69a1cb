"""How a mark becomes points: five kinds of input, each a share 0..1 of a part's points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from laureat.rulebook.schema.base import Key, Node, Sourced, Text
from laureat.rulebook.schema.saying import Wrong, one_of
from laureat.saying import say

CENT = Decimal("0.01")


def rounded(value: Fraction | Decimal, step: Decimal = CENT) -> Decimal:
    """`value` as a decimal, rounded half to even at `step` (the rule for every stored score)."""
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, Fraction)
        else value
    )
    return exact.quantize(step, rounding=ROUND_HALF_EVEN)


class Count(Node):
    """How many lines a comment should have."""

    least: int = Field(0, ge=0)
    most: int | None = None


class Comments(Node):
    """Which comments the assessor writes, and how many lines of each."""

    strengths: Count | None = None
    improvements: Count | None = None
    evidence: Count | None = None
    visit_questions: Count | None = None


class Attribute(Node):
    """One element judged inside a mark (RADAR: approach, deployment, …)."""

    key: Key
    title: Text
    guidance: Text | None = None


class Anchor(Node):
    """What a mark up to `to` means in words."""

    to: Decimal
    ru: str
    en: str


class Overall(Node):
    """How attribute marks suggest and limit the overall mark."""

    start: Literal["mean", "least"] = "mean"
    at_most: Key | None = None


class ScaleBase(Sourced):
    """What all scales share."""

    title: Text | None = None
    comments: Comments = Comments()

    def allowed(self, value: Decimal) -> bool:
        """Whether `value` is on the scale."""
        raise NotImplementedError

    def share(self, value: Decimal) -> Fraction:
        """The share 0..1 of the part's points that `value` earns; ValueError off the scale."""
        raise NotImplementedError

    def points(self, value: Decimal, weight: Decimal) -> Decimal:
        """Points earned of `weight`, rounded half to even at 0.01."""
        return rounded(self.share(value) * Fraction(weight))

    @property
    def expected(self) -> str:
        """What a valid value looks like, for error messages (figures only)."""
        raise NotImplementedError

    def _refuse(self, value: Decimal) -> ValueError:
        return ValueError(f"{value} is not on the scale: expected {self.expected}")


def _ladder(least: Decimal, most: Decimal, step: Decimal) -> str:
    """The values between `least` and `most`: 0, 5, … 100."""
    second = least + step
    return f"{least}, {most}" if second == most else f"{least}, {second}, … {most}"


class PercentScale(ScaleBase):
    """0–100 % in steps, optionally built from attributes (RADAR)."""

    input: Literal["percent"]
    step: Decimal = Field(Decimal(5), gt=0)
    attributes: list[Attribute] = []
    overall: Overall = Overall()
    bands: list[Anchor] = []

    @model_validator(mode="after")
    def _consistent(self) -> PercentScale:
        keys = [attribute.key for attribute in self.attributes]
        if self.overall.at_most and self.overall.at_most not in keys:
            raise Wrong(
                say("'overall.at_most' names %(key)s", key=repr(self.overall.at_most)), one_of(keys)
            )
        if Decimal(100) % self.step != 0:
            raise Wrong(
                say("step %(step)s does not divide 100", step=self.step), say("such as 5, 10 or 20")
            )
        edges = [band.to for band in self.bands]
        if edges and (edges != sorted(set(edges)) or edges[-1] != 100):
            raise Wrong(
                say("bands that do not rise, or do not end at 100"),
                say("bands that rise and end at 100"),
            )
        return self

    @property
    def expected(self) -> str:
        return _ladder(Decimal(0), Decimal(100), self.step)

    def allowed(self, value: Decimal) -> bool:
        return 0 <= value <= 100 and value % self.step == 0

    def share(self, value: Decimal) -> Fraction:
        if not self.allowed(value):
            raise self._refuse(value)
        return Fraction(value) / 100

    def overall_start(self, marks: Sequence[Decimal]) -> Decimal:
        """The mark suggested from attribute `marks`, rounded half to even to the step."""
        start = min(marks) if self.overall.start == "least" else sum(marks) / len(marks)
        return (Decimal(start) / self.step).quantize(Decimal(1), ROUND_HALF_EVEN) * self.step

    def overall_limit(self, marks: dict[str, Decimal]) -> Decimal:
        """The highest overall mark that attribute `marks` (by key) allow."""
        return marks.get(self.overall.at_most or "", Decimal(100))


class PointsScale(ScaleBase):
    """0..most points in steps."""

    input: Literal["points"]
    most: Decimal = Field(gt=0)
    least: Decimal = Decimal(0)
    step: Decimal = Field(Decimal(1), gt=0)
    anchors: list[Anchor] = []

    @model_validator(mode="after")
    def _consistent(self) -> PointsScale:
        if not 0 <= self.least < self.most or (self.most - self.least) % self.step != 0:
            raise Wrong(
                say(
                    "%(least)s–%(most)s in steps of %(step)s",
                    least=self.least,
                    most=self.most,
                    step=self.step,
                ),
                say("'least' below 'most', and a whole number of steps between them"),
            )
        return self

    @property
    def expected(self) -> str:
        return _ladder(self.least, self.most, self.step)

    def allowed(self, value: Decimal) -> bool:
        return self.least <= value <= self.most and (value - self.least) % self.step == 0

    def share(self, value: Decimal) -> Fraction:
        if not self.allowed(value):
            raise self._refuse(value)
        return Fraction(value) / Fraction(self.most)


class Level(Node):
    """One step of an ordinal scale with its words."""

    value: Decimal
    title: Text
    guidance: Text | None = None


class OrdinalScale(ScaleBase):
    """A choice among levels with verbal anchors."""

    input: Literal["ordinal"]
    levels: list[Level] = Field(min_length=2)

    @model_validator(mode="after")
    def _rising(self) -> OrdinalScale:
        values = [level.value for level in self.levels]
        if values != sorted(set(values)) or values[0] < 0:
            raise Wrong(
                say("levels that do not rise"),
                say("levels that rise from 0 or more, each value once"),
            )
        return self

    @property
    def expected(self) -> str:
        return ", ".join(str(level.value) for level in self.levels)

    def allowed(self, value: Decimal) -> bool:
        return any(level.value == value for level in self.levels)

    def share(self, value: Decimal) -> Fraction:
        if not self.allowed(value):
            raise self._refuse(value)
        return Fraction(value) / Fraction(self.levels[-1].value)


class Band(Node):
    """Measured values from `from` (included) up to the next band get `points`."""

    start: Decimal | None = Field(None, alias="from")
    to: Decimal | None = None
    points: Decimal = Field(ge=0)


class BandedScale(ScaleBase):
    """A measured value mapped to points. Gaps and overlaps between bands are load errors."""

    input: Literal["banded"]
    unit: Text
    bands: list[Band] = Field(min_length=2)
    field: Key | None = None
    """The form field whose answer is the measured value, where the applicant states it."""

    @model_validator(mode="after")
    def _seamless(self) -> BandedScale:
        for number, band in enumerate(self.bands, 1):
            if band.start is not None and band.to is not None and band.start >= band.to:
                raise Wrong(
                    say(
                        "band %(number)s is empty: from %(start)s to %(end)s",
                        number=number,
                        start=band.start,
                        end=band.to,
                    ),
                    say("'from' below 'to'"),
                )
        for number, (left, right) in enumerate(zip(self.bands, self.bands[1:], strict=False), 1):
            both = {"number": number, "next": number + 1, "end": left.to, "start": right.start}
            if left.to is None or right.start is None:
                raise Wrong(
                    say("an open end between bands %(number)s and %(next)s", **both),
                    say("bands that touch"),
                )
            if left.to < right.start:
                raise Wrong(
                    say("gap between bands %(number)s and %(next)s (%(end)s to %(start)s)", **both),
                    say("bands that touch"),
                )
            if left.to > right.start:
                raise Wrong(
                    say("overlap of bands %(number)s and %(next)s (%(start)s to %(end)s)", **both),
                    say("bands that touch"),
                )
        if max(band.points for band in self.bands) <= 0:
            raise Wrong(say("no band earns points"), say("at least one band with points above 0"))
        return self

    @property
    def expected(self) -> str:
        first, last = self.bands[0].start, self.bands[-1].to
        low = "−∞" if first is None else str(first)
        high = "+∞" if last is None else f"< {last}"
        return f"{low} … {high}"

    def _band(self, value: Decimal) -> Band | None:
        for band in self.bands:
            if (band.start is None or value >= band.start) and (band.to is None or value < band.to):
                return band
        return None

    def allowed(self, value: Decimal) -> bool:
        return value.is_finite() and self._band(value) is not None

    def share(self, value: Decimal) -> Fraction:
        band = self._band(value) if value.is_finite() else None
        if band is None:
            raise self._refuse(value)
        return Fraction(band.points) / Fraction(max(each.points for each in self.bands))


class CheckScale(ScaleBase):
    """Pass (1) or fail (0)."""

    input: Literal["check"]

    @property
    def expected(self) -> str:
        return "0, 1"

    def allowed(self, value: Decimal) -> bool:
        return value in (0, 1)

    def share(self, value: Decimal) -> Fraction:
        if not self.allowed(value):
            raise self._refuse(value)
        return Fraction(value)


Scale = Annotated[
    PercentScale | PointsScale | OrdinalScale | BandedScale | CheckScale,
    Field(discriminator="input"),
]
