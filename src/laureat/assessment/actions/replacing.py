"""Somebody leaves a team: who comes in their place, and that the secretary knows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.assessment.actions import notices
from laureat.assessment.actions.proposing import TeamReport, fill_gaps
from laureat.assessment.models import Assignment
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState


def replace(
    stage: Stage,
    gone: Sequence[Assignment],
    answer: str,
    *,
    by: User | None,
    reason: str = "",
) -> None:
    """Ask others in place of those who are `gone` from the stage (all of one assessor), and tell
    those who run it what became of the teams. The caller owns the stage.

    answer: decline, conflict, left (after accepting, with the `reason`) or erased. `by` sees it on the page and gets no letter about it.
    """
    entries = [each.entry for each in gone]
    report = _ask(stage, entries)
    unkept = report.unkept if report else ()
    number = gone[0].assessor.serial

    def wording() -> tuple[str, str]:
        said = _said(answer, number, entries)
        link = notices.address("assessment:teams", stage.uid)
        why = [_("Reason: %(reason)s") % {"reason": reason}] if reason else []
        lines = "\n".join([said, *why, _then(report), *(each.said for each in unkept)])
        title, about = localised(stage, "title"), notices.contest(stage)
        return f"{title}: {said.rstrip('.')}", f"{about}\n\n{lines}\n\n{link}\n"

    notices.tell_secretaries(stage, "answered", wording, but=by)


def _ask(stage: Stage, entries: Sequence[Entry]) -> TeamReport | None:
    """Who else was asked, who is still missing; None where nobody is any more."""
    if stage.state == StageState.CLOSED:
        return None
    active = set(
        Passage.objects.filter(
            stage=stage, entry__in=entries, state=PassageState.ACTIVE
        ).values_list("entry_id", flat=True)
    )
    return fill_gaps(stage, [each for each in entries if each.pk in active])


def _said(answer: str, number: int, entries: Sequence[Entry]) -> str:
    named = ", ".join(each.number or each.uid for each in entries)
    values = {"number": number, "entries": named}
    if answer == "decline":
        return _("Assessor %(number)s declines entry %(entries)s.") % values
    if answer == "erased":
        return (
            ngettext(
                "Assessor %(number)s is gone for good (personal data erased): entry %(entries)s.",
                "Assessor %(number)s is gone for good (personal data erased): entries %(entries)s.",
                len(entries),
            )
            % values
        )
    if answer == "left":
        return (
            ngettext(
                "Assessor %(number)s steps back from entry %(entries)s.",
                "Assessor %(number)s steps back from entries %(entries)s.",
                len(entries),
            )
            % values
        )
    return (
        ngettext(
            "Assessor %(number)s has a conflict of interest with entry %(entries)s.",
            "Assessor %(number)s has a conflict of interest with entries %(entries)s.",
            len(entries),
        )
        % values
    )


def _then(report: TeamReport | None) -> str:
    if report is None:
        return _("The stage is closed: what it found stays as it is.")
    if report.proposal.gaps:
        return _("Nobody could be found in their place: please complete the team.")
    if report.created:
        return _("Somebody else has been asked.")
    return _("The team has enough members without them.")
