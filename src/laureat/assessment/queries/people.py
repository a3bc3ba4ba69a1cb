"""People, conflicts and samples as the secretary sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from laureat.assessment.models import Assessor, Conflict, KeyReader, Sample
from laureat.assessment.permissions import asked_now
from laureat.intake.models import Passage, PassageState
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.latin import in_latin
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.text import number
from laureat.registry.models import Organisation, Region
from laureat.rulebook.models import Edition, Stage, StageState
from laureat.rulebook.schema import Gate


def assessors_of(edition: Edition, *, search: str = "") -> QuerySet[Assessor]:
    """The assessors of an edition with the number of entries they have to judge now."""
    rows = (
        Assessor.objects.filter(edition=edition)
        .select_related("user", "edition__award")
        .annotate(
            load=Count(
                "assignments",
                filter=Q(assignments__in=asked_now(stage__edition=edition))
                & ~Q(assignments__stage__state=StageState.CLOSED),
            )
        )
        .order_by("serial")
    )
    return rows.filter(pk__in=named(rows, search)) if search.strip() else rows


def named(rows: QuerySet[Assessor], search: str) -> list[int]:
    """Those of `rows` with this very number, else with these letters in name or e-mail. One query."""
    text = search.strip()
    if text.isdecimal():
        return list(rows.filter(serial=int(text)).values_list("pk", flat=True))
    wanted = search_key(text)
    people = rows.order_by().values_list("pk", "user__name", "user__name_latin", "user__email")
    return [
        pk
        for pk, name, latin, mail in people
        if wanted in search_key(f"{name} {latin or in_latin(name)} {mail}")
    ]


@dataclass(frozen=True)
class PersonRow:
    """An assessor in the secretary's list."""

    assessor: Assessor
    load: int
    region: str
    """Its name."""


def person_rows(found: Iterable[Assessor]) -> list[PersonRow]:
    """A page of `assessors_of` with the names of regions. One query."""
    names = {each.code: localised(each, "name") for each in Region.objects.all()}
    return [PersonRow(each, getattr(each, "load", 0), names.get(each.region, "")) for each in found]


def conflicts_of(edition: Edition) -> QuerySet[Conflict]:
    """All conflicts of an edition, those in force first."""
    return (
        Conflict.objects.filter(assessor__edition=edition)
        .select_related("assessor__user", "organisation")
        .order_by("lifted_at", "assessor__serial", "organisation__sort_key", "pk")
    )


def entrants(edition: Edition, entries: Iterable[int] | None = None) -> QuerySet[Organisation]:
    """The organisations with entries in an edition, by name."""
    rows = Organisation.objects.filter(entries__edition=edition)
    if entries is not None:
        rows = Organisation.objects.filter(entries__in=entries)
    return rows.distinct().order_by("sort_key", "pk")


@dataclass(frozen=True)
class SamplesPage:
    """The samples of a blind tasting, and who knows whose they are."""

    rows: list[Sample]
    """Empty for who has not opened the list."""
    coded: int
    uncoded: int
    """Entries of the stage that still want a code."""
    readers: list[KeyReader]


def samples_page(stage: Stage, *, codes: bool) -> SamplesPage:
    """The code list: what is behind each code, for who may know. Four queries."""
    samples = Sample.objects.filter(stage=stage)
    rows = samples.select_related("entry__organisation", "entry__good", "entry__category")
    waiting = Passage.objects.filter(stage=stage, state=PassageState.ACTIVE)
    return SamplesPage(
        list(rows.order_by("code")) if codes else [],
        samples.count(),
        waiting.exclude(entry__in=samples.values("entry")).count(),
        list(stage.key_readers.select_related("user")),
    )


def rule_words(stage: Stage) -> str:
    """What the gate does, in a sentence."""
    gate: Gate = stage.rules.gate
    words = {
        "threshold": _("Entries with at least %(value)s points go on."),
        "top": _("The best %(value)s go on."),
        "share": _("The best %(value)s of the entries go on."),
        "quota": _("%(value)s places are spread in proportion to the entries."),
        "passed": _("Entries that passed all checks go on."),
        "honoured": _("Entries that were given an honour go on."),
        "all": _("Every entry with a result goes on."),
    }
    values = {
        "threshold": number(gate.at_least),
        "top": number(gate.top),
        "share": str(gate.share),
        "quota": number(gate.total),
    }
    per = {
        "edition": "",
        "category": _("Counted in each category."),
        "region": _("Counted in each region."),
    }
    sentence = words[gate.rule] % {"value": values.get(gate.rule, "")}
    return f"{sentence} {per[gate.per]}".strip()


def assessor_of(uid: str) -> Assessor:
    """An assessor with edition and person; 404 if there is none."""
    row = (
        Assessor.objects.select_related("user", "edition__award", "edition__version")
        .prefetch_related("sectors", "works_for")
        .filter(uid=uid)
        .first()
    )
    if row is None:
        raise Http404
    return row


def assessor_in(edition: Edition, uid: str) -> Assessor:
    """An assessor of this edition; 404 if there is none."""
    row = (
        Assessor.objects.filter(edition=edition, uid=uid).select_related("user").order_by().first()
    )
    if row is None:
        raise Http404
    return row


def conflict_in(rows: QuerySet[Conflict], key: int) -> Conflict:
    """The conflict of `rows` with this key; 404 if there is none."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row
