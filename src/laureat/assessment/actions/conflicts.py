"""Conflicts of interest: declared, found, lifted."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.assessors import require_staff
from laureat.assessment.actions.replacing import replace
from laureat.assessment.models import LIVE, Assessor, Assignment, AssignmentState, Conflict
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition

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
def declare_conflict(
    assessor: Assessor,
    organisation: Organisation,
    reason: str,
    *,
    by: User | None,
    kind: str = Conflict.Kind.DECLARED,
) -> Conflict:
    """Keep that `assessor` must not judge `organisation`; ends what they were to judge of it.

    At stages that still run somebody else is asked at once, and the secretary is told, whoever
    declares it. Declaring it twice changes nothing. Raises Denied, Refused (no reason).
    """
    if by is not None:
        permissions.declare_for.require(by, assessor)
    if not reason.strip():
        raise Refused(_("Say what the conflict of interest is."), field="reason")
    return keep_conflict(assessor, organisation, reason, by=by, kind=kind)


def keep_conflict(
    assessor: Assessor,
    organisation: Organisation,
    reason: str,
    *,
    by: User | None,
    kind: str = Conflict.Kind.DECLARED,
) -> Conflict:
    """`declare_conflict` for those whose right to say it was looked at already."""
    locks.own_of(assessor.edition, [organisation])
    locks.assessor(assessor.pk)
    conflict, new = Conflict.objects.get_or_create(
        assessor=assessor,
        organisation=organisation,
        lifted_at=None,
        defaults={"kind": kind, "reason": reason.strip(), "at": now()},
    )
    ended = _end_work(conflict)
    if new:
        _record(conflict, by)
    for row in ended:
        ledger.append(
            assessor.edition.chain, "assignment.conflicted", subject=row.uid, by=by, data={}
        )
    by_stage: dict[int, list[Assignment]] = {}
    for row in ended:
        by_stage.setdefault(row.stage_id, []).append(row)
    for rows in by_stage.values():
        replace(rows[0].stage, rows, "conflict", by=by)
    return conflict


def _end_work(conflict: Conflict) -> list[Assignment]:
    """What the assessor was to judge of the organisation ends, at every stage of the edition."""
    rows = list(
        Assignment.objects.filter(
            assessor=conflict.assessor, entry__organisation=conflict.organisation, state__in=LIVE
        )
        .select_related(
            "stage__edition__award",
            "stage__edition__version",
            "entry__organisation",
            "entry__category",
            "assessor__user",
        )
        .order_by("stage__order", "entry__serial", "pk")
    )
    for row in rows:
        row.state, row.reason, row.lead = AssignmentState.CONFLICTED, conflict.reason, False
        row.moved_at = now()
    Assignment.objects.bulk_update(rows, ["state", "reason", "lead", "moved_at"])
    return rows


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
    require_staff(conflict.assessor.edition, conflict.assessor.region, by)
    if conflict.assessor.user_id == by.pk:
        raise Denied(_("Ask another secretary to lift your own conflict of interest."))
    if not reason.strip():
        raise Refused(_("Say why the conflict of interest has ended."), field="reason")
    row = Conflict.objects.select_for_update(no_key=True).get(pk=conflict.pk)
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

    A regional secretary looks among the assessors of the region. Returns the new conflicts; known
    and lifted ones are left as they are. Raises Denied.
    """
    people = Assessor.objects.filter(edition=edition, active=True)
    if by is not None:
        permissions.manage_assessors.require(by, edition)
        people = people.filter(pk__in=permissions.keep_assessor.of(by).values("pk"))
    organisations = list(
        Organisation.objects.filter(entries__edition=edition).distinct().order_by("pk")
    )
    locks.own_of(edition, organisations)
    assessors = list(
        people.select_related("user", "edition__award", "edition__version")
        .prefetch_related("works_for")
        .order_by("serial")
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
                    keep_conflict(
                        assessor, organisation, reason, by=by, kind=Conflict.Kind.DETECTED
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
