"""Who sees and changes organisations."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import (
    YES,
    Answer,
    Permission,
    grants,
    holds,
    no,
    within,
)
from laureat.platform.accounts.models import User
from laureat.registry.models import Organisation

_STAFF = (Role.ORGANISER, Role.SECRETARY)


def represented(user: User) -> set[str]:
    """Uids of the organisations that `user` acts for."""
    return {grant.organisation for grant in grants(user, Role.APPLICANT) if grant.organisation}


def is_staff(user: User) -> bool:
    """Whether `user` keeps the register (of a region or of the whole country)."""
    return bool(grants(user, *_STAFF))


def _keeps(user: User, organisation: Organisation) -> bool:
    return holds(user, *_STAFF, region=organisation.region_id or "")


def _kept(user: User) -> Q:
    return within(user, *_STAFF, region="region_id")


def _may_keep(user: User, organisation: Organisation) -> Answer:
    if _keeps(user, organisation):
        return YES
    return no(_("Only the secretary of this region does this."))


def _may_edit(user: User, organisation: Organisation) -> Answer:
    if organisation.uid in represented(user) or _keeps(user, organisation):
        return YES
    return no(
        _("Only those who act for this organisation and the secretary of its region do this.")
    )


def _edited(user: User) -> QuerySet[Organisation]:
    kept = _kept(user)
    if not kept:
        return Organisation.objects.all()
    return Organisation.objects.filter(kept | Q(uid__in=represented(user)))


keep_organisation = Permission(
    "keep_organisation",
    may=_may_keep,
    among=lambda user: Organisation.objects.filter(_kept(user)),
)
"""Say who acts for it, keep the forms of address: the secretary of its region."""
edit_organisation = Permission("edit_organisation", may=_may_edit, among=_edited)
"""See everything of it, change its facts and its goods."""
