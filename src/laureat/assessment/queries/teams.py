"""The teams of a stage as its secretary sees them: who was asked, what is missing, who could join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from laureat.assessment.actions.fitting import in_stage, may_taste
from laureat.assessment.actions.ties import ties
from laureat.assessment.models import LIVE, Assessor, Assignment, AssignmentState, Conflict
from laureat.assessment.permissions import asked_now
from laureat.assessment.queries.people import named
from laureat.assessment.queries.words import why_words
from laureat.intake.models import Entry, PassageState
from laureat.platform.i18n.search import search_key
from laureat.rulebook.models import Stage


@dataclass(frozen=True)
class Wanted:
    """Which teams the reader asked to see."""

    search: str = ""
    """Organisation or number of the entry."""
    assessor: str = ""
    """Name, e-mail or number of somebody in the team."""
    show: str = ""
    """gaps: too few or no lead; answers: somebody has not answered; empty: all."""


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked for an entry."""

    assignment: Assignment
    words: str
    """Why they were proposed."""

    @property
    def accepted(self) -> bool:
        """Said that there is no conflict of interest."""
        return self.assignment.state == AssignmentState.ACCEPTED


@dataclass
class TeamRow:
    """An entry and who was asked for it."""

    stage: Stage
    entry: Entry
    live: list[Asked]
    gone: list[Asked]

    @property
    def missing(self) -> int:
        """How many assessors fewer than the rule wants."""
        return max(0, int(self.stage.rules.team.size[0]) - len(self.live))

    @property
    def has_lead(self) -> bool:
        """Whether somebody leads, or nobody need."""
        leads = sum(each.assignment.lead for each in self.live)
        return leads >= int(self.stage.rules.team.lead)

    @property
    def unanswered(self) -> int:
        """How many have not answered yet."""
        return sum(not each.accepted for each in self.live)

    @property
    def full(self) -> bool:
        """Nobody more may be asked."""
        return len(self.live) >= int(self.stage.rules.team.size[1])


def team_entries(stage: Stage, wanted: Wanted) -> QuerySet[Entry]:
    """The entries of the stage whose teams are shown; two queries more where something is searched."""
    rows = (
        Entry.objects.filter(
            passages__stage=stage,
            passages__state__in=(PassageState.ACTIVE, PassageState.PASSED, PassageState.STOPPED),
        )
        .select_related("organisation", "category", "good")
        .order_by("serial", "pk")
    )
    if wanted.search.strip():
        rows = _named(rows, wanted.search.strip())
    asked = Assignment.objects.filter(stage=stage, state__in=LIVE)
    if wanted.assessor.strip():
        people = named(Assessor.objects.filter(edition=stage.edition_id), wanted.assessor)
        rows = rows.filter(pk__in=asked.filter(assessor__in=people).values("entry"))
    if wanted.show == "answers":
        open_ = asked.filter(state=AssignmentState.PROPOSED)
        rows = rows.filter(pk__in=open_.values("entry"))
    if wanted.show == "gaps":
        here = Q(assignments__stage=stage, assignments__state__in=LIVE)
        rows = rows.annotate(
            members=Count("assignments", filter=here, distinct=True),
            leads=Count("assignments", filter=here & Q(assignments__lead=True), distinct=True),
        )
        rule = stage.rules.team
        rows = rows.filter(Q(members__lt=rule.size[0]) | Q(leads__lt=rule.lead))
    return rows


def _named(rows: QuerySet[Entry], search: str) -> QuerySet[Entry]:
    """The entry with this very number, else all that have these words: digits of a number are also
    found in tax numbers. One query.
    """
    exact = rows.filter(number=search)
    if exact.exists():
        return exact
    for word in search_key(search).split():
        rows = rows.filter(Q(organisation__search__contains=word) | Q(number__contains=word))
    return rows


def team_rows(stage: Stage, entries: Sequence[Entry]) -> list[TeamRow]:
    """The teams of `entries`, leads first. One query."""
    by_entry: dict[int, list[Asked]] = {}
    for each in (
        Assignment.objects.filter(stage=stage, entry__in=entries)
        .select_related("assessor__user", "conflict")
        .order_by("-lead", "assessor__serial")
    ):
        by_entry.setdefault(each.entry_id, []).append(Asked(each, why_words(each.why)))
    return [
        TeamRow(
            stage,
            entry,
            [each for each in by_entry.get(entry.pk, []) if each.assignment.state in LIVE],
            [each for each in by_entry.get(entry.pk, []) if each.assignment.state not in LIVE],
        )
        for entry in entries
    ]


def team_row(stage: Stage, uid: str) -> TeamRow:
    """The team of one entry of the stage; 404 if the entry is not there. Two queries."""
    entry = team_entries(stage, Wanted()).filter(uid=uid).first()
    if entry is None:
        raise Http404
    return team_rows(stage, [entry])[0]


def could_join(row: TeamRow) -> list[tuple[str, str]]:
    """Whom one may ask to join the team, with their loads: (uid, words). Four queries."""
    stage, entry = row.stage, row.entry
    asked = (*row.live, *row.gone)
    barring = (*LIVE, AssignmentState.CONFLICTED)
    taken = {each.assignment.assessor_id for each in asked if each.assignment.state in barring}
    barred = Conflict.objects.filter(
        assessor=OuterRef("pk"), organisation=entry.organisation_id, lifted_at__isnull=True
    )
    here = Q(assignments__in=asked_now(stage=stage))
    rows = (
        may_taste(stage)
        .filter(~Exists(barred))
        .select_related("user")
        .annotate(load=Count("assignments", filter=here))
        .order_by("serial")
    )
    people = in_stage(rows, stage)
    tied = {person for person, _maker in ties(stage.edition, people, [entry.organisation])}
    away = not stage.rules.team.same_region
    return [
        (
            each.uid,
            _("%(number)s · %(name)s · %(load)s of %(most)s")
            % {
                "number": each.serial,
                "name": each.user.called,
                "load": getattr(each, "load", 0),
                "most": each.max_load,
            },
        )
        for each in people
        if each.pk not in taken | tied
        and not (away and each.region and each.region == entry.region)
    ]


def assignment_in(stage: Stage, entry: str, assessor: str) -> Assignment:
    """The assignment of an assessor to an entry at this stage; 404 if there is none.

    Named by the two, never by its own identifier: at a blind tasting that stands beside the code on
    the pages of a secretary who tastes.
    """
    row = (
        Assignment.objects.filter(stage=stage, entry__uid=entry, assessor__uid=assessor)
        .select_related("assessor__user", "entry")
        .first()
    )
    if row is None:
        raise Http404
    row.stage = stage
    return row
