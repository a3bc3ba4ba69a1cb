"""Entries at every point of their way, made through the actions that people use.

edition = prize()                          the RF Government Quality Prize 2024, intake open
entry = submitted(edition, factory())      a complete entry, handed in
with at(edition, "2024-02-01"): …          the clock of the season
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.ru import inn as stdnum_inn

from laureat.intake import actions
from laureat.intake.forms.answers import is_asked
from laureat.intake.models import Entry
from laureat.intake.queries import all_fields, facts, form_of
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import register_person
from laureat.platform.accounts.models import User
from laureat.registry.actions.goods import GoodData, register_good
from laureat.registry.actions.organisations import OrganisationData, register_organisation
from laureat.registry.models import Good, Organisation
from laureat.rulebook import schema
from laureat.rulebook.actions import load, open_stage
from laureat.rulebook.models import Edition, Stage
from tests.worlds.kept import kept
from tests.worlds.numbers import following
from tests.worlds.papers import one_page
from tests.worlds.sketches import sketched

AWARDS = Path(__file__).parents[2] / "awards"

PRIZE_ANSWERS = {"in_russia": True, "results_one_year": True, "bankrupt": False}
GOODS_ANSWERS = {"made_in_region": True, "excluded_goods": False}


@contextmanager
def at(edition: Edition, moment: str) -> Iterator[datetime]:
    """Inside the block it is `moment` (ISO, local time of the edition's zone)."""
    instant = datetime.fromisoformat(moment).replace(tzinfo=edition.time_zone)
    with clock.at(instant):
        yield instant.astimezone(UTC)


def stage_of(edition: Edition, key: str, region: str = "") -> Stage:
    """A stage of the edition, with its edition set."""
    stage = edition.stages.get(key=key, region=region)
    stage.edition = edition
    return stage


@kept
def prize(moment: str = "2024-02-01", *, opened: bool = True) -> Edition:
    """The prize of 2024, its intake open."""
    edition = load(AWARDS / "rf-quality-prize" / "2024.yaml", by=None)
    if opened:
        with at(edition, moment):
            open_stage(stage_of(edition, "intake"), by=None)
    return Edition.objects.select_related("award", "version").get(pk=edition.pk)


@kept
def goods(*regions: str, moment: str = "2023-04-01") -> Edition:
    """100 Best Goods of 2023, its intake open in these regions."""
    edition = load(AWARDS / "best-goods" / "2023.yaml", by=None)
    with at(edition, moment):
        for region in regions or ("42",):
            open_stage(stage_of(edition, "intake", region), by=None)
    return Edition.objects.select_related("award", "version").get(pk=edition.pk)


def person(name: str = "", *, language: str = "ru") -> User:
    """Somebody who can sign in."""
    number = following("intake")
    return register_person(
        f"person{number}@demo.invalid",
        name or f"Демов Демо {number}",
        language=language,
        password="secret-of-the-demo",
        by=None,
    )


def secretary(edition: Edition, region: str = "") -> User:
    """The secretary of an edition (of one region)."""
    user = person("Секретарева Демо")
    give_role(
        user, Role.SECRETARY, by=None, award=edition.award.key, edition=edition.key, region=region
    )
    return user


def acting_for(organisation: Organisation, *, language: str = "ru") -> User:
    """Somebody who acts for an organisation."""
    user = person("Заявителева Демо", language=language)
    give_role(user, Role.APPLICANT, by=None, organisation=organisation.uid)
    return user


def tax_number(serial: int) -> str:
    """A valid INN that belongs to nobody here."""
    stem = f"42{serial:07d}"
    return stem + stdnum_inn.calc_company_check_digit(stem)


def factory(
    region: str = "42", *, headcount: int | None = 180, founded: date | None = date(1998, 4, 2)
) -> Organisation:
    """An invented enterprise."""
    number = following("intake")
    return register_organisation(
        OrganisationData(
            name_ru=f"ООО «Демо-завод {number}»",
            name_en=f"Demo Works {number} LLC",
            inn=tax_number(number),
            kpp="420501001",
            region=region,
            city_ru="Кемерово",
            city_en="Kemerovo",
            email=f"works{number}@demo.invalid",
            headcount=headcount,
            founded_on=founded,
            is_demo=True,
        ),
        by=None,
    )


def bread(organisation: Organisation) -> Good:
    """An invented good."""
    number = following("intake")
    return register_good(
        organisation,
        GoodData(
            name_ru=f"Хлеб «Демо-{number}»",
            name_en=f"Demo Bread {number}",
            okpd2="10.71.11",
            launched_on=date(2015, 5, 5),
            is_demo=True,
        ),
        by=None,
    )


def a_file(ending: str = "pdf", name: str = "") -> SimpleUploadedFile:
    """A small file whose bytes are what its ending says."""
    if ending in ("zip", "docx", "xlsx"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
        content = out.getvalue()
    else:
        content = {
            "pdf": one_page(),
            "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 32,
            "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 32 + b"\xff\xd9",
        }[ending]
    return SimpleUploadedFile(name or f"документ.{ending}", content)


def an_answer(field: schema.Field) -> Any:
    """Something that fits a field."""
    if field.kind in ("number", "decimal", "percent"):
        return str(field.least if field.least is not None else 1)
    return {
        "text": "Демо",
        "long_text": "Демонстрационный ответ.",
        "date": "2020-01-15",
        "choice": field.choices[0].key if field.choices else "",
        "choices": [each.key for each in field.choices[:1]],
        "yes_no": False,
        "email": "contact@demo.invalid",
        "phone": "+7 3842 00-00-00",
        "url": "https://demo.invalid/",
    }[field.kind]


def filled(entry: Entry, *, by: User | None = None, files: bool = True, **answers: Any) -> Entry:
    """Answer everything that is asked and required; `answers` override."""
    known = facts(entry)
    given = {
        field.key: an_answer(field)
        for field in form_of(entry.edition).fields()
        if field.kind != "file" and field.required and is_asked(field, known)
    }
    given |= answers
    actions.save_answers(entry, given, version=entry.version, by=by)
    known = facts(entry)
    for field in all_fields(entry.edition):
        if files and field.kind == "file" and field.required and is_asked(field, known):
            actions.attach(entry, field.key, a_file(field.accept[0]), by=by)
    return entry


def draft(
    edition: Edition,
    organisation: Organisation,
    *,
    good: Good | None = None,
    category: str = "",
    by: User | None = None,
) -> Entry:
    """An entry that was started."""
    if edition.rules.subject == "product":
        return actions.start_entry(
            edition,
            organisation,
            good=good or bread(organisation),
            category_key=category or "food",
            answers=GOODS_ANSWERS,
            by=by,
        )
    return actions.start_entry(edition, organisation, answers=PRIZE_ANSWERS, by=by)


def submitted(
    edition: Edition,
    organisation: Organisation | None = None,
    *,
    category: str = "",
    by: User | None = None,
    moment: str = "",
) -> Entry:
    """A complete entry, handed in while applications were open."""
    moment = moment or f"{edition.year}-{'02' if edition.year == 2024 else '04'}-15"
    with at(edition, moment), sketched():
        organisation = organisation or factory()
        entry = draft(edition, organisation, category=category, by=by)
        filled(entry, by=by)
        actions.submit_entry(entry, by=by)
    return entry


@kept
def entered(count: int) -> tuple[Edition, list[Entry]]:
    """The prize of 2024 with so many entries; each stands on the one before."""
    if not count:
        return prize(), []
    edition, entries = entered(count - 1)
    return edition, [*entries, submitted(edition)]


@kept
def goods_entered(count: int, category: str, region: str = "42") -> tuple[Edition, list[Entry]]:
    """100 Best Goods with so many goods of a nomination."""
    if not count:
        return goods(region), []
    edition, entries = goods_entered(count - 1, category, region)
    return edition, [*entries, submitted(edition, category=category)]


def admitted(edition: Edition, *entries: Entry, key: str = "admission", region: str = "") -> None:
    """The entries pass every item of a check stage, and the stage is closed."""
    stage = stage_of(edition, key, region)
    opening = stage.opens_at
    assert opening is not None
    with clock.at(opening):
        open_stage(stage, by=None)
        actions.record_checks(
            stage,
            [
                actions.Found(entry, item.key, "passed", "протокол № 1 от 01.06.2023")
                for entry in entries
                for item in stage.rules.checks
            ],
            by=None,
        )
        actions.close_checks(stage, by=None)
