"""Coded samples of blind tastings."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.models import Assessor, Sample
from laureat.intake.models import Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.rulebook.models import Stage, StageState


def require_coder(stage: Stage, by: User) -> None:
    """Whoever knows the key must not taste. Raises Denied."""
    permissions.manage_stage.require(by, stage)
    tasting = Assessor.objects.filter(edition=stage.edition, user=by, active=True)
    if any(not each.stages or stage.key in each.stages for each in tasting):
        raise Denied(_("You are an assessor of this tasting: somebody else codes its samples."))


@transaction.atomic
def code_samples(stage: Stage, *, by: User | None) -> list[Sample]:
    """Give every entry of a blind stage a random code; codes already given stay.

    A stage that no entry has reached has nothing to code, and nothing happens. The ledger gets a seal over the list (salted: it tells nothing) that can be checked when the
    key is opened at closing. Raises Denied, Refused.
    """
    if by is not None:
        require_coder(stage, by)
    row = locks.own(stage.pk)[stage.pk]
    if not permissions.blind(stage):
        raise Refused(_("This stage is not blind: its entries need no codes."))
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed."))
    coded = {each.entry_id: each for each in Sample.objects.filter(stage=stage)}
    waiting = list(
        Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
        .exclude(entry__in=coded)
        .values_list("entry_id", flat=True)
    )
    if not waiting and not coded:
        return []
    if not waiting:
        raise Refused(_("All samples of this stage have codes."))
    taken = {each.code for each in coded.values()}
    digits = 3 if len(coded) + len(waiting) <= 300 else 4 if len(coded) + len(waiting) < 3000 else 6
    new = []
    for entry_id in waiting:
        code = _draw(digits, taken)
        taken.add(code)
        new.append(Sample(stage=stage, entry_id=entry_id, code=code, coded_by=by, coded_at=now()))
    Sample.objects.bulk_create(new)
    ledger.append(
        stage.edition.chain,
        "samples.coded",
        subject=stage.uid,
        by=by,
        data={"samples": len(taken), "seal": seal(samples_of(stage))},
    )
    return new


def samples_of(stage: Stage) -> list[Sample]:
    """All samples of a stage by code."""
    return list(Sample.objects.filter(stage=stage).select_related("entry").order_by("code"))


def _draw(digits: int, taken: set[str]) -> str:
    least = 10 ** (digits - 1)
    while True:
        code = str(least + secrets.randbelow(9 * least))
        if code not in taken:
            return code


def seal(samples: Iterable[Sample]) -> str:
    """SHA-256 over the lines “code entry salt”, in the order of codes."""
    lines = [f"{each.code} {each.entry.uid} {each.salt}" for each in samples]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def open_key(stage: Stage, by: User | None) -> None:
    """Tell the ledger which code was whose: anybody can check the seal from now on."""
    samples = samples_of(stage)
    if samples:
        ledger.append(
            stage.edition.chain,
            "samples.opened",
            subject=stage.uid,
            by=by,
            data={
                "key": [
                    {"code": each.code, "entry": each.entry.uid, "salt": each.salt}
                    for each in samples
                ]
            },
        )
