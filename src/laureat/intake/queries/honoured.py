"""The honours that entries were given: the register has them once they are published."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from laureat.intake.models import Entry, EntryState
from laureat.platform.i18n.content import localised
from laureat.platform.ui.tags.parts import tag
from laureat.registry.models import Distinction
from laureat.registry.queries import distinctions

_TONES = {"gold": "gold", "laurel": "ok", "plain": "neutral"}


def badges_of(entries: Sequence[Entry]) -> dict[int, SafeString]:
    """The honours in force of each entry as tags for its head, "" of none (one query)."""
    given = list(
        distinctions()
        .filter(organisation__in={entry.organisation_id for entry in entries})
        .exclude(reference="")  # of past years: nobody applied here for it
    )
    return {
        entry.pk: format_html_join(
            "",
            "{}",
            (
                (tag(localised(each, "title"), _TONES.get(each.tone, "neutral")),)
                for each in given
                if _is_of(each, entry)
            ),
        )
        for entry in entries
    }


def _is_of(honour: Distinction, entry: Entry) -> bool:
    category = entry.category.key if entry.category else ""
    return (
        entry.state not in (EntryState.DRAFT, EntryState.WITHDRAWN)
        and honour.award_key == entry.edition.award.key
        and honour.year == entry.edition.year
        and honour.organisation_id == entry.organisation_id
        and honour.good_id == entry.good_id
        and honour.category_key == category
    )
