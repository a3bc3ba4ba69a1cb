"""The results page of one edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Count, F

from laureat.honours.models import Honour, HonourState
from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.registry.models import Distinction, Region
from laureat.registry.queries import names_of_their_day
from laureat.rulebook.models import Edition
from laureat.showcase.queries import awards

_COLUMNS = {
    "honour_uid": "uid",
    "honour_key": "key",
    "honour_state": "state",
    "entry_pk": "entry_id",
    "number": "entry__number",
    "serial": "entry__serial",
    "category": "entry__category__key",
    "region": "entry__region",
    "sector": "entry__organisation__sector_id",
    "sector_title_ru": "entry__organisation__sector__title_ru",
    "sector_title_en": "entry__organisation__sector__title_en",
    "organisation": "entry__organisation__uid",
    "organisation_name_ru": "entry__organisation__name_ru",
    "organisation_name_en": "entry__organisation__name_en",
    "sort": "entry__organisation__sort_key",
    "demo": "entry__organisation__is_demo",
    "good": "entry__good__uid",
    "good_name_ru": "entry__good__name_ru",
    "good_name_en": "entry__good__name_en",
    "check_code": "diploma__check_code",
    "diploma_number": "diploma__number",
}


@dataclass
class Title:
    """One honour of an entry, as a tag."""

    key: str
    label: str
    tone: str
    revoked: bool
    declined: bool
    check_code: str | None
    diploma: str | None
    rank: int


@dataclass
class Line:
    """One honoured entry."""

    number: str
    organisation: str
    good: str | None
    names: dict[str, Any]
    category: str
    region: str
    sector: str | None
    demo: bool
    sort: tuple[Any, ...]
    titles: list[Title] = field(default_factory=list)

    @property
    def standing(self) -> list[Title]:
        """The honours in force."""
        return [title for title in self.titles if not title.revoked and not title.declined]


def find(award: str, key: str) -> Edition | None:
    """An announced edition with its stages."""
    return awards.with_stages(awards.announced()).filter(award__key=award, key=key).first()


def lines(edition: Edition) -> list[Line]:
    """The honoured entries of an edition: best honour first, then by name. Only what was
    published (also of a regional stage, while the edition is still under way), by the names of
    that day.
    """
    then = names_of_their_day(edition.award.key, edition.year)
    rules = {rule.key: (place, rule) for place, rule in enumerate(edition.rules.honours)}
    honours = Honour.objects.public().filter(edition=edition)
    columns = {name: F(path) for name, path in _COLUMNS.items()}
    rows = cast("Iterable[dict[str, Any]]", honours.values(**columns))
    found: dict[int, Line] = {}
    for row in rows:
        place, rule = rules.get(row["honour_key"], (0, None))
        if rule is None or not rule.public:
            continue
        line = found.get(row["entry_pk"]) or _line(row, then.get(row["honour_uid"]))
        found[row["entry_pk"]] = line
        line.titles.append(
            Title(
                key=rule.key,
                label=localised(rule, "title"),
                tone={"gold": "gold", "laurel": "ok"}.get(rule.tone, "neutral"),
                revoked=row["honour_state"] == HonourState.REVOKED,
                declined=row["honour_state"] == HonourState.DECLINED,
                check_code=row["check_code"],
                diploma=row["diploma_number"],
                rank=place,
            )
        )
    stages = {stage.key: order for order, stage in enumerate(edition.rules.stages)}
    for line in found.values():
        line.titles.sort(key=lambda title: title.rank)
        best = [
            (-stages[rules[title.key][1].stage], title.rank)
            for title in line.standing
            if not rules[title.key][1].overlay
        ]
        line.sort = (min(best, default=(0, len(rules))), line.sort, line.number)
    return sorted(found.values(), key=lambda line: line.sort)


def _line(row: dict[str, Any], then: Distinction | None) -> Line:
    names = dict(row)
    for what in ("organisation", "good"):
        if then is not None and getattr(then, f"{what}_renamed"):
            for language in ("ru", "en"):
                names[f"{what}_name_{language}"] = getattr(then, f"{what}_{language}")
    return Line(
        number=row["number"] or "",
        organisation=row["organisation"],
        good=row["good"],
        names=names,
        category=row["category"] or "",
        region=row["region"],
        sector=row["sector"],
        demo=row["demo"],
        sort=(row["sort"],),
    )


@dataclass(frozen=True)
class Share:
    """A row of a breakdown."""

    key: str
    label: str
    count: int


def by(lines_: Iterable[Line], name: str, titles: dict[str, str]) -> list[Share]:
    """How many honoured entries (honours in force) fall to each value of `name`, most first."""
    counts = Counter(getattr(line, name) for line in lines_ if line.standing)
    return [
        Share(key, titles.get(key, key), count)
        for key, count in sorted(counts.items(), key=lambda each: (-each[1], str(each[0])))
        if key
    ]


def honours_given(edition: Edition, lines_: Iterable[Line]) -> list[tuple[str, str, str, int]]:
    """Honours in force in the order of the rulebook: key, title, tone, how many."""
    counts = Counter(title.key for line in lines_ for title in line.standing)
    return [
        (rule.key, localised(rule, "title"), rule.tone, counts[rule.key])
        for rule in edition.rules.honours
        if counts[rule.key]
    ]


@dataclass(frozen=True)
class FunnelStep:
    """How many entries passed a stage."""

    label: str
    count: int


def funnel(edition: Edition, honoured: int) -> list[FunnelStep]:
    """Submitted → passed each stage that all entries walk → honoured. Empty before publication."""
    if edition.state not in awards.PUBLISHED:
        return []
    passed: dict[str, int] = {}
    rows = (
        Passage.objects.filter(stage__edition=edition, state=PassageState.PASSED)
        .exclude(entry__state__in=(EntryState.DRAFT, EntryState.WITHDRAWN))
        .order_by()
        .values_list("stage__key")
        .annotate(count=Count("pk"))
    )
    passed = dict(rows)
    steps = []
    for stage in edition.rules.stages:
        if stage.applies is not None or (stage.kind == "decision" and stage.gate is None):
            continue
        steps.append(FunnelStep(localised(stage, "title"), passed.get(stage.key, 0)))
    return [*steps, FunnelStep("", honoured)] if steps else []


def submitted(edition: Edition) -> int | None:
    """How many entries take part; nothing while applications can still come in."""
    if not awards.intake_is_over(edition):
        return None
    return (
        Entry.objects.filter(edition=edition)
        .exclude(state__in=(EntryState.DRAFT, EntryState.WITHDRAWN))
        .count()
    )


def categories(edition: Edition) -> dict[str, str]:
    """Titles of the edition's categories (from its rules: no query)."""
    return {each.key: localised(each, "title") for each in edition.rules.categories}


def regions() -> dict[str, Region]:
    """The tiles of the map by code."""
    return {region.code: region for region in Region.objects.all()}


def sectors(found: Iterable[Line]) -> dict[str, str]:
    """Titles of the lines of business that occur."""
    return {line.sector: localised(_Sector(line.names)) for line in found if line.sector}


@dataclass(frozen=True)
class _Sector:
    """A line of business as a row of `lines` holds it."""

    names: dict[str, Any]

    @property
    def ru(self) -> str:
        return str(self.names["sector_title_ru"])

    @property
    def en(self) -> str:
        return str(self.names["sector_title_en"])


def narrowed(
    found: Iterable[Line], *, category: str, region: str, honour: str, search: str
) -> list[Line]:
    """The lines that fit what the reader asked for."""
    words = search_key(search).split()
    kept = []
    for line in found:
        if category and line.category != category:
            continue
        if region and line.region != region:
            continue
        if honour and honour not in {title.key for title in line.titles}:
            continue
        names = ("organisation_name_ru", "organisation_name_en", "good_name_ru", "good_name_en")
        text = search_key(" ".join(str(line.names[name] or "") for name in names))
        if all(word in text for word in words):
            kept.append(line)
    return kept
