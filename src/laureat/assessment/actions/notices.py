"""What people are told by mail, each in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from laureat.assessment.models import Assessor, Assignment, SiteVisit
from laureat.assessment.permissions import tasters
from laureat.intake.actions.notices import subject_of
from laureat.intake.models import Entry
from laureat.intake.queries import in_both_zones, organisers_of, secretaries_of
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.platform.ui.text import days
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import Text

Wording = Callable[[], tuple[str, str]]


def address(name: str, *args: Any) -> str:
    """The full address of a page, in the language in force."""
    return settings.BASE_URL + reverse(name, args=args)


def contest(stage: Stage) -> str:
    """What a letter is about: the edition and, where the stage is held by regions, the region."""
    title = localised(stage.edition, "title")
    return f"{title} · {localised(stage.place)}" if stage.place else title


def tell(
    user: User, kind: str, stage: Stage, wording: Wording, *, dedupe_key: str | None = None
) -> None:
    """Queue a letter to `user` about the stage; `wording` gives subject and body in their language.

    It is sealed by the stage: in the outbox it is kept from who tastes there blind.
    """
    if not user.is_active:
        return
    with override(user.language):
        subject, body = wording()
    mail.queue(
        to=user.email,
        kind=f"assessment.{kind}",
        subject=subject,
        body=body,
        user=user,
        scope=stage.edition.chain,
        seal=stage.uid,
        language=user.language,
        dedupe_key=dedupe_key,
    )


def tell_outcome(stage: Stage, entry: Entry, user: User, passes: bool, why: Text) -> None:
    """The applicant learns whether the entry goes on from a stage; no points."""

    def wording() -> tuple[str, str]:
        subject = (
            _("Entry %(number)s goes on") if passes else _("Entry %(number)s does not go on")
        ) % {"number": entry.number}
        lines = [
            contest(stage),
            subject_of(entry),
            "",
            _("Stage: %(stage)s") % {"stage": localised(stage, "title")},
            localised(why).rstrip(".") + ".",
            "",
            _("Its way through the stages: %(url)s") % {"url": address("intake:entry", entry.uid)},
        ]
        return subject, "\n".join([*lines, ""])

    key = f"assessment.outcome:{stage.uid}:{entry.uid}:{user.uid}:{passes}"
    tell(user, "outcome", stage, wording, dedupe_key=key)


def tell_asked(stage: Stage, assignments: Iterable[Assignment]) -> None:
    """One letter to each assessor about all entries they are newly asked to judge."""
    by_assessor: dict[Assessor, list[Assignment]] = {}
    for assignment in assignments:
        by_assessor.setdefault(assignment.assessor, []).append(assignment)
    for assessor, asked in by_assessor.items():
        tell(assessor.user, "asked", stage, partial(_asked, stage, asked))


def _asked(stage: Stage, asked: Sequence[Assignment]) -> tuple[str, str]:
    count = len(asked)
    subject = _("%(stage)s: please say whether you can judge") % {
        "stage": localised(stage, "title")
    }
    body = ngettext(
        "You are asked to judge %(count)s entry at the stage “%(stage)s”, %(edition)s.",
        "You are asked to judge %(count)s entries at the stage “%(stage)s”, %(edition)s.",
        count,
    ) % {
        "count": count,
        "stage": localised(stage, "title"),
        "edition": contest(stage),
    }
    ask = _(
        "Before any material is opened, please say for each entry whether you have a conflict of "
        "interest:"
    )
    return subject, f"{body}\n\n{ask}\n{address('assessment:mine')}\n"


def tell_secretaries(stage: Stage, kind: str, wording: Wording, *, but: User | None = None) -> None:
    """A letter to everybody who runs the stage; not to `but`, who did it, nor to who tastes there:
    an entry named when a code vanishes from one's own list is known.

    Where all of them taste the organisers are told; where these taste too, the secretaries learn
    that something has happened, without an entry.
    """
    away = tasters(stage)
    running = secretaries_of(stage.edition, stage.region)
    told = [user for user in running if user.pk not in away]
    if not told:
        told = [user for user in organisers_of(stage.edition) if user.pk not in away]
    if not told:
        told, wording = running, partial(_without_entries, stage)
    for user in told:
        if user != but:
            tell(user, kind, stage, wording)


def _without_entries(stage: Stage) -> tuple[str, str]:
    subject = _("%(stage)s: a team has changed") % {"stage": localised(stage, "title")}
    body = _(
        "An assessor judges entries of this stage no more. Everybody who runs it tastes there as "
        "well, so entries are not named here. Ask for a secretary who does not taste: they complete "
        "the teams."
    )
    return subject, f"{contest(stage)}\n\n{body}\n\n{address('accounts:desk')}\n"


def tell_reopened(assessor: Assessor, stage: Stage, reason: str, uid: str) -> None:
    """The assessor's scorebook may be written again."""
    tell(
        assessor.user,
        "reopened",
        stage,
        lambda: (
            _("%(stage)s: your scorebook is open again") % {"stage": localised(stage, "title")},
            f"{contest(stage)}\n\n"
            + _("Your scorebook at the stage “%(stage)s” was opened again: %(reason)s")
            % {"stage": localised(stage, "title"), "reason": reason}
            + "\n\n"
            + _("Change it and sign it again: %(url)s")
            % {"url": address("assessment:scorebook", uid)}
            + "\n",
        ),
    )


def tell_reminder(assessor: Assessor, stage: Stage, answers: int, books: int, day: str) -> None:
    """What the assessor still owes; at most one letter a day."""

    def wording() -> tuple[str, str]:
        owed = []
        if answers:
            owed.append(
                ngettext(
                    "%(count)s entry waits for your answer (conflict of interest).",
                    "%(count)s entries wait for your answer (conflict of interest).",
                    answers,
                )
                % {"count": answers}
            )
        if books:
            owed.append(
                ngettext(
                    "%(count)s scorebook is not signed yet.",
                    "%(count)s scorebooks are not signed yet.",
                    books,
                )
                % {"count": books}
            )
        if stage.closes_at:
            closes = in_both_zones(stage.closes_at, stage.edition)
            owed.append(_("The stage closes on %(when)s.") % {"when": closes})
        subject = _("Reminder: %(stage)s") % {"stage": localised(stage, "title")}
        return subject, "\n".join([contest(stage), "", *owed, "", address("assessment:mine"), ""])

    key = f"assessment.reminder:{stage.uid}:{assessor.uid}:{day}"
    tell(assessor.user, "reminder", stage, wording, dedupe_key=key)


def tell_visit(visit: SiteVisit, people: Iterable[User], kind: str, reason: str = "") -> None:
    """Applicant and team learn what became of a visit."""
    stage = visit.stage

    def wording() -> tuple[str, str]:
        dates = days(visit.starts_on, visit.ends_on, years=True)
        subject = {
            "planned": _("Entry %(number)s: site visit on %(days)s, please confirm"),
            "confirmed": _("Entry %(number)s: the site visit on %(days)s is confirmed"),
            "cancelled": _("Entry %(number)s: the site visit on %(days)s is cancelled"),
        }[kind] % {"number": visit.entry.number, "days": dates}
        lines = [
            contest(stage),
            f"{_('Entry %(number)s') % {'number': visit.entry.number}}, {subject_of(visit.entry)}",
            "",
            _("Dates: %(days)s") % {"days": dates},
            _("Address: %(address)s") % {"address": visit.address},
        ]
        if visit.agenda:
            lines += ["", visit.agenda]
        if reason:
            lines += ["", _("Reason: %(reason)s") % {"reason": reason}]
        link = address("assessment:visit", stage.uid, visit.entry.uid)
        if kind == "planned":
            ask = _("Please confirm the dates:")
            link = f"{ask}\n{link}\n" + _("If the dates do not suit you, write to the secretary.")
        return subject, "\n".join([*lines, "", link, ""])

    for user in people:
        tell(user, f"visit.{kind}", stage, wording)
