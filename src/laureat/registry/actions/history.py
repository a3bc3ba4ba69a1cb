"""Taking over the honours of past years from an award's `history.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied
from laureat.registry.actions.distinctions import record_distinction
from laureat.registry.actions.goods import GoodData, register_good
from laureat.registry.actions.organisations import OrganisationData, register_organisation
from laureat.registry.models import Distinction, Good, Organisation
from laureat.rulebook.models import Edition
from laureat.rulebook.schema import Text
from laureat.rulebook.schema.edition import SourceTitle
from laureat.rulebook.schema.history import HistoricalHonour, History, load_history


@dataclass(frozen=True)
class ImportedHistory:
    """What became of the lines of a history."""

    recorded: int
    """Distinctions that are new in the register."""
    known: int
    """Distinctions that were there already."""
    organisations: int
    """Organisations that are new in the register."""
    unnamed: int
    """Lines whose source does not name the organisation: nothing can be recorded."""
    left_open: int
    """Lines whose source leaves open which honour it was, or tells of another contest."""


@transaction.atomic
def import_history(path: Path, *, by: User | None) -> ImportedHistory:
    """Record what `path` (awards/<award>/history.yaml) tells; telling it again changes nothing.

    Organisations and goods that the register does not know are entered with their source. Titles
    of categories and additional honours come from the newest edition that is loaded.
    Raises RulebookError (file, line, what was expected), Denied.
    """
    history = load_history(path)
    if by is not None and not holds(by, Role.ORGANISER, award=history.award):
        raise Denied(_("Only the organiser of this award takes over its history."))
    before = Organisation.objects.count()
    there = Distinction.objects.count()
    edition = Edition.objects.filter(award__key=history.award).order_by("-year", "-pk").first()
    wording = _Wording(edition)
    told = 0
    for line in history.honours:
        if line.named:
            told += _record(history, line, wording, by)
    recorded = Distinction.objects.count() - there
    return ImportedHistory(
        recorded=recorded,
        known=told - recorded,
        organisations=Organisation.objects.count() - before,
        unnamed=sum(not line.named for line in history.honours),
        left_open=sum(
            line.named and not (line.honour or line.overlays) for line in history.honours
        ),
    )


class _Wording:
    """Titles and tones as an edition of the award words them."""

    def __init__(self, edition: Edition | None) -> None:
        self._categories: dict[str, Text] = {}
        self._honours: dict[str, tuple[Text, str]] = {}
        if edition is not None:
            rules = edition.rules
            self._categories = {each.key: each.title for each in rules.categories}
            self._honours = {each.key: (each.title, each.tone) for each in rules.honours}

    def category(self, key: str | None) -> Text:
        return self._categories.get(key or "", Text(ru="", en=""))

    def honours(self, line: HistoricalHonour) -> Iterator[tuple[str, Text, str]]:
        """Key, title and tone of every honour of a line.

        The source's own words belong to the base honour, or to the only one; honours on top of
        it are called as the rulebook calls them.
        """
        keys = [*([line.honour] if line.honour else []), *line.overlays]
        for place, key in enumerate(keys):
            title, tone = self._honours.get(key, (line.title, "laurel"))
            yield key, line.title if place == 0 else title, tone


def _record(history: History, line: HistoricalHonour, wording: _Wording, by: User | None) -> int:
    source = history.sources[line.source]
    told = list(wording.honours(line))
    if not told:
        return 0
    organisation = _organisation(line, source.title, by)
    good = _good(organisation, line, by)
    category = wording.category(line.category)
    for key, title, tone in told:
        record_distinction(
            organisation,
            award_key=history.award,
            year=line.year,
            honour_key=key,
            title_ru=title.ru,
            title_en=title.en,
            good=good,
            category_key=line.category or "",
            category_ru=category.ru,
            category_en=category.en,
            tone=tone,
            source_title_ru=source.title.ru[:300],
            source_title_en=source.title.en[:300],
            source_url=source.url[:300],
            note_ru=line.note.ru[:300] if line.note else "",
            note_en=line.note.en[:300] if line.note else "",
            inferred=line.inferred,
            by=by,
        )
    return len(told)


def _organisation(line: HistoricalHonour, source: SourceTitle, by: User | None) -> Organisation:
    named = Organisation(name_ru=line.organisation.ru)
    named.derive()
    known = (
        Organisation.every.filter(sort_key=named.sort_key, name_ru=named.name_ru)
        .filter(region_id=line.region, is_demo=False)
        .select_related("merged_into")
        .order_by(F("merged_into").asc(nulls_first=True), "pk")
        .first()
    )
    if known is not None:
        # A card that was merged is told of by the name that its source gave it.
        return known.merged_into or known
    renamed = (
        Organisation.objects.filter(region_id=line.region, is_demo=False)
        .filter(distinctions__organisation_ru=named.name_ru)
        .order_by("pk")
        .first()
    )
    if renamed is not None:
        return renamed
    return register_organisation(
        OrganisationData(
            name_ru=line.organisation.ru,
            name_en=line.organisation.en,
            region=line.region or "",
            source_ru=source.ru[:300],
            source_en=source.en[:300],
        ),
        by=by,
    )


def _good(organisation: Organisation, line: HistoricalHonour, by: User | None) -> Good | None:
    if line.product is None:
        return None
    name = " ".join(line.product.ru.split())
    by_name = Q(name_ru=name) | Q(distinctions__good_ru=name)
    known = organisation.goods.filter(by_name).order_by("pk").first()
    return known or register_good(
        organisation, GoodData(name_ru=name, name_en=line.product.en), by=by
    )
