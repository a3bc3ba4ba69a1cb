"""The stages of an edition as intake needs them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import moment
from laureat.rulebook.models import Edition, Stage, StageKind, StageState


def in_both_zones(instant: datetime, edition: Edition) -> str:
    """An instant as people read it in the edition's zone, and in Moscow where that differs."""
    shown = moment(instant, zone=edition.zone)
    text = f"{shown.shown} {shown.zone}".strip()
    if shown.moscow:
        text += f" ({_('%(time)s in Moscow') % {'time': shown.moscow}})"
    return text


def intake_stages(edition: Edition) -> list[Stage]:
    """The rows of the first stage: one, or one per region."""
    first = edition.rules.stages[0].key
    return [own(stage, edition) for stage in edition.stages.filter(key=first).order_by("region")]


def own(stage: Stage, edition: Edition) -> Stage:
    """`stage` with its edition set, so that its rules need no query."""
    stage.edition = edition
    return stage


def intake_of(edition: Edition, region: str) -> Stage | None:
    """The intake that an applicant of `region` applies to."""
    for stage in intake_stages(edition):
        if stage.region in ("", region):
            return stage
    return None


def why_closed(stage: Stage) -> str:
    """Why nobody can apply at `stage` now; "" if they can."""
    if stage.is_open:
        return ""
    edition = stage.edition
    if stage.state == StageState.PLANNED:
        if stage.opens_at and stage.opens_at > now():
            return _("Applications open on %(when)s.") % {
                "when": in_both_zones(stage.opens_at, edition)
            }
        return _("Applications are not open yet.")
    if stage.closes_at and now() > stage.closes_at:
        return _("Applications closed on %(when)s.") % {
            "when": in_both_zones(stage.closes_at, edition)
        }
    return _("Applications are closed.")


def may_still_change(stage: Stage) -> bool:
    """Whether a submitted entry may be changed: until the deadline, without the grace."""
    return stage.is_open and (stage.closes_at is None or now() <= stage.closes_at)


def is_intake(stage: Stage) -> bool:
    """Whether entries are handed in at `stage`."""
    return stage.kind == StageKind.INTAKE


def doubtful_dates(stage: Stage) -> list[str]:
    """What to look at in the dates of `stage`: over before it began, or before an earlier one ends."""
    if stage.closes_at is None:
        return []
    over = stage.state == StageState.PLANNED and stage.closes_at + stage.grace <= now()
    said = [_("This deadline is past: with it the stage cannot be opened.")] if over else []
    return said + _out_of_order(stage)


def _out_of_order(stage: Stage) -> list[str]:
    near = stage.edition.stages.exclude(pk=stage.pk).filter(closes_at__isnull=False)
    if stage.region:
        near = near.filter(region__in=("", stage.region))
    found = []
    for other in near.order_by("order", "region"):
        first, second = sorted((stage, other), key=lambda each: each.order)
        assert first.closes_at is not None
        assert second.closes_at is not None
        if first.order < second.order and second.closes_at < first.closes_at:
            found.append(
                _("«%(second)s» ends before «%(first)s» does (%(when)s): look at its dates.")
                % {
                    "second": _with_region(second),
                    "first": _with_region(first),
                    "when": in_both_zones(first.closes_at, own(first, stage.edition).edition),
                }
            )
    return found


def _with_region(stage: Stage) -> str:
    name = localised(stage, "title")
    return f"{name} ({stage.region})" if stage.region else name
