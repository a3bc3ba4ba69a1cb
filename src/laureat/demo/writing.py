"""The ministry writes to the list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from laureat.demo import names
from laureat.demo.plan import LettersPlan
from laureat.outreach.actions import prepare_campaign, render_letters, send_letters
from laureat.outreach.models import Campaign
from laureat.registry.actions import OrganisationData, register_organisation
from laureat.registry.models import Organisation, Region
from laureat.registry.queries import organisation_of
from laureat.rulebook.schema.letters import Issued

if TYPE_CHECKING:
    from laureat.demo.season import Season


def write_letters(season: Season) -> None:
    """One campaign to invented enterprises of a region, rendered and sent."""
    wanted = season.plan.letters
    assert wanted is not None
    issued = _issued(season, wanted)
    office_hours = datetime.combine(issued.dated, time(10), season.edition.time_zone)
    with season.progress.step(_("letters"), 3) as tick, season.at(office_hours):
        campaign = prepare_letters(season, wanted)
        tick()
        render_letters(campaign, by=None)
        tick()
        send_letters(campaign, by=None)


def prepare_letters(season: Season, wanted: LettersPlan) -> Campaign:
    """A campaign to invented enterprises of a region, as its writer finds it: to look over."""
    issued = _issued(season, wanted)
    return prepare_campaign(
        season.edition,
        wanted.template,
        _enterprises(season, wanted.region, wanted.count),
        dated=issued.dated,
        first_number=issued.serial,
        region=wanted.region,
        by=None,
    )


def _issued(season: Season, wanted: LettersPlan) -> Issued:
    """Date and number: those of the real letter, where they are known."""
    letter = next(e for e in season.edition.rules.letters if e.key == wanted.template)
    return letter.issued or Issued(dated=season.moment.date() + timedelta(days=15), serial=1)


def _enterprises(season: Season, region: str, count: int) -> list[Organisation]:
    """Enterprises of the ministry's list; one has no e-mail address."""
    random = season.random("list")
    place = Region.objects.get(pk=region)
    found = []
    for number in range(1, count + 1):
        serial = season.plan.seed * 100 + number
        sector = random.choice(list(names.SECTOR_WORDS))
        name = names.organisation_name(random, sector, season.taken)
        head, post = names.head_of(random)
        organisation = register_organisation(
            OrganisationData(
                name_ru=name.ru,
                name_en=name.en,
                inn=names.inn(random, region),
                ogrn=names.ogrn(random, region),
                region=region,
                address=f"{place.name_ru}, пр. Примерный, д. {number} (демо)",
                email="" if number == count else f"list{serial}@demo.invalid",
                head_name=head,
                head_post=post,
                headcount=random.randrange(40, 3000),
                sector=sector,
                is_demo=True,
            ),
            by=None,
        )
        found.append(organisation_of(organisation.uid) or organisation)
    return found
