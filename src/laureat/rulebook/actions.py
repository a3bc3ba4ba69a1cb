"""Loading rulebooks; opening, closing and moving stages."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.rulebook import schema
from laureat.rulebook.models import (
    EDITION_TRANSITIONS,
    STAGE_TRANSITIONS,
    Award,
    Category,
    Edition,
    EditionState,
    Stage,
    StageState,
    Version,
)
from laureat.rulebook.permissions import run_edition, run_stage
from laureat.rulebook.schema.loading import LoadedEdition, load_edition
from laureat.rulebook.schema.stages import instant


@transaction.atomic
def load(path: Path, *, by: User | None, demo: bool = False) -> Edition:
    """Validate the edition file at `path`, freeze it as a version and make or update its edition.

    Loading the same content twice changes nothing. Once entries were submitted, stages,
    categories, models and scales may no longer change (entries are judged by the version they
    point at). Raises RulebookError (file, line, path, what was expected), Denied, Refused.
    """
    loaded = load_edition(path)
    if by is not None and not holds(by, Role.ORGANISER, award=loaded.edition.award):
        raise Denied(_("Only the organiser of this award loads its rules."))
    award = _sync_award(loaded.award)
    version, _new = Version.objects.get_or_create(
        award=award,
        edition_key=loaded.edition.edition,
        content_hash=loaded.content_hash,
        defaults={
            "document": loaded.edition.model_dump(mode="json", by_alias=True),
            "loaded_at": now(),
        },
    )
    edition = _sync_edition(award, version, loaded, demo=demo)
    return edition


def _sync_award(rules: schema.Award) -> Award:
    award, _new = Award.objects.update_or_create(
        key=rules.award,
        defaults={
            "title_ru": rules.title.ru,
            "title_en": rules.title.en,
            "short_title_ru": rules.short_title.ru,
            "short_title_en": rules.short_title.en,
            "organiser_ru": rules.organiser.ru,
            "organiser_en": rules.organiser.en,
            "about_ru": rules.about.ru,
            "about_en": rules.about.en,
            "site": rules.site,
        },
    )
    return award


def _sync_edition(award: Award, version: Version, loaded: LoadedEdition, *, demo: bool) -> Edition:
    rules = loaded.edition
    edition = (
        Edition.objects.select_for_update().filter(award=award, key=rules.edition).first()
    )
    if edition and edition.version_id == version.pk:
        return edition
    if edition and _judged(edition) and not _same_bones(edition.rules, rules):
        raise Refused(
            _(
                "Entries have been submitted: stages, categories, models, scales and honours of "
                "%(edition)s can no longer change. Dates and texts can."
            )
            % {"edition": edition.chain}
        )
    values: dict[str, Any] = {
        "year": rules.year,
        "title_ru": rules.title.ru,
        "title_en": rules.title.en,
        "zone": rules.zone,
        "version": version,
    }
    if edition is None:
        edition = Edition.objects.create(award=award, key=rules.edition, is_demo=demo, **values)
    else:
        Edition.objects.filter(pk=edition.pk).update(**values)
        edition.refresh_from_db()
    _sync_categories(edition, rules)
    _sync_stages(edition, rules)
    ledger.append(
        edition.chain,
        "rulebook.loaded",
        subject=edition.uid,
        by=None,
        data={"content_hash": version.content_hash},
    )
    return edition


def _judged(edition: Edition) -> bool:
    return edition.stages.annotate(walkers=Count("passages")).filter(walkers__gt=0).exists()


def _same_bones(old: schema.Edition, new: schema.Edition) -> bool:
    parts = ("stages", "categories", "models", "scales", "honours", "subject", "regions")
    keep = {"mode": "json", "by_alias": True}

    def bones(rules: schema.Edition) -> dict[str, Any]:
        document = rules.model_dump(**keep)  # type: ignore[arg-type]
        for stage in document["stages"]:
            stage.pop("opens", None)
            stage.pop("closes", None)
        return {part: document[part] for part in parts if part != "regions"} | {
            "regions": sorted(document["regions"])
        }

    return bones(old) == bones(new)


def _sync_categories(edition: Edition, rules: schema.Edition) -> None:
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
    edition.categories.exclude(key__in=[each.key for each in rules.categories]).delete()


def _sync_stages(edition: Edition, rules: schema.Edition) -> None:
    kept = []
    for order, stage in enumerate(rules.stages):
        for region in rules.regions if stage.per == "region" else [""]:
            row, _new = Stage.objects.update_or_create(
                edition=edition,
                key=stage.key,
                region=region,
                defaults={"order": order, **_stage_values(rules, stage, region)},
            )
            kept.append(row.pk)
    edition.stages.exclude(pk__in=kept).delete()


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


@transaction.atomic
def open_stage(stage: Stage, *, by: User | None) -> Stage:
    """Let people work in `stage` (again). Raises Denied, Refused."""
    return _move_stage(stage, StageState.OPEN, by)


@transaction.atomic
def close_stage(stage: Stage, *, by: User | None) -> Stage:
    """End work in `stage`. Rooms that own the work (assessment, council) call this from their own
    closing actions, which also apply the gate. Raises Denied, Refused."""
    return _move_stage(stage, StageState.CLOSED, by)


def _move_stage(stage: Stage, state: StageState, by: User | None) -> Stage:
    if by is not None:
        run_stage.require(by, stage)
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    if state not in STAGE_TRANSITIONS[row.state]:
        raise Refused(
            _("The stage is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    row.state = state
    if state == StageState.OPEN:
        row.opened_at = now()
    else:
        row.closed_at = now()
    row.save(update_fields=["state", "opened_at", "closed_at"])
    if state == StageState.OPEN and row.edition.state == EditionState.PREPARED:
        move_edition(row.edition, EditionState.RUNNING, by=None)
    ledger.append(
        row.edition.chain, f"stage.{state.value}", subject=row.uid, by=by, data={"stage": str(row)}
    )
    stage.state, stage.opened_at, stage.closed_at = row.state, row.opened_at, row.closed_at
    return row


@transaction.atomic
def move_dates(
    stage: Stage,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    grace: timedelta,
    by: User,
) -> Stage:
    """Set when `stage` opens and closes. Raises Denied, Refused (closing before opening)."""
    run_stage.require(by, stage)
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused(_("A stage closes after it opens."), field="closes_at")
    before = {"opens": str(stage.opens_at), "closes": str(stage.closes_at)}
    Stage.objects.filter(pk=stage.pk).update(opens_at=opens_at, closes_at=closes_at, grace=grace)
    stage.refresh_from_db()
    ledger.append(
        stage.edition.chain,
        "stage.dates",
        subject=stage.uid,
        by=by,
        data={"before": before, "opens": str(opens_at), "closes": str(closes_at)},
    )
    return stage


@transaction.atomic
def move_edition(edition: Edition, state: EditionState, *, by: User | None) -> Edition:
    """Move an edition along its states. Raises Denied, Refused."""
    if by is not None:
        run_edition.require(by, edition)
    row = Edition.objects.select_for_update().get(pk=edition.pk)
    if state not in EDITION_TRANSITIONS[row.state]:
        raise Refused(
            _("The edition is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    row.state = state
    row.save(update_fields=["state"])
    ledger.append(row.chain, f"edition.{state.value}", subject=row.uid, by=by, data={})
    if state == EditionState.PUBLISHED:
        ledger.open_to_public(row.chain)
    edition.state = row.state
    return row
