"""Who walks on at the end of a decision stage."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F
from django.utils.translation import gettext as _

from laureat.council.queries.standing import Field, honours_of
from laureat.intake.models import Passage, PassageState
from laureat.platform.errors import Refused
from laureat.platform.ui.charts import figure
from laureat.rulebook import schema
from laureat.rulebook.models import Stage
from laureat.science.apportionment import apportion
from laureat.science.selection import CHAIR, Candidate, Rule, ranked, select

ON = "walks-on"


@dataclass(frozen=True)
class Verdict:
    """Whether an entry walks on, and why, in both languages."""

    passes: bool
    reason: schema.Text


def verdicts(found: Field, uids: Collection[str]) -> dict[str, Verdict]:
    """The gate applied to the entries `uids`; carried motions are in `found.held`.

    Raises Refused when equals stand at the line and the chair has not put them in order.
    """
    gate: schema.Gate | None = found.stage.rules.gate
    if gate is None or gate.rule in {"all", "passed"}:
        return {uid: _decided(found, uid) for uid in uids}
    if gate.rule == "honoured":
        return {uid: _honoured(found, gate, uid) for uid in uids}
    if gate.rule == "threshold":
        return {uid: _threshold(found, gate, uid) for uid in uids}
    return _places(found, gate, uids)


def _titles(found: Field, uid: str) -> list[schema.Honour]:
    held = found.held.get(uid, set())
    return [honour for honour in honours_of(found.stage) if honour.key in held]


def _decided(found: Field, uid: str) -> Verdict:
    titles = _titles(found, uid)
    if not titles:
        return Verdict(True, schema.Text(ru="Решение принято.", en="The panel has decided."))
    return Verdict(
        True,
        schema.Text(
            ru="Присвоено: " + ", ".join(each.title.ru for each in titles) + ".",
            en="Given: " + ", ".join(each.title.en for each in titles) + ".",
        ),
    )


def _honoured(found: Field, gate: schema.Gate, uid: str) -> Verdict:
    if found.held.get(uid, set()) & set(gate.honours):
        return _decided(found, uid)
    wanted = [each for each in honours_of(found.stage) if each.key in gate.honours]
    own = _titles(found, uid)
    ru = "Дальше проходят только: " + ", ".join(each.title.ru for each in wanted) + "."
    en = "Only these go on: " + ", ".join(each.title.en for each in wanted) + "."
    if own:
        ru = "Присвоено: " + ", ".join(each.title.ru for each in own) + ". " + ru
        en = "Given: " + ", ".join(each.title.en for each in own) + ". " + en
    return Verdict(False, schema.Text(ru=ru, en=en))


def _number(value: Decimal) -> tuple[str, str]:
    return figure(value, "ru"), figure(value, "en")


def _threshold(found: Field, gate: schema.Gate, uid: str) -> Verdict:
    points = found.points(found.entries[uid])
    least = gate.at_least or Decimal(0)
    if points is not None and points >= least:
        return _decided(found, uid)
    ru, en = _number(least)
    have_ru, have_en = _number(points) if points is not None else ("—", "—")
    return Verdict(
        False,
        schema.Text(
            ru=f"Набрано баллов: {have_ru}; чтобы пройти дальше, нужно не менее {ru}.",
            en=f"Points: {have_en}; at least {en} are needed to walk on.",
        ),
    )


def _places(found: Field, gate: schema.Gate, uids: Collection[str]) -> dict[str, Verdict]:
    """The best of each group, honoured entries first; as many as its places."""
    candidates = [_with_honours_first(found, each) for each in found.candidates]
    rule = Rule(
        key=ON,
        at_most=_quota(found, gate) if gate.rule == "quota" else None,
        share=gate.share if gate.rule == "share" else None,
        top=gate.top if gate.rule == "top" else None,
        per=gate.per,
    )
    by_region = gate.rule == "quota" and gate.per == "region"
    if by_region:  # selection reads caps by category; the region takes its place
        candidates = [
            Candidate(c.key, c.points, c.region, c.region, c.ties, c.fits) for c in candidates
        ]
    proposals = select(candidates, [rule], found.stage.rules.ties)
    asked = [p.candidate for p in proposals if p.tie_rule == CHAIR and p.candidate in uids]
    equals = [uid for uid in asked if not _ordered(found, uid)]
    if equals:
        names = ", ".join(str(found.entries[uid]) for uid in equals)
        raise Refused(
            _(
                "These entries are equal at the line of those who walk on: %(entries)s. Take up "
                "the session again and have who presides put them in order."
            )
            % {"entries": names}
        )
    on = {p.candidate for p in proposals if p.honour == ON}
    out = schema.Text(
        ru="Мест на следующем этапе меньше, чем заявок; заявка оказалась ниже линии отбора.",
        en="There are fewer places at the next stage than entries; this one is below the line.",
    )
    return {uid: _decided(found, uid) if uid in on else Verdict(False, out) for uid in uids}


def _ordered(found: Field, uid: str) -> bool:
    return any(c.key == uid and c.ties.get(CHAIR) is not None for c in found.candidates)


def _with_honours_first(found: Field, candidate: Candidate) -> Candidate:
    """Entries with a higher title come first; below it, points decide."""
    if candidate.points is None:
        return candidate
    keys = [honour.key for honour in honours_of(found.stage) if not honour.overlay]
    held = found.held.get(candidate.key, set())
    place = next((n for n, key in enumerate(keys) if key in held), len(keys))
    span = Decimal(10) ** 9
    return Candidate(
        candidate.key,
        candidate.points + span * (len(keys) - place),
        candidate.category,
        candidate.region,
        candidate.ties,
        candidate.fits | {ON},
    )


def _quota(found: Field, gate: schema.Gate) -> dict[str, int]:
    """Places by group: `total` spread over all groups of the edition by their entries."""
    sizes = group_sizes(found.stage, gate.per)
    least = {key: min(gate.least, size) for key, size in sizes.items()}
    spread = apportion(sizes, gate.total or 0, gate.method, least, sizes)
    if spread.open:
        # Equal claims to the last places are drawn by a lot that anybody can repeat.
        seed = f"{found.stage.edition.chain}/{found.stage.key}"
        spread = apportion(sizes, gate.total or 0, gate.method, least, sizes, seed=seed)
    return spread.seats


def group_sizes(stage: Stage, per: str) -> dict[str, int]:
    """How many entries take part in the stage (in all regions), by category or region."""
    group = F("entry__category__key") if per == "category" else F("entry__region")
    rows = (
        Passage.objects.filter(stage__edition=stage.edition_id, stage__key=stage.key)
        .exclude(state=PassageState.WITHDRAWN)
        .annotate(group=group)
        .values("group")
        .annotate(size=Count("pk"))
        .order_by("group")
    )
    return {row["group"] or "": row["size"] for row in rows}


def ranks(found: Field) -> dict[str, int]:
    """The place of every entry by points and tie-break rules; equals share one."""
    places: dict[str, int] = {}
    position = 1
    for block in ranked(found.candidates, found.stage.rules.ties).blocks:
        places |= {candidate.key: position for candidate in block}
        position += len(block)
    return places
