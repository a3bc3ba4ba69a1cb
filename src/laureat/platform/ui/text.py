"""Words and figures for readers: two languages, numbers, sizes, instants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.platform.i18n.content import Language
from laureat.platform.i18n.content import current as language
from laureat.platform.ui.charts import figure
from laureat.platform.ui.zones import MOSCOW, offset


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, the language it is in, and whether the reader's language had none."""

    text: str
    lang: str
    other: bool = False


def _get(obj: object, name: str) -> Any:
    if isinstance(obj, Mapping):
        return obj.get(name)
    return getattr(obj, name, None)


def wording(obj: object, name: str = "") -> Wording:
    """Read `<name>_ru`/`<name>_en`, or an object or mapping with ru and en, or plain text."""
    here = language()
    there: Language = "ru" if here == "en" else "en"
    if obj is None:
        return Wording("", here)
    if name:
        mine, theirs = _get(obj, f"{name}_{here}"), _get(obj, f"{name}_{there}")
        if mine is None and theirs is None:
            return wording(_get(obj, name))
    elif isinstance(obj, str):
        return Wording(obj, here)
    else:
        mine, theirs = _get(obj, here), _get(obj, there)
        if mine is None and theirs is None:
            return Wording(str(obj) if not isinstance(obj, Mapping) else "", here)
    if mine:
        return Wording(str(mine), here)
    if theirs:
        return Wording(str(theirs), there, other=True)
    return Wording("", here)


def number(value: object, places: int | None = None) -> str:
    """A number as the reader writes it: 1234,5 in Russian, 1,234.5 in English."""
    if value is None or value == "":
        return "—"
    try:
        exact = value if isinstance(value, int | float | Decimal) else Decimal(str(value))
        return figure(exact, language(), places)
    except InvalidOperation:
        return str(value)


def percent(share: object, places: int = 0) -> str:
    """A share of one as per cent: 98 % in Russian, 98% in English."""
    if share is None or share == "":
        return "—"
    shown = number(Decimal(str(share)) * 100, places)
    return f"{shown}\u00a0%" if language() == "ru" else f"{shown}%"


def chance(share: object) -> str:
    """A probability as per cent that claims no certainty: > 99 %, < 1 % instead of 100 %, 0 %."""
    if share is None or share == "":
        return "—"
    exact = Decimal(str(share))
    if exact > Decimal("0.99"):
        return f">\u00a0{percent(Decimal('0.99'))}"
    if exact < Decimal("0.01"):
        return f"<\u00a0{percent(Decimal('0.01'))}"
    return percent(exact)


def file_size(size: object) -> str:
    """Bytes as people say them: 2,4 МБ."""
    try:
        left = Decimal(str(size))
    except InvalidOperation:
        return "—"
    units = (
        pgettext("size", "B"),
        pgettext("size", "KB"),
        pgettext("size", "MB"),
        pgettext("size", "GB"),
        pgettext("size", "TB"),
    )
    index = 0
    while left >= 1000 and index < len(units) - 1:
        left /= 1024
        index += 1
    places = 1 if index and left < 10 else 0
    return f"{number(left, places)}\u00a0{units[index]}"


def _zone_of(moment: datetime) -> str:
    if moment.utcoffset() == moment.astimezone(MOSCOW).utcoffset():
        return pgettext("after a time", "Moscow time")
    return offset(moment)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant ready to show: for machines, for the reader, and (elsewhere) in Moscow."""

    machine: str
    shown: str
    zone: str
    moscow: str


DAY = "j\u00a0E Y"
DAY_MONTH = "j\u00a0E"
FORMATS = {"datetime": f"{DAY}, H:i", "date": DAY, "short": "d.m.y H:i", "time": "H:i"}


def moment(value: datetime | date, style: str = "datetime", zone: str = "") -> Moment:
    """A date, or an instant in the reader's zone (or `zone`) and, where it differs, in Moscow."""
    if not isinstance(value, datetime):
        return Moment(value.isoformat(), date_format(value, DAY), "", "")
    here = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    local = value.astimezone(here)
    machine = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    shown = date_format(local, FORMATS[style], use_l10n=False)
    if style in {"date", "short"}:
        return Moment(machine, shown, "", "")
    capital = value.astimezone(MOSCOW)
    moscow = ""
    if local.utcoffset() != capital.utcoffset():
        same = local.date() == capital.date()
        moscow = date_format(capital, "H:i" if same else FORMATS["datetime"], use_l10n=False)
    return Moment(machine, shown, _zone_of(local), moscow)


def days(start: date | None, end: date | None, *, years: bool = False) -> str:
    """Two days as people write them: 16 января – 1 марта; 11–29 ноября; с 3 июня; до 30 апреля.

    Days of two years name both: 15 ноября 2025 – 20 февраля 2026. `years` names the year always,
    for a list whose rows lie in different ones.
    """
    if start and end and start.year != end.year:
        return f"{date_format(start, DAY)} – {date_format(end, DAY)}"
    some = end or start
    year = f" {some.year}" if years and some else ""
    if start and end:
        last = f"{date_format(end, DAY_MONTH)}{year}"
        if start == end:
            return last
        if start.month == end.month:
            return f"{start.day}–{last}"
        return f"{date_format(start, DAY_MONTH)} – {last}"
    if start:
        return _("from %(day)s") % {"day": date_format(start, DAY_MONTH) + year}
    if end:
        return _("until %(day)s") % {"day": date_format(end, DAY_MONTH) + year}
    return ""
