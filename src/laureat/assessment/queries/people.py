"""Teams, people, conflicts and samples of a stage as its secretary sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Conflict,
    Sample,
)
from laureat.assessment.queries.words import why_words
from laureat.intake.models import Entry, PassageState
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.text import number
from laureat.registry.models import Organisation, Region
from laureat.rulebook.models import Edition, Stage, StageState
from laureat.rulebook.schema import Gate


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked for an entry."""

    assignment: Assignment
    words: str
    """Why they were proposed."""


@dataclass
class TeamRow:
    """An entry and who was asked for it."""

    entry: Entry
    live: list[Asked]
    gone: list[Asked]
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_lead(self) -> bool:
        """Whether somebody leads."""
        return any(each.assignment.lead for each in self.live)


def team_entries(stage: Stage, *, search: str = "", only_gaps: bool = False) -> QuerySet[Entry]:
    """The entries of the stage whose teams are shown."""
    rows = (
        Entry.objects.filter(
            passages__stage=stage,
            passages__state__in=(PassageState.ACTIVE, PassageState.PASSED, PassageState.STOPPED),
        )
        .select_related("organisation", "category", "good")
        .order_by("serial", "pk")
    )
    for word in search_key(search).split():
        rows = rows.filter(Q(organisation__search__contains=word) | Q(number__contains=word))
    if only_gaps:
        rows = rows.annotate(
            members=Count(
                "assignments",
                filter=Q(assignments__stage=stage, assignments__state__in=LIVE),
                distinct=True,
            )
        ).filter(members__lt=stage.rules.team.size[0])
    return rows


def team_rows(stage: Stage, entries: Sequence[Entry]) -> list[TeamRow]:
    """The teams of a page of entries, and whom one could add. Four queries."""
    by_entry: dict[int, list[Asked]] = {}
    for each in (
        Assignment.objects.filter(stage=stage, entry__in=entries)
        .select_related("assessor__user")
        .order_by("-lead", "assessor__serial")
    ):
        by_entry.setdefault(each.entry_id, []).append(Asked(each, why_words(each.why)))
    people = [
        each
        for each in assessors_of(stage.edition)
        if each.active and (not each.stages or stage.key in each.stages)
    ]
    barred = set(
        Conflict.objects.filter(
            assessor__edition=stage.edition, lifted_at__isnull=True
        ).values_list("assessor_id", "organisation_id")
    )
    load = loads(stage)
    found = []
    for entry in entries:
        asked = by_entry.get(entry.pk, [])
        live = [each for each in asked if each.assignment.state in LIVE]
        barring = (*LIVE, AssignmentState.CONFLICTED)
        taken = {each.assignment.assessor_id for each in asked if each.assignment.state in barring}
        choices = [
            (
                each.uid,
                _("%(number)s · %(name)s · %(load)s of %(most)s")
                % {
                    "number": each.serial,
                    "name": each.user.name,
                    "load": load.get(each.pk, 0),
                    "most": each.max_load,
                },
            )
            for each in people
            if each.pk not in taken
            and (each.pk, entry.organisation_id) not in barred
            and (stage.rules.team.same_region or not each.region or each.region != entry.region)
        ]
        gone = [each for each in asked if each.assignment.state not in LIVE]
        found.append(TeamRow(entry, live, gone, choices))
    return found


def loads(stage: Stage) -> dict[int, int]:
    """Entries per assessor at a stage."""
    return dict(
        Assignment.objects.filter(stage=stage, state__in=LIVE)
        .order_by()
        .values_list("assessor")
        .annotate(count=Count("pk"))
    )


# ---------------------------------------------------------------------------- people


def assessors_of(edition: Edition, *, search: str = "") -> QuerySet[Assessor]:
    """The assessors of an edition with the number of entries they have in open stages."""
    rows = (
        Assessor.objects.filter(edition=edition)
        .select_related("user", "edition__award")
        .annotate(
            load=Count(
                "assignments",
                filter=Q(assignments__state__in=LIVE)
                & ~Q(assignments__stage__state=StageState.CLOSED),
            )
        )
        .order_by("serial")
    )
    text = search.strip()
    if text.isdecimal():
        return rows.filter(serial=int(text))
    if not text:
        return rows
    wanted = search_key(text)
    names = [
        (pk, search_key(f"{name} {email}"))
        for pk, name, email in rows.values_list("pk", "user__name", "user__email")
    ]
    return rows.filter(pk__in=[pk for pk, name in names if wanted in name])


@dataclass(frozen=True)
class PersonRow:
    """An assessor in the secretary's list."""

    assessor: Assessor
    load: int
    region: str
    """Its name."""


def person_rows(found: Iterable[Assessor]) -> list[PersonRow]:
    """A page of `assessors_of` with the names of regions. One query."""
    names = {each.code: localised(each, "name") for each in Region.objects.all()}
    return [PersonRow(each, getattr(each, "load", 0), names.get(each.region, "")) for each in found]


def conflicts_of(edition: Edition) -> QuerySet[Conflict]:
    """All conflicts of an edition, those in force first."""
    return (
        Conflict.objects.filter(assessor__edition=edition)
        .select_related("assessor__user", "organisation")
        .order_by("lifted_at", "assessor__serial", "organisation__sort_key", "pk")
    )


def entrants(edition: Edition, entries: Iterable[int] | None = None) -> QuerySet[Organisation]:
    """The organisations with entries in an edition, by name."""
    rows = Organisation.objects.filter(entries__edition=edition)
    if entries is not None:
        rows = Organisation.objects.filter(entries__in=entries)
    return rows.distinct().order_by("sort_key", "pk")


def samples_page(stage: Stage) -> list[Sample]:
    """The code list: what is behind each code. One query."""
    return list(
        Sample.objects.filter(stage=stage)
        .select_related("entry__organisation", "entry__good", "entry__category")
        .order_by("code")
    )


def rule_words(stage: Stage) -> str:
    """What the gate does, in a sentence."""
    gate: Gate = stage.rules.gate
    words = {
        "threshold": _("Entries with at least %(value)s points go on."),
        "top": _("The best %(value)s go on."),
        "share": _("The best %(value)s of the entries go on."),
        "quota": _("%(value)s places are spread in proportion to the entries."),
        "passed": _("Entries that passed all checks go on."),
        "honoured": _("Entries that were given an honour go on."),
        "all": _("Every entry with a result goes on."),
    }
    values = {
        "threshold": number(gate.at_least),
        "top": number(gate.top),
        "share": str(gate.share),
        "quota": number(gate.total),
    }
    per = {
        "edition": "",
        "category": _("Counted in each category."),
        "region": _("Counted in each region."),
    }
    sentence = words[gate.rule] % {"value": values.get(gate.rule, "")}
    return f"{sentence} {per[gate.per]}".strip()


def assessor_of(uid: str) -> Assessor:
    """An assessor with edition and person; 404 if there is none."""
    row = (
        Assessor.objects.select_related("user", "edition__award", "edition__version")
        .prefetch_related("sectors", "works_for")
        .filter(uid=uid)
        .first()
    )
    if row is None:
        raise Http404
    return row


def assessor_in(edition: Edition, uid: str) -> Assessor:
    """An assessor of this edition; 404 if there is none."""
    row = Assessor.objects.filter(edition=edition, uid=uid).select_related("user").first()
    if row is None:
        raise Http404
    return row


def conflict_in(rows: QuerySet[Conflict], key: int) -> Conflict:
    """The conflict of `rows` with this key; 404 if there is none."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def assignment_in(stage: Stage, uid: str) -> Assignment:
    """An assignment of this stage; 404 if there is none."""
    row = Assignment.objects.filter(stage=stage, uid=uid).select_related("assessor__user").first()
    if row is None:
        raise Http404
    row.stage = stage
    return row
