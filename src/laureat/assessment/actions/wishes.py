"""Wishes of the secretary for pairs of assessor and entry, before anybody is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions.fitting import entry_said, fits, own_open, room_for_wish
from laureat.assessment.actions.planning import Plan
from laureat.assessment.models import LIVE, Assessor, Assignment, Pairing
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage


@transaction.atomic
def wish(stage: Stage, entry: Entry, assessor: Assessor, want: str, *, by: User | None) -> None:
    """Say of a pair, before anybody is asked, that it must (or must never) be proposed; "" takes
    that back. Raises Denied, Refused.
    """
    if by is not None:
        permissions.change_teams.require(by, stage)
    own_open(stage)
    if want not in ("", *Pairing.Wish.values):
        raise Refused(_("Choose whether the pair must meet or must not."))
    team = list(
        Assignment.objects.filter(stage=stage, entry=entry, state__in=LIVE).values_list(
            "assessor_id", flat=True
        )
    )
    if want and assessor.pk in team:
        raise Refused(
            _("Assessor %(number)s has been asked already. Release them to change the team.")
            % {"number": assessor.serial}
        )
    if want == Pairing.Wish.MUST:
        fits(stage, entry, assessor, lead=False)
        room_for_wish(stage, entry, assessor)
    if want:
        Pairing.objects.update_or_create(
            stage=stage, entry=entry, assessor=assessor, defaults={"wish": want, "at": now()}
        )
    else:
        Pairing.objects.filter(stage=stage, entry=entry, assessor=assessor).delete()
    ledger.append(
        stage.edition.chain,
        "pairing.wished",
        subject=stage.uid,
        by=by,
        data={**entry_said(stage, entry), "assessor": assessor.uid, "wish": want},
    )


# ---------------------------------------------------------------------------- those not kept


@dataclass(frozen=True)
class Unkept:
    """A wish that the proposal does not follow, and why."""

    wish: Pairing
    entry: Entry
    why: str
    """away, conflict, left, region, team, newcomer, load, other; asked: against the wish."""

    @property
    def said(self) -> str:
        """In a sentence."""
        values = {"number": self.wish.assessor.serial, "entry": self.entry.number}
        if self.why == "asked":
            return (
                _(
                    "Assessor %(number)s was asked to judge entry %(entry)s before you wished not to."
                )
                % values
            )
        return _("Assessor %(number)s cannot judge entry %(entry)s as you wished: %(why)s.") % {
            **values,
            "why": WHY_NOT[self.why],
        }


WHY_NOT = {
    "away": gettext_lazy("they do not work at this stage any more"),
    "conflict": gettext_lazy("there is a conflict of interest"),
    "left": gettext_lazy("they declined it or were released"),
    "region": gettext_lazy("they are of the applicant's region"),
    "team": gettext_lazy("the team has no place left"),
    "newcomer": gettext_lazy("the team has as many newcomers as it may"),
    "load": gettext_lazy("they have as many entries as they take"),
    "other": gettext_lazy("it does not go together with the other wishes and rules"),
}


def unkept(plan: Plan) -> list[Unkept]:
    """The wishes that the proposal does not follow: what they rested on has changed meanwhile."""
    pairs = plan.proposal.pairs()
    found = []
    for wish_ in plan.wishes:
        there = (wish_.entry_id, wish_.assessor_id) in pairs
        if there != (wish_.wish == Pairing.Wish.MUST):
            why = "asked" if there else _why_not(plan, wish_.entry_id, wish_.assessor_id)
            found.append(Unkept(wish_, plan.entries[wish_.entry_id], why))
    return found


def _why_not(plan: Plan, entry: int, assessor: int) -> str:
    """What stands in the way of the pair."""
    task, who = plan.task, plan.people.get(assessor)
    rule = task.rule
    if who is None:
        return "away"
    if (entry, assessor) in task.barred:
        return "conflict"
    if (entry, assessor) in task.gone:
        return "left"
    if not rule.same_region and who.region and who.region == plan.entries[entry].region:
        return "region"
    team = plan.proposal.teams.get(entry, ())
    if len(team) >= rule.most:
        return "team"
    new = sum(plan.people[m.person].newcomer for m in team if m.person in plan.people)
    if who.newcomer and rule.newcomers is not None and new >= rule.newcomers:
        return "newcomer"
    if plan.proposal.loads.get(assessor, 0) >= who.max_load:
        return "load"
    return "other"
