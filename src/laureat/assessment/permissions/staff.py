"""What those who run or audit a stage may, and what they may not while they judge there themselves."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models import (
    Assessor,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.assessment.permissions.tastings import blind, blind_stages, tasted_by
from laureat.assessment.permissions.work import asked_now
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no, within
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage

_STAGE = {"award": "award__key", "edition": "key"}


def _may_manage_stage(user: User, stage: Stage) -> Answer:
    if stage.kind != StageKind.ASSESSMENT:
        return no(_("This is not an assessment stage."))
    return run_stage(user, stage)


def _managed_stages(user: User) -> QuerySet[Stage]:
    return run_stage.of(user).filter(kind=StageKind.ASSESSMENT)


def _may_manage_assessors(user: User, edition: Edition) -> Answer:
    scope = {"award": edition.award.key, "edition": edition.key}
    if holds(user, Role.ORGANISER, Role.SECRETARY, **scope):
        return YES
    return no(_("Only the secretary of this edition keeps its list of assessors."))


def _staffed(user: User) -> QuerySet[Edition]:
    return Edition.objects.filter(within(user, Role.ORGANISER, Role.SECRETARY, **_STAGE))


def require_staff(edition: Edition, region: str, by: User | None) -> None:
    """Raise Denied unless `by` keeps the assessors of the region; nobody (the system) may."""
    if by is None:
        return
    manage_assessors.require(by, edition)
    keep_assessor.require(by, Assessor(edition=edition, region=region))


def _may_keep(user: User, assessor: Assessor) -> Answer:
    edition = assessor.edition
    scope = {"award": edition.award.key, "edition": edition.key, "region": assessor.region}
    if holds(user, Role.ORGANISER, Role.SECRETARY, **scope):
        return YES
    return no(_("A regional secretary keeps the assessors of that region only."))


def _kept(user: User) -> QuerySet[Assessor]:
    scope = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}
    return Assessor.objects.filter(within(user, Role.ORGANISER, Role.SECRETARY, **scope))


def _audits(user: User, stage: Stage) -> bool:
    scope = {"award": stage.edition.award.key, "edition": stage.edition.key}
    return holds(user, Role.AUDITOR, **scope, region=stage.region)


def _audited(user: User) -> Q:
    scope = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}
    return within(user, Role.AUDITOR, **scope)


def _may_see_progress(user: User, stage: Stage) -> Answer:
    if stage.kind == StageKind.ASSESSMENT and (run_stage(user, stage) or _audits(user, stage)):
        return YES
    return no(_("Only the secretary and the auditor see the results of this stage."))


def _seen_progress(user: User) -> QuerySet[Stage]:
    rows = Stage.objects.filter(kind=StageKind.ASSESSMENT)
    return rows.filter(Q(pk__in=run_stage.of(user).values("pk")) | _some(_audited(user)))


_JUDGES = _(
    "You judge at this stage yourself: what others found opens to you when you have signed all "
    "your scorebooks, or when the stage is closed."
)


_TASTES = _(
    "You are an assessor of this tasting: what was found opens to you when the stage is closed. "
    "Until then another secretary looks after it."
)


def judging(user: User) -> list[int]:
    """Stages where nothing of others' marks is shown to `user`, not even to a secretary or an
    auditor: they have still to mark there alone, or taste and must not learn whose marks they are.
    """
    return [*_marking(user), *tasted_by(user)]


def _marking(user: User) -> list[int]:
    """Stages where `user` has still to mark alone."""
    if not grants(user, Role.ASSESSOR):
        return []
    here = {"stage": OuterRef("stage"), "entry": OuterRef("entry")}
    own = Scorebook.objects.filter(
        **here,
        assessor=OuterRef("assessor"),
        kind=ScorebookKind.INDIVIDUAL,
        state=ScorebookState.SIGNED,
    )
    asked = asked_now(assessor__user=user, assessor__active=True).filter(~Exists(own))
    stages = Stage.objects.filter(pk__in=asked.values("stage")).exclude(state=StageState.CLOSED)
    rows = stages.select_related("edition__award", "edition__version")
    return [stage.pk for stage in rows if stage.rules.scorebook.individual]


def _may_see_results(user: User, stage: Stage) -> Answer:
    answer = _may_see_progress(user, stage)
    if answer and stage.pk in tasted_by(user):
        return no(_TASTES)
    return no(_JUDGES) if answer and stage.pk in _marking(user) else answer


def _seen_results(user: User) -> QuerySet[Stage]:
    return _seen_progress(user).exclude(pk__in=judging(user))


_TEAMS = _(
    "You are an assessor of this tasting: another secretary looks after its teams. They open to "
    "you when the stage is closed, because who sees who tastes what learns which code is whose."
)


def _may_change_teams(user: User, stage: Stage) -> Answer:
    answer = _may_manage_stage(user, stage)
    return no(_TEAMS) if answer and stage.pk in tasted_by(user) else answer


def _changed_teams(user: User) -> QuerySet[Stage]:
    return _managed_stages(user).exclude(pk__in=tasted_by(user))


_CODES = _("You are an assessor of this tasting: somebody else codes its samples.")


def _may_keep_key(user: User, stage: Stage) -> Answer:
    answer = _may_manage_stage(user, stage)
    if answer and not blind(stage):
        return no(_("This stage is not blind: its entries need no codes."))
    return no(_CODES) if answer and stage.pk in tasted_by(user) else answer


def _kept_keys(user: User) -> QuerySet[Stage]:
    return _changed_teams(user).filter(pk__in=[stage.pk for stage in blind_stages()])


def _some(rows: Q) -> Q:
    """An empty filter allows everything; joined by | it would allow nothing."""
    return rows or Q(pk__isnull=False)


manage_stage = Permission("manage_stage", may=_may_manage_stage, among=_managed_stages)
"""Teams, samples, results, closing: the secretary of the stage."""
change_teams = Permission("change_teams", may=_may_change_teams, among=_changed_teams)
"""See who judges what, ask assessors, release them; of a blind stage not as one of its tasters."""
keep_key = Permission("keep_key", may=_may_keep_key, among=_kept_keys)
"""Give codes to samples and see whose they are; not as one of the tasters."""
manage_assessors = Permission("manage_assessors", may=_may_manage_assessors, among=_staffed)
"""The list of assessors of an edition and their conflicts (rows are limited by `keep_assessor`)."""
keep_assessor = Permission("keep_assessor", may=_may_keep, among=_kept)
"""Read and change an assessor, and their conflicts: of one's own region."""
see_progress = Permission("see_progress", may=_may_see_progress, among=_seen_progress)
"""How far each entry of a stage is; no marks."""
see_results = Permission("see_results", may=_may_see_results, among=_seen_results)
"""Results of a stage before publication; not while one still marks there oneself."""
