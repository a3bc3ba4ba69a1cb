"""Who sees and changes organisations.

The register belongs to no edition, so rights over it are cut by region, to what the work needs: who
serves the whole country (a secretary or organiser without a region) keeps all of it; who serves a
region keeps the organisations of that region and those that applied there; applicants keep their
own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from laureat.registry.models import Distinction, Good, Organisation

_STAFF = (Role.ORGANISER, Role.SECRETARY)


def represented(user: User) -> set[str]:
    """Uids of the organisations that `user` acts for; who helps in one edition only does not."""
    held = grants(user, Role.APPLICANT)
    return {grant.organisation for grant in held if grant.organisation and not grant.edition}


def is_staff(user: User) -> bool:
    """Whether `user` keeps the register (of a region or of the whole country)."""
    return bool(grants(user, *_STAFF))


# ------------------------------------------------------------------- who applied, told by others

Applicants = Callable[[str, str, str], QuerySet[Any]]
"""(award, edition, region; "" means any) → the organisations that applied there, as their keys."""
_told_by: list[Applicants] = []


def tell_applicants(source: Applicants) -> None:
    """A room to the left, which knows applications, says here who applied."""
    _told_by.append(source)


def applied(award: str = "", edition: str = "", region: str = "") -> Q:
    """Organisations that applied in this award, edition, region ("" means any)."""
    found = Q(pk__in=[])
    for source in _told_by:
        found |= Q(pk__in=source(award, edition, region))
    return found


_goods_told_by: list[Callable[[], QuerySet[Any]]] = []


def tell_goods(source: Callable[[], QuerySet[Any]]) -> None:
    """The same room says here which goods stand in applications that were handed in (their keys)."""
    _goods_told_by.append(source)


# ---------------------------------------------------------------------------------------- keeping


def served_regions(user: User) -> set[str] | None:
    """The regions whose organisations `user` keeps; None: the whole country."""
    regions = {grant.region for grant in grants(user, *_STAFF)}
    return None if "" in regions else regions


def _applied_there(user: User) -> Q:
    """Organisations, of whatever region, that applied where `user` is secretary."""
    found = Q(pk__in=[])
    for grant in grants(user, *_STAFF):
        if grant.region:
            found |= applied(grant.award, grant.edition, grant.region)
    return found


def _keeps(user: User, organisation: Organisation) -> bool:
    if holds(user, *_STAFF, region=organisation.region_id or ""):
        return True
    if not is_staff(user):
        return False
    return Organisation.objects.filter(_applied_there(user), pk=organisation.pk).exists()


def _kept(user: User) -> Q:
    kept = within(user, *_STAFF, region="region_id")
    return kept | _applied_there(user) if kept else kept


def _not_kept(user: User) -> Answer:
    if is_staff(user):
        return no(
            _(
                "This organisation is of another region than yours and has not applied there: the "
                "secretary of its region keeps it."
            )
        )
    return no(_("Only the secretary of this region does this."))


def _may_keep(user: User, organisation: Organisation) -> Answer:
    return YES if _keeps(user, organisation) else _not_kept(user)


def _may_edit(user: User, organisation: Organisation) -> Answer:
    if organisation.uid in represented(user) or _keeps(user, organisation):
        return YES
    if is_staff(user):
        return _not_kept(user)
    return no(
        _("Only those who act for this organisation and the secretary of its region do this.")
    )


def _edited(user: User) -> QuerySet[Organisation]:
    kept = _kept(user)
    if not kept:
        return Organisation.objects.all()
    return Organisation.objects.filter(kept | Q(uid__in=represented(user)))


# ------------------------------------------------------- facts that others know somebody by already


def is_known_by_facts(organisation: Organisation, good: Good | None = None) -> bool:
    """Whether an application with it was handed in, or it holds an honour: then its name and its
    numbers are no longer its own affair.
    """
    if good is None:
        if Distinction.every.filter(organisation=organisation).exists():
            return True
        return Organisation.objects.filter(applied(), pk=organisation.pk).exists()
    if Distinction.every.filter(good=good).exists():
        return True
    return any(source().filter(good=good.pk).exists() for source in _goods_told_by)


def must_propose(user: User, organisation: Organisation, good: Good | None = None) -> bool:
    """Whether `user` only asks for a change of register facts, and a secretary decides: also one who
    acts for it, as nobody decides about themselves.
    """
    keeps = keep_organisation(user, organisation) and organisation.uid not in represented(user)
    return not keeps and is_known_by_facts(organisation, good)


keep_organisation = Permission(
    "keep_organisation",
    may=_may_keep,
    among=lambda user: Organisation.objects.filter(_kept(user)),
)
"""Say who acts for it, keep the forms of address: the secretary of its region."""
edit_organisation = Permission("edit_organisation", may=_may_edit, among=_edited)
"""See everything of it, change its facts and its goods."""
