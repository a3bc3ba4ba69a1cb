"""The agenda: who is proposed for what, and changing it before the vote."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked, reasoned
from laureat.council.actions.lines import settle_lines
from laureat.council.actions.sessions import detect_recusals
from laureat.council.models import Motion, MotionState, Session, SessionState
from laureat.council.permissions import lead_session, preside
from laureat.council.queries.agenda import changed_by_hand, has_votes
from laureat.council.queries.standing import field, honours_of, propose, results_of
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, localised

_BEFORE = (SessionState.PLANNED, SessionState.OPEN)


@transaction.atomic
def propose_honours(session: Session, *, by: User | None) -> list[Motion]:
    """Make the agenda: for every entry of the stage the honour that its rank gives under the caps,
    or none; then the additional honours that are voted on.

    Proposing again makes the agenda anew, as long as nobody has voted. Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, *_BEFORE)
    return _propose(row, by)


def _propose(session: Session, by: User | None) -> list[Motion]:
    motions = session.motions.all()
    if motions.exclude(state=MotionState.OPEN).exists() or motions.filter(voted__isnull=False):
        raise Refused(_("Members have voted already: change single motions instead."))
    ranks = {
        entry: rank
        for entry, rank in motions.values_list("entry", "chair_rank")
        if rank is not None
    }
    found = field(session.stage, besides=session, chair_ranks=ranks)
    active = set(
        Passage.objects.filter(stage=session.stage, state=PassageState.ACTIVE).values_list(
            "entry__uid", flat=True
        )
    )
    if not active:
        raise Refused(
            _("No entry is at this stage yet: close the assessment that leads to it first.")
        )
    if not any(found.points(found.entries[uid]) is not None for uid in active):
        raise Refused(_("There are no points yet: compute the results of the assessment first."))
    proposals = [each for each in propose(found) if each.candidate in active]
    # By category, then by rank; what comes on top follows its entry.
    places = {each.candidate: n for n, each in reversed(list(enumerate(proposals)))}
    categories = {
        uid: entry.category.order if entry.category else 0 for uid, entry in found.entries.items()
    }
    overlays = {each.key for each in honours_of(session.stage) if each.overlay}
    proposals.sort(
        key=lambda p: (
            categories[p.candidate],
            places[p.candidate],
            p.honour in overlays,
            p.honour,
        )
    )
    motions.delete()
    made = Motion.objects.bulk_create(
        Motion(
            session=session,
            entry=found.entries[each.candidate],
            honour=each.honour,
            order=order,
            at_line=each.at_line,
            tie_rule=each.tie_rule,
            line_of=each.line_of,
            chair_rank=ranks.get(found.entries[each.candidate].pk),
        )
        for order, each in enumerate(proposals, start=1)
    )
    detect_recusals(session)
    ledger.append(
        chain(session),
        "session.proposed",
        subject=session.uid,
        by=by,
        data={
            "motions": [
                {
                    "entry": each.entry.uid,
                    "honour": each.honour,
                    "at_line": each.at_line,
                    "tie_rule": each.tie_rule,
                }
                for each in made
            ]
        },
    )
    return made


def _untouched(motion: Motion, session: Session) -> Motion:
    """The motion's row, locked, with no vote on it. Raises Refused."""
    row = Motion.objects.select_for_update().get(pk=motion.pk)
    if row.state != MotionState.OPEN or row.voted.exists():
        raise Refused(
            _("Members have voted on this motion: the vote has to be repeated to change it.")
        )
    row.session = session
    return row


def _honour_title(session: Session, key: str) -> str:
    """The title of an honour that this stage's panel votes on. Raises Refused."""
    if key == "":
        return _("no honour")
    for honour in honours_of(session.stage, voted=True):
        if honour.key == key:
            return localised(honour, "title")
    raise Refused(_("This stage's panel does not decide this honour."), field="honour")


def _free(session: Session, entry: Entry, honour: str, besides: Motion | None = None) -> None:
    """Raise Refused if the entry has such a motion, or another base honour on the agenda."""
    mine = session.motions.filter(entry=entry)
    if besides is not None:
        mine = mine.exclude(pk=besides.pk)
    if mine.filter(honour=honour).exists():
        raise Refused(_("This motion is on the agenda already."), field="honour")
    overlays = {each.key for each in honours_of(session.stage) if each.overlay}
    if honour not in overlays:
        for other in mine.exclude(state=MotionState.LOST):
            if other.honour not in overlays:
                raise Refused(
                    _("The entry is on the agenda for another title: %(title)s. Move that motion.")
                    % {"title": _honour_title(session, other.honour)},
                    field="honour",
                )


@transaction.atomic
def change_motion(
    motion: Motion, *, honour: str, reason: Words, again: bool = False, by: User | None
) -> Motion:
    """Propose the entry for another honour ("" for none), before the vote.

    Where this brings a tie to light on which members have voted, `again` says that they vote anew
    (see `settle_lines`). Raises Denied, Refused (no reason; voted already; not an honour of this
    stage; votes would be void).
    """
    if by is not None:
        lead_session.require(by, motion.session)
    session = locked(motion.session, *_BEFORE)
    row = _untouched(motion, session)
    _honour_title(session, honour)
    if honour == row.honour:
        raise Refused(_("This is what the motion proposes already."), field="honour")
    _free(session, row.entry, honour, besides=row)
    ru, en = reasoned(reason)
    before, row.honour = row.honour, honour
    row.reason_ru, row.reason_en = ru, en
    row.save(update_fields=["honour", "reason_ru", "reason_en"])
    settle_lines(session, agreed=again, by=by)
    ledger.append(
        chain(session),
        "motion.changed",
        subject=row.uid,
        by=by,
        data={
            "entry": row.entry.uid,
            "before": before,
            "honour": honour,
            "reason_sha256": ledger.words(ru, en),
        },
    )
    return row


@transaction.atomic
def add_motion(
    session: Session,
    entry: Entry,
    honour: str,
    reason: Words,
    *,
    again: bool = False,
    by: User | None,
) -> Motion:
    """Put one more motion on the agenda (an additional honour, or a title after another was not
    carried).

    Where this brings a tie to light on which members have voted, `again` says that they vote anew
    (see `settle_lines`). Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, *_BEFORE)
    _honour_title(row, honour)
    passage = Passage.objects.filter(stage=row.stage, entry=entry, state=PassageState.ACTIVE)
    if not passage.exists():
        raise Refused(_("This entry is not at the stage that the panel decides."), field="entry")
    _free(row, entry, honour)
    ru, en = reasoned(reason)
    last = row.motions.aggregate(last=Max("order"))["last"] or 0
    motion = Motion.objects.create(
        session=row, entry=entry, honour=honour, order=last + 1, reason_ru=ru, reason_en=en
    )
    detect_recusals(row)
    settle_lines(row, agreed=again, by=by)
    ledger.append(
        chain(row),
        "motion.added",
        subject=motion.uid,
        by=by,
        data={"entry": entry.uid, "honour": honour, "reason_sha256": ledger.words(ru, en)},
    )
    return motion


@transaction.atomic
def remove_motion(motion: Motion, reason: Words, *, by: User | None) -> None:
    """Take a motion that nobody voted on off the agenda; the journal keeps it.

    Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, motion.session)
    session = locked(motion.session, *_BEFORE)
    row = _untouched(motion, session)
    ru, en = reasoned(reason)
    ledger.append(
        chain(session),
        "motion.removed",
        subject=row.uid,
        by=by,
        data={"entry": row.entry.uid, "honour": row.honour, "reason_sha256": ledger.words(ru, en)},
    )
    row.delete()
    settle_lines(session, agreed=None, by=by)


@transaction.atomic
def order_equals(
    session: Session,
    entries: Sequence[Entry],
    reason: Words,
    *,
    anew: bool = False,
    by: User | None,
) -> list[Motion]:
    """The chair puts equals in order, best first.

    The order is the last rule of the tie-break chain: it tells apart only those whom points and
    the other rules leave equal, at the line of an honour and at the gate. While nobody has voted,
    the agenda is made anew by it, unless motions that were added share too few places (see
    `settle_lines`): then it stays as it is; where that undoes changes made by hand, only if `anew` says so.
    Raises Denied, Refused.
    """
    if by is not None:
        preside.require(by, session)
    row = locked(session, *_BEFORE)
    ru, en = reasoned(reason)
    on_agenda = set(row.motions.values_list("entry", flat=True))
    if len({entry.pk for entry in entries}) < 2 or any(e.pk not in on_agenda for e in entries):
        raise Refused(_("Put in order entries of the agenda: two of them at least."))
    results = results_of(row.stage, entries)
    if len({r.points if (r := results.get(entry.pk)) else None for entry in entries}) > 1:
        raise Refused(_("Only entries with equal points are put in order."))
    waiting = any(each.waits_for_order for each in row.motions.filter(entry__in=entries))
    kept = has_votes(row) or waiting
    if not kept and not anew and changed_by_hand(row):
        raise Refused(
            _(
                "The agenda was changed by hand. The order makes it anew, and those changes are "
                "lost: say that you want this, then make them again."
            ),
            field="anew",
        )
    for rank, entry in enumerate(entries, start=1):
        row.motions.filter(entry=entry).update(chair_rank=rank)
    ledger.append(
        chain(row),
        "session.ordered",
        subject=row.uid,
        by=by,
        data={"entries": [entry.uid for entry in entries], "reason_sha256": ledger.words(ru, en)},
    )
    if kept:
        settle_lines(row, agreed=None, by=by)
        return list(row.motions.all())
    made = _propose(row, by)
    ranked = {entry.pk for entry in entries}
    for motion in made:
        if motion.entry_id in ranked and motion.at_line:
            motion.reason_ru, motion.reason_en = ru, en
            motion.save(update_fields=["reason_ru", "reason_en"])
    return made
