"""The tree that is judged: model → criteria → parts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from pydantic import Field, model_validator

from laureat.rulebook.schema.base import Key, Node, Share, Sourced, Text
from laureat.rulebook.schema.saying import Wrong, one_of
from laureat.rulebook.schema.scales import rounded
from laureat.saying import say


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
            raise Wrong(
                say(
                    "the parts of criterion %(key)s add up to %(total)s",
                    key=repr(self.key),
                    total=f"{float(total):g}",
                ),
                str(self.points),
            )
        for part in self.parts:
            exact = self.exact_points_of(part)
            if exact <= 0 or (exact * 100).denominator != 1:
                raise Wrong(
                    say(
                        "part %(key)s can earn %(points)s points",
                        key=repr(part.key),
                        points=f"{float(exact):g}",
                    ),
                    say(
                        "more than 0 and at most two decimals: choose other shares, or state points"
                    ),
                )
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
            raise Wrong(say("the criteria add up to %(total)s", total=total), str(self.points))
        keys = [part.key for part in self.parts()] + [each.key for each in self.criteria]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise Wrong(
                say("keys used twice: %(keys)s", keys=", ".join(twice)),
                say("a key of its own for each"),
            )
        groups = {group.key for group in self.groups}
        for criterion in self.criteria:
            if criterion.group and criterion.group not in groups:
                raise Wrong(
                    say(
                        "criterion %(key)s: unknown group %(group)s",
                        key=repr(criterion.key),
                        group=repr(criterion.group),
                    ),
                    one_of(each.key for each in self.groups),
                )
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
