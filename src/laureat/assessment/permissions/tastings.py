"""Blind tastings: until the key is opened, who tastes learns nothing that ties a code to an entry, and
who has seen the key does not taste.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from laureat.assessment.models import LIVE, Assessor, Assignment, KeyReader
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Stage, StageKind, StageState


def blind(stage: Stage) -> bool:
    """Whether assessors of the stage must not know whose entry they judge."""
    return stage.kind == StageKind.ASSESSMENT and bool(stage.rules.blind.applicant_to_assessors)


def sealed(stage: Stage) -> bool:
    """Whether the stage is blind and its key has not been opened yet."""
    return blind(stage) and stage.state != StageState.CLOSED


def blind_stages() -> list[Stage]:
    """All stages where assessors see codes only."""
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT).select_related(
        "edition__award", "edition__version"
    )
    return [stage for stage in rows if blind(stage)]


def works_at(assessor: Assessor, stage: Stage) -> bool:
    """Whether the assessor may be asked to judge at the stage."""
    return (
        assessor.active
        and (not assessor.stages or stage.key in assessor.stages)
        and (not stage.region or not assessor.region or assessor.region == stage.region)
    )


def tasted_by(user: User) -> list[int]:
    """Sealed stages of which `user` is an assessor: in a team already, or to be asked."""
    return [stage.pk for stage in _tasted(user)]


def _tasted(user: User) -> list[Stage]:
    """The stages of `tasted_by`. Two queries."""
    if not grants(user, Role.ASSESSOR):
        return []
    people = {each.edition_id: each for each in Assessor.objects.filter(user=user)}
    asked = Assignment.objects.filter(
        stage=OuterRef("pk"), assessor__user=user, state__in=LIVE
    ).order_by()
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT, edition__in=people)
    rows = rows.exclude(state=StageState.CLOSED).annotate(member=Exists(asked))
    return [
        stage
        for stage in rows.select_related("edition__award", "edition__version")
        if sealed(stage) and (stage.member or works_at(people[stage.edition_id], stage))
    ]


def seals_on(user: User) -> list[str]:
    """The seals of letters that `user` must not read yet: whoever reads who leaves which entry learns
    whose the code is that vanished from the own list.
    """
    return [stage.uid for stage in _tasted(user)]


def tasters(stage: Stage) -> set[int]:
    """The people (primary keys of users) of whom `tasted_by` names the stage; none where it is not
    sealed. Two queries.
    """
    if not sealed(stage):
        return set()
    asked = Assignment.objects.filter(stage=stage, state__in=LIVE).order_by()
    found = set(asked.values_list("assessor__user", flat=True))
    people = Assessor.objects.filter(edition=stage.edition_id)
    return found | {each.user_id for each in people if works_at(each, stage)}


def knows_key(user: User, stage: Stage) -> bool:
    """Whether `user` has seen which code is whose before the key was opened to everybody."""
    return KeyReader.objects.filter(user=user, stage=stage).exists()


def sees_codes(user: User, stage: Stage) -> bool:
    """Whether codes may stand beside entries for `user`, who sees the stage."""
    return blind(stage) and (stage.state == StageState.CLOSED or knows_key(user, stage))
