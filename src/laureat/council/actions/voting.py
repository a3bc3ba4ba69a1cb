"""Voting, counting, ties."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked, move_motion, reasoned
from laureat.council.actions.roll import require_present, require_quorum
from laureat.council.models import (
    Annulment,
    Attendance,
    Choice,
    Motion,
    MotionState,
    Recusal,
    Seat,
    Session,
    SessionState,
    Slip,
    Voted,
)
from laureat.council.permissions import lead_session, preside, presiding_seat, vote_in_session
from laureat.council.queries.counting import (
    Electorate,
    Tally,
    electorates,
    outcome,
    present_seats,
    tallies,
    voting_seats,
)
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import Words


@transaction.atomic
def vote(motion: Motion, seat: Seat, choice: str, *, by: User) -> Voted:
    """A member present votes on a motion, once. In a secret vote the choice goes into the box
    without the member. Raises Denied, Refused (no quorum, absent, recused, voted already).
    """
    return _cast(motion.session, seat, {motion.uid: choice}, by)[0]


@transaction.atomic
def vote_list(session: Session, choices: Mapping[str, str], *, by: User) -> list[Voted]:
    """A member votes on many motions at once: `choices` by motion uid. All or nothing.

    Raises Denied, Refused.
    """
    vote_in_session.require(by, session)
    seat = Seat.objects.filter(panel=session.panel_id, user=by, left_at__isnull=True).first()
    if seat is None:
        raise Denied(_("Only the members of the panel vote."))
    if not choices:
        raise Refused(_("Choose a vote for at least one motion."))
    return _cast(session, seat, choices, by)


def _cast(session: Session, seat: Seat, choices: Mapping[str, str], by: User) -> list[Voted]:
    vote_in_session.require(by, session)
    if seat.user_id != by.pk:
        raise Denied(_("Everybody votes for themselves."))
    row = locked(session, SessionState.OPEN)
    if seat.panel_id != row.panel_id or not seat.votes or seat.left_at is not None:
        raise Denied(_("Only the members of the panel vote."))
    if any(choice not in Choice.values for choice in choices.values()):
        raise Refused(_("Choose for, against or abstain."), field="choice")
    require_quorum(row)
    if not Attendance.objects.filter(session=row, seat=seat, present=True).exists():
        raise Refused(_("Only members who are present vote: ask the secretary to mark you."))
    motions = list(
        Motion.objects.select_for_update().filter(session=row, uid__in=choices).order_by("order")
    )
    if len(motions) < len(choices):
        raise Refused(_("A motion is no longer on the agenda: look at the page again."))
    _check(row, seat, motions)
    secret = row.stage.rules.ballot == "secret"
    voted = Voted.objects.bulk_create(
        Voted(motion=motion, seat=seat, choice="" if secret else choices[motion.uid])
        for motion in motions
    )
    if secret:
        _into_the_box([Slip(motion=motion, choice=choices[motion.uid]) for motion in motions])
    data: dict[str, object] = {"motions": [motion.uid for motion in motions]}
    if not secret:
        data["choices"] = [choices[motion.uid] for motion in motions]
    ledger.append(chain(row), "session.voted", subject=row.uid, by=by, data=data)
    return voted


def _into_the_box(slips: list[Slip]) -> None:
    """Put slips into the box and shake it: those on the same motions that lie there already are
    written anew with them, in the order of new random keys. Databases keep the order in which
    rows were written, and who voted when is known.
    """
    there = Slip.objects.filter(motion__in=[slip.motion for slip in slips])
    again = [Slip(motion_id=slip.motion_id, choice=slip.choice) for slip in there]
    there.delete()
    Slip.objects.bulk_create(sorted([*slips, *again], key=lambda slip: slip.uid))


def _check(session: Session, seat: Seat, motions: list[Motion]) -> None:
    """Raise Refused unless every motion is open to this member."""
    recused = set(
        Recusal.objects.filter(session=session, seat=seat).values_list("entry", flat=True)
    )
    done = set(Voted.objects.filter(seat=seat, motion__in=motions).values_list("motion", flat=True))
    for motion in motions:
        if motion.state != MotionState.OPEN:
            raise Refused(_("The votes on this motion have been counted."))
        if motion.entry_id in recused:
            raise Refused(_("You are recused from this entry."))
        if motion.waits_for_order:
            raise Refused(
                _(
                    "Entries with equal points are proposed for too few places: who presides puts "
                    "them in order first, then you vote."
                )
            )
        if motion.pk in done:
            raise Refused(_("You have voted on this motion: a vote is cast once."))


@transaction.atomic
def decide_motion(motion: Motion, *, by: User | None) -> Motion:
    """Count the votes on a motion and write what they mean: carried, not carried, or tied.

    Raises Denied, Refused (no quorum; fewer have voted than the rules ask for; so few slips that
    they tell whose they are).
    """
    if by is not None:
        lead_session.require(by, motion.session)
    session = locked(motion.session, SessionState.OPEN)
    require_quorum(session)
    row = Motion.objects.select_for_update().get(pk=motion.pk)
    if row.state != MotionState.OPEN:
        raise Refused(_("The votes on this motion have been counted."))
    tally = tallies(session).get(row.pk, Tally())
    voters = electorates(session)[row.entry_id]
    if problem := voters.obstacle(tally.cast):
        raise Refused(problem)
    _only_of_those_here(session, [row])
    _decide(session, row, tally, len(voting_seats(session)), voters, by)
    motion.state = row.state
    return row


@transaction.atomic
def decide_all(session: Session, *, by: User | None) -> list[Motion]:
    """Count every open motion on which enough members have voted; the others stay open.

    Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.OPEN)
    require_quorum(row)
    found = tallies(row)
    members, voters = len(voting_seats(row)), electorates(row)
    voted_on = [
        motion
        for motion in Motion.objects.select_for_update().filter(session=row, state=MotionState.OPEN)
        if found.get(motion.pk, Tally()).cast
    ]
    if not voted_on:
        raise Refused(_("There is nothing to count: nobody has voted on an open motion."))
    problems = {
        motion.pk: voters[motion.entry_id].obstacle(found[motion.pk].cast) for motion in voted_on
    }
    motions = [motion for motion in voted_on if not problems[motion.pk]]
    if not motions:
        raise Refused(problems[voted_on[0].pk])
    _only_of_those_here(row, motions)
    for motion in motions:
        _decide(row, motion, found[motion.pk], members, voters[motion.entry_id], by)
    return motions


def _only_of_those_here(session: Session, motions: list[Motion]) -> None:
    """Raise Refused where somebody has voted who is not there: votes leave with their member, so
    this is only found in sessions that an earlier version began.
    """
    votes = Voted.objects.filter(motion__in=motions).exclude(seat__in=present_seats(session))
    names = {each.seat.user.called for each in votes.select_related("seat__user", "motion")}
    if names:
        raise Refused(
            _(
                "Votes of members who are not here lie in the box: %(names)s. Mark them as present, "
                "or have the vote repeated."
            )
            % {"names": ", ".join(sorted(names))}
        )


def _decide(
    session: Session,
    motion: Motion,
    tally: Tally,
    members: int,
    voters: Electorate,
    by: User | None,
) -> None:
    present = voters.may_vote
    state = outcome(session.stage.rules.majority, tally, members=members, present=present)
    move_motion(motion, state)
    motion.votes_for = tally.votes_for
    motion.votes_against = tally.votes_against
    motion.abstentions = tally.abstentions
    motion.entitled = present
    motion.counted_at = now()
    motion.decided_at = None if state == MotionState.TIED else motion.counted_at
    motion.save()
    ledger.append(
        chain(session),
        "motion.counted",
        subject=motion.uid,
        by=by,
        data={
            "entry": motion.entry.uid,
            "honour": motion.honour,
            "for": tally.votes_for,
            "against": tally.votes_against,
            "abstained": tally.abstentions,
            "outcome": state.value,
        },
    )


@transaction.atomic
def break_tie(motion: Motion, carried: bool, reason: Words, *, by: User | None) -> Motion:
    """Who presides decides a tied motion.

    Raises Denied, Refused (no reason; not tied; recused or away).
    """
    if by is not None:
        preside.require(by, motion.session)
    session = locked(motion.session, SessionState.OPEN)
    row = Motion.objects.select_for_update().get(pk=motion.pk)
    if row.state != MotionState.TIED:
        raise Refused(_("The votes on this motion are not tied."))
    ru, en = reasoned(reason)
    seat = presiding_seat(session)
    if seat is not None:
        require_present(session, seat)
    if Recusal.objects.filter(session=session, entry=row.entry, seat=seat).exists():
        raise Refused(
            _(
                "%(name)s presides and is recused from this entry: choose another member to "
                "preside, or have the vote repeated."
            )
            % {"name": seat.user.called if seat else ""}
        )
    move_motion(row, MotionState.CARRIED if carried else MotionState.LOST)
    row.reason_ru, row.reason_en, row.decided_at = ru, en, now()
    row.tie_broken_by = seat
    row.save(update_fields=["state", "reason_ru", "reason_en", "decided_at", "tie_broken_by"])
    ledger.append(
        chain(session),
        "motion.tie_broken",
        subject=row.uid,
        by=by,
        data={
            "entry": row.entry.uid,
            "honour": row.honour,
            "outcome": row.state,
            "presiding": seat.user.commitment if seat else "",
        },
    )
    motion.state = row.state
    return row


@transaction.atomic
def repeat_vote(motion: Motion, reason: Words, *, by: User | None) -> Motion:
    """Have the members vote on a motion again; journal and minutes keep the first count.

    Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, motion.session)
    session = locked(motion.session, SessionState.OPEN)
    row = Motion.objects.select_for_update().get(pk=motion.pk)
    ru, en = reasoned(reason)
    if tallies(session).get(row.pk, Tally()).cast == 0:
        raise Refused(_("Nobody has voted on this motion yet."))
    void_votes(session, row, (ru, en), by=by)
    motion.state = row.state
    return row


def void_votes(session: Session, row: Motion, reason: tuple[str, str], *, by: User | None) -> None:
    """Declare the votes on a motion void, for a reason in both languages, so that they are cast
    anew. The caller holds the session.
    """
    ru, en = reason
    tally = tallies(session).get(row.pk, Tally())
    data: dict[str, object] = {
        "entry": row.entry.uid,
        "honour": row.honour,
        "reason_sha256": ledger.words(ru, en),
    }
    void = Annulment(
        session=session,
        entry_id=row.entry_id,
        honour=row.honour,
        cause=Annulment.Cause.REPEATED,
        at=now(),
        reason_ru=ru,
        reason_en=en,
    )
    if row.state != MotionState.OPEN:  # slips that nobody has counted stay unread
        move_motion(row, MotionState.OPEN)
        void.votes_for, void.votes_against = tally.votes_for, tally.votes_against
        void.abstentions = tally.abstentions
        data |= {
            "for": tally.votes_for,
            "against": tally.votes_against,
            "abstained": tally.abstentions,
        }
    ledger.append(chain(session), "motion.repeated", subject=row.uid, by=by, data=data)
    void.save()
    row.voted.all().delete()
    row.slips.all().delete()
    row.votes_for = row.votes_against = row.abstentions = row.entitled = 0
    row.decided_at = row.counted_at = row.tie_broken_by = None
    row.reason_ru = row.reason_en = ""
    row.save()
