"""Who runs editions."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no, within
from laureat.platform.accounts.models import User
from laureat.rulebook.models import Edition, EditionState, Stage


def _may_organise(user: User, edition: Edition) -> Answer:
    if holds(user, Role.ORGANISER, award=edition.award.key, edition=edition.key):
        return YES
    return no(_("Only the organiser of this award changes its rules."))


def _organised(user: User) -> QuerySet[Edition]:
    return Edition.objects.filter(within(user, Role.ORGANISER, award="award__key", edition="key"))


def _may_run(user: User, edition: Edition) -> Answer:
    scope = {"award": edition.award.key, "edition": edition.key}
    if holds(user, Role.ORGANISER, **scope) or holds(user, Role.SECRETARY, **scope, region=""):
        return YES
    return no(_("Only the secretary of this edition may do this."))


def _run(user: User) -> QuerySet[Edition]:
    mine = within(user, Role.ORGANISER, award="award__key", edition="key")
    whole = _secretary_of_whole(user)
    return Edition.objects.filter(Q() if not mine or not whole else mine | whole)


def _secretary_of_whole(user: User) -> Q:
    """Editions whose secretary is `user` without being bound to a region."""
    found = Q(pk__in=[])
    for grant in grants(user, Role.SECRETARY):
        if grant.region:
            continue
        scope = {
            lookup: value
            for lookup, value in (("award__key", grant.award), ("key", grant.edition))
            if value
        }
        if not scope:
            return Q()
        found |= Q(**scope)
    return found


_STAGE_SCOPE = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}


def _may_run_stage(user: User, stage: Stage) -> Answer:
    scope = {"award": stage.edition.award.key, "edition": stage.edition.key}
    if holds(user, Role.ORGANISER, Role.SECRETARY, **scope, region=stage.region):
        return YES
    return no(_("Only the secretary of this stage may do this."))


def _run_stages(user: User) -> QuerySet[Stage]:
    return Stage.objects.filter(within(user, Role.ORGANISER, Role.SECRETARY, **_STAGE_SCOPE))


_INSIDE = tuple(role for role in Role if role != Role.APPLICANT)


def _is_public(edition: Edition) -> Answer:
    if edition.state != EditionState.PREPARED:
        return YES
    return no(_("This contest is being prepared: its rules can be read once applications open."))


def _may_read_rules(user: User, edition: Edition) -> Answer:
    if holds(user, *_INSIDE, award=edition.award.key, edition=edition.key):
        return YES
    return _is_public(edition)


def _readable(user: User) -> QuerySet[Edition]:
    inside = within(user, *_INSIDE, award="award__key", edition="key")
    if not inside:  # a role over everything is no filter
        return Edition.objects.all()
    return Edition.objects.filter(~Q(state=EditionState.PREPARED) | inside)


read_rules = Permission("read_rules", may=_may_read_rules, among=_readable, anonymous=_is_public)
"""Read what a contest asks: everybody once it is announced, before that who works in it."""
organise_edition = Permission("organise_edition", may=_may_organise, among=_organised)
"""Load a new version of the rules, give roles."""
run_edition = Permission("run_edition", may=_may_run, among=_run)
"""Publish results, see everything of the edition."""
run_stage = Permission("run_stage", may=_may_run_stage, among=_run_stages)
"""Open, close, assign, check: the secretary's daily work; a regional secretary runs the stages
of the region."""


Walked = Callable[[Edition], bool]
_told_by: list[Walked] = []


def tell_walks(source: Walked) -> None:
    """A room to the left, which knows entries, says here whether one has come to any stage."""
    _told_by.append(source)


def walked(edition: Edition) -> bool:
    """Whether an entry has come to any stage: from then on its rules hold still."""
    return any(source(edition) for source in _told_by)
