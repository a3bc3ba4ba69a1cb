"""What will happen when a session is published."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from laureat.council.models import Motion, MotionState, Session, SessionState
from laureat.council.queries.gate import verdicts
from laureat.council.queries.minutes import subject
from laureat.council.queries.standing import field as field_of
from laureat.council.queries.standing import honours_of
from laureat.intake.models import Passage, PassageState
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import EditionState


def missing_signature(session: Session) -> str:
    """Whose signature under the minutes publishing waits for, in words; "" where it waits for
    none: they are there, or the rules ask for a closed session only.
    """
    if session.stage.rules.publish_requires != "signed_minutes" or session.signed_at is not None:
        return ""
    if session.approved_at is None:
        return _(
            "The rules let decisions become public only with signed minutes: who presided approves "
            "the minutes first, then the secretary signs them."
        )
    return _(
        "The rules let decisions become public only with signed minutes: the secretary has not "
        "signed them yet."
    )


def all_public(session: Session) -> bool:
    """Whether the results of the contest as a whole are public, with the last of its decisions."""
    edition = session.stage.edition
    return (
        session.state == SessionState.PUBLISHED
        and session.stage.key == edition.rules.stages[-1].key
        and edition.state in {EditionState.PUBLISHED, EditionState.ARCHIVED}
    )


@dataclass
class Preview:
    """Honours that become public, entries that walk on, stop, or have left."""

    honours: list[tuple[str, list[str]]] = field(default_factory=list)
    on: int = 0
    out: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0
    problem: str = ""
    unsigned: str = ""
    """Whose signature under the minutes it waits for."""


def preview(session: Session) -> Preview:
    """Everything that publishing would do."""
    active = set(
        Passage.objects.filter(stage=session.stage_id, state=PassageState.ACTIVE).values_list(
            "entry", flat=True
        )
    )
    motions = list(
        Motion.objects.filter(session=session)
        .select_related("entry__organisation", "entry__good", "entry__category")
        .order_by("order")
    )
    found = Preview(
        left=len({m.entry_id for m in motions} - active), unsigned=missing_signature(session)
    )
    motions = [motion for motion in motions if motion.entry_id in active]
    for honour in honours_of(session.stage):
        names = [
            " · ".join(filter(None, [m.entry.number, *reversed(subject(m.entry))]))
            for m in motions
            if m.honour == honour.key and m.state == MotionState.CARRIED
        ]
        if names:
            found.honours.append((localised(honour, "title"), names))
    try:
        decided = verdicts(field_of(session.stage), {motion.entry.uid for motion in motions})
    except Refused as refused:
        found.problem = str(refused)
        return found
    names_of = {m.entry.uid: f"{m.entry.number} · {subject(m.entry)[0]}" for m in motions}
    found.on = sum(verdict.passes for verdict in decided.values())
    found.out = [
        (names_of[uid], localised(verdict.reason))
        for uid, verdict in decided.items()
        if not verdict.passes
    ]
    found.out.sort()
    return found
