"""What time zones are called."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat.platform.clock import now

MOSCOW = ZoneInfo("Europe/Moscow")

RUSSIAN = {
    "Europe/Kaliningrad": gettext_lazy("Kaliningrad"),
    "Europe/Moscow": gettext_lazy("Moscow"),
    "Europe/Samara": gettext_lazy("Samara"),
    "Asia/Yekaterinburg": gettext_lazy("Yekaterinburg"),
    "Asia/Omsk": gettext_lazy("Omsk"),
    "Asia/Novosibirsk": gettext_lazy("Novosibirsk"),
    "Asia/Novokuznetsk": gettext_lazy("Kemerovo, Novokuznetsk"),
    "Asia/Krasnoyarsk": gettext_lazy("Krasnoyarsk"),
    "Asia/Irkutsk": gettext_lazy("Irkutsk"),
    "Asia/Yakutsk": gettext_lazy("Yakutsk"),
    "Asia/Vladivostok": gettext_lazy("Vladivostok"),
    "Asia/Magadan": gettext_lazy("Magadan"),
    "Asia/Kamchatka": gettext_lazy("Kamchatka"),
}
"""The zones of Russia from west to east, by the cities that people know them by."""


@cache
def known_zones() -> frozenset[str]:
    """The names of all zones; looked up once, because it reads a folder of hundreds of files."""
    return frozenset(available_timezones())


def offset(instant: datetime) -> str:
    """How far an instant's zone is from UTC then: UTC+7, UTC−3:30."""
    ahead = instant.utcoffset()
    minutes = int(ahead.total_seconds() // 60) if ahead else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def zone_name(zone: str) -> str:
    """A zone as a sentence says it: “Moscow time”, “UTC+7 (Kemerovo, Novokuznetsk)”."""
    here = now().astimezone(ZoneInfo(zone))
    if zone == MOSCOW.key:
        return _("Moscow time")
    place = RUSSIAN.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    return _("%(offset)s (%(place)s)") % {"offset": offset(here), "place": place}
