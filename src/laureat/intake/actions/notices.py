"""What applicants and secretaries are told by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.intake.models import Entry
from laureat.intake.queries.people import applicants, secretaries
from laureat.platform.accounts.models import User
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail

Words = Callable[[], tuple[str, str]]
"""Subject and text, in the language that is active when it is called."""


def address(name: str, *args: object) -> str:
    """A page as a full address, in the language that is active."""
    return settings.BASE_URL + reverse(name, args=args)


def title(entry: Entry) -> str:
    """The edition as people call it."""
    return localised(entry.edition, "title")


def subject_of(entry: Entry) -> str:
    """Whose entry it is: the organisation, and the good."""
    name = localised(entry.organisation, "name")
    return f"{name}: {localised(entry.good, 'name')}" if entry.good else name


def tell(
    users: Iterable[User],
    entry: Entry,
    kind: str,
    words: Words,
    *,
    once: str = "",
    attachments: Iterable[StoredFile] = (),
) -> int:
    """Queue a message to each of `users` in their language; `once` names what is told only once."""
    told = 0
    files = list(attachments)
    for user in users:
        with translation.override(user.language):
            subject, body = words()
            mail.queue(
                to=user.email,
                kind=kind,
                subject=subject,
                body=body,
                user=user,
                scope=entry.edition.chain,
                language=user.language,
                dedupe_key=f"{kind}:{once}:{entry.uid}:{user.uid}" if once else None,
                attachments=files,
            )
        told += 1
    return told


def applicants_of(entry: Entry, *others: User | None) -> list[User]:
    """Everybody who acts for the organisation, and `others`."""
    found = list(applicants([entry])[entry.organisation.uid])
    return found + [user for user in others if user is not None and user not in found]


def submitted(entry: Entry, receipt: StoredFile | None, *, by: User | None, again: bool) -> None:
    """The receipt."""

    def words() -> tuple[str, str]:
        if again:
            first = _("Entry %(number)s was changed. It stays submitted; this is its new receipt.")
            subject = _("Entry %(number)s: changed")
        else:
            first = _("Entry %(number)s has been received.")
            subject = _("Entry %(number)s: received")
        named = {"number": entry.number}
        lines = [
            first % named,
            "",
            title(entry),
            subject_of(entry),
            "",
            _("Its way through the stages: %(url)s") % {"url": address("intake:entry", entry.uid)},
            _("You can change it until the deadline."),
        ]
        if entry.late:
            lines.insert(1, _("It came after the deadline, inside the time of grace."))
        return subject % named, "\n".join(lines)

    files = [receipt] if receipt else []
    tell(applicants_of(entry, by), entry, "entry-submitted", words, attachments=files)


def withdrawn(entry: Entry, *, by: User | None) -> None:
    """To the applicant and the secretary."""

    def words() -> tuple[str, str]:
        named = {"number": entry.number or _("(draft)")}
        return (
            _("Entry %(number)s: withdrawn") % named,
            "\n".join(
                [
                    _("Entry %(number)s has been withdrawn.") % named,
                    "",
                    title(entry),
                    subject_of(entry),
                    "",
                    _("Reason: %(reason)s") % {"reason": entry.withdrawn_reason},
                ]
            ),
        )

    people = applicants_of(entry, by)
    if entry.number:
        people += [user for user in secretaries(entry) if user not in people]
    tell(people, entry, "entry-withdrawn", words, once="withdrawn")


def stopped(entries: Iterable[Entry], stage_title: object, reasons: dict[int, object]) -> None:
    """Those whose way ended at a check stage, with the reason."""
    entries = list(entries)
    people = applicants(entries)
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            named = {"number": entry.number, "stage": localised(stage_title)}
            return (
                _("Entry %(number)s did not pass: %(stage)s") % named,
                "\n".join(
                    [
                        _("Entry %(number)s did not pass the stage «%(stage)s».") % named,
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        localised(reasons[entry.pk]),
                        "",
                        _("If you do not agree, answer this letter or write to the secretary."),
                        address("intake:entry", entry.uid),
                    ]
                ),
            )

        tell(people[entry.organisation.uid], entry, "entry-stopped", words)


def not_submitted(entries: Iterable[Entry]) -> int:
    """Those whose drafts were still open when applications closed."""
    entries = list(entries)
    people = applicants(entries)
    told = 0
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            return (
                _("Applications are closed: your draft was not submitted"),
                "\n".join(
                    [
                        _(
                            "Applications have closed. Your draft was not submitted and does not take part."
                        ),
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        _("The draft is kept: you can read it and use it next time."),
                        address("intake:entry", entry.uid),
                    ]
                ),
            )

        told += tell(people[entry.organisation.uid], entry, "draft-closed", words, once="closed")
    return told


def deadline_near(entries: Iterable[Entry], when: Callable[[], str], *, days: int) -> int:
    """Those whose drafts are not submitted and whose deadline is near."""
    entries = list(entries)
    people = applicants(entries)
    told = 0
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            return (
                _("Your draft is not submitted yet"),
                "\n".join(
                    [
                        _("Applications close on %(when)s. Your draft is not submitted yet.")
                        % {"when": when()},
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        _("What is missing: %(url)s")
                        % {"url": address("intake:review", entry.uid)},
                    ]
                ),
            )

        told += tell(people[entry.organisation.uid], entry, "deadline-near", words, once=f"{days}d")
    return told
