"""What a receipt says, and the receipt as a PDF."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.intake.models import Attachment, Entry
from laureat.intake.queries.facts import form_of
from laureat.ledger.models import Record
from laureat.platform.accounts.models import User
from laureat.platform.documents import DocumentError, qr_svg, render_pdf
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts.core import Language
from laureat.platform.ui.text import file_size, number
from laureat.platform.ui.zones import RUSSIAN
from laureat.registry.models import Region
from laureat.rulebook.models import Stage

_LOG = logging.getLogger(__name__)


def _zone(name: str) -> str:
    return str(RUSSIAN.get(name) or name.rpartition("/")[2].replace("_", " "))


def _instants(instant: datetime, zone: Any, name: str) -> list[dict[str, str]]:
    local = instant.astimezone(zone)
    moscow = instant.astimezone(ZoneInfo("Europe/Moscow"))
    shown = [{"at": local.isoformat(timespec="seconds"), "zone": _zone(name)}]
    if local.utcoffset() != moscow.utcoffset():
        shown.append({"at": moscow.isoformat(timespec="seconds"), "zone": _("Moscow")})
    return shown


def _lateness(entry: Entry, stage: Stage) -> str | None:
    if not entry.late or entry.submitted_at is None or stage.closes_at is None:
        return None
    minutes = max(1, -(-int((entry.submitted_at - stage.closes_at).total_seconds()) // 60))
    grace = int(stage.grace.total_seconds()) // 60
    return _("%(late)s min after the deadline; entries are accepted %(grace)s min longer.") % {
        "late": number(minutes),
        "grace": number(grace),
    }


def receipt_data(
    entry: Entry, stage: Stage, record: Record, files: Mapping[str, Attachment]
) -> dict[str, Any]:
    """What the template shows (see the head of documents/receipt.typ)."""
    assert entry.submitted_at is not None
    edition, organisation = entry.edition, entry.organisation
    submitted = _instants(entry.submitted_at, edition.time_zone, edition.zone)
    url = settings.BASE_URL + reverse("intake:verify", args=[entry.uid])
    order = {field.key: place for place, field in enumerate(form_of(edition).fields())}
    listed = sorted(files.values(), key=lambda each: order.get(each.field, 999))
    said = json.loads(record.content)[
        "data"
    ]  # entries of earlier releases have no hash of a version
    at = _instants(record.at, edition.time_zone, edition.zone)[0]
    region = Region.objects.filter(code=entry.region).first() if entry.region else None
    return {
        "number": entry.number,
        "issued": submitted[0]["at"][:10],
        "award": localised(edition.award, "short_title"),
        "edition": localised(edition, "title"),
        "category": localised(entry.category, "title") if entry.category else None,
        "category_title": localised(edition.rules.category_title),
        "applicant": {
            "name": localised(organisation, "name"),
            "tax_number": organisation.inn or None,
            "region": localised(region, "name") if region else None,
        },
        "good": localised(entry.good, "name") if entry.good else None,
        "submitted": submitted,
        "version": {
            **at,
            "number": said.get("version", entry.handed_in),
            "hash": said.get("hash", said["answers"]),
        },
        "deadline": _instants(stage.closes_at, edition.time_zone, edition.zone)[0]
        if stage.closes_at
        else None,
        "late": _lateness(entry, stage),
        "submitted_by": None,
        "files": [
            {
                "name": each.file.name,
                "size": file_size(each.file.size),
                "sha256": each.file.sha256,
            }
            for each in listed
        ],
        "salt": entry.salt if said.get("salted") else None,
        "ledger": {"number": record.seq, "hash": record.hash},
        "check": {"url": url, "short": url.partition("://")[2]},
        "demo": edition.is_demo,
    }


def make_pdf(
    entry: Entry,
    stage: Stage,
    record: Record,
    files: Mapping[str, Attachment],
    *,
    by: User | None,
) -> bytes | None:
    """The receipt of `files` as a PDF in the language of `by`; None if it could not be made (logged)."""
    with translation.override(by.language if by else "ru"):
        data = receipt_data(entry, stage, record, files)
        data["submitted_by"] = by.called if by else None
        language: Language = "en" if by and by.language == "en" else "ru"
        title = _("Receipt for entry %(number)s") % {"number": entry.number}
        try:
            return render_pdf(
                "intake/receipt",
                data,
                language=language,
                title=title,
                images={"qr": qr_svg(data["check"]["url"])},
            )
        except DocumentError:
            _LOG.exception("receipt of entry %s", entry.uid)
            return None
