"""Assessors and their conflicts of interest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.models import Assessor, Assignment, AssignmentState, Conflict
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.actions import register_person
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.registry.models import Organisation, Region, Sector
from laureat.rulebook.models import Edition

LIVE = (AssignmentState.PROPOSED, AssignmentState.ACCEPTED)
PUBLIC_MAIL = frozenset(
    [
        "mail.ru",
        "inbox.ru",
        "list.ru",
        "bk.ru",
        "internet.ru",
        "vk.com",
        "ya.ru",
        "yandex.ru",
        "yandex.com",
        "rambler.ru",
        "lenta.ru",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "yahoo.com",
        "proton.me",
    ]
)
"""Mail services where anybody has a box: a shared domain means nothing there."""


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
    """Make `user` an assessor of `edition` and give the role. Raises Denied, Refused."""
    _require_staff(edition, region, by)
    Edition.objects.select_for_update().get(pk=edition.pk)
    _check(edition, region=region, max_load=max_load, stages=stages)
    existing = Assessor.objects.filter(edition=edition, user=user).first()
    if existing:
        raise Refused(
            _("%(name)s is already assessor %(serial)s of this edition: change that entry.")
            % {"name": user.name, "serial": existing.serial},
            field="email",
        )
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
    return assessor


@transaction.atomic
def change_assessor(assessor: Assessor, *, by: User | None, **changes: Any) -> Assessor:
    """Change region, may_lead, newcomer, max_load, sectors, works_for, stages or active.

    An inactive assessor keeps what they signed, but gets no more work. Raises Denied, Refused.
    """
    edition = assessor.edition
    _require_staff(edition, assessor.region, by)
    row = Assessor.objects.select_for_update().get(pk=assessor.pk)
    if "region" in changes:
        _require_staff(edition, changes["region"], by)
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
    row.save()
    ledger.append(
        edition.chain,
        "assessor.changed",
        subject=row.uid,
        by=by,
        data={"active": row.active, "may_lead": row.may_lead, "max_load": row.max_load},
    )
    return row


def _require_staff(edition: Edition, region: str, by: User | None) -> None:
    if by is None:
        return
    permissions.manage_assessors.require(by, edition)
    permissions.keep_assessor.require(by, Assessor(edition=edition, region=region))


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


# ---------------------------------------------------------------------------- conflicts


@transaction.atomic
def declare_conflict(
    assessor: Assessor,
    organisation: Organisation,
    reason: str,
    *,
    by: User | None,
    kind: str = Conflict.Kind.DECLARED,
) -> Conflict:
    """Keep that `assessor` must not judge `organisation`; ends what they were to judge of it.

    Declaring it twice changes nothing. Raises Denied, Refused (no reason).
    """
    if by is not None:
        permissions.declare_for.require(by, assessor)
    if not reason.strip():
        raise Refused(_("Say what the conflict of interest is."), field="reason")
    Assessor.objects.select_for_update().get(pk=assessor.pk)
    conflict, new = Conflict.objects.get_or_create(
        assessor=assessor,
        organisation=organisation,
        lifted_at=None,
        defaults={"kind": kind, "reason": reason.strip(), "at": now()},
    )
    if new:
        _end_work(conflict)
        _record(conflict, by)
    return conflict


def _end_work(conflict: Conflict) -> None:
    rows = Assignment.objects.filter(
        assessor=conflict.assessor, entry__organisation=conflict.organisation, state__in=LIVE
    )
    rows.update(
        state=AssignmentState.CONFLICTED, reason=conflict.reason, lead=False, moved_at=now()
    )


def _record(conflict: Conflict, by: User | None) -> None:
    ledger.append(
        conflict.assessor.edition.chain,
        "conflict.kept",
        subject=conflict.assessor.uid,
        by=by,
        data={"organisation": conflict.organisation.uid, "kind": str(conflict.kind)},
    )


@transaction.atomic
def lift_conflict(conflict: Conflict, reason: str, *, by: User) -> Conflict:
    """End a conflict from now on; the record stays. Raises Denied (one's own, too), Refused."""
    _require_staff(conflict.assessor.edition, conflict.assessor.region, by)
    if conflict.assessor.user_id == by.pk:
        raise Denied(_("Ask another secretary to lift your own conflict of interest."))
    if not reason.strip():
        raise Refused(_("Say why the conflict of interest has ended."), field="reason")
    row = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if row.lifted_at:
        raise Refused(_("This conflict of interest has been lifted already."))
    row.lifted_at, row.lifted_reason = now(), reason.strip()
    row.save(update_fields=["lifted_at", "lifted_reason"])
    ledger.append(
        row.assessor.edition.chain,
        "conflict.lifted",
        subject=row.assessor.uid,
        by=by,
        data={"organisation": row.organisation.uid},
    )
    return row


@transaction.atomic
def detect_conflicts(edition: Edition, *, by: User | None = None) -> list[Conflict]:
    """Find ties between assessors and applicants: works for, acts for, same INN, same mail domain.

    Returns the new conflicts; known and lifted ones are left as they are. Raises Denied.
    """
    if by is not None:
        permissions.manage_assessors.require(by, edition)
    organisations = list(
        Organisation.objects.filter(entries__edition=edition).distinct().order_by("pk")
    )
    assessors = list(
        Assessor.objects.filter(edition=edition, active=True)
        .select_related("user", "edition__award")
        .prefetch_related("works_for")
    )
    known = set(
        Conflict.objects.filter(assessor__edition=edition).values_list(
            "assessor_id", "organisation_id"
        )
    )
    acting: dict[int, set[str]] = {}
    for user, uid in Grant.objects.filter(
        role=Role.APPLICANT, user__assessors__edition=edition, ended_at__isnull=True
    ).values_list("user_id", "organisation"):
        acting.setdefault(user, set()).add(uid)
    found = []
    for assessor in assessors:
        ties = list(assessor.works_for.all())
        for organisation in organisations:
            if (assessor.pk, organisation.pk) in known:
                continue
            reason = _tie(assessor, ties, organisation, acting.get(assessor.user_id, set()))
            if reason:
                found.append(
                    declare_conflict(
                        assessor, organisation, reason, by=None, kind=Conflict.Kind.DETECTED
                    )
                )
    return found


def _tie(
    assessor: Assessor, ties: Sequence[Organisation], organisation: Organisation, acting: set[str]
) -> str:
    if organisation in ties:
        return _("Works for this organisation")
    if organisation.uid in acting:
        return _("Acts for this organisation as an applicant")
    if organisation.inn and organisation.inn in {tie.inn for tie in ties}:
        return _("Works for an organisation with the same INN %(inn)s") % {"inn": organisation.inn}
    own = _domain(assessor.user.email)
    theirs = {_domain(organisation.email), _host(organisation.site)} - {""}
    reserved = own.endswith(".invalid")  # RFC 2606: nobody's address, as in the demo
    if own and own not in PUBLIC_MAIL and not reserved and own in theirs:
        return _("Mail address of the organisation's domain %(domain)s") % {"domain": own}
    return ""


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower().strip()


def _host(site: str) -> str:
    return (urlsplit(site).hostname or "").removeprefix("www.")


@transaction.atomic
def invite_assessor(
    edition: Edition, email: str, name: str, *, by: User | None, **values: Any
) -> Assessor:
    """Enrol whoever has this address; without an account, they are invited to make one.

    Raises Denied, Refused.
    """
    if by is not None:
        permissions.manage_assessors.require(by, edition)
    return enrol_assessor(edition, register_person(email, name, by=by), by=by, **values)
