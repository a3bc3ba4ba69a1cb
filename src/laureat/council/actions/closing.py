"""Ending a session, and taking it up again."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked, reasoned
from laureat.council.actions.leaving import end_presence
from laureat.council.models import (
    Attendance,
    MinutesText,
    Motion,
    MotionState,
    Session,
    SessionState,
)
from laureat.council.permissions import lead_session
from laureat.council.queries.counting import recount, undecided
from laureat.council.queries.minutes import as_it_stands, minutes_data, minutes_title
from laureat.council.queries.season import season_chart
from laureat.council.queries.standing import caps, field, honours_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.documents import Language, render_pdf
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_bytes
from laureat.platform.i18n.content import Words, localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.charts import PRINT

LANGUAGES: tuple[Language, ...] = ("ru", "en")


def minutes_pdf(session: Session, language: Language = "ru") -> bytes:
    """The minutes as they were written; of a session that is not closed, as it stands now."""
    data = minutes_data(session, language)
    with translation.override(language):
        chart = season_chart(data["season"], theme=PRINT)
    return render_pdf(
        "council/minutes",
        data | {"season_alt": chart.alt if chart else ""},
        language=language,
        title=minutes_title(session, language),
        images={"season": chart.svg} if chart else {},
    )


def write_text(session: Session) -> MinutesText:
    """Freeze what the minutes say, in both languages."""
    data = {language: as_it_stands(session, language) for language in LANGUAGES}
    return MinutesText.objects.create(
        session=session, data=data, written_at=session.closed_at or now()
    )


def keep_minutes(session: Session, *, by: User | None = None) -> None:
    """Keep the minutes on paper, as they were written."""
    session.minutes = keep_bytes(minutes_pdf(session), f"protokol-{session.number}.pdf", by=by)
    session.save(update_fields=["minutes"])


@transaction.atomic
def close_session(session: Session, *, by: User | None) -> Session:
    """End the sitting: its decisions are pending, its minutes written and kept.

    Raises Denied, Refused (undecided motions; more honours than a cap allows; two titles for one
    entry; an additional honour without its title).
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.OPEN)
    motions = list(
        row.motions.select_related("entry__organisation", "entry__category").order_by("order")
    )
    if not Attendance.objects.filter(session=row, present=True).exists():
        raise Refused(_("Nobody is written down as present: write down who is here first."))
    _all_decided(motions)
    carried = [motion for motion in motions if motion.state == MotionState.CARRIED]
    _one_title_each(row, carried)
    _within_caps(row, carried)
    if recount(row).differences:
        raise Refused(_("The ballots do not give what was recorded: have the vote repeated."))
    row.state, row.closed_at = SessionState.CLOSED, now()
    row.save(update_fields=["state", "closed_at"])
    write_text(row)
    keep_minutes(row, by=by)
    assert row.minutes is not None
    ledger.append(
        chain(row),
        "session.closed",
        subject=row.uid,
        by=by,
        data={
            "carried": [{"entry": m.entry.uid, "honour": m.honour} for m in carried],
            "minutes": row.minutes.sha256,
        },
    )
    _ask_to_approve(row)
    session.state = row.state
    return row


def _ask_to_approve(session: Session) -> None:
    """Who presided is told that the minutes are written."""
    if session.presiding is None:
        return
    user = session.presiding.user
    with translation.override(user.language):
        values = {
            "name": user,
            "panel": localised(session.panel, "title"),
            "edition": localised(session.stage.edition, "title"),
            "number": session.number,
            "link": f"{settings.BASE_URL}{reverse('council:minutes', args=[session.uid])}",
        }
        queue(
            to=user.email,
            user=user,
            kind="council.minutes_written",
            language=user.language,
            scope=chain(session),
            subject=_("The minutes of session No. %(number)s wait for your approval") % values,
            body=_(
                "%(name)s,\n\nthe minutes of session No. %(number)s of the panel “%(panel)s” "
                "(%(edition)s) are written. Please read and approve them: %(link)s\n"
            )
            % values,
        )


def _all_decided(motions: list[Motion]) -> None:
    states = Counter(motion.state for motion in motions)
    if problem := undecided(states[MotionState.TIED], states[MotionState.OPEN]):
        raise Refused(problem)


def _one_title_each(session: Session, carried: list[Motion]) -> None:
    honours = {each.key: each for each in honours_of(session.stage)}
    titles: dict[int, str] = {}
    for motion in carried:
        honour = honours.get(motion.honour)
        if honour is None or honour.overlay:
            continue
        if motion.entry_id in titles:
            raise Refused(
                _("%(entry)s was given two titles: have one of the votes repeated.")
                % {"entry": motion.entry}
            )
        titles[motion.entry_id] = motion.honour
    for motion in carried:
        honour = honours.get(motion.honour)
        if honour and honour.overlay and titles.get(motion.entry_id) not in honour.with_honours:
            raise Refused(
                _("%(entry)s: “%(title)s” comes on top of a title that was not carried.")
                % {"entry": motion.entry, "title": localised(honour, "title")}
            )


def _within_caps(session: Session, carried: list[Motion]) -> None:
    found = field(session.stage, besides=session)
    names = {category.key: category for category in session.stage.edition.rules.categories}
    pairs = [(motion.entry.uid, motion.honour) for motion in carried]
    for cap in caps(found, pairs):
        if cap.left < 0:
            values = {
                "title": localised(cap.honour, "title"),
                "group": localised(names[cap.group], "title") if cap.group in names else cap.group,
                "used": cap.used,
                "most": cap.most,
            }
            if cap.group:
                raise Refused(
                    _(
                        "%(title)s, %(group)s: %(used)s carried, at most %(most)s may be given. "
                        "Have the vote on one of them repeated."
                    )
                    % values
                )
            raise Refused(
                _(
                    "%(title)s: %(used)s carried, at most %(most)s may be given. "
                    "Have the vote on one of them repeated."
                )
                % values
            )


@transaction.atomic
def reopen_session(session: Session, reason: Words, *, by: User | None) -> Session:
    """Take up a closed session again, before its decisions are published.

    The minutes written so far stay in the store and in the journal; signatures under them are void.
    On another day nobody is there until the attendance is written down anew.

    Raises Denied, Refused.
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.CLOSED)
    ru, en = reasoned(reason)
    row.texts.filter(voided_at__isnull=True).update(
        voided_at=now(), voided_reason_ru=ru, voided_reason_en=en
    )
    anew = _on_another_day(row)
    if anew and row.closed_at is not None:
        there = Attendance.objects.filter(session=row, present=True)
        end_presence(row, list(there.values_list("seat", flat=True)), row.closed_at)
        there.update(present=False)
    row.state, row.closed_at, row.minutes = SessionState.OPEN, None, None
    row.approved_at = row.approved_by = row.signed_at = row.signed_by = None
    row.returned_at = row.returned_by = None
    row.returned_reason_ru = row.returned_reason_en = ""
    row.save(
        update_fields=[
            "state", "closed_at", "minutes",
            "approved_at", "approved_by", "signed_at", "signed_by",
            "returned_at", "returned_by", "returned_reason_ru", "returned_reason_en",
        ]
    )  # fmt: skip
    ledger.append(
        chain(row),
        "session.reopened",
        subject=row.uid,
        by=by,
        data={"reason_sha256": ledger.words(ru, en), "attendance": "anew" if anew else "kept"},
    )
    session.state = row.state
    return row


def _on_another_day(session: Session) -> bool:
    """Whether it was closed on an earlier day, by the clock of the contest."""
    zone = session.stage.edition.time_zone
    closed = session.closed_at
    return closed is not None and closed.astimezone(zone).date() < now().astimezone(zone).date()
