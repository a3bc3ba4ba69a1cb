"""Granting, publishing and revoking honours; diplomas and emblem rights."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.models import Motion, Session
from laureat.council.queries.standing import field, honours_of, propose_overlays, rule_of
from laureat.honours.models import TRANSITIONS, Diploma, EmblemLicence, Honour, HonourState
from laureat.honours.permissions import keep_honour, list_honours
from laureat.honours.queries import resting_on
from laureat.intake.models import Entry
from laureat.intake.queries import applicants
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.registry.actions import record_distinction, revoke_distinction
from laureat.rulebook.models import Edition, Stage
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
    for uid, key in (
        Honour.objects.filter(edition=stage.edition_id, stage__key=stage.key)
        .exclude(state=HonourState.REVOKED)
        .values_list("entry__uid", "key")
    ):
        held[uid].add(key)
    base = [each for each in by_rule if not each.overlay]
    wanted: list[tuple[str, str]] = []
    if base:
        candidates = [each for each in found.candidates if each.key in decided | set(held)]
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
        _move(honour, HonourState.PUBLISHED)
        honour.published_at = now()
    Honour.objects.bulk_update(honours, ["state", "published_at"])
    rules = {each.key: each for each in stage.edition.rules.honours}
    for honour in honours:
        if rules[honour.key].public:
            _register(honour)
    _license(stage.edition, honours)
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


def _move(honour: Honour, state: HonourState) -> None:
    if state not in TRANSITIONS[honour.state]:
        raise Refused(
            _("The honour is %(state)s: this cannot be done now.")
            % {"state": honour.get_state_display()}
        )
    honour.state = state


def _register(honour: Honour) -> None:
    """Write the honour into the register of all years."""
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
        reference=honour.uid,
        by=None,
    )


def years_later(day: date, years: int) -> date:
    """The same day so many years later (29 February becomes 28)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _license(edition: Edition, honours: Iterable[Honour]) -> None:
    """The right to use the emblem, for the term of the rulebook from the day of publication."""
    emblem = edition.rules.emblem
    if emblem is None:
        return
    for honour in honours:
        if honour.key not in emblem.honours or honour.published_at is None:
            continue
        starts = honour.published_at.astimezone(edition.time_zone).date()
        EmblemLicence.objects.get_or_create(
            honour=honour,
            defaults={
                "starts_on": starts,
                "ends_on": years_later(starts, emblem.years) - timedelta(days=1),
            },
        )


@transaction.atomic
def issue_diplomas(edition: Edition, *, by: User | None) -> list[Diploma]:
    """Number a diploma for every published honour that has none: by the order of the rulebook,
    then of categories and entries. Serials run per edition, or per region if the pattern names it.

    A regional secretary issues those of the region. Raises Denied, Refused (nothing to issue).
    """
    if by is not None:
        list_honours.require(by, edition)
    Edition.objects.select_for_update().get(pk=edition.pk)
    kept = Honour.objects.all() if by is None else keep_honour.of(by)
    honours = list(
        kept.filter(edition=edition, state=HonourState.PUBLISHED, diploma__isnull=True)
        .select_related("entry__category")
        .order_by("pk")
    )
    if not honours:
        raise Refused(_("Every published honour has its diploma already."))
    rules = edition.rules
    order = {each.key: number for number, each in enumerate(rules.honours)}
    honours.sort(
        key=lambda honour: (
            order[honour.key],
            honour.entry.category.order if honour.entry.category else 0,
            honour.entry.serial or 0,
            honour.entry_id,
        )
    )
    pattern, by_region = rules.diploma.numbering, "{region" in rules.diploma.numbering
    serials: Counter[str] = Counter(
        region if by_region else ""
        for region in Diploma.objects.filter(edition=edition).values_list(
            "honour__entry__region", flat=True
        )
    )
    made = []
    for honour in honours:
        group = honour.entry.region if by_region else ""
        serials[group] += 1
        published = honour.published_at or now()
        made.append(
            Diploma.objects.create(
                honour=honour,
                edition=edition,
                number=pattern.format(
                    year=edition.year,
                    region=honour.entry.region,
                    serial=serials[group],
                    honour=honour.key,
                ),
                issued_on=published.astimezone(edition.time_zone).date(),
                signed_by_ru=rules.diploma.signed_by.ru,
                signed_by_en=rules.diploma.signed_by.en,
            )
        )
    ledger.append(
        edition.chain,
        "diplomas.issued",
        subject=edition.uid,
        by=by,
        data={"diplomas": [{"honour": d.honour.uid, "number": d.number} for d in made]},
    )
    return made


@transaction.atomic
def revoke(honour: Honour, reason: Words, *, by: User | None) -> Honour:
    """Take an honour back, and the additional ones that rest on it alone: the register, the check
    page of the diploma and the emblem right say so from now on. Raises Denied, Refused (no reason;
    revoked already).
    """
    if by is not None:
        keep_honour.require(by, honour)
    ru, en = both(reason)
    if not ru and not en:
        raise Refused(_("Say why: the register and the check page repeat it."), field="reason")
    row = (
        Honour.objects.select_for_update(of=("self",))
        .select_related("entry__organisation", "entry__good", "edition__award")
        .get(pk=honour.pk)
    )
    if row.state == HonourState.REVOKED:
        raise Refused(_("The honour has been revoked already."))
    _take_back(row, ru, en, by)
    for overlay in resting_on(row):
        _take_back(overlay, ru, en, by)
    honour.state = row.state
    return row


def _take_back(row: Honour, ru: str, en: str, by: User | None) -> None:
    _move(row, HonourState.REVOKED)
    row.revoked_at, row.revoked_reason_ru, row.revoked_reason_en = now(), ru, en
    row.save(update_fields=["state", "revoked_at", "revoked_reason_ru", "revoked_reason_en"])
    revoke_distinction(row.uid, by=None)
    ledger.append(
        row.edition.chain,
        "honour.revoked",
        subject=row.uid,
        by=by,
        data={
            "entry": row.entry.uid,
            "honour": row.key,
            "reason_sha256": ledger.words(ru, en),
        },
    )
    _tell_revoked(row)


def _tell_revoked(honour: Honour) -> None:
    entry = honour.entry
    rule = honour.edition.rules.honour(honour.key)
    for user in applicants([entry]).get(entry.organisation.uid, []):
        with translation.override(user.language):
            values = {
                "name": user,
                "title": localised(rule, "title"),
                "entry": entry.number or entry.uid,
                "what": localised(entry.good or entry.organisation, "name"),
                "reason": localised(honour, "revoked_reason"),
            }
            queue(
                to=user.email,
                user=user,
                kind="honours.revoked",
                language=user.language,
                scope=honour.edition.chain,
                dedupe_key=f"revoked:{honour.uid}:{user.pk}",
                subject=_("Entry %(entry)s: the honour “%(title)s” has been revoked") % values,
                body=_(
                    "%(name)s,\n\nthe honour “%(title)s” of the entry %(entry)s (%(what)s) has "
                    "been revoked.\nReason: %(reason)s\n\nThe diploma is no longer valid and the "
                    "emblem may no longer be used.\n"
                )
                % values,
            )
