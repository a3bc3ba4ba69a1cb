"""Reminding, and closing a stage: the gate is applied."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks, notices
from laureat.assessment.actions.counting import keep_counted
from laureat.assessment.actions.gating import decide
from laureat.assessment.actions.judging import compute_before, judging_digest, store_judging
from laureat.assessment.actions.results import Found, Outcome, Unfinished, outcome_of
from laureat.assessment.actions.samples import open_key
from laureat.assessment.actions.storing import store
from laureat.assessment.models import (
    Assessor,
    Assignment,
    AssignmentState,
    Result,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.intake import actions as intake
from laureat.intake.actions.walking import lock_entries
from laureat.intake.queries.people import applicants
from laureat.platform import canonical
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.rulebook.actions import close_stage
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema import Text
from laureat.science.gates import Decision, excess, public_reason
from laureat.science.judging import VERSION


class UnfinishedStage(Refused):
    """Entries still wait for something: `unfinished` lists what."""

    def __init__(self, unfinished: Sequence[Unfinished]) -> None:
        """The message counts."""
        self.unfinished = list(unfinished)
        entries = {each.entry.number or each.entry.uid for each in unfinished}
        shown = ", ".join(sorted(entries)[:8]) + ("…" if len(entries) > 8 else "")
        super().__init__(
            _(
                "The stage is not finished. Entries that wait for something: %(count)s (%(entries)s)."
            )
            % {"count": len(entries), "entries": shown}
        )


class OpenDecisions(Refused):
    """Ties at the line, and entries without a result, that a person must decide."""

    def __init__(self, decisions: Sequence[Decision], numbers: Mapping[str, str]) -> None:
        """The message names the entries."""
        self.decisions = list(decisions)
        shown = ", ".join(sorted(numbers[each.key] for each in decisions))
        super().__init__(
            _("Decide for each of these entries first: %(entries)s.") % {"entries": shown}
        )


def close_assessment(
    stage: Stage,
    *,
    by: User | None,
    tie_decisions: Mapping[str, bool] | None = None,
    reason: str = "",
    with_missing: bool = False,
) -> list[Result]:
    """Close the stage: freeze the results and let the gate pass or stop every entry.

    tie_decisions: by entry uid, who walks on among those tied at the line or without a result;
    where the gate is decided by people, also of other entries (then with a reason). with_missing:
    close although something is unfinished. Raises Denied, UnfinishedStage, OpenDecisions, Refused.
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    if stage.state == StageState.OPEN:
        compute_before(stage, unfinished=with_missing)
    return _close(stage, by, dict(tie_decisions or {}), reason, with_missing)


@transaction.atomic
def _close(
    stage: Stage,
    by: User | None,
    ruled: dict[str, bool],
    reason: str,
    with_missing: bool,
) -> list[Result]:
    row = locks.own(stage.pk)[stage.pk]
    if row.state != StageState.OPEN:
        raise Refused(
            _("The stage is %(state)s: it cannot be closed now.")
            % {"state": row.get_state_display()}
        )
    lock_entries(stage)
    outcome = outcome_of(stage)
    if outcome.unfinished and not with_missing:
        raise UnfinishedStage(outcome.unfinished)
    decisions = decide(stage, outcome.found)
    numbers = {each.entry.uid: each.entry.number or each.entry.uid for each in outcome.found}
    verdicts = _verdicts(stage, decisions, ruled, reason, numbers)
    results = store(stage, outcome, decisions)
    judged = store_judging(stage, outcome)
    keep_counted(stage, outcome)
    _move_entries(stage, outcome.found, verdicts, by)
    close_stage(stage, by=by)
    open_key(stage, by)
    ledger.append(
        stage.edition.chain,
        "assessment.closed",
        subject=stage.uid,
        by=by,
        data={
            "stage": str(stage),
            "method": stage.rules.result,
            "gate": stage.rules.gate.rule,
            "passed": sorted(key for key, (passes, _why) in verdicts.items() if passes),
            "decided_by_hand": sorted(ruled),
            "reason_sha256": ledger.words(reason) if ruled else "",
            "unfinished": len(outcome.unfinished),
            "results_sha256": results_digest(results),
            "judging_sha256": judging_digest(judged),
            **_fairness(outcome),
        },
    )
    return results


def _fairness(outcome: Outcome) -> dict[str, Any]:
    """By which model fair points came about, from what, and where raw means stood in for them."""
    reasons = Counter(each.fallback for each in outcome.found if each.fallback)
    return {
        "fair_model": outcome.fair.model,
        "science": VERSION,
        "scorebooks_sha256": outcome.digest,
        "without_fair_points": dict(sorted(reasons.items())),
    }


def _verdicts(
    stage: Stage,
    decisions: Sequence[Decision],
    ruled: dict[str, bool],
    reason: str,
    numbers: Mapping[str, str],
) -> dict[str, tuple[bool, Text]]:
    """Whether each entry walks on, and what the applicant may read of why, in both languages."""
    known = {each.key for each in decisions}
    strangers = sorted(set(ruled) - known)
    if strangers:
        raise Refused(_("Not in this stage: %(entries)s.") % {"entries": ", ".join(strangers)})
    still = [each for each in decisions if each.passes is None and each.key not in ruled]
    if still:
        raise OpenDecisions(still, numbers)
    by_people = stage.rules.gate.decided_by != "rule"
    _within_places(decisions, ruled)
    found: dict[str, tuple[bool, Text]] = {}
    for each in decisions:
        passes = ruled.get(each.key, each.passes)
        assert passes is not None
        why = public_reason(stage.rules.gate, passes)
        if each.key in ruled and passes != each.passes:
            if each.passes is not None and not by_people:
                raise Refused(
                    _("Entry %(number)s: the rule decides here, not a person.")
                    % {"number": numbers[each.key]}
                )
            if each.passes is not None and not reason.strip():
                raise Refused(_("Say why you decide against the rule."), field="reason")
            if passes and each.points is None and not reason.strip():
                raise Refused(
                    _("Entry %(number)s has no result: say why it goes on.")
                    % {"number": numbers[each.key]},
                    field="reason",
                )
            why = _ruled(why, passes, reason)
        found[each.key] = (passes, why)
    return found


def _within_places(decisions: Sequence[Decision], ruled: Mapping[str, bool]) -> None:
    over = excess(decisions, {key for key, passes in ruled.items() if passes})
    if over:
        raise Refused(
            _("Places for those at the line: %(places)s; you chose: %(chosen)s.")
            % {"places": over.places, "chosen": over.chosen}
        )


def _ruled(reason: Text, passes: bool, note: str) -> Text:
    if not note.strip():
        return reason
    words = ("проходит", "goes on") if passes else ("не проходит", "does not go on")
    return Text(ru=f"Решено: {words[0]}. {note.strip()}", en=f"Decided: {words[1]}. {note.strip()}")


def _move_entries(
    stage: Stage,
    found: Sequence[Found],
    verdicts: Mapping[str, tuple[bool, Text]],
    by: User | None,
) -> None:
    passed = [each.entry for each in found if verdicts[each.entry.uid][0]]
    stopped = [each.entry for each in found if not verdicts[each.entry.uid][0]]
    reasons = {each.entry.pk: verdicts[each.entry.uid][1] for each in found}
    intake.pass_many(passed, stage, reasons=reasons, by=by)
    intake.stop_many(stopped, stage, reasons=reasons, by=by)
    for each in found:
        each.entry.edition = stage.edition
    people = applicants(each.entry for each in found)
    for each in found:
        passes, why = verdicts[each.entry.uid]
        for user in people.get(each.entry.organisation.uid, []):
            notices.tell_outcome(stage, each.entry, user, passes, why)


def results_digest(results: Sequence[Result]) -> str:
    """SHA-256 over the frozen results with their salts: whoever holds them counts the same, and
    nobody else finds points by trying.
    """
    content = [
        {
            "entry": each.entry.uid,
            "method": each.method,
            "points": _text(each.points),
            "beside": each.beside,
            "parts": each.parts,
            "rank": each.rank,
            "raw": _text(each.raw),
            "fair": _text(each.fair),
            "interval": [_text(each.low), _text(each.high)],
            "model": each.model,
            "science": each.science,
            "fallback": each.fallback,
            "chance": _text(each.chance, 3),
            "salt": each.salt,
        }
        for each in sorted(results, key=lambda row: row.entry.uid)
    ]
    return hashlib.sha256(canonical.dumps(content)).hexdigest()


def _text(value: Decimal | None, places: int = 2) -> str | None:
    return None if value is None else f"{value:.{places}f}"


@transaction.atomic
def remind(stage: Stage, *, by: User | None) -> int:
    """Write to every assessor who owes an answer or a signature; at most one letter a day each.

    Returns how many people owe something. Raises Denied, Refused (stage not open).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    if stage.state != StageState.OPEN:
        raise Refused(_("The stage is not open: there is nothing to remind of."))
    asked = permissions.asked_now(stage=stage)
    accepted = asked.filter(state=AssignmentState.ACCEPTED)
    answers = dict(
        asked.filter(state=AssignmentState.PROPOSED)
        .values_list("assessor")
        .annotate(count=Count("pk"))
    )
    books: dict[int, int] = {}
    if stage.rules.scorebook.individual:
        signed = set(
            Scorebook.objects.filter(
                stage=stage, kind=ScorebookKind.INDIVIDUAL, state=ScorebookState.SIGNED
            ).values_list("entry_id", "assessor_id")
        )
        for entry, assessor in accepted.values_list("entry_id", "assessor_id"):
            if (entry, assessor) not in signed:
                books[assessor] = books.get(assessor, 0) + 1
    if stage.rules.scorebook.consensus:
        there = Assignment.objects.filter(
            stage=stage,
            entry=OuterRef("entry"),
            assessor=OuterRef("assessor"),
            state=AssignmentState.ACCEPTED,
        )
        agreed = Scorebook.objects.filter(
            Exists(there), stage=stage, kind=ScorebookKind.CONSENSUS, state=ScorebookState.SIGNED
        ).values("entry")
        leading = accepted.filter(lead=True).exclude(entry__in=agreed)
        for assessor in leading.values_list("assessor_id", flat=True):
            books[assessor] = books.get(assessor, 0) + 1
    owing = Assessor.objects.filter(pk__in={*answers, *books}, active=True).select_related("user")
    day = today().isoformat()
    for each in owing.order_by("serial"):
        notices.tell_reminder(each, stage, answers.get(each.pk, 0), books.get(each.pk, 0), day)
    ledger.append(
        stage.edition.chain,
        "assessment.reminded",
        subject=stage.uid,
        by=by,
        data={"people": len(owing)},
    )
    return len(owing)
