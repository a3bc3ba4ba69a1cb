"""Recording what checks found, and closing a check stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.actions import notices
from laureat.intake.actions.walking import lock_entries, pass_many, stop_many
from laureat.intake.models import (
    CheckResult,
    Entry,
    Outcome,
    Passage,
    PassageState,
)
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_upload
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema
from laureat.rulebook.actions import close_stage
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.permissions import run_stage

PROTOCOLS = ("pdf", "jpg", "jpeg", "png")


@dataclass(frozen=True)
class Found:
    """What was found about one item of one entry."""

    entry: Entry
    key: str
    outcome: str
    note: str = ""
    protocol: StoredFile | UploadedFile | None = None


@dataclass(frozen=True)
class Closed:
    """What closing a check stage did."""

    passed: int
    stopped: int


def rules_of(stage: Stage) -> schema.CheckStage:
    """The rules of a check stage. Raises Refused for any other stage."""
    rules = stage.rules
    if not isinstance(rules, schema.CheckStage):
        raise Refused(_("«%(stage)s» is not a stage of checks.") % {"stage": stage.key})
    return rules


@transaction.atomic
def record_check(
    entry: Entry,
    stage: Stage,
    key: str,
    outcome: str,
    note: str = "",
    *,
    by: User | None,
    protocol: StoredFile | UploadedFile | None = None,
) -> CheckResult:
    """Write what was found for one item; recording again replaces it (the ledger keeps both).

    Raises Denied, Refused: the stage is not open, the entry is not in it, the item is unknown; a
    failed item needs a note, and one that a document proves needs its file or its number as a note.
    """
    return record_checks(stage, [Found(entry, key, outcome, note, protocol)], by=by)[0]


@transaction.atomic
def record_checks(stage: Stage, found: Iterable[Found], *, by: User | None) -> list[CheckResult]:
    """`record_check` for many at once, in a handful of queries: all or none."""
    found = list(found)
    rules = rules_of(stage)
    items = {item.key: item for item in rules.checks}
    current = Stage.objects.select_for_update().get(pk=stage.pk)
    if current.state != StageState.OPEN:
        raise Refused(
            _("The stage is %(state)s: nothing can be recorded now.")
            % {"state": current.get_state_display()}
        )
    active = set(
        Passage.objects.filter(
            stage=stage,
            state=PassageState.ACTIVE,
            entry__in=[each.entry.pk for each in found],
        ).values_list("entry_id", flat=True)
    )
    earlier = {
        (result.entry_id, result.key): result
        for result in CheckResult.objects.filter(
            stage=stage, entry__in=[each.entry.pk for each in found]
        )
    }
    results: list[CheckResult] = []
    for each in found:
        if by is not None:
            permissions.check_entry.require(by, each.entry)
        if each.entry.pk not in active:
            raise Refused(_("Entry %(entry)s is not in this stage.") % {"entry": each.entry})
        if each.key not in items:
            raise Refused(
                _("There is no check «%(key)s» in this stage.") % {"key": each.key}, field=each.key
            )
        result = earlier.get((each.entry.pk, each.key)) or CheckResult(
            entry=each.entry, stage=stage, key=each.key
        )
        _fill(result, items[each.key], each, by)
        results.append(result)
    CheckResult.objects.bulk_create([each for each in results if each.pk is None])
    CheckResult.objects.bulk_update(
        [each for each in results if each.pk is not None],
        ["outcome", "note", "protocol", "by", "at"],
        batch_size=500,
    )
    by_entry: dict[str, dict[str, str]] = defaultdict(dict)
    for each in found:
        by_entry[each.entry.uid][each.key] = str(each.outcome)
    if by_entry:
        ledger.append(
            stage.edition.chain,
            "checks.recorded",
            subject=stage.uid,
            by=by,
            data={
                "stage": str(stage),
                "found": dict(by_entry),
                "notes_sha256": ledger.words(
                    *(f"{each.entry.uid} {each.key}: {each.note}" for each in found if each.note)
                ),
            },
        )
    return results


def _fill(
    result: CheckResult, item: schema.stages.CheckItem, found: Found, by: User | None
) -> None:
    title = localised(item.title)
    if found.outcome not in Outcome.values:
        raise Refused(_("A check is passed or failed."), field=item.key)
    note = found.note.strip()
    if found.outcome == Outcome.FAILED and not note:
        raise Refused(
            _("«%(item)s» failed: say in the note what is wrong, the applicant will read it.")
            % {"item": title},
            field=item.key,
        )
    protocol = found.protocol
    if isinstance(protocol, UploadedFile):
        try:
            protocol = keep_upload(
                protocol,
                accept=PROTOCOLS,
                largest_mb=schema.Field.model_fields["largest_mb"].default,
                by=by,
            )
        except Refused as error:
            error.field = item.key
            raise
    kept = protocol or result.protocol
    if item.protocol and kept is None and not note:
        raise Refused(
            _("«%(item)s» is proved by a document: attach it, or write its number and date.")
            % {"item": title},
            field=item.key,
        )
    result.outcome = Outcome(found.outcome)
    result.note = note
    result.protocol = kept
    result.by = by
    result.at = now()


@transaction.atomic
def close_checks(stage: Stage, *, by: User | None) -> Closed:
    """End a check stage: who passed everything goes on, the others stop and are told why.

    Raises Denied, Refused (naming which entries lack which results).
    """
    if by is not None:
        run_stage.require(by, stage)
    rules = rules_of(stage)
    lock_entries(stage)
    walking = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE).order_by(
        "entry__serial", "entry_id"
    )
    entries = [
        passage.entry
        for passage in walking.select_related(
            "entry__organisation", "entry__good", "entry__edition__award"
        )
    ]
    results: dict[int, dict[str, CheckResult]] = defaultdict(dict)
    for result in CheckResult.objects.filter(stage=stage, entry__in=[each.pk for each in entries]):
        results[result.entry_id][result.key] = result
    _require_all(rules, entries, results)
    reasons: dict[int, schema.Text] = {}
    for entry in entries:
        failed = [
            (item, results[entry.pk][item.key])
            for item in rules.checks
            if results[entry.pk][item.key].outcome == Outcome.FAILED
        ]
        if failed:
            reasons[entry.pk] = schema.Text(
                ru="Не пройдена проверка. "
                + " ".join(f"{item.title.ru}: {_sentence(result.note)}" for item, result in failed),
                en="Checks not passed. "
                + " ".join(f"{item.title.en}: {_sentence(result.note)}" for item, result in failed),
            )
    stopped = [entry for entry in entries if entry.pk in reasons]
    passed = [entry for entry in entries if entry.pk not in reasons]
    pass_many(passed, stage, by=by)
    stop_many(stopped, stage, reasons=reasons, by=by)
    notices.stopped(stopped, rules.title, dict(reasons))
    close_stage(stage, by=by)
    return Closed(len(passed), len(stopped))


def _sentence(note: str) -> str:
    return note if note.endswith((".", "!", "?", "…")) else f"{note}."


def _require_all(
    rules: schema.CheckStage,
    entries: Iterable[Entry],
    results: dict[int, dict[str, CheckResult]],
) -> None:
    lacking = []
    for entry in entries:
        left = [item for item in rules.checks if item.key not in results[entry.pk]]
        if left:
            lacking.append(f"{entry}: {', '.join(localised(item.title) for item in left)}")
    if not lacking:
        return
    named = "\n".join(lacking[:20])
    if len(lacking) > 20:
        named += "\n" + _("… and %(more)s more.") % {"more": len(lacking) - 20}
    raise Refused(
        _("The stage cannot be closed: results are missing.\n%(named)s") % {"named": named}
    )
