"""The parts that pages are made of: tags, notices, facts, tables, bars, ways, figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from laureat.platform.ui import icons
from laureat.platform.ui import text as words
from laureat.platform.ui.charts import Chart

register = template.Library()


@register.simple_tag
def tag(label: object, tone: str = "neutral") -> SafeString:
    """{% tag "laureate" "gold" %}: neutral, ok, gold (honours only), warn, error, quiet."""
    mark = icons.laurel() if tone == "gold" else ""
    return format_html('<span class="tag {}">{}{}</span>', tone, mark, label)


NOTICES = {
    "info": ("info", pgettext_lazy("notice", "Note")),
    "ok": ("check", pgettext_lazy("notice", "Done")),
    "warn": ("warn", pgettext_lazy("notice", "Attention")),
    "error": ("cross", pgettext_lazy("notice", "Error")),
}


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """{% notice "warn" "Title" %}…{% endnotice %}: info, ok, warn, error."""
    drawing, spoken = NOTICES[tone]
    head = format_html("<strong>{}</strong>", title) if title else ""
    return format_html(
        '<div class="notice {}">{}<div class="stack"><span class="only-heard">{}: </span>{}<div>{}</div></div></div>',
        tone,
        icons.icon(drawing),
        spoken,
        head,
        content,
    )


@register.simple_block_tag
def empty(content: str, title: str, text: str = "") -> SafeString:
    """{% empty "No entries yet" "They appear when …" %}{% link_button … %}{% endempty %}."""
    return format_html(
        '<div class="empty">{}<p class="title">{}</p>{}{}</div>',
        icons.laurel(),
        title,
        format_html('<p class="quiet">{}</p>', text) if text else "",
        format_html('<div class="row">{}</div>', content) if content.strip() else "",
    )


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """{% facts %}{% fact "Region" entry.region %}{% endfacts %}: names and values."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_tag
def fact(name: str, value: object) -> SafeString:
    """One line of facts; a dash where there is no value."""
    shown = "—" if value is None or value == "" else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", name, shown)


@register.simple_block_tag
def fact_block(content: str, name: str) -> SafeString:
    """{% fact_block "State" %}{% tag … %}{% endfact_block %}: a fact with markup inside."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", name, content)


def _bar(value: float, maximum: float, line: float | None, tone: str) -> SafeString:
    def share(x: float) -> str:
        return f"{min(100.0, max(0.0, 100 * x / maximum if maximum else 0.0)):.1f}"

    mark = ""
    if line is not None:
        mark = format_html('<line class="mark" x1="{0}" x2="{0}" y1="0" y2="10"/>', share(line))
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" y="1" width="100" height="8"/>'
        '<rect class="value" y="1" width="{}" height="8"/>{}</svg>',
        tone,
        share(value),
        mark,
    )


@register.simple_tag
def progress(value: float, maximum: float, label: str, tone: str = "") -> SafeString:
    """{% progress 11 32 "parts filled" %}: how much is done, in words and as a bar."""
    told = _("%(value)s of %(maximum)s") % {
        "value": words.number(value),
        "maximum": words.number(maximum),
    }
    return format_html(
        '<div class="progress">{}<p><b>{}</b> {}</p></div>',
        _bar(float(value), float(maximum), None, tone),
        told,
        label,
    )


@register.simple_tag
def meter(
    value: float | None, maximum: float, label: str = "", line: float | None = None, tone: str = ""
) -> SafeString:
    """{% meter 65 100 "65 %" line=70 %}: a small bar for a table row; label is shown beside it."""
    if value is None:
        return mark_safe('<span class="meter">—</span>')
    return format_html(
        '<span class="meter">{}<span>{}</span></span>',
        _bar(float(value), float(maximum), None if line is None else float(line), tone),
        label or words.number(value),
    )


STATES = {
    "passed": ("check", pgettext_lazy("stage", "passed")),
    "decided": ("", pgettext_lazy("stage", "decided")),
    "active": ("", pgettext_lazy("stage", "now")),
    "waiting": ("", pgettext_lazy("stage", "later")),
    "stopped": ("cross", pgettext_lazy("stage", "stopped here")),
    "withdrawn": ("minus", pgettext_lazy("stage", "withdrawn")),
}


def _part(obj: object, name: str) -> Any:
    return obj.get(name, "") if isinstance(obj, dict) else getattr(obj, name, "")


@register.inclusion_tag("ui/parts/way.html")
def way(stages: Sequence[object], label: str = "") -> dict[str, Any]:
    """{% way stages "Way of the entry" %}: stages with label, when, state, url, note.

    state: passed, decided, active, waiting, stopped, withdrawn (dicts or objects, `charts.Stage` too).
    """
    rows = []
    for stage in stages:
        state = str(_part(stage, "state") or "waiting")
        drawing, spoken = STATES[state]
        rows.append(
            {
                "state": state,
                "icon": icons.icon(drawing) if drawing else "",
                "spoken": spoken,
                **{name: _part(stage, name) for name in ("label", "when", "url", "note")},
            }
        )
    return {"stages": rows, "label": label or _("Way of the entry")}


@register.inclusion_tag("ui/parts/stepper.html")
def stepper(steps: Sequence[object], current: int = 1, label: str = "") -> dict[str, Any]:
    """{% stepper steps current=2 %}: steps of a long form; a step is text or {label, url, lacks}."""
    rows = [
        {
            "number": n,
            "label": step if isinstance(step, str) else _part(step, "label") or str(step),
            "url": "" if isinstance(step, str) else _part(step, "url"),
            "state": "current"
            if n == current
            else "done"
            if n < current and (isinstance(step, str) or not _part(step, "lacks"))
            else "later",
        }
        for n, step in enumerate(steps, 1)
    ]
    return {"steps": rows, "label": label or _("Steps"), "current": current, "total": len(rows)}


@register.simple_tag
def person(name: str, note: str = "", href: str = "") -> SafeString:
    """{% person "Maria S." note="secretary" %}: somebody known by name."""
    initials = "".join(word[0] for word in re.findall(r"\w+", str(name))[:2]).upper()
    shown = format_html('<a href="{}">{}</a>', href, name) if href else name
    return format_html(
        '<span class="person"><span class="face" aria-hidden="true">{}</span><span>{}{}</span></span>',
        initials,
        shown,
        format_html(' <span class="quiet">{}</span>', note) if note else "",
    )


@register.simple_tag
def assessor(number: int, name: str = "", lead: bool = False, you: bool = False) -> SafeString:
    """{% assessor 2 %}: “Assessor 2”; give the name only where the stage lets it be seen."""
    label = name or _("Assessor %(number)s") % {"number": number}
    notes = [pgettext("assessor", "lead")] * bool(lead) + [pgettext("assessor", "you")] * bool(you)
    return format_html(
        '<span class="person{}"><span class="face" aria-hidden="true">{}</span><span>{}{}</span></span>',
        "" if name else " hidden-name",
        number,
        label,
        format_html(' <span class="quiet">{}</span>', " · ".join(notes)) if notes else "",
    )


_FIGURES = re.compile(r"^[−+\d\s.,–—%/()]+$")


@register.inclusion_tag("ui/parts/figure.html")
def figure(chart: Chart, caption: str = "", note: str = "", data: bool = True) -> dict[str, Any]:
    """{% figure chart "Caption" note="…" %}: drawing, caption, text alternative, table of data."""
    numeric = [
        index > 0 and all(_FIGURES.match(row[index]) for row in chart.rows if row[index])
        for index in range(len(chart.columns))
    ]
    return {
        "wide": mark_safe(chart.svg),
        "narrow": mark_safe(chart.narrow),
        "caption": caption,
        "note": note,
        "data": data,
        "columns": list(zip(chart.columns, numeric, strict=True)),
        "rows": [list(zip(row, numeric, strict=True)) for row in chart.rows],
    }
