"""Text in two languages, numbers, instants, icons."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from laureat.platform.ui import icons
from laureat.platform.ui import text as words
from laureat.platform.ui.zones import zone_name

register = template.Library()
register.filter("number", words.number)
register.filter("percent", words.percent)
register.filter("chance", words.chance)
register.filter("file_size", words.file_size)
register.filter("zone_name", zone_name)
register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.laurel, name="laurel")


@register.filter
def in_language(obj: object, name: str = "") -> str:
    """{{ entry|in_language:"title" }}: the reader's language, else the other one. Plain text."""
    return words.wording(obj, name).text


@register.simple_tag
def text(obj: object, name: str = "", breaks: bool = False) -> SafeString:
    """{% text good "title" %}: text in the reader's language; another language is marked as such."""
    found = words.wording(obj, name)
    body = linebreaks(found.text, autoescape=True) if breaks else found.text
    if not found.other:
        return format_html("{}", body)
    tag = "div" if breaks else "span"
    long_name = _("in Russian") if found.lang == "ru" else _("in English")
    return format_html(
        '<{0} lang="{1}">{2}</{0}> <span class="lang-mark" title="{3}">'
        '<span aria-hidden="true">{1}</span><span class="only-heard">{3}</span></span>',
        mark_safe(tag),
        found.lang,
        body,
        long_name,
    )


@register.simple_tag
def when(
    value: datetime | date | None, style: str = "datetime", zone: str = "", moscow: bool = True
) -> SafeString:
    """{% when deadline %} {% when day "date" %}: `<time>` in the reader's zone and Moscow's.

    style: datetime, date, short, time. zone: an edition's zone instead of the reader's.
    """
    if value is None:
        return mark_safe("—")
    shown = words.moment(value, style, zone)
    tail = format_html(' <span class="zone">{}</span>', shown.zone) if shown.zone else ""
    if moscow and shown.moscow:
        tail = format_html(
            '{} <span class="zone">({})</span>',
            tail,
            _("%(time)s in Moscow") % {"time": shown.moscow},
        )
    return format_html('<time datetime="{}">{}</time>{}', shown.machine, shown.shown, tail)


@register.simple_tag
def days(start: date | None, end: date | None, years: bool = False) -> str:
    """{% days opens closes %}: from one day to another; `years=True` in lists that span years."""
    return words.days(start, end, years=years)


@register.simple_tag
def countdown(value: datetime, over: str = "") -> SafeString:
    """{% countdown deadline over="closed" %}: the instant; the browser adds the time that is left."""
    shown = words.moment(value)
    return format_html(
        '<time class="countdown" datetime="{}" data-countdown data-over="{}">{} {}</time>',
        shown.machine,
        over or _("time is up"),
        shown.shown,
        shown.zone,
    )
