"""Tables, sorting, pages of a long list.

On telephones each row of a table becomes a card: its cells stand below one another, each under
the heading of its column (CSS, `table.cards`). For that every cell is told its heading here, and
every part its role, because browsers forget that a table is one once it is drawn as boxes.
"""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from laureat.platform.ui import icons

register = template.Library()

FEW = 3
"""With fewer columns, or with `dense` rows of figures, a table fits a telephone as it is."""
_TAG = re.compile(
    r"<(/?)(thead|tbody|tfoot|tr|th|td)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_HEARD = re.compile(r"<(\w+)[^>]*\bonly-heard\b[^>]*>.*?</\1>", re.DOTALL)
_SPAN = re.compile(r"\bcolspan=[\"']?(\d+)")
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


@register.simple_block_tag
def table(
    content: str,
    caption: str,
    sticky: bool = False,
    hide_caption: bool = False,
    dense: bool = False,
    cards: bool | None = None,
    slim: bool = False,
) -> SafeString:
    """{% table "Caption" sticky=True %}<thead>…</thead><tbody>…</tbody>{% endtable %}.

    On phones rows become cards; cards=False lets the table scroll instead, for columns that are
    read across; slim, for long lists, puts values that speak for themselves in a line without
    their headings (class told keeps one, whole has a line to itself, none leaves the cell out). sticky: the first column stays. Figures: class n. Decision line: tr class line.
    """
    headings = _headings(content)
    if cards is None:
        cards = len(headings) >= FEW and not dense
    if cards:
        content = _labelled(content, headings)
    names = " ".join(n for n, on in (("sticky", sticky), ("dense", dense), ("cards", cards)) if on)
    return format_html(
        '<div class="scroll{5}" role="region" aria-label="{0}" tabindex="0"><table class="{1}"{4}>'
        '<caption{2}><span class="caption">{0}</span></caption>{3}</table></div>',
        caption,
        names,
        mark_safe(' class="only-heard"' if hide_caption else ""),
        mark_safe(content),
        mark_safe(' role="table"' if cards else ""),
        mark_safe(" slim" if slim else ""),
    )


def _headings(content: str) -> list[str]:
    """What the columns are called, as HTML without tags; "" for what is only heard."""
    head = content.partition("</thead>")[0]
    found: list[str] = []
    start, span = -1, 1
    for tag in _TAG.finditer(head):
        if tag[2].lower() not in {"th", "td"}:
            continue
        if tag[1]:
            words = _ANY_TAG.sub(" ", _HEARD.sub("", head[start : tag.start()]))
            found += [" ".join(words.split())] * span
        else:
            said = _SPAN.search(tag[3])
            start, span = tag.end(), int(said[1]) if said else 1
    return found


def _labelled(content: str, headings: list[str]) -> str:
    """The rows with a role for each part and a heading for each cell that has one column."""
    column = 0
    in_head = False

    def told(tag: re.Match[str]) -> str:
        nonlocal column, in_head
        name = tag[2].lower()
        if name == "thead":
            in_head = not tag[1]
        if tag[1]:
            return tag[0]
        if name == "tr":
            column = 0
        role = _ROLES.get(name) or ("rowheader" if 'scope="row"' in tag[3] else "columnheader")
        label = ""
        if name in {"th", "td"}:
            said = _SPAN.search(tag[3])
            if not in_head and role == "cell" and not said and column < len(headings):
                words = headings[column].replace('"', "&quot;")
                label = f' data-label="{words}"' if words else ""
            column += int(said[1]) if said else 1
        return f'<{tag[2]} role="{role}"{label}{tag[3]}>'

    return _TAG.sub(told, content)


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, numeric: bool = False) -> SafeString:
    """{% sort_header "Score" "score" numeric=True %}: a <th> that sets ?sort=score or -score."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    up, down = now == key, now == f"-{key}"
    query["sort"] = f"-{key}" if up else key
    query.pop("page", None)
    order = "ascending" if up else "descending"
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        mark_safe(' class="n"' if numeric else ""),
        format_html(' aria-sort="{}"', order) if up or down else "",
        query.urlencode(),
        label,
        icons.icon("up" if up else "down") if up or down else "",
    )


@register.inclusion_tag("ui/parts/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any], name: str = "page", anchor: str = ""
) -> dict[str, Any]:
    """{% pagination page_obj anchor="list" %}: keeps the other parameters of the address.

    anchor: where on the page the list begins, if much stands above it.
    """

    def link(number: int) -> str:
        query = context["request"].GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}#{anchor}" if anchor else f"?{query.urlencode()}"

    pages = [
        {"number": n, "url": link(n) if isinstance(n, int) else "", "current": n == page.number}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "pages": pages,
        "previous": link(page.number - 1) if page.has_previous() else "",
        "next": link(page.number + 1) if page.has_next() else "",
    }
