"""Pages of one organisation, one good, one diploma; the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet

from laureat.honours.models import ENDED, Diploma, EmblemLicence, Honour, HonourState
from laureat.honours.queries import licence_state
from laureat.platform.clock import today
from laureat.registry.models import Distinction, Good, Organisation
from laureat.registry.queries import good_found, named, terms
from laureat.showcase.queries import awards
from laureat.showcase.queries.concealing import concealed
from laureat.showcase.queries.register import Asked, award_titles


def _public(rows: QuerySet[Distinction]) -> QuerySet[Distinction]:
    return rows.exclude(concealed()).order_by(F("year").desc(nulls_last=True), "award_key", "pk")


def organisation(uid: str) -> Organisation | None:
    """An organisation that the register names; others have no public page."""
    named = Distinction.objects.filter(organisation=OuterRef("pk")).exclude(concealed())
    return (
        Organisation.objects.filter(Exists(named), uid=uid)
        .select_related("region", "sector")
        .prefetch_related(
            Prefetch("distinctions", _public(Distinction.objects.select_related("good")))
        )
        .first()
    )


def good(uid: str) -> Good | None:
    """A good that the register names."""
    named = Distinction.objects.filter(good=OuterRef("pk")).exclude(concealed())
    return (
        Good.objects.filter(Exists(named), uid=uid)
        .select_related("organisation__region", "organisation__sector")
        .prefetch_related(
            Prefetch("distinctions", _public(Distinction.objects.select_related("organisation")))
        )
        .first()
    )


def goods(asked: Asked) -> QuerySet[Good]:
    """The catalogue: goods that hold an honour in force, the newest first."""
    held = Q(distinctions__revoked_at__isnull=True, distinctions__isnull=False)
    exact = {
        "award_key": asked.award,
        "year": asked.year,
        "honour_key": asked.honour,
        "category_key": asked.category,
    }
    for name, value in exact.items():
        if value:
            held &= Q(**{f"distinctions__{name}": value})
    found = Good.objects.filter(held)
    if asked.region:
        found = found.filter(organisation__region_id=asked.region)
    if asked.kind:
        demo = Q(is_demo=True) | Q(organisation__is_demo=True)
        found = found.filter(demo) if asked.kind == "demo" else found.exclude(demo)
    for term in terms(asked.search):
        found = found.filter(good_found(term) | named(term))
    standing = _public(Distinction.objects.filter(revoked_at__isnull=True))
    return (
        found.annotate(newest=Max("distinctions__year"))
        .select_related("organisation__region")
        .prefetch_related(Prefetch("distinctions", standing))
        .order_by(F("newest").desc(nulls_last=True), "organisation__sort_key", "search", "pk")
    )


def sign_of(licence: EmblemLicence | None) -> str:
    """How a right to the emblem stands today: "" (there is none), later, valid, over, withdrawn."""
    if licence is None:
        return ""
    state = licence_state(licence, today())
    return "withdrawn" if state == "revoked" else state


@dataclass(frozen=True)
class Held:
    """A register line with what proves it."""

    line: Distinction
    award: str
    honour: Honour | None

    @property
    def declined(self) -> bool:
        """Whether the laureate declined it: a line that ended, and not taken back."""
        return self.honour is not None and self.honour.state == HonourState.DECLINED

    @property
    def licence(self) -> EmblemLicence | None:
        """The right to the emblem."""
        return getattr(self.honour, "emblem_licence", None)

    @property
    def licensed(self) -> str:
        """How that right stands today: "" (none, or gone with the honour), or see `sign_of`."""
        return "" if self.line.revoked_at else sign_of(self.licence)


def held(rows: Iterable[Distinction]) -> list[Held]:
    """Register lines with the honours of editions played here that stand behind them."""
    lines = list(rows)
    references = [line.reference for line in lines if line.reference]
    proofs = (
        Honour.objects.public()
        .filter(uid__in=references)
        .select_related("edition__award", "diploma", "emblem_licence")
        if references
        else ()
    )
    known = {honour.uid: honour for honour in proofs}
    titles = award_titles(awards.editions())
    return [
        Held(line, titles.get(line.award_key, line.award_key), known.get(line.reference))
        for line in lines
    ]


# ---------------------------------------------------------------- diplomas


@dataclass(frozen=True)
class Verdict:
    """What a check says about a diploma."""

    diploma: Diploma

    @property
    def revoked(self) -> bool:
        """Whether the honour was taken back."""
        return self.honour.state == HonourState.REVOKED

    @property
    def ended(self) -> bool:
        """Whether the diploma is no longer valid."""
        return self.honour.state in ENDED

    @property
    def concealed(self) -> bool:
        """Whether the laureate declined the title and the rules do not tell that."""
        return self.honour.state == HonourState.DECLINED and not self.honour.declined_shown

    @property
    def honour(self) -> Honour:
        """What it was given for."""
        return self.diploma.honour

    @property
    def sign(self) -> str:
        """The right to the emblem: over with the honour (revoked), or see `sign_of`."""
        state = sign_of(getattr(self.honour, "emblem_licence", None))
        return "revoked" if state and self.ended else state


def _diplomas() -> QuerySet[Diploma]:
    return Diploma.objects.filter(
        honour__state__in=(HonourState.PUBLISHED, *ENDED), honour__published_at__isnull=False
    ).select_related(
        "edition__award",
        "edition__version",
        "honour__entry__organisation__region",
        "honour__entry__good",
        "honour__entry__category",
        "honour__emblem_licence",
    )


def verify(code: str) -> Verdict | None:
    """What the code on a diploma opens."""
    found = _diplomas().filter(check_code=code).first()
    return Verdict(found) if found else None


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")  # what an office puts for a hyphen


def with_number(number: str) -> list[Verdict]:
    """Diplomas with this number (numbers are unique in an edition only), the newest first."""
    text = " ".join(number.replace("№", " ").translate(_DASHES).split())
    found = _diplomas().filter(number__iexact=text).order_by("-edition__year", "pk")[:20]
    return [Verdict(each) for each in found if _is_public(each)]


def _is_public(diploma: Diploma) -> bool:
    rules = {rule.key: rule.public for rule in diploma.edition.rules.honours}
    return rules.get(diploma.honour.key, False)
