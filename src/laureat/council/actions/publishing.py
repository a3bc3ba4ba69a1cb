"""Publishing what a session decided: one step, everything at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked
from laureat.council.models import Motion, MotionState, Session, SessionState
from laureat.council.permissions import run_session
from laureat.council.queries.gate import Verdict, verdicts
from laureat.council.queries.publication import missing_signature
from laureat.council.queries.standing import field, honours_of
from laureat.council.signals import decisions_published
from laureat.intake.actions import finish_many, pass_many, stop_many
from laureat.intake.actions.walking import lock_entries
from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.intake.queries import applicants
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.context import address
from laureat.rulebook.actions import close_stage, move_edition
from laureat.rulebook.models import Edition, EditionState, Stage, StageState
from laureat.rulebook.permissions import run_stage


@transaction.atomic
def publish_session(
    session: Session, *, order_reference: Words | None = None, by: User | None
) -> Session:
    """Make public what the session decided: honours, the way of every entry, letters to all.

    `order_reference` is the act that confirms the decision. Raises Denied, Refused (not closed;
    minutes not signed, where the rules ask for that; equals at the line of the gate).
    """
    if by is not None:
        run_session.require(by, session)
    # The last session publishes the edition too: whoever holds entries must not wait for it then.
    Edition.objects.select_for_update().get(pk=session.stage.edition_id)
    row = locked(session, SessionState.CLOSED)
    if unsigned := missing_signature(row):
        raise Refused(unsigned)
    lock_entries(row.stage)
    row.order_reference_ru, row.order_reference_en = both(order_reference)
    row.state, row.published_at = SessionState.PUBLISHED, now()
    row.save(update_fields=["order_reference_ru", "order_reference_en", "state", "published_at"])
    motions = _of_those_taking_part(row)
    carried = [m for m in motions if m.honour and m.state == MotionState.CARRIED]
    found = field(row.stage)
    decided = verdicts(found, {motion.entry.uid for motion in motions})
    ledger.append(
        chain(row),
        "session.published",
        subject=row.uid,
        by=by,
        data={
            "honours": [{"entry": m.entry.uid, "honour": m.honour} for m in carried],
            "walk_on": sorted(uid for uid, verdict in decided.items() if verdict.passes),
            "order": row.order_reference_ru or row.order_reference_en,
        },
    )
    entries = list({motion.entry.pk: motion.entry for motion in motions}.values())
    _move(row, entries, decided)
    decisions_published.send(sender=Session, session=row, carried=carried)
    _tell(row, entries, carried)
    _end_edition(row)
    session.state = row.state
    return row


@transaction.atomic
def free_place(stage: Stage, entry: Entry, honour: str, *, by: User | None) -> int:
    """Let the place of an honour that was declined count as free at later sessions of the stage;
    returns how many motions gave it. The room that keeps honours says when.
    """
    if by is not None:
        run_stage.require(by, stage)
    given = Motion.objects.select_for_update().filter(
        session__stage=stage,
        session__state=SessionState.PUBLISHED,
        entry=entry,
        honour=honour,
        state=MotionState.CARRIED,
        freed_at__isnull=True,
    )
    freed = list(given.order_by("pk"))
    for motion in freed:
        motion.freed_at = now()
        motion.save(update_fields=["freed_at"])
        data = {"entry": entry.uid, "honour": honour}
        ledger.append(stage.edition.chain, "motion.freed", subject=motion.uid, by=by, data=data)
    return len(freed)


def _of_those_taking_part(session: Session) -> list[Motion]:
    active = Passage.objects.filter(stage=session.stage, state=PassageState.ACTIVE)
    return list(
        session.motions.filter(entry__in=active.values("entry"))
        .select_related(
            "entry__edition__award",
            "entry__edition__version",
            "entry__organisation",
            "entry__good",
            "entry__category",
        )
        .order_by("order")
    )


def _move(session: Session, entries: Sequence[Entry], decided: dict[str, Verdict]) -> None:
    """Apply the gate; whoever has come to the end of the way is finished."""
    stage = session.stage
    on = [entry for entry in entries if decided[entry.uid].passes]
    out = [entry for entry in entries if not decided[entry.uid].passes]
    reasons = {entry.pk: decided[entry.uid].reason for entry in entries}
    pass_many(on, stage, reasons=reasons, by=None)
    stop_many(out, stage, reasons=reasons, by=None)
    walking = set(
        Passage.objects.filter(
            entry__in=on, state__in=[PassageState.ACTIVE, PassageState.WAITING]
        ).values_list("entry", flat=True)
    )
    done = [entry for entry in on if entry.pk not in walking]
    if done:
        finish_many(stage.edition, done, by=None)
    # Whoever stopped earlier waits here for ever: only those still under way keep the stage open.
    left = Passage.objects.filter(
        stage=stage,
        state__in=[PassageState.ACTIVE, PassageState.WAITING],
        entry__state=EntryState.SUBMITTED,
    )
    if stage.state == StageState.OPEN and not left.exists():
        close_stage(stage, by=None)


def _end_edition(session: Session) -> None:
    """With the last decision of the edition its results as a whole are published."""
    edition = session.stage.edition
    if edition.state != EditionState.RUNNING or edition.rules.stages[-1].key != session.stage.key:
        return
    if not edition.entries.filter(state=EntryState.SUBMITTED).exists():
        move_edition(edition, EditionState.PUBLISHED, by=None)


def _tell(session: Session, entries: Sequence[Entry], carried: Iterable[Motion]) -> None:
    honours = {each.key: each for each in honours_of(session.stage)}
    given: dict[int, list[str]] = defaultdict(list)
    for motion in carried:
        given[motion.entry_id].append(motion.honour)
    passages = {
        passage.entry_id: passage
        for passage in Passage.objects.filter(stage=session.stage, entry__in=entries)
    }
    people = applicants(entries)
    honoured = f"{settings.BASE_URL}{address('honours:mine')}"
    for entry in entries:
        for user in people.get(entry.organisation.uid, []):
            with translation.override(user.language):
                titles = [localised(honours[key], "title") for key in given[entry.pk]]
                values = {
                    "name": user,
                    "entry": entry.number or entry.uid,
                    "what": localised(entry.good or entry.organisation, "name"),
                    "panel": localised(session.panel, "title"),
                    "edition": localised(session.stage.edition, "title"),
                    "stage": localised(session.stage, "title"),
                    "decision": _decision(titles, passages[entry.pk]),
                    "link": settings.BASE_URL + reverse("intake:entry", args=[entry.uid]),
                    "honours": honoured,
                }
                body = _(
                    "%(name)s,\n\n%(edition)s\n%(panel)s: a decision has been made about the entry %(entry)s "
                    "(%(what)s).\n%(decision)s\n\nYour entry: %(link)s\n"
                )
                if titles:
                    body += _("Your honours, with diplomas once they are issued: %(honours)s\n")
                queue(
                    to=user.email,
                    user=user,
                    kind="council.decided",
                    language=user.language,
                    scope=chain(session),
                    dedupe_key=f"decided:{session.uid}:{entry.uid}:{user.pk}",
                    subject=_("Entry %(entry)s: %(stage)s") % values,
                    body=body % values,
                )


def _decision(titles: Sequence[str], passage: Passage) -> str:
    """What was decided about an entry: its honours, and why it stops where it does."""
    said = []
    if titles:
        said.append(
            _("Congratulations! Honours given: %(titles)s.") % {"titles": ", ".join(titles)}
        )
    if passage.state == PassageState.STOPPED:
        said.append(localised(passage, "reason"))
    elif not titles:
        said.append(_("The entry was not given an honour at this stage."))
    return "\n".join(said)
