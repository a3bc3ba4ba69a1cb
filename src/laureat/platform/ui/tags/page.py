"""The frame of a page: header, breadcrumbs, navigation, sheets, cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from laureat.platform.ui import text as words

register = template.Library()


def _maybe(html: str, value: object) -> SafeString | str:
    return format_html(html, value) if value else ""


@register.simple_block_tag
def page_header(
    content: str, title: str, eyebrow: str = "", lead: str = "", tags: str = ""
) -> SafeString:
    """{% page_header "Title" eyebrow="Prize · 2024" lead="…" tags=t %}actions{% endpage_header %}."""
    return format_html(
        '<header class="page-header"><div class="words">{}<div class="title"><h1>{}</h1>{}</div>{}</div>{}</header>',
        _maybe('<p class="eyebrow">{}</p>', eyebrow),
        title,
        _maybe('<p class="tags">{}</p>', tags),
        _maybe('<p class="lead">{}</p>', lead),
        _maybe('<div class="row">{}</div>', content.strip() and content),
    )


@register.simple_block_tag
def breadcrumbs(content: str) -> SafeString:
    """{% breadcrumbs %}{% crumb "Awards" url %}{% crumb "2024" %}{% endbreadcrumbs %}."""
    return format_html(
        '<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("You are here"), content
    )


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs; without an address it is this page."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_block_tag
def subnav(content: str, label: str = "") -> SafeString:
    """{% subnav "Parts of the entry" %}{% nav_link "Profile" url %}{% endsubnav %}."""
    return format_html(
        '<nav class="subnav" aria-label="{}"><ul>{}</ul></nav>', label or _("Sections"), content
    )


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, label: str, url: str, count: int | None = None, current: bool | None = None
) -> SafeString:
    """A link of a subnav; current when it is this page, unless you say so yourself."""
    request = context.get("request")
    here = (
        (request is not None and request.path == url.split("?", maxsplit=1)[0])
        if current is None
        else current
    )
    return format_html(
        '<li><a href="{}"{}>{}{}</a></li>',
        url,
        mark_safe(' aria-current="page"') if here else "",
        label,
        "" if count is None else format_html(' <span class="count">{}</span>', words.number(count)),
    )


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Iterable[dict[str, Any]], label: str = "") -> SafeString:
    """{% tabs items "Label" %}: a subnav from a list of {label, url, count, current}."""
    links = [
        nav_link(context, i["label"], i["url"], i.get("count"), i.get("current")) for i in items
    ]
    body = format_html("{}" * len(links), *links) if links else ""
    return format_html(
        '<nav class="subnav" aria-label="{}"><ul>{}</ul></nav>', label or _("Sections"), body
    )


def _heading(level: int, title: str, href: str = "") -> SafeString | str:
    if not title:
        return ""
    name = f"h{min(6, max(1, int(level)))}"
    inside = format_html('<a href="{}">{}</a>', href, title) if href else title
    return format_html("<{0}>{1}</{0}>", name, inside)


@register.simple_block_tag
def sheet(
    content: str,
    title: str = "",
    eyebrow: str = "",
    tone: str = "",
    level: int = 2,
    anchor: str = "",
) -> SafeString:
    """{% sheet "Title" eyebrow="…" tone="gold" level=2 anchor="x" %}…{% endsheet %}: paper to write on."""
    return format_html(
        '<section class="sheet stack{}"{}>{}{}{}</section>',
        f" {tone}" if tone else "",
        _maybe(' id="{}"', anchor),
        _maybe('<p class="eyebrow">{}</p>', eyebrow),
        _heading(level, title),
        content,
    )


@register.simple_block_tag
def card(
    content: str, title: str, href: str = "", eyebrow: str = "", tags: str = "", level: int = 3
) -> SafeString:
    """{% card "Title" href=url eyebrow="…" tags=t %}…{% endcard %}: one thing of many, in a grid."""
    return format_html(
        '<article class="sheet card stack">{}{}{}{}</article>',
        _maybe('<p class="tags">{}</p>', tags),
        _heading(level, title, href),
        _maybe('<p class="eyebrow">{}</p>', eyebrow),
        content,
    )


@register.simple_block_tag
def more(content: str, label: str, opened: bool = False) -> SafeString:
    """{% more "Details" %}…{% endmore %}: folded away, there for those who look."""
    return format_html(
        '<details class="more"{}><summary>{}</summary><div class="stack">{}</div></details>',
        mark_safe(" open") if opened else "",
        label,
        content,
    )


@register.simple_block_tag
def stats(content: str) -> SafeString:
    """{% stats %}{% stat 412 "Goods judged" %}{% endstats %}: a few great figures."""
    return format_html('<dl class="stats">{}</dl>', content)


@register.simple_tag
def stat(value: object, label: str, note: str = "", href: str = "", tone: str = "") -> SafeString:
    """One figure of `stats` under its name; text is shown as it is, numbers as the reader writes them.

    tone "counted": the name stands below and agrees with the figure (412 goods, 1 good).
    """
    shown = value if isinstance(value, str) else words.number(value)
    return format_html(
        '<div class="{}"><dt>{}</dt><dd>{}</dd>{}</div>',
        f"stat {tone}".strip(),
        format_html('<a href="{}">{}</a>', href, label) if href else label,
        shown,
        _maybe('<dd class="note">{}</dd>', note),
    )
