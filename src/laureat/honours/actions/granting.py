"""Honours: granted, then made public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.models import Motion, Session
from laureat.council.queries.standing import field, honours_of, propose_overlays, rule_of
from laureat.honours.actions.licences import license_honours
from laureat.honours.models import IN_FORCE, TRANSITIONS, Honour, HonourState
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.registry.actions import record_distinction
from laureat.rulebook.models import Stage
from laureat.rulebook.permissions import run_stage
from laureat.science.selection import select


@transaction.atomic
def receive_decisions(session: Session, carried: Sequence[Motion]) -> list[Honour]:
    """Grant what a published session decided and what follows from it by rule, and publish it."""
    for motion in carried:
        grant(motion.entry, session.stage, motion.honour, by=None)
    _grant_by_rule(session)
    return publish_honours(session.stage, by=None)


@transaction.atomic
def grant(entry: Entry, stage: Stage, key: str, *, by: User | None) -> Honour:
    """Give an entry an honour of the rulebook: pending until it is published; granting twice
    changes nothing. Raises Denied, Refused (not an honour of this stage; revoked before).
    """
    if by is not None:
        run_stage.require(by, stage)
    rules = {each.key: each for each in honours_of(stage)}
    if key not in rules:
        raise Refused(_("This stage does not give this honour."), field="honour")
    authority = rules[key].authority
    honour, new = Honour.objects.get_or_create(
        entry=entry,
        key=key,
        defaults={
            "edition": stage.edition,
            "stage": stage,
            "decided_at": now(),
            "authority_ru": authority.ru if authority else "",
            "authority_en": authority.en if authority else "",
        },
    )
    if honour.state == HonourState.REVOKED:
        raise Refused(
            _("%(entry)s had this honour and lost it: it is not given again.") % {"entry": entry}
        )
    if honour.state == HonourState.DECLINED:
        raise Refused(
            _("%(entry)s declined this honour: it is not given again.") % {"entry": entry}
        )
    if new:
        data = {"entry": entry.uid, "honour": key}
        ledger.append(stage.edition.chain, "honour.granted", subject=honour.uid, by=by, data=data)
    return honour


def _grant_by_rule(session: Session) -> None:
    """Honours that no vote gives: those whose condition holds, best first, under their caps."""
    stage = session.stage
    by_rule = honours_of(stage, voted=False)
    if not by_rule:
        return
    found = field(stage)
    decided = set(session.motions.values_list("entry__uid", flat=True))
    held: dict[str, set[str]] = defaultdict(set)
    lost: set[tuple[str, str]] = set()
    for uid, key, state in Honour.objects.filter(
        edition=stage.edition_id, stage__key=stage.key
    ).values_list("entry__uid", "key", "state"):
        if state in IN_FORCE:
            held[uid].add(key)
        else:
            lost.add((uid, key))
    base = [each for each in by_rule if not each.overlay]
    wanted: list[tuple[str, str]] = []
    if base:
        fallen = {uid for uid, key in lost if any(key == each.key for each in base)}
        candidates = [
            each for each in found.candidates if each.key in (decided | set(held)) - fallen
        ]
        wanted += [
            (each.candidate, each.honour)
            for each in select(
                candidates, [rule_of(each) for each in base], stage.rules.ties, held=held
            )
            if each.honour
        ]
        for uid, key in wanted:
            held[uid].add(key)
    overlays = [each for each in by_rule if each.overlay]
    if overlays:
        wanted += [(p.candidate, p.honour) for p in propose_overlays(found, overlays, held)]
    for uid, key in wanted:
        if (uid, key) not in lost:  # revoked or declined: no later session gives it again
            grant(found.entries[uid], stage, key, by=None)


@transaction.atomic
def publish_honours(stage: Stage, *, by: User | None) -> list[Honour]:
    """Make all pending honours of `stage` public: register, emblem rights. Raises Denied."""
    if by is not None:
        run_stage.require(by, stage)
    honours = list(
        Honour.objects.select_for_update(of=("self",))
        .filter(stage=stage, state=HonourState.PENDING)
        .select_related("entry__organisation", "entry__good", "entry__category", "edition__award")
        .order_by("pk")
    )
    for honour in honours:
        move(honour, HonourState.PUBLISHED)
        honour.published_at = now()
    Honour.objects.bulk_update(honours, ["state", "published_at"])
    rules = {each.key: each for each in stage.edition.rules.honours}
    for honour in honours:
        if rules[honour.key].public:
            register(honour)
    license_honours(stage.edition, honours)
    if honours:
        ledger.append(
            stage.edition.chain,
            "honours.published",
            subject=stage.uid,
            by=by,
            data={
                "honours": [
                    {"entry": each.entry.uid, "honour": each.key, "uid": each.uid}
                    for each in honours
                ]
            },
        )
    return honours


def move(honour: Honour, state: HonourState) -> None:
    """Move an honour along its states (not saved). Raises Refused."""
    if state not in TRANSITIONS[honour.state]:
        raise Refused(
            _("The honour is %(state)s: this cannot be done now.")
            % {"state": honour.get_state_display()}
        )
    honour.state = state


def register(honour: Honour, note: tuple[str, str] = ("", "")) -> None:
    """Write the honour into the register of all years, with what a reader should know of it."""
    edition, entry = honour.edition, honour.entry
    rule = edition.rules.honour(honour.key)
    category = entry.category
    record_distinction(
        entry.organisation,
        award_key=edition.award.key,
        year=edition.year,
        honour_key=honour.key,
        title_ru=rule.title.ru,
        title_en=rule.title.en,
        good=entry.good,
        category_key=category.key if category else "",
        category_ru=category.title_ru if category else "",
        category_en=category.title_en if category else "",
        tone=rule.tone,
        note_ru=note[0],
        note_en=note[1],
        reference=honour.uid,
        by=None,
    )
