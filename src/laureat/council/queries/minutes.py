"""The minutes of a session as data for its PDF; the keys are described in documents/minutes.typ."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.council.models import (
    Attendance,
    Guest,
    MinutesText,
    Motion,
    MotionState,
    Recusal,
    Seat,
    Session,
    SessionState,
)
from laureat.council.permissions import presiding_seat
from laureat.council.queries.counting import ballot_quorum, quorum_of
from laureat.council.queries.course import Course, honour_title
from laureat.council.queries.genitive import genitive
from laureat.council.queries.season import season_steps
from laureat.council.queries.standing import honours_of, results_of
from laureat.intake.models import Entry
from laureat.intake.queries import secretaries
from laureat.platform.accounts.models import User
from laureat.platform.documents import Language
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import moment
from laureat.rulebook import schema

TONES = {"gold": "gold", "laurel": "ok", "plain": "ok"}


def majority_words(majority: str) -> str:
    """The majority as the minutes say it."""
    return {
        "simple": pgettext("minutes", "more votes for than against"),
        "absolute": pgettext("minutes", "more than half of all members"),
        "two-thirds": _("two thirds of the members present"),
    }[majority]


def tie_words(rule: str, model: schema.Model | None) -> str:
    """A tie-break rule in words."""
    fixed = {
        "fair": _("the fair points"),
        "earlier_entry": _("the earlier application"),
        "chair": _("the order set by the chair"),
    }
    if rule in fixed:
        return fixed[rule]
    kind, _colon, key = rule.partition(":")
    if model is not None:
        names = {group.key: localised(group, "title") for group in model.groups}
        if kind == "criterion":
            names = {each.key: localised(each, "title") for each in model.criteria}
            names |= {part.key: localised(part, "title") for part in model.parts()}
        if key in names:
            return _("points for “%(title)s”") % {"title": names[key]}
    return rule


def subject(entry: Entry) -> tuple[str, str]:
    """Organisation, and the good if the entry is about one."""
    return (
        localised(entry.organisation, "name"),
        localised(entry.good, "name") if entry.good else "",
    )


def named(entry: Entry) -> str:
    """An entry as lists to choose from name it."""
    organisation, good = subject(entry)
    return " · ".join(filter(None, [entry.number, good, organisation]))


def minutes_data(session: Session, language: Language = "ru") -> dict[str, Any]:
    """The data of the minutes in `language`: as they were written when the session was closed;
    before that, as it stands now.
    """
    text = text_of(session)
    return as_it_stands(session, language) if text is None else text.data[language]


def text_of(session: Session) -> MinutesText | None:
    """The text of the minutes that counts; none while the session is not closed."""
    return MinutesText.objects.filter(session=session, voided_at__isnull=True).first()


def as_it_stands(session: Session, language: Language) -> dict[str, Any]:
    """The data of the minutes read from the session of this moment."""
    with translation.override(language):
        return _data(session, language)


def minutes_title(session: Session, language: Language = "ru") -> str:
    """«Протокол № 3 от 15.06.2023»."""
    day = (
        (session.opened_at or session.held_at)
        .astimezone(session.stage.edition.time_zone)
        .strftime("%d.%m.%Y")
    )
    with translation.override(language):
        return _("Minutes No. %(number)s of %(day)s") % {"number": session.number, "day": day}


def _data(session: Session, language: str) -> dict[str, Any]:
    edition = session.stage.edition
    zone = edition.time_zone
    rows = {a.seat_id: a for a in Attendance.objects.filter(session=session)}
    course = Course(session)
    seats = [
        seat
        for seat in Seat.objects.filter(panel=session.panel_id).select_related("user")
        if seat.pk in rows or (session.opened_at is None and seat.left_at is None)
    ]
    chair = session.presiding or presiding_seat(session)
    writer = next((seat for seat in seats if seat.role == Seat.Role.SECRETARY), None)
    motions = list(
        Motion.objects.filter(session=session).select_related(
            "entry__organisation",
            "entry__good",
            "entry__category",
            "entry__edition__award",
            "tie_broken_by__user",
        )
    )
    voting = [seat for seat in seats if seat.votes]
    at_first = course.at_opening(a.seat_id for a in rows.values() if a.present)
    found = quorum_of(session, voting, at_first)
    share = session.stage.rules.quorum
    least = ballot_quorum(session)
    secret = session.stage.rules.ballot == "secret"
    acting = bool(session.presiding_basis)
    chair_row = _person(chair, str(chair.get_role_display()) if chair and acting else _("chair"))
    chair_row["note"] = str(session.get_presiding_basis_display()) if acting else ""
    secretary_row = _person(writer, _("secretary"))
    if writer is None and motions:
        people = secretaries(motions[0].entry)
        if people:
            secretary_row = {"name": people[0].called, "post": people[0].post or _("secretary")}
    return {
        "demo": edition.is_demo,
        "number": str(session.number),
        "draft": session.state in {SessionState.PLANNED, SessionState.OPEN},
        "issued": (session.opened_at or session.held_at).astimezone(zone).date().isoformat(),
        "authority": None,
        "panel": genitive(localised(session.panel, "title"), language),
        "award": localised(edition.award, "short_title"),
        "edition": localised(edition, "title"),
        "place": localised(session, "place") or "—",
        "form": course.form,
        "opened": course.opened,
        "closed": course.closed,
        "chair": chair_row,
        "secretary": secretary_row,
        "members": [
            _person(seat, seat.get_role_display())
            | course.attended(seat.pk, here=seat.pk in rows and rows[seat.pk].present)
            for seat in seats
        ],
        "invited": [_guest(session, guest) for guest in session.invited],
        "quorum": {
            "total": found.total,
            "required": found.needed,
            "present": found.present,
            "met": found.met,
            "opening": session.opened_at is not None,
            "rule": _(
                "Quorum: at least %(share)s of the voting members. Ballot: %(ballot)s. A vote "
                "counts if at least %(least)s of the members without the recused take part. A "
                "decision is carried by %(majority)s."
            )
            % {
                "share": f"{share.numerator}/{share.denominator}",
                "least": f"{least.numerator}/{least.denominator}",
                "ballot": _("secret ballot") if secret else _("open ballot"),
                "majority": majority_words(session.stage.rules.majority),
            },
        },
        "course": course.lines(voting),
        "agenda": None,
        "questions": _questions(session, motions, course),
        "attachments": [],
        "season": season_steps(session, motions),
        "signatories": _signatories(session, chair_row["name"], secretary_row["name"]),
    }


def _guest(session: Session, guest: Guest) -> dict[str, Any]:
    """Somebody invited; once the session was held, whether they came."""
    held = session.opened_at is not None
    return {
        "name": guest.called,
        "post": guest.note,
        "came": guest.present or not held,
    }


def _signatories(session: Session, chair: str, secretary: str) -> list[dict[str, Any]]:
    """Who signs the minutes, and the signatures that were given in the system."""
    acting = bool(session.presiding_basis)
    given = (
        (
            _("Acting chair") if acting else _("Chair"),
            chair,
            session.approved_by,
            session.approved_at,
        ),
        (_("Secretary"), secretary, session.signed_by, session.signed_at),
    )
    rows = []
    for post, name, user, at in given:
        row: dict[str, Any] = {"post": [post], "name": name}
        rows.append(row | signature(session, user, at) if user and at else row)
    return rows


def signature(session: Session, user: User, at: datetime) -> dict[str, str]:
    """Who signed in the system, and when, in the reader's language."""
    shown = moment(at, zone=session.stage.edition.zone)
    return {
        "name": user.called,
        "signed": f"{shown.shown} ({shown.zone})" if shown.zone else shown.shown,
    }


def minutes_state(session: Session) -> tuple[str, str]:
    """How far the minutes are, as (words, tone)."""
    if session.signed_at is not None:
        return _("signed: the minutes are final"), "ok"
    if session.approved_at is not None:
        return _("approved by who presided; the secretary has not signed yet"), "warn"
    if session.state in {SessionState.CLOSED, SessionState.PUBLISHED}:
        return _("written; who presided has not approved them yet"), "warn"
    return _("a draft"), "quiet"


def _person(seat: Seat | None, role: str) -> dict[str, str]:
    if seat is None:
        return {"name": "—", "post": str(role)}
    return {"name": seat.user.called, "post": seat.user.post or str(role)}


def _questions(session: Session, motions: list[Motion], course: Course) -> list[dict[str, Any]]:
    by_category: dict[str, list[Motion]] = defaultdict(list)
    titles = {}
    for motion in motions:
        category = motion.entry.category
        key = category.key if category else ""
        titles[key] = localised(category, "title") if category else ""
        by_category[key].append(motion)
    recusals: dict[int, list[Recusal]] = defaultdict(list)
    for recusal in Recusal.objects.filter(session=session).select_related(
        "seat__user", "entry__organisation"
    ):
        recusals[recusal.entry_id].append(recusal)
    results = results_of(session.stage, [motion.entry for motion in motions])
    honours = {each.key: each for each in honours_of(session.stage)}
    many = len(by_category) > 1
    return [
        {
            "title": (
                _("On the honours: %(category)s") % {"category": titles[key]}
                if many and titles[key]
                else _("On the honours")
            ),
            "heard": [],
            "recusals": [
                {
                    "name": recusal.seat.user.called,
                    "reason": f"{recusal.entry.number or ''}: {recusal_reason(recusal)}",
                    "left": True,
                }
                for entry in dict.fromkeys(motion.entry_id for motion in group)
                for recusal in recusals[entry]
            ],
            "vote": None,
            "entries": [
                _row(motion, results, honours) | {"took_part": course.took_part(motion)}
                for motion in group
            ],
            "decided": _decided(session, group, honours),
        }
        for key, group in by_category.items()
    ]


def recusal_reason(recusal: Recusal) -> str:
    """Why a member takes no part."""
    if recusal.detected:
        return _("acts or works for the applicant")
    return recusal.reason


def _row(motion: Motion, results: Any, honours: dict[str, schema.Honour]) -> dict[str, Any]:
    organisation, good = subject(motion.entry)
    result = results.get(motion.entry_id)
    counted = motion.state != MotionState.OPEN
    title = honour_title(honours, motion.honour)
    decision, tone = {
        MotionState.OPEN: (_("proposed: %(title)s") % {"title": title}, "plain"),
        MotionState.TIED: (_("%(title)s: votes equal") % {"title": title}, "warn"),
        MotionState.LOST: (_("%(title)s: not carried") % {"title": title}, "warn"),
        MotionState.CARRIED: (
            title,
            TONES[honours[motion.honour].tone] if motion.honour in honours else "plain",
        ),
    }[MotionState(motion.state)]
    return {
        "number": motion.entry.number or "",
        "organization": organisation,
        "note": good or None,
        "score": str(result.points) if result and result.points is not None else None,
        "for": motion.votes_for if counted else None,
        "against": motion.votes_against if counted else None,
        "abstained": motion.abstentions if counted else None,
        "decision": decision,
        "tone": tone,
    }


def _decided(
    session: Session, motions: list[Motion], honours: dict[str, schema.Honour]
) -> list[str]:
    lines = []
    for key, honour in honours.items():
        names = [
            f"{subject(motion.entry)[0]} ({motion.entry.number or ''})"
            for motion in motions
            if motion.honour == key and motion.state == MotionState.CARRIED
        ]
        if names:
            lines.append(
                pgettext("minutes", "%(title)s: %(names)s.")
                % {"title": localised(honour, "title"), "names": "; ".join(names)}
            )
    for motion in motions:
        reason = localised(motion, "reason").rstrip(".")
        if not reason:
            continue
        values = {
            "entry": motion.entry.number or "",
            "title": honour_title(honours, motion.honour),
            "reason": reason,
            "outcome": motion.get_state_display(),
            "name": motion.tie_broken_by.user.called if motion.tie_broken_by else "",
        }
        if motion.tie_broken_by:
            lines.append(
                _(
                    "Entry %(entry)s, %(title)s: the votes were equal; decided by %(name)s, presiding: "
                    "%(outcome)s (%(reason)s)."
                )
                % values
            )
        elif was_tied(session, motion):
            lines.append(
                _(
                    "Entry %(entry)s, %(title)s: the votes were equal; the chair decided "
                    "(%(outcome)s): %(reason)s."
                )
                % values
            )
        else:
            lines.append(_("Entry %(entry)s, %(title)s: %(reason)s.") % values)
    if not lines:
        undecided = any(motion.decided_at is None for motion in motions)
        lines.append(_("Not decided yet.") if undecided else _("No honour was given."))
    return lines


def was_tied(session: Session, motion: Motion) -> bool:
    """Whether the chair had to decide a counted motion."""
    return (
        motion.state in {MotionState.CARRIED, MotionState.LOST, MotionState.TIED}
        and motion.entitled > 0
        and motion.votes_for == motion.votes_against
        and session.stage.rules.majority != "two-thirds"
        and (motion.state == MotionState.TIED or bool(motion.reason_ru or motion.reason_en))
    )
