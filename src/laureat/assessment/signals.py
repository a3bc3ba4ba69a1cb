"""What assessment listens to: who begins to act for an applicant judges them no more, and whoever is
erased leaves the teams that wait for them.
"""

from __future__ import annotations

from typing import Any

from laureat.assessment.actions.conflicts import keep_conflict
from laureat.assessment.actions.erasing import hand_over
from laureat.assessment.actions.merging import take_over_conflicts
from laureat.assessment.actions.ties import Found
from laureat.assessment.models import Assessor, Conflict, Tie
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.signals import person_erased
from laureat.registry.models import Organisation
from laureat.registry.signals import organisations_merged
from laureat.rulebook.models import EditionState


def keep_apart(sender: Any, grant: Grant, change: str, **kwargs: Any) -> None:
    """Keep a conflict with an organisation whose application an assessor now helps with.

    Not said in the name of whoever gave the role: so the secretary is told that a team has changed.
    A conflict that was lifted before is kept anew, because the role is a new fact.
    """
    if change != "given" or grant.role != Role.APPLICANT or not grant.organisation:
        return
    assessors = Assessor.objects.filter(user=grant.user_id).exclude(
        edition__state=EditionState.ARCHIVED
    )
    if grant.award:
        assessors = assessors.filter(edition__award__key=grant.award)
    if grant.edition:
        assessors = assessors.filter(edition__key=grant.edition)
    organisation = Organisation.objects.filter(uid=grant.organisation).first()
    if organisation is None:
        return
    for assessor in assessors.select_related("edition__award", "edition__version").order_by("pk"):
        keep_conflict(
            assessor,
            organisation,
            Found(Tie.APPLICANT),
            by=None,
            kind=Conflict.Kind.DETECTED,
        )


def connect() -> None:
    """Called once, when the apps are ready."""
    role_changed.connect(keep_apart, dispatch_uid="assessment.keep_apart")
    person_erased.connect(hand_over, dispatch_uid="assessment.hand_over")
    organisations_merged.connect(take_over_conflicts, dispatch_uid="assessment.merged")
