"""The page of an entry, the receipt, and the list of one's own entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from laureat.intake import permissions
from laureat.intake.models import (
    RECEIPT,
    AmendedFile,
    CheckResult,
    Entry,
    EntryState,
    Passage,
    PassageState,
)
from laureat.intake.outcomes import outcomes_of
from laureat.intake.queries import lists, walking
from laureat.intake.queries.filling import answered, differences, why_not_changed
from laureat.intake.queries.history import events
from laureat.intake.queries.honoured import badges_of
from laureat.intake.queries.people import secretaries
from laureat.intake.queries.receipts import make_pdf
from laureat.intake.queries.stages import intake_of, own
from laureat.intake.queries.working import handed_in_files, working_copy
from laureat.ledger.models import Record
from laureat.platform.accounts.models import User
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.registry.queries import mine as organisations_of
from laureat.rulebook import schema
from laureat.rulebook.models import Stage, StageKind


@dataclass(frozen=True)
class Checked:
    """A check stage with what was found."""

    stage: Stage
    items: list[tuple[str, CheckResult]]


def stage_of_entry(entry: Entry, passages: list[Passage]) -> Stage | None:
    """The intake of an entry: from its passages, else looked up (one query)."""
    if passages:
        return passages[0].stage
    return intake_of(entry.edition, entry.region)


def entry_page(entry: Entry, reader: User) -> dict[str, Any]:
    """Everything that the page of an entry shows to `reader` (six queries, one more of who got nothing)."""
    everything = walking.knows_all(reader, entry)
    reads = bool(permissions.read_answers(reader, entry))
    ever = walking.passages_of(entry, spared=True)
    passages = [each for each in ever if each.state != PassageState.SPARED]
    if passages:
        steps = walking.way(entry, reader, passages=passages)
        stage = stage_of_entry(entry, passages)
    else:
        stages = [
            own(each, entry.edition)
            for each in entry.edition.stages.filter(region__in=["", entry.region]).order_by("order")
        ]
        steps = walking.planned_way(stages, entry.edition)
        stage = stages[0] if stages else None
    files = list(
        entry.attachments.filter(replaced_at__isnull=True).select_related("file").order_by("pk")
    )
    handed_in = {each.field: each for each in files if each.field != RECEIPT}
    work = working_copy(entry, handed_in)
    known = walking.known(entry, passages, everything=everything)
    came = outcomes_of(entry, reader) if _is_decided(passages) else []
    # Who was honoured has other pages to turn to; this one stays within its queries.
    disappointed = known.state in (EntryState.STOPPED, EntryState.FINISHED) and not any(
        each.tag for each in came
    )
    return {
        "entry": entry,
        "edition": entry.edition,
        "known": known,
        "badges": format_html_join("", "{}", ((each.tag,) for each in came if each.tag)),
        "outcomes": [each for each in came if each.url],
        "way": steps,
        "stage": stage,
        "closed": why_not_changed(entry, stage),
        "staff": everything,
        "reads": reads,
        "sections": answered(entry, handed_in.values()) if reads else [],
        "changes": differences(work) if reads and work.changed else None,
        "receipt": next((each for each in files if each.field == RECEIPT), None),
        "checks": _checks(entry, passages, everything=everything),
        "events": events(entry, ever, known, everything=everything),
        "region": _region(entry),
        "office": secretaries(entry) if reads and not everything and disappointed else [],
    }


def _is_decided(passages: list[Passage]) -> bool:
    """Whether a stage that gives honours is behind the entry, or its way has ended."""
    return any(
        passage.state == PassageState.STOPPED
        or (passage.stage.kind == StageKind.DECISION and passage.state == PassageState.PASSED)
        for passage in passages
    )


def _region(entry: Entry) -> str:
    region = entry.organisation.region
    if region is not None and region.code == entry.region:
        return localised(region, "name")
    return entry.region


def _checks(entry: Entry, passages: list[Passage], *, everything: bool) -> list[Checked]:
    """What checks found: applicants read it when the stage is closed."""
    stages = {
        passage.stage_id: passage.stage
        for passage in passages
        if passage.stage.kind == StageKind.CHECK and (everything or passage.stage.state == "closed")
    }
    if not stages:
        return []
    results: dict[int, dict[str, CheckResult]] = {pk: {} for pk in stages}
    for result in CheckResult.objects.filter(entry=entry, stage__in=list(stages)):
        results[result.stage_id][result.key] = result
    found = []
    for pk, stage in stages.items():
        rules = stage.rules
        assert isinstance(rules, schema.CheckStage)
        items = [
            (localised(item.title), results[pk][item.key])
            for item in rules.checks
            if item.key in results[pk]
        ]
        if items:
            found.append(Checked(stage, items))
    return found


@dataclass(frozen=True)
class Version:
    """What was handed in at some moment; the last one counts."""

    number: int
    at: datetime
    seq: int
    record_hash: str
    hash: str
    files: dict[str, str]
    """As the journal tells them."""
    salted: bool
    """Whether that is hashed with the entry's salt (not in earlier releases)."""
    counts: bool


_HANDED_IN = ("entry.submitted", "entry.receipt", "entry.resubmitted")


def submission_record(entry: Entry) -> Record | None:
    """The newest record that a receipt stands on."""
    return (
        Record.objects.filter(
            chain__key=entry.edition.chain, subject=entry.uid, action__in=_HANDED_IN
        )
        .order_by("-seq")
        .first()
    )


def versions_of(entry: Entry) -> list[Version]:
    """All that was handed in for an entry, oldest first (one query)."""
    records = list(
        Record.objects.filter(
            chain__key=entry.edition.chain, subject=entry.uid, action__in=_HANDED_IN
        ).order_by("seq")
    )
    found = []
    for place, record in enumerate(records, 1):
        said = json.loads(record.content)["data"]
        found.append(
            Version(
                number=said.get("version", place),
                at=record.at,
                seq=record.seq,
                record_hash=record.hash,
                hash=said.get("hash", said.get("answers", "")),
                files=said.get("files", {}),
                salted=said.get("salted", False),
                counts=place == len(records),
            )
        )
    return found


def receipt_page(entry: Entry, *, secret: bool = False) -> dict[str, Any]:
    """What a receipt says, and where the ledger has it (three queries at most).

    secret: for those who read the answers, with the salt and the files' own checksums.
    """
    versions = versions_of(entry)
    version = versions[-1] if versions else None
    salted = version is not None and version.salted
    files = version.files if version else {}
    if secret and salted:
        files = {key: kept.file.sha256 for key, kept in handed_in_files(entry).items()}
    return {
        "entry": entry,
        "edition": entry.edition,
        "version": version,
        "versions": versions,
        "files": sorted(files.items()),
        "sealed": salted and not secret,
        "salt": entry.salt if salted and secret else "",
        "names": _file_names(entry),
        "stage": intake_of(entry.edition, entry.region),
    }


def _file_names(entry: Entry) -> dict[str, str]:
    form = next(iter(entry.edition.rules.forms.values()))
    return {field.key: localised(field.label) for field in form.fields() if field.kind == "file"}


def receipt_file(entry: Entry) -> StoredFile | None:
    """The receipt that was given, if there is one."""
    found = (
        entry.attachments.filter(field=RECEIPT, replaced_at__isnull=True)
        .select_related("file")
        .first()
    )
    return found.file if found else None


def file_of(entry: Entry, uid: str, *, changes: bool) -> StoredFile | None:
    """A file of the entry; of its changes too for those who write them."""
    found = entry.attachments.filter(uid=uid).select_related("file").first()
    if found is not None:
        return found.file
    if not changes:
        return None
    amended = AmendedFile.objects.filter(amendment__entry=entry, uid=uid).select_related("file")
    return next((each.file for each in amended), None)


def receipt_content(entry: Entry, reader: User) -> bytes | None:
    """The receipt made on the spot."""
    record = submission_record(entry)
    stage = intake_of(entry.edition, entry.region)
    if record is None or stage is None or entry.number is None:
        return None
    return make_pdf(entry, stage, record, handed_in_files(entry), by=reader)


def my_entries(user: User) -> dict[str, Any]:
    """The reader's entries, each with its way and honours (five queries)."""
    entries = lists.mine(user)
    passages = lists.passages_of_many(entries)
    badges = badges_of(entries)
    rows = []
    for entry in entries:
        known = walking.known(entry, passages[entry.pk], everything=False)
        rows.append(
            {
                "entry": entry,
                "known": known,
                "badges": badges[entry.pk],
                "way": walking.way(entry, passages=passages[entry.pk]),
                "draft": entry.state == EntryState.DRAFT,
            }
        )
    return {"rows": rows, "organisations": list(organisations_of(user)), "title": _("My entries")}
