"""Applicants register, pass the eligibility check, fill in, submit: some of them late."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from laureat.demo import applicants, names
from laureat.demo.answers import Applicant, form_answers, work_in
from laureat.demo.cast import sign_in
from laureat.intake.actions import (
    Found,
    attach,
    close_checks,
    close_intake,
    record_checks,
    save_answers,
    start_entry,
    submit_entry,
)
from laureat.intake.actions.filling import missing
from laureat.intake.models import Entry, Outcome
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.actions import (
    GoodData,
    OrganisationData,
    register_good,
    register_organisation,
)
from laureat.registry.models import Good, Organisation, Region
from laureat.registry.queries import facts_of
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.stages import IntakeStage

if TYPE_CHECKING:
    from laureat.demo.season import Season

BATCH = 40
"""So many applicants in one transaction: a demo need not sync the disk for each."""
NAMED = 40
"""In a season of so many entries each file has its organisation's name; else all share one."""


def prepare(season: Season, regions: list[str]) -> None:
    """Decide who will apply with what."""
    random = season.random("wishes")
    season.wishes = applicants.wishes(season.edition.rules, season.plan, regions, random)


def _owner(season: Season, wish: applicants.Wish) -> Organisation:
    found = season.owners.get((wish.region, wish.organisation))
    if found:
        return found
    random = season.random(f"organisation {wish.region} {wish.organisation}")
    serial = len(season.owners) + 1
    name = names.organisation_name(random, wish.sector, season.taken)
    head, post = names.head_of(random)
    region = Region.objects.get(pk=wish.region)
    organisation = register_organisation(
        OrganisationData(
            name_ru=name.ru,
            name_en=name.en,
            inn=names.inn(random, wish.region),
            ogrn=names.ogrn(random, wish.region),
            region=wish.region,
            address=f"{region.name_ru}, ул. Демонстрационная, д. {serial % 90 + 1} (демо)",
            email=f"office{serial}.{season.plan.seed}@demo.invalid",
            head_name=head,
            head_post=post,
            headcount=wish.headcount,
            sector=wish.sector,
            founded_on=applicants.founded(random, season.edition.year),
            is_demo=True,
        ),
        by=None,
    )
    season.owners[(wish.region, wish.organisation)] = organisation
    return organisation


def _good(season: Season, wish: applicants.Wish, owner: Organisation, number: int) -> Good | None:
    if season.edition.rules.subject != "product":
        return None
    random = season.random(f"good {number}")
    name = names.good_name(random, wish.category, wish.sector, season.taken)
    return register_good(
        owner,
        GoodData(
            name_ru=name.ru,
            name_en=name.en,
            okpd2=applicants.OKPD2.get(wish.category, "28.15.24"),
            normative_document=f"СТО {number:04d}-{season.edition.year} (демо)",
            launched_on=applicants.launched(random, season.edition.year),
            is_demo=True,
        ),
        by=None,
    )


def play(season: Season, stage: Stage) -> None:
    """Applications of one intake stage (of one region, where regions take them in)."""
    wishes = [
        (number, wish)
        for number, wish in enumerate(season.wishes, 1)
        if not stage.region or wish.region == stage.region
    ]
    title = format_lazy(_("applications: {stage}"), stage=stage)
    with season.progress.step(title, len(wishes)) as tick:
        for start in range(0, len(wishes), BATCH):
            with transaction.atomic():
                for place, (number, wish) in enumerate(wishes[start : start + BATCH], start):
                    share = 0.05 + 0.93 * place / len(wishes)
                    with season.at(season.instant(stage, share)):
                        apply(season, wish, number, late=place == len(wishes) - 1, stage=stage)
                    tick()
    _too_late(season, stage, wishes)
    with season.at((stage.last_moment or season.moment) + timedelta(hours=1)):
        close_intake(stage, by=None)


def apply(season: Season, wish: applicants.Wish, number: int, *, late: bool, stage: Stage) -> Entry:
    """One applicant from registering to handing in; a late one inside the grace."""
    entry = fill_in(season, wish, number)
    if late and stage.grace and stage.closes_at:
        with season.at(stage.closes_at + stage.grace / 2):
            submit_entry(entry, by=None)
    else:
        submit_entry(entry, by=None)
    season.strengths[entry.pk] = wish.strength
    return entry


def fill_in(season: Season, wish: applicants.Wish, number: int) -> Entry:
    """A complete draft."""
    edition, rules = season.edition, season.edition.rules
    owner = _owner(season, wish)
    if number == 1:
        _give_to_demo_applicant(owner)
    good = _good(season, wish, owner, number)
    today = (season.moment).date()
    answers = applicants.eligible_answers(
        rules, {**facts_of(owner, good, today), "history": [],
                "edition": {"year": edition.year, "key": edition.key, "award": edition.award.key}}
    )  # fmt: skip
    entry = start_entry(
        edition, owner, good=good, category_key=wish.category, answers=answers, by=None
    )
    random = season.random(f"answers {number}")
    since = good.launched_on if good and good.launched_on else today
    first = rules.stages[0]
    assert isinstance(first, IntakeStage)
    form = rules.forms[first.form]
    applicant = Applicant(
        name=owner.name_ru,
        address=owner.address,
        work=work_in(wish.sector, owner.name_ru),
        person=names.person_name(Random(owner.name_ru)),
        strength=wish.strength,
        since=since,
        good=good.name_ru if good else "",
        brand=owner.name_ru.partition("«")[2].rstrip("»"),
    )
    filled = form_answers(form, random, applicant)
    entry = save_answers(entry, filled, version=entry.version, by=None)
    named = owner.name_ru if len(season.wishes) <= NAMED else ""
    files = {field.key: field for field in form.fields() if field.kind == "file"}
    for key in missing(entry):
        if key in files:
            upload = SimpleUploadedFile(*season.papers.attached(files[key], named))
            attach(entry, key, upload, by=None)
    return entry


def _give_to_demo_applicant(owner: Organisation) -> None:
    give_role(sign_in("applicant"), Role.APPLICANT, organisation=owner.uid, by=None)


def _too_late(season: Season, stage: Stage, wishes: list[tuple[int, applicants.Wish]]) -> None:
    """One more applicant presses the button after the last moment and is refused."""
    if not wishes or not stage.last_moment:
        return
    number = len(season.wishes) + int(stage.region or 1)
    model = wishes[0][1]
    wish = applicants.Wish(
        10_000 + number, model.region, model.sector, model.headcount, model.category, 0.5
    )
    with season.at(season.instant(stage, 0.99)):
        draft = fill_in(season, wish, number)
    with season.at(stage.last_moment + timedelta(minutes=1)):
        try:
            submit_entry(draft, by=None)
        except Refused:
            return
    message = f"an entry was accepted after the last moment of {stage}"
    raise AssertionError(message)


def play_checks(season: Season, stage: Stage) -> None:
    """The secretary checks every entry; a few fail."""
    entries = season.entries(stage)
    random = season.random(f"checks {stage}")
    secretary = _secretary(season)
    title = format_lazy(_("checks: {stage}"), stage=stage)
    with season.progress.step(title, len(entries)) as tick:
        for start in range(0, len(entries), BATCH):
            with transaction.atomic(), season.at(season.instant(stage, 0.5)):
                found: list[Found] = []
                for entry in entries[start : start + BATCH]:
                    found += findings(season, stage, entry, random.random())
                    tick()
                record_checks(stage, found, by=secretary)
        with season.at(season.instant(stage, 1)):
            close_checks(stage, by=secretary)


def findings(season: Season, stage: Stage, entry: Entry, chance: float) -> list[Found]:
    """What is found about an entry; an unlucky one fails the last item."""
    items = stage.rules.checks
    fails = chance > season.plan.pass_admission
    day = season.moment.strftime("%d.%m.%Y")
    found = []
    for item in items:
        note = f"Протокол № {entry.serial} от {day} (демо)" if item.protocol else ""
        if fails and item is items[-1]:
            found.append(
                Found(entry, item.key, Outcome.FAILED, "Документ не представлен в срок (демо).")
            )
        else:
            found.append(Found(entry, item.key, Outcome.PASSED, note))
    return found


def _secretary(season: Season) -> User:
    assert season.cast is not None
    return season.cast.secretary
