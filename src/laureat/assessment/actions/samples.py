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
from laureat.assessment.models import LIVE, Assessor, Assignment, KeyReader, Sample
from laureat.intake.models import Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState


@transaction.atomic
def code_samples(stage: Stage, *, by: User | None) -> list[Sample]:
    """Give every entry of a blind stage a random code; codes already given stay.

    A stage that no entry has reached has nothing to code, and nothing happens. The ledger gets a
    seal over the list (salted: it tells nothing) that can be checked when the key is opened at
    closing. Who gives codes knows them, and does not taste. Raises Denied, Refused.
    """
    _own_sealed(stage, by)
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
    if by is not None:
        KeyReader.objects.get_or_create(stage=stage, user=by, defaults={"at": now()})
    return new


@transaction.atomic
def read_key(stage: Stage, *, by: User) -> None:
    """Let `by` see which code is whose before the key is opened: from then on they cannot taste
    here, and the journal knows. Looking again changes nothing. Raises Denied, Refused.
    """
    _own_sealed(stage, by)
    if not Sample.objects.filter(stage=stage).exists():
        raise Refused(_("No sample has a code yet."))
    _row, new = KeyReader.objects.get_or_create(stage=stage, user=by, defaults={"at": now()})
    if new:
        ledger.append(stage.edition.chain, "samples.read", subject=stage.uid, by=by, data={})


def _own_sealed(stage: Stage, by: User | None) -> None:
    """The stage for us alone: whoever is asked to taste meanwhile waits. Raises Denied, Refused."""
    row = locks.own(stage.pk)[stage.pk]
    if by is not None:
        permissions.keep_key.require(by, stage)
    if not permissions.blind(stage):
        raise Refused(_("This stage is not blind: its entries need no codes."))
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed."))


def require_ignorant(assessor: Assessor, stages: Iterable[Stage]) -> None:
    """Raise Refused where the assessor would taste what they have seen the key to, at one of these
    stages of their edition.
    """
    ours = {each.pk: each for each in stages if permissions.sealed(each)}
    if not ours:
        return
    asked = Assignment.objects.filter(stage__in=ours, assessor=assessor.pk, state__in=LIVE)
    members = set(asked.order_by().values_list("stage", flat=True)) if assessor.pk else set()
    for key in KeyReader.objects.filter(user=assessor.user_id, stage__in=ours).order_by("pk"):
        stage = ours[key.stage_id]
        if stage.pk in members or permissions.works_at(assessor, stage):
            raise Refused(knows_key_words(assessor.user, stage), field="stages")


def knows_key_words(user: User, stage: Stage) -> str:
    """Why this person does not taste at the stage."""
    return _(
        "%(name)s has seen which code is whose at the stage “%(stage)s”, so they cannot taste "
        "there: tick only the other stages they work in, or ask somebody else."
    ) % {"name": user.called, "stage": localised(stage, "title")}


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
