"""To whom a letter may go: the register filtered, and what such a campaign would look like."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from laureat.outreach.models import Campaign
from laureat.outreach.queries.campaigns import written_to
from laureat.outreach.wording import Calendar, addressee_of, letter_data, letter_to
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry import queries as registry
from laureat.registry.models import Organisation
from laureat.registry.permissions import applied
from laureat.rulebook.models import Edition
from laureat.rulebook.schema.predicates import PredicateError

MOST = 5000
"""So many letters fit into one campaign."""
PICKABLE = 2000
"""Up to so many organisations the page lists one by one, to be ticked."""

BY_LAW: dict[str, tuple[Any, Q]] = {
    "micro": (_("micro: up to 15 people"), Q(headcount__lte=15)),
    "small": (_("small: 16 to 100"), Q(headcount__range=(16, 100))),
    "medium": (_("medium: 101 to 250"), Q(headcount__range=(101, 250))),
    "large": (_("large: more than 250"), Q(headcount__gt=250)),
    "unknown": (_("headcount not known"), Q(headcount__isnull=True)),
}
"""Size by headcount as the law on small business draws the lines."""

BEFORE: dict[str, Any] = {
    "": _("anyone"),
    "applied": _("has applied for this award before"),
    "honoured": _("holds an honour of this award"),
    "new": _("neither has applied nor holds an honour"),
    "unanswered": _("had a letter of this contest and has not applied yet"),
}


@dataclass(frozen=True)
class Asked:
    """What the secretary chose; "" means any."""

    edition: Edition
    template_key: str
    region: str = ""
    sector: str = ""
    search: str = ""
    size: str = ""
    """Key of `BY_LAW`, or "edition uid:category" of an edition's own classes."""
    before: str = ""
    """Key of `BEFORE`."""
    not_again: bool = True


@dataclass
class Recipients:
    """Who is on the list, and how many were left out, why."""

    organisations: list[Organisation] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """A sentence for each reason."""
    had: int = 0
    """How many have this letter already."""


def size_choices(editions: Iterable[Edition]) -> list[tuple[Any, Any]]:
    """All sizes that can be asked for, those of the editions' own classes too."""
    found: list[tuple[Any, Any]] = [("", gettext("any size"))]
    for edition in editions:
        own = [each for each in edition.rules.categories if each.when is not None]
        if own:
            found.append(
                (
                    f"{localised(edition.award, 'short_title')} {edition.year}",
                    [(f"{edition.uid}:{each.key}", localised(each, "title")) for each in own],
                )
            )
    by_law = [(key, title) for key, (title, _rows) in BY_LAW.items()]
    return [*found, (gettext("By the law on small business"), by_law)]


def recipients(user: User | None, asked: Asked) -> Recipients:
    """The organisations of the register that fit, those only that `user` keeps (None: all).

    Raises Refused where a size class is not that of the letter's edition, or too many fit.
    """
    rows = registry.organisations(
        user, search=asked.search, region=asked.region, sector=asked.sector
    ).filter(_before(asked))
    classed = ":" in asked.size
    if asked.size and not classed:
        rows = rows.filter(BY_LAW[asked.size][1])
    # Who is known from the history of awards only has no INN, nor anybody to write to.
    unknown = rows.filter(inn="").count()
    chosen = list(rows.exclude(inn="")[: MOST + 1])
    if len(chosen) > MOST:
        raise Refused(
            gettext(
                "More than %(most)d organisations match: choose a region or a line of business."
            )
            % {"most": MOST},
            field="search",
        )
    found = Recipients(chosen)
    if unknown:
        found.left_out.append(
            ngettext(
                "%(count)d organisation is left out: it has no INN in the register (known from "
                "the history of awards only).",
                "%(count)d organisations are left out: they have no INN in the register (known "
                "from the history of awards only).",
                unknown,
            )
            % {"count": unknown}
        )
    if classed:
        _keep_class(found, asked)
    return found


def _before(asked: Asked) -> Q:
    award = asked.edition.award.key
    has_applied = applied(award)
    honoured = Q(pk__in=registry.honoured(award))
    return {
        "": Q(),
        "applied": has_applied,
        "honoured": honoured,
        "new": ~has_applied & ~honoured,
        "unanswered": Q(pk__in=written_to(asked.edition)) & ~applied(award, asked.edition.key),
    }[asked.before]


def _keep_class(found: Recipients, asked: Asked) -> None:
    uid, _colon, key = asked.size.partition(":")
    if uid != asked.edition.uid:
        raise Refused(
            gettext("This size class is that of another contest than the letter's: choose again."),
            field="size",
        )
    kept, unknown = [], 0
    for organisation in found.organisations:
        category = _class_of(asked.edition, organisation)
        unknown += category is None
        if category == key:
            kept.append(organisation)
    found.organisations = kept
    if unknown:
        found.left_out.append(
            ngettext(
                "%(count)d organisation is left out: the register does not know its headcount.",
                "%(count)d organisations are left out: the register does not know their headcount.",
                unknown,
            )
            % {"count": unknown}
        )


def _class_of(edition: Edition, organisation: Organisation) -> str | None:
    """Key of the first class whose condition holds; None where it cannot be told."""
    facts = registry.facts_of(organisation, None, today())
    try:
        for category in edition.rules.categories:
            if category.when is not None and category.when.holds(facts):
                return category.key
    except PredicateError:
        return None
    return ""


def without_those_written_to(found: Recipients, edition: Edition, template_key: str) -> None:
    """Leave out who has this letter already."""
    had = written_to(edition, template_key)
    fresh = [each for each in found.organisations if each.pk not in had]
    found.had = len(found.organisations) - len(fresh)
    found.organisations = fresh
    if found.had:
        found.left_out.append(
            ngettext(
                "%(count)d organisation is left out: it has this letter already.",
                "%(count)d organisations are left out: they have this letter already.",
                found.had,
            )
            % {"count": found.had}
        )


def fingerprint(organisations: Iterable[Organisation]) -> str:
    """Tells whether a list is still the one that was looked at."""
    told = ",".join(each.uid for each in organisations)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


# ---------------------------------------------------------------- before it is prepared


@dataclass(frozen=True)
class First:
    """One of the first letters, as it would read."""

    organisation: Organisation
    serial: int
    number: str
    addressee: list[str]
    subject: str
    salutation: str
    paragraphs: list[str]


@dataclass(frozen=True)
class Figures:
    """What it comes to with those who are ticked."""

    count: int
    last_number: str
    no_address: int
    unsure: int


@dataclass(frozen=True)
class Outlook:
    """What a campaign would be, to be looked at and confirmed."""

    campaign: Campaign
    organisations: list[Organisation]
    numbers: list[str]
    first: list[First]
    silent: set[str]
    """Organisations without e-mail."""
    unsure: set[str]
    """Organisations of whose addressee's dative the rules are not sure."""

    @property
    def count(self) -> int:
        """How many letters, were all ticked."""
        return len(self.organisations)

    def figures(self, ticked: set[str]) -> Figures:
        """What it comes to with those who are `ticked`: numbers run on without a gap."""
        count = sum(each.uid in ticked for each in self.organisations)
        return Figures(
            count=count,
            last_number=self.numbers[count - 1] if count else "—",
            no_address=len(self.silent & ticked),
            unsure=len(self.unsure & ticked),
        )


def outlook(
    campaign: Campaign,
    organisations: Sequence[Organisation],
    numbers: Sequence[str],
    shown: int = 3,
) -> Outlook:
    """A campaign that is not kept yet (see `plan_campaign`), with its first letters."""
    calendar = Calendar(campaign.edition)
    pairs = zip(organisations[:shown], numbers, strict=False)
    return Outlook(
        campaign=campaign,
        organisations=list(organisations),
        numbers=list(numbers),
        first=[
            _first(campaign, organisation, number, place, calendar)
            for place, (organisation, number) in enumerate(pairs)
        ],
        silent={each.uid for each in organisations if not each.email},
        unsure={
            each.uid for each in organisations if not addressee_of(each, campaign.language).sure
        },
    )


def _first(
    campaign: Campaign, organisation: Organisation, number: str, place: int, calendar: Calendar
) -> First:
    data = letter_data(letter_to(campaign, organisation, number), calendar)
    return First(
        organisation=organisation,
        serial=campaign.first_number + place,
        number=number,
        addressee=[line for line in data["addressee"] if line],
        subject=data["subject"] or "",
        salutation=data["salutation"],
        paragraphs=[_plain(paragraph) for paragraph in data["body"]],
    )


def _plain(paragraph: str | list[dict[str, Any]]) -> str:
    if isinstance(paragraph, str):
        return paragraph
    return "".join(str(run["text"]) for run in paragraph)
