"""How invented assessors mark: a latent strength of the entry, a severity of the assessor, noise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from laureat.demo.remarks import Remarks, remarks
from laureat.rulebook import schema
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    OrdinalScale,
    PercentScale,
    PointsScale,
)


@dataclass(frozen=True)
class Marking:
    """A mark with its comments, as a scorebook takes it."""

    value: Decimal
    attributes: dict[str, Decimal]
    remarks: Remarks


def clipped(value: float) -> float:
    """`value` within 0..1."""
    return min(1.0, max(0.0, value))


def mark(
    random: Random,
    rules: schema.Edition,
    part: schema.Part,
    share: float,
    criterion: str,
    category: str = "",
) -> Marking:
    """A mark near `share` (0..1 of the scale) with as many comment lines as the scale wants."""
    scale, share = rules.scales[part.scale], clipped(share)
    value, attributes = _value(random, scale, share)
    said = remarks(random, scale.comments, share, part.key, criterion, category)
    return Marking(value, attributes, said)


def _value(random: Random, scale: schema.Scale, share: float) -> tuple[Decimal, dict[str, Decimal]]:
    if isinstance(scale, PercentScale):
        return _percent(random, scale, share)
    if isinstance(scale, PointsScale):
        steps = round(share * float(scale.most - scale.least) / float(scale.step))
        return scale.least + steps * scale.step, {}
    if isinstance(scale, OrdinalScale):
        top = scale.levels[-1].value
        nearest = min(scale.levels, key=lambda level: abs(float(level.value / top) - share))
        return nearest.value, {}
    if isinstance(scale, BandedScale):
        return _measured(scale, share), {}
    assert isinstance(scale, CheckScale)
    return Decimal(1 if random.random() < 0.25 + share else 0), {}


def _percent(
    random: Random, scale: PercentScale, share: float
) -> tuple[Decimal, dict[str, Decimal]]:
    def stepped(value: float) -> Decimal:
        return Decimal(round(clipped(value) * 100 / float(scale.step))) * scale.step

    if not scale.attributes:
        return stepped(share), {}
    attributes = {
        attribute.key: stepped(share + random.gauss(0.03, 0.06)) for attribute in scale.attributes
    }
    start = scale.overall_start(list(attributes.values()))
    return min(start, scale.overall_limit(attributes)), attributes


def _measured(scale: BandedScale, share: float) -> Decimal:
    """A value inside the band whose points are nearest to `share`."""
    top = max(band.points for band in scale.bands)
    band = min(scale.bands, key=lambda each: abs(float(each.points / top) - share))
    if band.start is None:
        return (band.to or Decimal(0)) - 1
    if band.to is None:
        return band.start
    return ((band.start + band.to) / 2).quantize(Decimal("0.01"))
