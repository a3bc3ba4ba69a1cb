"""The passage of entries through the stages: the only place that moves one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.models import (
    ENTRY_TRANSITIONS,
    PASSAGE_TRANSITIONS,
    Entry,
    EntryState,
    Move,
    Passage,
    PassageState,
)
from laureat.intake.queries.facts import facts
from laureat.intake.queries.walking import ends_the_way
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Edition, EditionState, Stage
from laureat.rulebook.schema import PredicateError, Text

Reasons = Mapping[int, Text | None]
"""By the entry's primary key."""


def stages_for(entry: Entry, history: Sequence[Mapping[str, Any]] | None = None) -> list[Stage]:
    """The stages that apply to `entry`, in order: those of its region whose condition holds.

    `history`: of the applicant, where somebody has read it.
    """
    known = facts(entry, history=history)
    rules = entry.edition.rules
    found = []
    for stage in entry.edition.stages.filter(region__in=["", entry.region]).order_by("order"):
        condition = rules.stage(stage.key).applies
        try:
            applies = condition is None or condition.holds(known)
        except PredicateError:  # it asks what only later stages will tell: they decide then
            applies = True
        if applies:
            stage.edition = entry.edition
            found.append(stage)
    return found


def lock_entries(stage: Stage) -> None:
    """Hold `stage`, then the entries that walk through it, until the end of the transaction.

    Whoever decides about many entries calls this first and reads afterwards what to decide:
    nobody is withdrawn meanwhile, and nobody who withdraws waits in a circle.
    """
    Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    walking = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
    rows = Entry.objects.select_for_update(no_key=True).filter(pk__in=walking.values("entry"))
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def pass_stage(
    entry: Entry, stage: Stage, *, reason: Text | None = None, by: User | None
) -> Passage:
    """Let an entry pass a stage; the next one that applies begins. Raises Denied, Refused."""
    return pass_many([entry], stage, reasons={entry.pk: reason}, by=by)[0]


@transaction.atomic
def pass_many(
    entries: Iterable[Entry], stage: Stage, *, reasons: Reasons | None = None, by: User | None
) -> list[Passage]:
    """Let many entries pass a stage, in a handful of queries. Raises Denied, Refused."""
    moved = _move(list(entries), stage, PassageState.PASSED, reasons or {}, by)
    _begin_next([passage.entry_id for passage in moved], stage, by)
    _log("entries.decided" if ends_the_way(stage) else "entries.passed", moved, stage, by)
    return moved


@transaction.atomic
def stop_at(entry: Entry, stage: Stage, *, reason: Text, by: User | None) -> Passage:
    """End an entry's way at a stage, with the reason in both languages. Raises Denied, Refused."""
    return stop_many([entry], stage, reasons={entry.pk: reason}, by=by)[0]


@transaction.atomic
def stop_many(
    entries: Iterable[Entry], stage: Stage, *, reasons: Reasons, by: User | None
) -> list[Passage]:
    """End the way of many entries at a stage; each needs a reason. Raises Denied, Refused."""
    entries = list(entries)
    for entry in entries:
        reason = reasons.get(entry.pk)
        if reason is None or not reason.ru.strip() or not reason.en.strip():
            raise Refused(
                _("Entry %(entry)s: say why it does not go on, in Russian and in English.")
                % {"entry": entry}
            )
    moved = _move(entries, stage, PassageState.STOPPED, reasons, by)
    _set_state(entries, EntryState.STOPPED)
    _log("entries.stopped", moved, stage, by)
    return moved


def _move(
    entries: Sequence[Entry],
    stage: Stage,
    state: PassageState,
    reasons: Reasons,
    by: User | None,
) -> list[Passage]:
    """Move the active passages of `entries` at `stage`, in the order given."""
    if by is not None:
        permissions.move_entries.require(by, stage)
    rows = Passage.objects.select_for_update(of=("self",)).filter(
        stage=stage, entry__in=[entry.pk for entry in entries]
    )
    rows = rows.order_by("pk")
    passages = {passage.entry_id: passage for passage in rows}
    for entry in entries:
        passage = passages.get(entry.pk)
        if passage is None:
            raise Refused(
                _("Entry %(entry)s does not walk through the stage «%(stage)s».")
                % {"entry": entry, "stage": stage.key}
            )
        if state not in PASSAGE_TRANSITIONS[passage.state]:
            raise Refused(
                _("Entry %(entry)s is «%(state)s» at the stage «%(stage)s»: it cannot move now.")
                % {"entry": entry, "state": passage.get_state_display(), "stage": stage.key}
            )
        reason = reasons.get(entry.pk)
        passage.state = state
        passage.reason_ru = reason.ru if reason else ""
        passage.reason_en = reason.en if reason else ""
        passage.moved_at = now()
    moved = [passages[entry.pk] for entry in entries]
    _store(moved, by)
    return moved


def _store(moved: Sequence[Passage], by: User | None) -> None:
    """Write where passages are now, and that they came there."""
    Passage.everything.bulk_update(
        moved, ["state", "reason_ru", "reason_en", "moved_at"], batch_size=500
    )
    remember(moved, by)


def remember(moved: Iterable[Passage], by: User | None) -> None:
    """Append to the history of the way that `moved` came where they are."""
    Move.objects.bulk_create(
        [
            Move(
                entry_id=passage.entry_id,
                stage_id=passage.stage_id,
                state=passage.state,
                reason_ru=passage.reason_ru,
                reason_en=passage.reason_en,
                by=by,
                at=passage.moved_at,
            )
            for passage in moved
        ],
        batch_size=500,
    )


def begin_way(entry: Entry, history: Sequence[Mapping[str, Any]], *, by: User | None) -> None:
    """Passages for every stage that applies: the intake is passed, the next one begins."""
    states = [PassageState.PASSED, PassageState.ACTIVE]
    passages = [
        Passage(
            entry=entry,
            stage=stage,
            state=states[place] if place < len(states) else PassageState.WAITING,
            moved_at=now(),
        )
        for place, stage in enumerate(stages_for(entry, history))
    ]
    Passage.objects.bulk_create(passages)
    remember((each for each in passages if each.state != PassageState.WAITING), by)


def lay_anew(entry: Entry, *, by: User | None) -> None:
    """Changed answers may need a stage or spare it: the way is another one from where it stands.

    What is behind the entry stays as it is; of what lies ahead the first stage is the active one.
    """
    stages = {stage.pk: stage for stage in stages_for(entry)}
    rows = Passage.everything.select_for_update(of=("self",)).filter(entry=entry).order_by("pk")
    passages = {passage.stage_id: passage for passage in rows}
    added = [
        Passage(entry=entry, stage=stage, moved_at=now())
        for pk, stage in stages.items()
        if pk not in passages
    ]
    Passage.objects.bulk_create(added)
    passages |= {each.stage_id: each for each in added}
    ahead = (PassageState.WAITING, PassageState.ACTIVE, PassageState.SPARED)
    moved, begun = list(added), False
    for pk, passage in passages.items():
        if pk not in stages and passage.state in ahead and passage.state != PassageState.SPARED:
            moved.append(_to(passage, PassageState.SPARED))
    for pk in stages:
        passage = passages[pk]
        if passage.state not in ahead:
            continue
        wanted = PassageState.WAITING if begun else PassageState.ACTIVE
        begun = True
        if passage.state == PassageState.SPARED:
            moved.append(_to(passage, PassageState.WAITING))
        if passage.state != wanted:
            moved.append(_to(passage, wanted))
    _store(list(dict.fromkeys(moved)), by)


def _to(passage: Passage, state: PassageState) -> Passage:
    assert state in PASSAGE_TRANSITIONS[passage.state]
    passage.state, passage.moved_at = state, now()
    return passage


def withdraw_from(entry: Entry, *, by: User | None) -> None:
    """The stages ahead of an entry are withdrawn with it."""
    rows = Passage.objects.select_for_update(of=("self",)).filter(
        entry=entry, state__in=[PassageState.WAITING, PassageState.ACTIVE]
    )
    _store([_to(passage, PassageState.WITHDRAWN) for passage in rows.order_by("pk")], by)


def _begin_next(entries: Sequence[int], stage: Stage, by: User | None) -> None:
    """The first waiting passage after `stage` of each entry becomes active."""
    first: dict[int, Passage] = {}
    waiting = Passage.objects.filter(
        entry__in=entries, state=PassageState.WAITING, stage__order__gt=stage.order
    )
    for passage in waiting.order_by("entry", "stage__order"):
        first.setdefault(passage.entry_id, passage)
    _store([_to(passage, PassageState.ACTIVE) for passage in first.values()], by)


def _set_state(entries: Sequence[Entry], state: EntryState) -> None:
    rows = Entry.objects.select_for_update().filter(pk__in=[entry.pk for entry in entries])
    for row in rows.order_by("pk"):
        if state not in ENTRY_TRANSITIONS[row.state]:
            raise Refused(
                _("Entry %(entry)s is «%(state)s»: this cannot be done now.")
                % {"entry": row, "state": row.get_state_display()}
            )
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(state=state)
    for entry in entries:
        entry.state = state


def _log(action: str, moved: Sequence[Passage], stage: Stage, by: User | None) -> None:
    if not moved:
        return
    uids = Entry.objects.filter(pk__in=[passage.entry_id for passage in moved])
    ledger.append(
        stage.edition.chain,
        action,
        subject=stage.uid,
        by=by,
        data={"stage": str(stage), "entries": sorted(uids.values_list("uid", flat=True))},
    )


@transaction.atomic
def finish_entry(entry: Entry, *, by: User | None) -> Entry:
    """The last word about an entry has been said. Raises Denied, Refused."""
    return finish_many(entry.edition, [entry], by=by)[0]


@transaction.atomic
def finish_many(edition: Edition, entries: Iterable[Entry], *, by: User | None) -> list[Entry]:
    """The last word about these entries of `edition` has been said. Raises Denied, Refused."""
    entries = list(entries)
    if by is not None:
        for region in {entry.region for entry in entries}:
            permissions.move_entries.require(by, Stage(edition=edition, region=region))
    _set_state(entries, EntryState.FINISHED)
    if entries:
        ledger.append(
            edition.chain,
            "entries.finished",
            subject=edition.uid,
            by=by,
            data={"entries": sorted(entry.uid for entry in entries)},
        )
    return entries


@transaction.atomic
def reinstate(entry: Entry, *, reason: Text, by: User | None) -> Passage:
    """Take an entry that was stopped back into the stage where it stopped (after an appeal).

    Raises Denied, Refused (it was not stopped; no reason; the results are published).
    """
    # Whoever publishes holds the edition: only under its lock does its state say whether they have.
    edition = Edition.objects.select_for_update(no_key=True).get(pk=entry.edition_id)
    stopped = Passage.objects.filter(entry=entry, state=PassageState.STOPPED).order_by()
    list(Stage.objects.select_for_update(no_key=True).filter(pk__in=stopped.values("stage")))
    Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    passage = stopped.select_for_update(of=("self",)).select_related("stage").first()
    if passage is None:
        raise Refused(_("Entry %(entry)s was not stopped.") % {"entry": entry})
    passage.stage.edition = entry.edition
    if by is not None:
        permissions.move_entries.require(by, passage.stage)
    if edition.state in (EditionState.PUBLISHED, EditionState.ARCHIVED):
        raise Refused(_("The results are published: no stage of this contest is opened again."))
    if not reason.ru.strip() or not reason.en.strip():
        raise Refused(_("Say why the entry is taken back, in Russian and in English."))
    passage.reason_ru, passage.reason_en = reason.ru, reason.en
    _store([_to(passage, PassageState.ACTIVE)], by)
    _set_state([entry], EntryState.SUBMITTED)
    ledger.append(
        entry.edition.chain,
        "entry.reinstated",
        subject=entry.uid,
        by=by,
        data={
            "stage": str(passage.stage),
            "reason_sha256": ledger.words(reason.ru, reason.en),
        },
    )
    return passage
