"""Who judges in an edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.conflicts import keep_ties
from laureat.assessment.actions.samples import require_ignorant
from laureat.assessment.actions.ties import entrants_of
from laureat.assessment.models import Assessor
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import register_person, send_invitation
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.models import Organisation, Region, Sector
from laureat.rulebook.models import Edition, Stage, StageState


@transaction.atomic
def enrol_assessor(
    edition: Edition,
    user: User,
    *,
    region: str = "",
    may_lead: bool = False,
    newcomer: bool = False,
    max_load: int = 10,
    sectors: Iterable[Sector] = (),
    works_for: Iterable[Organisation] = (),
    stages: Sequence[str] = (),
    by: User | None,
) -> Assessor:
    """Make `user` an assessor of `edition` and give the role; ties with those who applied are kept
    as conflicts of interest at once. Raises Denied, Refused.
    """
    permissions.require_staff(edition, region, by)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    sealed = _sealed_stages(edition)
    # before the journal: what a conflict may end, and keys that somebody may be looking at
    locks.own_of(edition, entrants_of(edition), *(each.pk for each in sealed))
    _check(edition, region=region, max_load=max_load, stages=stages)
    existing = Assessor.objects.filter(edition=edition, user=user).first()
    if existing:
        raise Refused(
            _("%(name)s is already assessor %(serial)s of this edition: change that entry.")
            % {"name": user.called, "serial": existing.serial},
            field="email",
        )
    joining = Assessor(edition=edition, user=user, region=region, stages=list(stages))
    require_ignorant(joining, sealed)
    last = Assessor.objects.filter(edition=edition).aggregate(last=Max("serial"))["last"] or 0
    assessor = Assessor.objects.create(
        edition=edition,
        user=user,
        serial=last + 1,
        region=region,
        may_lead=may_lead,
        newcomer=newcomer,
        max_load=max_load,
        stages=list(stages),
    )
    assessor.sectors.set(sectors)
    assessor.works_for.set(works_for)
    give_role(user, Role.ASSESSOR, award=edition.award.key, edition=edition.key, by=None)
    ledger.append(
        edition.chain,
        "assessor.enrolled",
        subject=assessor.uid,
        by=by,
        data={"serial": assessor.serial, "person": user.commitment, "may_lead": may_lead},
    )
    keep_ties(edition, [assessor], by=by)
    return assessor


@transaction.atomic
def change_assessor(assessor: Assessor, *, by: User | None, **changes: Any) -> Assessor:
    """Change region, may_lead, newcomer, max_load, sectors, works_for, stages or active.

    An inactive assessor keeps what they signed, but gets no more work. A new employer or client is
    kept as a conflict of interest at once. Raises Denied, Refused.
    """
    edition = assessor.edition
    permissions.require_staff(edition, assessor.region, by)
    tied = "works_for" in changes
    sealed = _sealed_stages(edition)
    # what a conflict ends, and keys that somebody may be looking at, before the person
    locks.own_of(edition, entrants_of(edition) if tied else (), *(each.pk for each in sealed))
    row = locks.assessor(assessor.pk)
    if "region" in changes:
        permissions.require_staff(edition, changes["region"], by)
    _check(
        edition,
        region=changes.get("region", row.region),
        max_load=changes.get("max_load", row.max_load),
        stages=changes.get("stages", row.stages),
    )
    for name in ("sectors", "works_for"):
        if name in changes:
            getattr(row, name).set(changes.pop(name))
    for name, value in changes.items():
        setattr(row, name, list(value) if name == "stages" else value)
    if row.active:
        require_ignorant(row, sealed)
    row.save()
    ledger.append(
        edition.chain,
        "assessor.changed",
        subject=row.uid,
        by=by,
        data={"active": row.active, "may_lead": row.may_lead, "max_load": row.max_load},
    )
    if tied:
        row.edition = edition
        keep_ties(edition, [row], by=by)
    return row


def _sealed_stages(edition: Edition) -> list[Stage]:
    """The blind tastings of the edition whose key is not opened yet."""
    keys = [
        each.key
        for each in edition.rules.stages
        if each.kind == "assessment" and each.blind.applicant_to_assessors
    ]
    rows = Stage.objects.filter(edition=edition, key__in=keys).exclude(state=StageState.CLOSED)
    found = list(rows.order_by("pk")) if keys else []
    for each in found:
        each.edition = edition
    return found


def _check(edition: Edition, *, region: str, max_load: int, stages: Sequence[str]) -> None:
    if region and not Region.objects.filter(code=region).exists():
        raise Refused(
            _("There is no region %(code)s: expected a two-digit code.") % {"code": region},
            field="region",
        )
    if max_load < 1:
        raise Refused(_("An assessor takes at least one entry."), field="max_load")
    known = [each.key for each in edition.rules.stages if each.kind == "assessment"]
    for key in stages:
        if key not in known:
            raise Refused(
                _("There is no assessment stage %(key)s: expected one of %(known)s.")
                % {"key": key, "known": ", ".join(known)},
                field="stages",
            )


@transaction.atomic
def invite_assessor(
    edition: Edition,
    email: str,
    name: str,
    *,
    language: str = "ru",
    by: User | None,
    **values: Any,
) -> Assessor:
    """Enrol whoever has this address; without an account, they are invited in `language` to make one.

    Raises Denied, Refused.
    """
    if by is not None:
        permissions.manage_assessors.require(by, edition)
    person = register_person(email, name, language=language, letter=False, by=by)
    assessor = enrol_assessor(edition, person, by=by, **values)
    if by is not None and not person.has_usable_password():
        send_invitation(person, by=by)  # now that there is a role, it names it
    return assessor
