"""What applicants and secretaries are told by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.intake.models import Colleague, Entry
from laureat.intake.queries.people import applicants, secretaries
from laureat.intake.queries.stages import in_both_zones
from laureat.platform.accounts.models import User
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.rulebook.models import Stage

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


def submitted(
    entry: Entry, stage: Stage, receipt: StoredFile | None, *, by: User | None, again: bool
) -> None:
    """The receipt."""

    def words() -> tuple[str, str]:
        if again:
            first = _(
                "The changes to entry %(number)s have been received: version %(version)s counts "
                "from now on. This is its receipt."
            )
            subject = _("Entry %(number)s: version %(version)s received")
        else:
            first = _("Entry %(number)s has been received.")
            subject = _("Entry %(number)s: received")
        named = {"number": entry.number, "version": entry.handed_in}
        lines = [
            first % named,
            "",
            title(entry),
            subject_of(entry),
            "",
            _("Its way through the stages: %(url)s") % {"url": address("intake:entry", entry.uid)},
        ]
        if entry.late:
            lines.insert(1, _("It came after the deadline, inside the time of grace."))
        elif stage.closes_at:
            until = _("You can change it until %(when)s; changes count when you submit them too.")
            lines.append(until % {"when": in_both_zones(stage.closes_at, entry.edition)})
        return subject % named, "\n".join(lines)

    files = [receipt] if receipt else []
    tell(applicants_of(entry, by), entry, "entry-submitted", words, attachments=files)


def category_chosen(entry: Entry) -> None:
    """To the applicant, when the secretary has chosen the category of a draft."""

    def words() -> tuple[str, str]:
        what = localised(entry.edition.rules.category_title)
        chosen = localised(entry.category, "title")
        return (
            _("%(what)s of your draft: %(chosen)s") % {"what": what, "chosen": chosen},
            "\n".join(
                [
                    _(
                        "The secretary of the contest has chosen for your draft: %(what)s “%(chosen)s”."
                    )
                    % {"what": what, "chosen": chosen},
                    "",
                    title(entry),
                    subject_of(entry),
                    "",
                    _("You can choose another one until you submit the entry: %(url)s")
                    % {"url": address("intake:conditions", entry.uid)},
                ]
            ),
        )

    tell(applicants_of(entry), entry, "category-chosen", words)


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
                    "",
                    address("intake:entry", entry.uid),
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
                        _("Entry %(number)s did not pass the stage “%(stage)s”.") % named,
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        localised(reasons[entry.pk]),
                        "",
                        _("Its way through the stages: %(url)s")
                        % {"url": address("intake:entry", entry.uid)},
                        _("If you do not agree, write to the secretary of the contest."),
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


def deadline_moved(
    entries: Iterable[Entry], when: Callable[[], tuple[str, str]], *, once: str
) -> int:
    """Those who still work on an entry: until when now, and until when it was."""
    entries = list(entries)
    people = applicants(entries)
    told = 0
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            now, before = when()
            lines = [_("Applications are now accepted until %(when)s.") % {"when": now}]
            if before:
                lines.append(_("Before, it was %(when)s.") % {"when": before})
            lines += ["", title(entry), subject_of(entry), "", address("intake:entry", entry.uid)]
            return _("The deadline of applications was moved"), "\n".join(lines)

        told += tell(people[entry.organisation.uid], entry, "deadline-moved", words, once=once)
    return told


def changes_near(entries: Iterable[Entry], when: Callable[[], str], *, days: int) -> int:
    """Those who changed a submitted entry, did not hand the changes in, and whose deadline is near."""
    entries = list(entries)
    people = applicants(entries)
    told = 0
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            named = {"number": entry.number, "when": when(), "version": entry.handed_in}
            return (
                _("Entry %(number)s: your changes are not submitted yet") % named,
                "\n".join(
                    [
                        _(
                            "Applications close on %(when)s. You changed entry %(number)s, but the "
                            "changes are not submitted: version %(version)s counts."
                        )
                        % named,
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        _("See the changes, submit them or drop them: %(url)s")
                        % {"url": address("intake:review", entry.uid)},
                    ]
                ),
            )

        told += tell(people[entry.organisation.uid], entry, "changes-near", words, once=f"{days}d")
    return told


def changes_left(entries: Iterable[Entry]) -> int:
    """Those whose changes to a submitted entry were not handed in when applications closed."""
    entries = list(entries)
    people = applicants(entries)
    told = 0
    for entry in entries:

        def words(entry: Entry = entry) -> tuple[str, str]:
            named = {"number": entry.number, "version": entry.handed_in}
            return (
                _("Entry %(number)s takes part as it was submitted") % named,
                "\n".join(
                    [
                        _(
                            "Applications have closed. Your later changes to entry %(number)s were "
                            "not submitted: version %(version)s takes part."
                        )
                        % named,
                        "",
                        title(entry),
                        subject_of(entry),
                        "",
                        address("intake:entry", entry.uid),
                    ]
                ),
            )

        told += tell(people[entry.organisation.uid], entry, "changes-left", words, once="closed")
    return told


def colleague_invited(colleague: Colleague, known: User | None, *, by: User) -> None:
    """To the colleague: who asks, for what, where to accept; in their language or the inviter's."""
    language = known.language if known else by.language
    with translation.override(language):
        named = {
            "name": by.called,
            "organisation": localised(colleague.organisation, "name"),
            "edition": localised(colleague.edition, "title"),
            "email": colleague.email,
            "url": address("intake:invitation", colleague.uid),
        }
        may = (
            _("You will be able to fill in the form, attach files and submit.")
            if colleague.may_submit
            else _("You will be able to fill in the form and attach files; others submit.")
        )
        body = [
            _("%(name)s asks you to help with the application of %(organisation)s.") % named,
            named["edition"],
            "",
            may,
            "",
            _("To accept, open this page: %(url)s") % named,
            _("Sign in, or sign up, with this address: %(email)s") % named,
            "",
            _("If this is a mistake, do nothing: without your consent nothing happens."),
        ]
        mail.queue(
            to=colleague.email,
            kind="colleague-invited",
            subject=_("Help with the application of %(organisation)s") % named,
            body="\n".join(body),
            user=known,
            scope=colleague.edition.chain,
            language=language,
        )


def colleague_accepted(colleague: Colleague, *, by: User) -> None:
    """To whoever invited: the colleague can work now."""
    asked = colleague.invited_by
    if asked is None or not asked.is_active:
        return
    with translation.override(asked.language):
        named = {
            "name": by.called or by.email,
            "organisation": localised(colleague.organisation, "name"),
        }
        mail.queue(
            to=asked.email,
            kind="colleague-accepted",
            subject=_("%(name)s helps with your application") % named,
            body="\n".join(
                [
                    _("%(name)s has accepted your invitation: %(organisation)s.") % named,
                    localised(colleague.edition, "title"),
                    "",
                    address("accounts:desk"),
                ]
            ),
            user=asked,
            scope=colleague.edition.chain,
            language=asked.language,
        )
