"""What declining a title would bring: the term, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from laureat.council.queries.standing import field, honours_of, rule_of
from laureat.honours.models import Diploma, Honour, HonourState
from laureat.honours.queries.lists import Row, last_day, resting_on, row
from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import moment
from laureat.rulebook.models import EditionState
from laureat.science.selection import Rule, group_of, ranked


def over(honour: Honour) -> str:
    """Why the laureate can decline in the system no more; "" while they can."""
    day = last_day(honour)
    if day is not None:
        if now().astimezone(honour.edition.time_zone).date() <= day:
            return ""
        return _("The term for declining here ended on %(day)s: write to the secretary.") % {
            "day": moment(day, "date").shown
        }
    if Diploma.objects.filter(honour=honour).exists():
        return _("The diploma has been issued: to decline the title, write to the secretary.")
    return ""


@dataclass(frozen=True)
class Next:
    """Who would be up for the place that becomes free."""

    number: str
    name: str
    points: object
    equal: bool
    """Not alone: others have the same points and the rules tell them not apart."""


@dataclass(frozen=True)
class Consequences:
    """What follows if a title is declined, before it is."""

    row: Row
    resting: list[Row]
    shown: bool
    place: str
    """stays-empty or council: see the rulebook."""
    capped: bool
    """Whether the honour has a limited number of places at all."""
    running: bool
    """Whether the panel can still sit: the contest is not published."""
    following: list[Next]


def consequences(honour: Honour, *, office: bool) -> Consequences:
    """The preview; whose turn it would be is read by the office only."""
    rules = honour.edition.rules.declining
    rule = rule_of(honour.edition.rules.honour(honour.key))
    capped = (rule.at_most, rule.share, rule.top) != (None, None, None)
    following = []
    if office and capped and rules.place == "council":
        following = _following(honour, rule)
    return Consequences(
        row=row(honour),
        resting=[row(each) for each in resting_on(honour)],
        shown=rules.shown,
        place=rules.place,
        capped=capped,
        running=honour.edition.state == EditionState.RUNNING,
        following=following,
    )


def _following(honour: Honour, rule: Rule) -> list[Next]:
    """The best entries of the same group that hold neither this honour nor a better one."""
    stage = honour.stage
    stage.edition = honour.edition
    found = field(stage)
    base = [each.key for each in honours_of(stage) if not each.overlay]
    better = set(base[: base.index(honour.key) + 1]) if honour.key in base else {honour.key}
    holders = set(
        Honour.objects.filter(stage=stage, key__in=better, state=HonourState.PUBLISHED).values_list(
            "entry__uid", flat=True
        )
    )
    mine = next((each for each in found.candidates if each.key == honour.entry.uid), None)
    if mine is None:
        return []
    candidates = [
        each
        for each in found.candidates
        if each.key not in holders
        and each.key != mine.key
        and honour.key in each.fits
        and group_of(each, rule) == group_of(mine, rule)
    ]
    blocks = ranked(candidates, stage.rules.ties).blocks
    first = blocks[0] if blocks else []
    return [
        Next(
            number=entry.number or "",
            name=_name(entry),
            points=found.points(entry),
            equal=len(first) > 1,
        )
        for entry in (found.entries[each.key] for each in first)
    ]


def _name(entry: Entry) -> str:
    return localised(entry.good or entry.organisation, "name")
