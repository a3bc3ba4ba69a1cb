"""Buttons and the layout of forms."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from laureat.platform.ui.icons import icon as draw_icon

register = template.Library()

KINDS = {"primary": "btn", "plain": "btn plain", "quiet": "btn quiet", "danger": "btn danger"}


def _face(label: object, icon: str) -> SafeString:
    if not icon:
        return format_html("<span>{}</span>", label)
    if icon in {"right", "down", "out"}:
        return format_html("<span>{}</span>{}", label, draw_icon(icon))
    return format_html("{}<span>{}</span>", draw_icon(icon), label)


def _extra(attributes: dict[str, Any]) -> SafeString:
    """hx_post="…" becomes hx-post="…"; True is a bare attribute, False and None are left out."""
    pairs = [
        (key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    ]
    return format_html_join("", ' {}="{}"', ((k, "" if v is True else v) for k, v in pairs))


@register.simple_tag
def button(
    label: str, kind: str = "primary", icon: str = "", confirm: str = "", **attributes: Any
) -> SafeString:
    """{% button "Save" name="go" value="save" kind="plain" confirm="Sure?" hx_post=url %}."""
    attributes.setdefault("type", "submit")
    if confirm:
        attributes["data_confirm"] = confirm
    return format_html(
        '<button class="{}"{}>{}</button>', KINDS[kind], _extra(attributes), _face(label, icon)
    )


@register.simple_tag
def link_button(
    label: str, url: str, kind: str = "primary", icon: str = "", **attributes: Any
) -> SafeString:
    """{% link_button "Open" url kind="plain" icon="right" %}: goes somewhere, changes nothing."""
    return format_html(
        '<a class="{}" href="{}"{}>{}</a>', KINDS[kind], url, _extra(attributes), _face(label, icon)
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    label: str,
    url: str,
    kind: str = "primary",
    icon: str = "",
    confirm: str = "",
    **fields: Any,
) -> SafeString:
    """{% post_button "Withdraw" url confirm="Withdraw the entry?" kind="danger" entry=entry.uid %}.

    A form of one button; further keywords become hidden fields.
    """
    token = context.get("csrf_token", "")
    hidden = format_html_join(
        "", '<input type="hidden" name="{}" value="{}">', ((k, v) for k, v in fields.items())
    )
    if token and token != "NOTPROVIDED":  # noqa: S105  Django's word for “no token”
        hidden = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}', token, hidden
        )
    ask = format_html(' data-confirm="{}"', confirm) if confirm else ""
    return format_html(
        '<form class="post-button" method="post" action="{}"{}>{}'
        '<button class="{}" type="submit">{}</button></form>',
        url,
        ask,
        hidden,
        KINDS[kind],
        _face(label, icon),
    )


@register.simple_tag
def print_button(label: str = "") -> SafeString:
    """{% print_button %}: shown where a browser can print."""
    return format_html(
        '<button class="btn quiet needs-js" type="button" data-print>{}</button>',
        _face(label or _("Print"), "print"),
    )


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """{% field form.name %}: label, help, error and control of one field."""
    return bound.as_field_group()


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """{% error_summary form %}: what to correct, with links; `{{ form }}` has it already."""
    return mark_safe(
        render_to_string("ui/forms/summary.html", {"form": form}) if form.errors else ""
    )


@register.simple_block_tag
def fieldset(content: str, legend: str, hint: str = "") -> SafeString:
    """{% fieldset "Contact" hint="…" %}{% field form.phone %}{% endfieldset %}."""
    note = format_html('<p class="hint">{}</p>', hint) if hint else ""
    return format_html(
        '<fieldset class="group"><legend>{}</legend>{}{}</fieldset>', legend, note, content
    )


@register.simple_block_tag
def form_actions(content: str, sticky: bool = False) -> SafeString:
    """{% form_actions %}{% button "Save" %}{% autosave %}{% endform_actions %}: the row below a form."""
    return format_html('<div class="actions{}">{}</div>', " sticky" if sticky else "", content)


@register.simple_tag
def autosave(saved_at: str = "") -> SafeString:
    """{% autosave %} inside a form that saves itself by htmx: says saving, saved at, not saved."""
    return format_html(
        '<p class="saved" role="status" data-autosave data-zone="{}" data-saving="{}" data-saved="{}"'
        ' data-failed="{}" data-changed="{}">{}</p>',
        get_current_timezone_name(),
        _("Saving…"),
        _("Saved at {time}"),
        _("Not saved: no connection. What you typed is still here; try again."),
        _("Changes not saved yet"),
        _("Saved at {time}").replace("{time}", saved_at) if saved_at else "",
    )
