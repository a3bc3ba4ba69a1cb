"""Numbering diplomas."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.honours.models import Diploma, Honour, HonourState
from laureat.honours.permissions import keep_honour, list_honours
from laureat.honours.queries import names_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Edition


@transaction.atomic
def issue_diplomas(edition: Edition, *, by: User | None) -> list[Diploma]:
    """Number a diploma for every published honour that has none: by the order of the rulebook,
    then of categories and entries. Serials run per edition, or per region if the pattern names it.

    A regional secretary issues those of the region. Raises Denied, Refused (nothing to issue).
    """
    if by is not None:
        list_honours.require(by, edition)
    Edition.objects.select_for_update().get(pk=edition.pk)
    kept = Honour.objects.all() if by is None else keep_honour.of(by)
    honours = list(
        kept.filter(edition=edition, state=HonourState.PUBLISHED, diploma__isnull=True)
        .select_related("entry__category", "entry__organisation", "entry__good")
        .order_by("pk")
    )
    if not honours:
        raise Refused(_("Every published honour has its diploma already."))
    rules = edition.rules
    order = {each.key: number for number, each in enumerate(rules.honours)}
    honours.sort(
        key=lambda honour: (
            order[honour.key],
            honour.entry.category.order if honour.entry.category else 0,
            honour.entry.serial or 0,
            honour.entry_id,
        )
    )
    pattern, by_region = rules.diploma.numbering, "{region" in rules.diploma.numbering
    serials: Counter[str] = Counter(
        region if by_region else ""
        for region in Diploma.objects.filter(edition=edition).values_list(
            "honour__entry__region", flat=True
        )
    )
    made = []
    for honour in honours:
        group = honour.entry.region if by_region else ""
        serials[group] += 1
        published = honour.published_at or now()
        made.append(
            Diploma.objects.create(
                honour=honour,
                edition=edition,
                number=pattern.format(
                    year=edition.year,
                    region=honour.entry.region,
                    serial=serials[group],
                    honour=honour.key,
                ),
                issued_on=published.astimezone(edition.time_zone).date(),
                signed_by_ru=rules.diploma.signed_by.ru,
                signed_by_en=rules.diploma.signed_by.en,
                **names_of(honour.entry),
            )
        )
    ledger.append(
        edition.chain,
        "diplomas.issued",
        subject=edition.uid,
        by=by,
        data={"diplomas": [{"honour": d.honour.uid, "number": d.number} for d in made]},
    )
    return made
