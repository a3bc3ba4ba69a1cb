"""Whether a person may join a team now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.samples import require_ignorant
from laureat.assessment.actions.ties import ties
from laureat.assessment.models import Assessor, Assignment, Conflict, Pairing
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageState


def own_open(stage: Stage) -> Stage:
    """The stage for us alone. Raises Refused where it is closed."""
    row = locks.own(stage.pk)[stage.pk]
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: its teams can no longer change."))
    row.edition = stage.edition
    return row


def in_stage(assessors: Iterable[Assessor], stage: Stage) -> list[Assessor]:
    """Those who work at the stage."""
    return [each for each in assessors if permissions.works_at(each, stage)]


def may_taste(stage: Stage) -> QuerySet[Assessor]:
    """The assessors of the edition; of a blind stage without those who have seen the key to its
    codes.
    """
    rows = Assessor.objects.filter(edition=stage.edition_id)
    if permissions.blind(stage):
        rows = rows.exclude(user__in=stage.key_readers.order_by().values("user"))
    return rows


def entry_said(stage: Stage, entry: Entry) -> dict[str, str]:
    """The entry of an assignment as the journal may say it: at a blind stage not at all, because
    a taster knows the code of the assignment and may read the journal.
    """
    return {} if permissions.blind(stage) else {"entry": entry.uid}


def fits(stage: Stage, entry: Entry, assessor: Assessor, lead: bool) -> None:
    """Raise Refused where the pair is against the rules."""
    name = {"number": assessor.serial, "entry": entry.number}
    if assessor.edition_id != stage.edition_id or not in_stage([assessor], stage):
        raise Refused(_("Assessor %(number)s does not work at this stage.") % name)
    require_ignorant(assessor, [stage])
    if not Passage.objects.filter(stage=stage, entry=entry, state=PassageState.ACTIVE).exists():
        raise Refused(_("Entry %(entry)s is not in this stage now.") % name)
    if Conflict.objects.filter(
        assessor=assessor, organisation_id=entry.organisation_id, lifted_at__isnull=True
    ).exists():
        raise Refused(
            _("Assessor %(number)s has a conflict of interest with this organisation.") % name
        )
    tie = ties(stage.edition, [assessor], [entry.organisation]).get(
        (assessor.pk, entry.organisation_id)
    )
    if tie:
        raise Refused(
            _("Assessor %(number)s has a conflict of interest with this organisation: %(tie)s.")
            % {**name, "tie": tie.said}
        )
    if not stage.rules.team.same_region and assessor.region and assessor.region == entry.region:
        raise Refused(_("Assessor %(number)s is of the applicant's region.") % name)
    if lead and not assessor.may_lead:
        raise Refused(_("Assessor %(number)s may not lead a team.") % name, field="lead")


def room(stage: Stage, team: Sequence[Assignment], assessor: Assessor) -> None:
    """Raise Refused where the team, or the assessor, has no place left."""
    rule = stage.rules.team
    if len(team) >= rule.size[1]:
        raise Refused(
            _("The team is complete: at most %(most)s assessors. Release somebody first.")
            % {"most": rule.size[1]}
        )
    newcomers = sum(each.assessor.newcomer for each in team)
    if assessor.newcomer and rule.newcomers is not None and newcomers >= rule.newcomers:
        raise Refused(_("Newcomers in a team: at most %(most)s.") % {"most": rule.newcomers})
    load = permissions.asked_now(stage=stage, assessor=assessor).count()
    if load >= assessor.max_load:
        raise Refused(
            _(
                "Assessor %(number)s takes no more entries: they have as many as they take (%(load)s)."
            )
            % {"number": assessor.serial, "load": load}
        )


def room_for_wish(stage: Stage, entry: Entry, assessor: Assessor) -> None:
    """Raise Refused where a wish for the pair would go past the limits that `room` guards.

    Other wishes count like people who were asked: all of them together must be possible.
    """
    rule = stage.rules.team
    asked = permissions.asked_now(stage=stage)
    judged = permissions.still_judged()
    wished = Pairing.objects.filter(judged, stage=stage, wish=Pairing.Wish.MUST)
    people = set(asked.filter(entry=entry).values_list("assessor_id", "assessor__newcomer"))
    people |= set(wished.filter(entry=entry).values_list("assessor_id", "assessor__newcomer"))
    people.discard((assessor.pk, assessor.newcomer))
    if len(people) >= rule.size[1]:
        raise Refused(_("A team has at most %(most)s assessors.") % {"most": rule.size[1]})
    newcomers = sum(newcomer for _key, newcomer in people)
    if assessor.newcomer and rule.newcomers is not None and newcomers >= rule.newcomers:
        raise Refused(_("Newcomers in a team: at most %(most)s.") % {"most": rule.newcomers})
    entries = set(asked.filter(assessor=assessor).values_list("entry_id", flat=True))
    entries |= set(wished.filter(assessor=assessor).values_list("entry_id", flat=True))
    entries.discard(entry.pk)
    if len(entries) >= assessor.max_load:
        raise Refused(
            _(
                "Assessor %(number)s takes no more entries: as many as they take (%(most)s) were given "
                "or wished to them already."
            )
            % {"number": assessor.serial, "most": assessor.max_load}
        )
