"""Conflicts of interest: declared, found, lifted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.replacing import replace
from laureat.assessment.actions.ties import Found, entrants_of, ties
from laureat.assessment.models import LIVE, Assessor, Assignment, AssignmentState, Conflict
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition


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
    reason: str | Found,
    *,
    by: User | None,
    kind: str = Conflict.Kind.DECLARED,
    unseen: bool = False,
) -> Conflict:
    """`declare_conflict` for those whose right to say it was looked at already; a tie that was found
    is said to each reader in their language. `unseen`: `by` did something else and sees no team, so
    they get the letter too.
    """
    locks.own_of(assessor.edition, [organisation])
    locks.assessor(assessor.pk)
    conflict, new = Conflict.objects.get_or_create(
        assessor=assessor,
        organisation=organisation,
        lifted_at=None,
        defaults={**_told(reason), "kind": kind, "at": now()},
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
        replace(rows[0].stage, rows, "conflict", by=None if unseen else by)
    return conflict


def _told(reason: str | Found) -> dict[str, str]:
    if isinstance(reason, Found):
        return {"tie": str(reason.tie), "about": reason.about}
    return {"reason": reason.strip()}


def keep_ties(
    edition: Edition, assessors: Sequence[Assessor], *, by: User | None
) -> list[Conflict]:
    """Keep every tie between `assessors` and those who applied. The caller has no stage yet, or all
    of those they walk through.
    """
    organisations = {each.pk: each for each in entrants_of(edition)}
    people = {each.pk: each for each in assessors}
    return [
        keep_conflict(people[who], organisations[maker], tie, by=by, kind=Conflict.Kind.DETECTED)
        for (who, maker), tie in ties(edition, assessors, organisations.values()).items()
    ]


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
        row.conflict, row.moved_at = conflict, now()
    Assignment.objects.bulk_update(rows, ["state", "reason", "conflict", "lead", "moved_at"])
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
    permissions.require_staff(conflict.assessor.edition, conflict.assessor.region, by)
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
        data={
            "organisation": row.organisation.uid,
            "reason_sha256": ledger.words(row.lifted_reason),
        },
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
    locks.own_of(edition, entrants_of(edition))
    assessors = list(
        people.select_related("user", "edition__award", "edition__version").order_by("serial")
    )
    return keep_ties(edition, assessors, by=by)
