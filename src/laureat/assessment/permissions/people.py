"""Visits, and who speaks for whom."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models import Assessor, SiteVisit
from laureat.assessment.permissions.staff import keep_assessor
from laureat.assessment.permissions.teams import judged_by, team_of
from laureat.platform.access.permissions import YES, Answer, Permission, no
from laureat.platform.accounts.models import User
from laureat.registry.permissions import represented
from laureat.rulebook.permissions import run_stage


def _may_confirm(user: User, visit: SiteVisit) -> Answer:
    if holds_for(user, visit.entry.organisation.uid):
        return YES
    return no(_("Only people who act for the organisation confirm the visit."))


def holds_for(user: User, organisation: str) -> bool:
    """Whether `user` acts for the organisation with this uid."""
    return organisation in represented(user)


def _confirmed(user: User) -> QuerySet[SiteVisit]:
    return SiteVisit.objects.filter(entry__organisation__uid__in=represented(user))


def _may_see_visit(user: User, visit: SiteVisit) -> Answer:
    if holds_for(user, visit.entry.organisation.uid) or run_stage(user, visit.stage):
        return YES
    if team_of(visit.entry_id, visit.stage_id).filter(assessor__user=user).exists():
        return YES
    return no(_("Only the organisation, the team and the secretary see the visit."))


def _seen_visits(user: User) -> QuerySet[SiteVisit]:
    member = judged_by(user).filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    return SiteVisit.objects.filter(
        Q(pk__in=_confirmed(user).values("pk"))
        | Q(stage__in=run_stage.of(user).values("pk"))
        | Q(Exists(member))
    )


def _may_speak_for(user: User, assessor: Assessor) -> Answer:
    if assessor.user_id == user.pk or keep_assessor(user, assessor):
        return YES
    return no(_("Only the assessor and the secretary declare a conflict of interest."))


def _spoken_for(user: User) -> QuerySet[Assessor]:
    return Assessor.objects.filter(Q(user=user) | Q(pk__in=keep_assessor.of(user).values("pk")))


confirm_visit = Permission("confirm_visit", may=_may_confirm, among=_confirmed)
"""The applicant agrees to the dates."""
see_visit = Permission("see_visit", may=_may_see_visit, among=_seen_visits)
"""Dates, address and agenda of a visit."""
declare_for = Permission("declare_conflict", may=_may_speak_for, among=_spoken_for)
"""Name a conflict of interest of an assessor."""
