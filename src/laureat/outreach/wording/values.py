"""What fills the placeholders, and to whom a letter is addressed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from laureat.outreach import dative
from laureat.outreach.models import Campaign
from laureat.platform.documents.typography import MONTHS_EN, MONTHS_RU
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.registry.queries import regions
from laureat.rulebook.models import Edition, Stage, StageKind

_HONORIFIC = re.compile(r"(Уважаем)(?:ый|ая|ый\(-?ая\))(?=\s+\{head\})")


@dataclass(frozen=True)
class Addressee:
    """Post and name as the address block has them, and whether a rule was sure of them."""

    post: str
    name: str
    sure: bool


def addressee_of(organisation: Organisation, language: str = "ru") -> Addressee:
    """To whom at `organisation`: what the secretary stored, else what the rules say.

    Without a known head the letter goes to «Руководителю».
    """
    if language == "en":
        latin = not re.search("[а-яё]", organisation.head_name.lower())
        known = organisation.head_name if latin else ""
        return Addressee("To the head of the organisation", known, sure=True)
    post = organisation.head_post_dative
    name = organisation.head_name_dative
    sure = True
    if not post:
        form = dative.of_post(organisation.head_post)
        post, sure = form.text, form.sure
    if not name:
        form = dative.of_name(organisation.head_name)
        name, sure = form.text, sure and form.sure
    post = post or "Руководителю"
    return Addressee(post[:1].upper() + post[1:], name, sure)


def long_date(day: date, language: str) -> str:
    """«10 марта 2023 года», “10 March 2023”."""
    if language == "en":
        return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.day} {MONTHS_RU[day.month - 1]} {day.year} года"


class Calendar:
    """The dates and names that an edition lends to its letters, read once for a campaign."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._intakes: dict[str, Stage] = {}
        for stage in edition.stages.filter(kind=StageKind.INTAKE).order_by("order"):
            self._intakes.setdefault(stage.region, stage)
        self._regions = {region.code: region for region in regions()}

    def intake(self, region: str) -> Stage | None:
        """The stage that takes applications from `region`."""
        return self._intakes.get(region) or self._intakes.get("")

    def instant(self, region: str, name: str) -> datetime | None:
        stage = self.intake(region)
        return getattr(stage, name) if stage else None

    def day(self, region: str, name: str, language: str) -> str:
        moment = self.instant(region, name)
        if moment is None:
            return ""
        return long_date(moment.astimezone(self.edition.time_zone).date(), language)

    def region(self, code: str, language: str) -> str:
        own = self.edition.rules.regions.get(code)
        if own:
            return own.title.in_language(language)
        known = self._regions.get(code)
        return localised(known, "name", language) if known else ""


def apply_url(edition: Edition) -> str:
    """The page that says what the contest asks and where to apply, as a full address."""
    return settings.BASE_URL + reverse("intake:apply", args=[edition.uid])


def values_of(
    campaign: Campaign, organisation: Organisation, calendar: Calendar | None = None
) -> dict[str, str]:
    """What each placeholder stands for in the letter to `organisation` ("" where unknown)."""
    calendar = calendar or Calendar(campaign.edition)
    language = campaign.language
    region = campaign.region or organisation.region_id or ""
    return {
        "organisation": localised(organisation, "name", language),
        "head": dative.parse(organisation.head_name).spoken if organisation.head_name else "",
        "edition": localised(campaign.edition, "title", language),
        "year": str(campaign.edition.year),
        "opens": calendar.day(region, "opens_at", language),
        "closes": calendar.day(region, "closes_at", language),
        "region": calendar.region(region, language),
        "apply": apply_url(campaign.edition),
    }


def salutation(text: str, values: dict[str, str], head_name: str) -> str:
    """A salutation that agrees with the head: «Уважаемая {head}!»; without one, to colleagues."""
    if "{head}" not in text:
        return text
    if not values["head"]:
        return "Уважаемые коллеги!" if re.search("[а-яё]", text.lower()) else "Dear colleagues,"
    female = dative.parse(head_name).gender == "female"
    return _HONORIFIC.sub(r"\1ая" if female else r"\1ый", text)


def missing(
    names: Iterable[str],
    campaign: Campaign,
    organisations: Iterable[Organisation],
    calendar: Calendar,
) -> dict[str, list[Organisation]]:
    """For which organisations a placeholder of `names` has no value: {placeholder: organisations}.

    A salutation does without {head}, so ask only for the names in the text.
    """
    wanted = sorted(names)
    found: dict[str, list[Organisation]] = {}
    for organisation in organisations:
        values = values_of(campaign, organisation, calendar)
        for name in wanted:
            if not values.get(name):
                found.setdefault(name, []).append(organisation)
    return found
