"""What the page of an entry opens of its honours: the decision and the diplomas."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from laureat.honours.models import Honour, HonourState
from laureat.honours.permissions import keep_honour, see_honour
from laureat.honours.queries.lists import TONES
from laureat.intake.models import Entry, EntryState
from laureat.intake.outcomes import Outcome
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.ui.tags.parts import tag
from laureat.platform.ui.text import DAY
from laureat.rulebook.models import EditionState

_OVER = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def outcomes(entry: Entry, reader: User) -> Iterable[Outcome]:
    """The decision once, also that nothing was given, then each diploma; an honour without one
    leads to where it will be.

    Published honours are public; diplomas are opened by those who may.
    """
    edition = entry.edition
    told = (
        Honour.objects.filter(entry=entry)
        .exclude(state=HonourState.PENDING)
        .select_related("diploma", "stage")
        .order_by("-stage__order", "key")
    )
    ever = list(told)
    given = [honour for honour in ever if honour.state == HonourState.PUBLISHED]
    if not ever and entry.state == EntryState.FINISHED and edition.state in _OVER:
        results = reverse("showcase:edition", args=[edition.award.key, edition.key])
        yield Outcome(_("Decision"), results, _("no honour was given"))
    for honour in ever:
        if honour.state == HonourState.DECLINED and see_honour(reader, _with(honour, entry)):
            title = localised(edition.rules.honour(honour.key), "title")
            yield Outcome(
                _("Declined: %(title)s") % {"title": title},
                reverse("honours:decline", args=[honour.uid]),
            )
    if not given:
        return
    first = given[0]
    published = date_format(first.published_at, DAY) if first.published_at else ""
    yield Outcome(
        _("Decision"),
        reverse("showcase:edition", args=[edition.award.key, edition.key]),
        ", ".join(filter(None, [localised(first, "authority"), published])),
    )
    for honour in given:
        _with(honour, entry)
        rule = edition.rules.honour(honour.key)
        title = localised(rule, "title")
        badge = tag(title, TONES[rule.tone])
        diploma = getattr(honour, "diploma", None)
        if not see_honour(reader, honour):
            yield Outcome(title, tag=badge)
        elif diploma is None:
            here = reverse("honours:mine")
            if keep_honour(reader, honour):
                here = reverse("honours:edition", args=[edition.award.key, edition.key])
            yield Outcome(title, here, _("The diploma is being prepared."), badge)
        else:
            address = reverse("honours:diploma", args=[honour.uid])
            note = f"№ {diploma.number}, PDF"
            yield Outcome(_("Diploma: %(title)s") % {"title": title}, address, note, badge)


def _with(honour: Honour, entry: Entry) -> Honour:
    """The honour with the entry and the rules that are known already."""
    honour.entry, honour.edition = entry, entry.edition
    return honour
