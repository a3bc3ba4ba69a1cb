"""The tree that is judged: model → criteria → parts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from pydantic import Field, model_validator

from laureat.rulebook.schema.base import Key, Node, Share, Sourced, Text
from laureat.rulebook.schema.scales import rounded


class Part(Sourced):
    """What one mark is given for. Its points are a share of the criterion, or stated."""

    key: Key
    title: Text
    share: Share | None = None
    points: Decimal | None = None
    scale: Key
    guidance: Text | None = None


class Criterion(Sourced):
    """A group of parts with its points."""

    key: Key
    title: Text
    points: Decimal = Field(gt=0)
    group: Key | None = None
    guidance: Text | None = None
    parts: list[Part] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Criterion:
        total = sum((self.exact_points_of(part) for part in self.parts), Fraction(0))
        if total != Fraction(self.points):
            message = (
                f"the parts of criterion {self.key!r} add up to {float(total):g}, "
                f"expected {self.points}"
            )
            raise ValueError(message)
        for part in self.parts:
            exact = self.exact_points_of(part)
            if exact <= 0 or (exact * 100).denominator != 1:
                message = (
                    f"part {part.key!r} can earn {float(exact):g} points, expected more than 0 and "
                    "at most two decimals: choose other shares, or state points"
                )
                raise ValueError(message)
        return self

    def exact_points_of(self, part: Part) -> Fraction:
        """The most points `part` can earn."""
        if part.points is not None:
            return Fraction(part.points)
        if part.share is not None:
            return part.share * Fraction(self.points)
        return Fraction(self.points) / len(self.parts)


class Group(Node):
    """A named block of criteria (enablers, results; product, enterprise)."""

    key: Key
    title: Text


class Model(Sourced):
    """A criteria model with its total."""

    title: Text
    points: Decimal = Field(gt=0)
    groups: list[Group] = []
    criteria: list[Criterion] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Model:
        total = sum(criterion.points for criterion in self.criteria)
        if total != self.points:
            message = f"the criteria add up to {total}, expected {self.points}"
            raise ValueError(message)
        keys = [part.key for part in self.parts()] + [each.key for each in self.criteria]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            message = f"keys used twice: {', '.join(twice)}"
            raise ValueError(message)
        groups = {group.key for group in self.groups}
        for criterion in self.criteria:
            if criterion.group and criterion.group not in groups:
                message = f"criterion {criterion.key!r}: unknown group {criterion.group!r}"
                raise ValueError(message)
        return self

    def parts(self) -> Iterator[Part]:
        """All parts in reading order."""
        for criterion in self.criteria:
            yield from criterion.parts

    def weights(self) -> dict[str, Decimal]:
        """The most points of each part by key, exact (two decimals); they add up to `points`."""
        criteria, found = self._weights
        if criteria is not self.criteria:  # a changed copy (`model_copy`) inherits what was found
            del self.__dict__["_weights"]
            _, found = self._weights
        return dict(found)

    @cached_property
    def _weights(self) -> tuple[list[Criterion], dict[str, Decimal]]:
        """Found once: every saved mark asks for them. With the criteria they belong to."""
        found = {
            part.key: rounded(criterion.exact_points_of(part))
            for criterion in self.criteria
            for part in criterion.parts
        }
        return self.criteria, found
