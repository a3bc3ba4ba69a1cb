"""Making, correcting and releasing feedback reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.feedback.content import (
    Material,
    build,
    digest,
    find_part,
    gather,
    lines,
    with_edits,
)
from laureat.feedback.content.building import Content
from laureat.feedback.models import TRANSITIONS, Report, ReportState
from laureat.feedback.permissions import correct_report
from laureat.intake.models import Entry
from laureat.ledger.actions import commitment
from laureat.ledger.models import Chain, Record
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.registry import CHAIN as REGISTER
from laureat.registry.models import Organisation
from laureat.registry.queries import representatives
from laureat.rulebook.models import Edition, EditionState, StageKind, StageState
from laureat.rulebook.permissions import run_edition

_BATCH = 100
"""Entries whose scorebooks are held in memory at once."""
_LONGEST = 20_000


@dataclass(frozen=True)
class Made:
    """What making reports did."""

    made: int
    """Reports that are new."""
    changed: int
    """Drafts whose content is different now."""
    unchanged: int
    """Drafts that say the same as before, and released reports, which never change."""


@transaction.atomic
def make_reports(edition: Edition, *, by: User | None) -> Made:
    """Freeze a draft report for every submitted entry of `edition` that was not withdrawn.

    Doing it again brings the drafts up to date and keeps the secretary's corrections; what is
    released stays as it is. Raises Denied, Refused (an assessment is still open).
    """
    if by is not None:
        run_edition.require(by, edition)
    # Read under the lock: whoever calls may hold an edition from before its publication, and its
    # reports would not say what came of the entries.
    row = _lock(edition)
    _refuse_while_judging(row)
    basis = _basis(row)
    made = _freeze(row)
    ledger.append(
        row.chain,
        "feedback.made",
        subject=row.uid,
        by=by,
        data={
            "made": made.made,
            "changed": made.changed,
            "unchanged": made.unchanged,
            "basis": basis,
        },
    )
    return made


@transaction.atomic
def edit_report(
    report: Report,
    changes: Mapping[str, str],
    *,
    by: User | None,
    reason: str = "",
    seen: str = "",
) -> Report:
    """Correct a draft: `changes` maps "summary" or "<model>:<part>.strengths" (or
    ".improvements") to the new text, one remark a line; an empty text takes the remarks out.

    The words before are kept beside the new ones; the journal holds commitments to both. `seen` is
    the `digest` of the content that the change was made on: an older one is refused, so that two
    people do not overwrite each other.
    Raises Denied, Refused.
    """
    if by is not None:
        correct_report.require(by, report)
    row = (
        Report.objects.select_for_update(of=("self",))
        .select_related("entry__edition__award", "entry__organisation")
        .get(pk=report.pk)
    )
    if row.state != ReportState.DRAFT:
        raise Refused(_("The report is released: it can no longer be changed."))
    if seen and seen != digest(row.content):
        raise Refused(
            _(
                "Somebody else has changed this report meanwhile. Your words are still here: open "
                "the report in another window, compare, and save again."
            )
        )
    edits = {key: {"after": _checked(row.content, key, text)} for key, text in changes.items()}
    edits = {key: edit for key, edit in edits.items() if edit["after"] != _said(row.content, key)}
    if not edits:
        return row
    before = {key: _said(row.content, key) for key in edits}
    earlier = {key: row.content["edited"].get(key, {}).get("before") for key in edits}
    row.content = with_edits(row.content, edits)
    for key, first in earlier.items():
        if first is not None:
            row.content["edited"][key]["before"] = first
    row.save(update_fields=["content"])
    ledger.append(
        row.entry.edition.chain,
        "feedback.corrected",
        subject=row.entry.uid,
        by=by,
        data={
            "reason_sha256": ledger.words(reason),
            "changes": [
                {"place": key, "before": _kept(before[key]), "after": _kept(edit["after"])}
                for key, edit in sorted(edits.items())
            ],
        },
    )
    report.content = row.content
    return row


@transaction.atomic
def release_reports(edition: Edition, *, by: User | None) -> int:
    """Let every applicant read their report and tell them by mail, once; returns how many.

    Drafts are brought up to date first if anything has happened since they were made, so that
    outcome and comparisons are those that were published. Raises Denied, Refused (results not published; nothing to release).
    """
    if by is not None:
        run_edition.require(by, edition)
    row = _lock(edition)
    if row.state not in {EditionState.PUBLISHED, EditionState.ARCHIVED}:
        raise Refused(_("Reports are released after the results are published."))
    _refuse_while_judging(edition)
    if not _is_up_to_date(row):
        _freeze(row)
    drafts = list(
        Report.objects.select_for_update(of=("self",))
        .filter(entry__edition=edition, state=ReportState.DRAFT)
        .select_related("entry__organisation", "entry__edition__award")
        .order_by("entry__serial", "entry_id")
    )
    if not drafts:
        raise Refused(_("There is no draft to release."))
    at = now()
    for report in drafts:
        assert ReportState.RELEASED in TRANSITIONS[report.state]
        report.state, report.released_at = ReportState.RELEASED, at
        ledger.append(
            row.chain,
            "feedback.released",
            subject=report.entry.uid,
            by=by,
            data={"content": commitment(digest(report.content), report.uid)},
        )
    Report.objects.bulk_update(drafts, ["state", "released_at"], batch_size=_BATCH)
    _tell(drafts)
    return len(drafts)


# ---------------------------------------------------------------- helpers


def _lock(edition: Edition) -> Edition:
    return (
        Edition.objects.select_for_update(of=("self",)).select_related("award").get(pk=edition.pk)
    )


def _refuse_while_judging(edition: Edition) -> None:
    open_stage = edition.stages.filter(kind=StageKind.ASSESSMENT, state=StageState.OPEN).first()
    if open_stage is not None:
        raise Refused(
            _("“%(stage)s” is still open: close it first, then make the reports.")
            % {"stage": localised(open_stage, "title")}
        )


def _basis(edition: Edition) -> str:
    """A digest of all that reports are made of: every action that changes some of it writes to the
    journal of the contest or of the register, and the rules have a digest of their own. What this
    room writes itself counts for nothing: a correction stays in its draft.
    """
    happened = Record.objects.filter(chain__key=edition.chain)
    newest = happened.exclude(action__startswith="feedback.").order_by("-seq")
    register = Chain.objects.filter(key=REGISTER).values_list("head", flat=True)
    heads = (newest.values_list("hash", flat=True).first(), register.first())
    told = "\n".join([*(head or "" for head in heads), edition.version.content_hash])
    return hashlib.sha256(told.encode()).hexdigest()


def _is_up_to_date(edition: Edition) -> bool:
    """Whether nothing has happened since the reports were made last."""
    made = Record.objects.filter(chain__key=edition.chain, action="feedback.made")
    last = made.order_by("-seq").values_list("content", flat=True).first()
    return last is not None and json.loads(last)["data"].get("basis") == _basis(edition)


def _freeze(edition: Edition) -> Made:
    """Make missing reports and bring drafts up to date."""
    material = gather(edition)
    known = {
        report.entry_id: report
        for report in Report.objects.select_for_update(of=("self",)).filter(entry__edition=edition)
    }
    made = changed = 0
    for start in range(0, len(material.entries), _BATCH):
        batch = material.entries[start : start + _BATCH]
        material.read_texts(batch)
        new: list[Report] = []
        renewed: list[Report] = []
        for entry in batch:
            report = known.get(entry.pk)
            if report is None:
                new.append(Report(entry=entry, content=build(material, entry), made_at=now()))
            elif report.state == ReportState.DRAFT and _renew(material, entry, report):
                renewed.append(report)
        Report.objects.bulk_create(new)
        Report.objects.bulk_update(renewed, ["content", "made_at"])
        made, changed = made + len(new), changed + len(renewed)
    return Made(made, changed, len(material.entries) - made - changed)


def _renew(material: Material, entry: Entry, report: Report) -> bool:
    """Bring a draft up to date; whether it says something else now."""
    content = with_edits(build(material, entry), report.content["edited"])
    if content == report.content:
        return False
    report.content, report.made_at = content, now()
    return True


def _checked(content: Content, key: str, text: str) -> list[str]:
    place, _dot, kind = key.rpartition(".")
    known = key == "summary" or (
        kind in {"strengths", "improvements"} and find_part(content, place) is not None
    )
    if not known:
        raise Refused(_("The report has no place “%(place)s”.") % {"place": key}, field=key)
    if len(text) > _LONGEST:
        raise Refused(
            _("The text is too long: at most %(most)s characters.") % {"most": _LONGEST}, field=key
        )
    return lines(text)


def _said(content: Content, key: str) -> list[str]:
    if key == "summary":
        return list(content["summary"])
    place, _dot, kind = key.rpartition(".")
    part = find_part(content, place)
    return list(part[kind]) if part else []


def _kept(remarks: list[str]) -> str:
    """A short remark is quickly guessed from its bare hash: only a salted one enters the journal."""
    return ledger.words("\n".join(remarks))


def _tell(reports: list[Report]) -> None:
    """One mail per report to everybody who acts for the organisation, else to its address."""
    people = representatives(report.entry.organisation.uid for report in reports)
    for report in reports:
        organisation = report.entry.organisation
        readers = people.get(organisation.uid, [])
        for user in readers:
            _write(report, user.email, user.language, user)
        if not readers and organisation.email:
            _write(report, organisation.email, "ru", None)


def _write(report: Report, to: str, language: str, user: User | None) -> None:
    entry: Entry = report.entry
    organisation: Organisation = entry.organisation
    with translation.override(language):
        facts = {
            "number": entry.number,
            "organisation": localised(organisation, "name"),
            "edition": localised(entry.edition, "title"),
            "link": settings.BASE_URL + reverse("feedback:report", args=[report.uid]),
        }
        mail.queue(
            to=to,
            kind="feedback.released",
            subject=_("Feedback report on entry %(number)s") % facts,
            body=_(
                "%(organisation)s\n%(edition)s, entry %(number)s\n\n"
                "The feedback report is ready: points, strengths and areas for improvement, and "
                "how the numbers were made. It is not published; sign in to open it:\n%(link)s\n"
            )
            % facts,
            user=user,
            scope=entry.edition.chain,
            language=language,
            dedupe_key=f"feedback:{report.uid}:{user.uid if user else 'organisation'}",
        )
