"""Loading rulebooks: validate, freeze as a version, make or update the edition."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema
from laureat.rulebook.models import (
    Award,
    Category,
    Document,
    Edition,
    EditionState,
    Stage,
    StageState,
    Version,
)
from laureat.rulebook.permissions import walked
from laureat.rulebook.schema.loading import LoadedEdition, document_of, load_edition
from laureat.rulebook.schema.stages import instant

_DATES = ("opens_at", "closes_at", "grace")


@transaction.atomic
def load(path: Path, by: User | None = None, demo: bool = False) -> Edition:
    """Validate the edition file at `path`, freeze it as a version and make or update its edition.

    Loading the same content twice changes nothing. Once entries walk through the stages, what
    they are judged by (see `_bones`) may no longer change. Dates that were moved by hand stay as
    they are where the rulebook's own date is the same as before. What the award's own file says
    stands on the pages of all its editions: an organiser of one edition does not change it.
    Raises RulebookError (file, line, path, what was expected), Denied, Refused.
    """
    return load_read(load_edition(path), by=by, demo=demo)


@transaction.atomic
def load_read(loaded: LoadedEdition, *, by: User | None, demo: bool = False) -> Edition:
    """Like `load`, for an edition that has been read already."""
    names = {"award": loaded.edition.award, "edition": loaded.edition.edition}
    if by is not None and not holds(by, Role.ORGANISER, **names):
        raise Denied(_("Only the organiser of this award loads its rules."))
    award, changed = _sync_award(loaded.award, by)
    edition = Edition.objects.select_for_update().filter(award=award, key=names["edition"]).first()
    version, new = Version.objects.get_or_create(
        award=award,
        edition_key=names["edition"],
        content_hash=loaded.content_hash,
        defaults={"loaded_at": now()},
    )
    if new:
        Document.objects.create(version=version, content=frozen(loaded.edition))
    if edition is not None and edition.version_id == version.pk:
        _tell_award(award, changed, by)
        return edition
    old = edition.rules if edition is not None else None
    if edition is None:
        edition = Edition.objects.create(
            award=award, is_demo=demo, version=version, **_edition_values(loaded.edition)
        )
    else:
        _check_change(edition, loaded.edition)
        Edition.objects.filter(pk=edition.pk).update(
            version=version, **_edition_values(loaded.edition)
        )
        edition = Edition.objects.select_related("award", "version").get(pk=edition.pk)
    try:
        _sync_categories(edition, loaded.edition)
        _sync_stages(edition, loaded.edition, old)
    except ProtectedError as error:
        raise _bones_refused(edition) from error
    ledger.append(
        edition.chain,
        "rulebook.loaded",
        subject=edition.uid,
        by=by,
        data={"content_hash": version.content_hash, "first": old is None},
    )
    _tell_award(award, changed, by)
    return edition


def frozen(rules: schema.Edition) -> str:
    """An edition as the text that a version keeps."""
    return json.dumps(document_of(rules), ensure_ascii=False)


def _edition_values(rules: schema.Edition) -> dict[str, Any]:
    return {
        "key": rules.edition,
        "year": rules.year,
        "title_ru": rules.title.ru,
        "title_en": rules.title.en,
        "zone": rules.zone,
    }


Changed = dict[str, dict[str, str]]
"""Column of an award → what it "was" and what it is "now"."""


def _sync_award(rules: schema.Award, by: User | None) -> tuple[Award, Changed]:
    """The award as its file describes it, and what that changes in what was there. Raises Denied."""
    values = {
        "title_ru": rules.title.ru,
        "title_en": rules.title.en,
        "short_title_ru": rules.short_title.ru,
        "short_title_en": rules.short_title.en,
        "organiser_ru": rules.organiser.ru,
        "organiser_en": rules.organiser.en,
        "about_ru": rules.about.ru,
        "about_en": rules.about.en,
        "site": rules.site,
    }
    award, new = Award.objects.select_for_update(no_key=True).get_or_create(
        key=rules.award, defaults=values
    )
    changed = {
        name: {"was": getattr(award, name), "now": value}
        for name, value in values.items()
        if getattr(award, name) != value
    }
    if new or not changed:
        return award, {}
    if by is not None and not holds(by, Role.ORGANISER, award=award.key, edition=""):
        raise Denied(
            _(
                "award.yaml says something else about %(award)s than the pages of all its editions. "
                "Only an organiser of the whole award changes that: send the award.yaml that is in force."
            )
            % {"award": localised(award, "short_title")}
        )
    for name, value in values.items():
        setattr(award, name, value)
    award.save(update_fields=list(changed))
    return award, changed


def _tell_award(award: Award, changed: Changed, by: User | None) -> None:
    """Write what is said of the award now to the journals of all its editions that still live."""
    if not changed:
        return
    editions = Edition.objects.filter(award=award).exclude(state=EditionState.ARCHIVED)
    for each in editions.order_by("pk"):
        each.award = award
        ledger.append(each.chain, "award.changed", subject=each.uid, by=by, data=changed)


def _check_change(edition: Edition, rules: schema.Edition) -> None:
    """Raise Refused where a new version would change what is being, or was, judged."""
    if edition.state == EditionState.ARCHIVED:
        raise Refused(
            _("%(edition)s is archived: its rules stay as they were.") % {"edition": edition.chain}
        )
    if walked(edition) and not _same_bones(edition.rules, rules):
        raise _bones_refused(edition)


def _bones_refused(edition: Edition) -> Refused:
    return Refused(
        _(
            "Entries have been submitted: stages, categories, models, scales, honours, numbering, "
            "terms, conditions of taking part and what the forms ask in %(edition)s can no longer "
            "change. Dates, texts and the sizes of files can."
        )
        % {"edition": edition.chain}
    )


def _same_bones(old: schema.Edition, new: schema.Edition) -> bool:
    return bool(_bones(old) == _bones(new))


_WORDS = ("title", "note", "panel_title", "confirmed_by", "authority", "otherwise", "terms")
_JUDGED_BY = (
    "subject",
    "stages",
    "categories",
    "models",
    "scales",
    "honours",
    "panels",
    "numbering",
    "eligibility",
    "entries_per_applicant",
    "emblem",
    "declining",
    "result_questions",
)
_ASKED = ("key", "kind", "required", "when", "least", "most", "public")
"""What makes a question another one; its words, and how long or large an answer may be, do not."""


def _bones(rules: schema.Edition) -> Any:
    """What entries are handed in and judged by, and what follows: without dates, without words."""
    document = document_of(rules)
    kept = {part: document[part] for part in _JUDGED_BY}
    for stage in kept["stages"]:
        stage.pop("opens")
        stage.pop("closes")
    kept["regions"] = dict.fromkeys(document["regions"])
    kept["diploma_numbering"] = document["diploma"]["numbering"]
    kept["questions"] = _asked(document["questions"])
    kept["forms"] = {
        key: _asked(field for section in form["sections"] for field in section["fields"])
        for key, form in document["forms"].items()
    }
    return _without_words(kept)


def _asked(fields: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The questions by their keys, in whatever order they stand."""
    return {
        field["key"]: {name: field[name] for name in _ASKED}
        | {"choices": [choice["key"] for choice in field["choices"]]}
        for field in fields
    }


def _without_words(value: Any) -> Any:
    """Without titles and references. Guidance and anchors stay: marks were given by them."""
    if isinstance(value, dict):
        return {
            key: _without_words(each)
            for key, each in value.items()
            if not (key in _WORDS and (each is None or set(each) == {"ru", "en"}))
            and not (key == "source" and isinstance(each, str))
            and not (key == "assumed" and isinstance(each, bool))
        }
    if isinstance(value, list):
        return [_without_words(each) for each in value]
    return value


def _sync_categories(edition: Edition, rules: schema.Edition) -> None:
    edition.categories.exclude(key__in=[each.key for each in rules.categories]).delete()
    for order, category in enumerate(rules.categories):
        Category.objects.update_or_create(
            edition=edition,
            key=category.key,
            defaults={
                "order": order,
                "title_ru": category.title.ru,
                "title_en": category.title.en,
            },
        )


def _sync_stages(edition: Edition, rules: schema.Edition, old: schema.Edition | None) -> None:
    """One row per stage, or per stage and region; dates follow the rulebook where it moved them."""
    wanted = {
        (stage.key, region): {"order": order, **_stage_values(rules, stage, region)}
        for order, stage in enumerate(rules.stages)
        for region in _places(rules, stage)
    }
    before = {} if old is None else _dates(old)
    here = {(row.key, row.region): row for row in edition.stages.select_for_update()}
    for place, row in here.items():
        if place not in wanted:
            if row.state != StageState.PLANNED:
                raise Refused(
                    _("The stage «%(stage)s» has been opened and cannot be taken out.")
                    % {"stage": row}
                )
            row.delete()
    for (key, region), values in wanted.items():
        if (key, region) not in here:
            Stage.objects.create(edition=edition, key=key, region=region, **values)
            continue
        row = here[key, region]
        kept = _kept_dates(row, values, before.get((key, region), ()))
        Stage.objects.filter(pk=row.pk).update(**values | kept)


def _kept_dates(row: Stage, values: dict[str, Any], before: tuple[Any, ...]) -> dict[str, Any]:
    """The dates of `row` that the rules do not move: somebody may have moved them by hand. None,
    if a date of the rules and one moved by hand would put its end before its beginning.
    """
    kept = {
        name: getattr(row, name)
        for name, old in zip(_DATES, before, strict=False)
        if old == values[name]
    }
    opens, closes = (kept.get(name, values[name]) for name in ("opens_at", "closes_at"))
    return {} if opens and closes and closes <= opens else kept


def _places(rules: schema.Edition, stage: schema.Stage) -> list[str]:
    return list(rules.regions) if stage.per == "region" else [""]


def _dates(rules: schema.Edition) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The dates that a rulebook itself gives to its stages."""
    return {
        (stage.key, region): tuple(_stage_values(rules, stage, region)[name] for name in _DATES)
        for stage in rules.stages
        for region in _places(rules, stage)
    }


def _stage_values(rules: schema.Edition, stage: schema.Stage, region: str) -> dict[str, Any]:
    own = rules.regions.get(region)
    opens, closes = stage.opens, stage.closes
    if own and stage.kind == "intake":
        opens, closes = own.opens or opens, own.closes or closes
    return {
        "kind": stage.kind,
        "title_ru": stage.title.ru,
        "title_en": stage.title.en,
        "opens_at": instant(opens, rules.zone) if opens else None,
        "closes_at": instant(closes.at, rules.zone) if closes else None,
        "grace": closes.grace if closes else timedelta(0),
    }
