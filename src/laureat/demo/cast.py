"""The people of a season: secretaries, assessors, panel members, and the demo sign-ins."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from django.conf import settings

from laureat.assessment.actions import enrol_assessor
from laureat.assessment.models import Assessor
from laureat.council.actions import make_panels, seat_member
from laureat.council.models import Panel, Seat
from laureat.demo import names
from laureat.demo.plan import Plan
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.actions import register_person
from laureat.platform.accounts.models import User
from laureat.registry.models import Sector
from laureat.rulebook.models import Edition

PASSWORD = "laureat-demo"  # noqa: S105 - printed for everybody who tries the demo
SIGN_INS = (
    ("applicant", "Заявителева Анна Демовна (демо)"),
    ("assessor", "Экспертов Павел Демович (демо)"),
    ("lead", "Ведущева Ирина Демовна (демо)"),
    ("secretary", "Секретарева Мария Демовна (демо)"),
    ("chair", "Председателев Олег Демович (демо)"),
    ("member", "Советов Борис Демович (демо)"),
    ("auditor", "Ревизорова Нина Демовна (демо)"),
    ("organiser", "Устроителев Глеб Демович (демо)"),
)


@dataclass
class Cast:
    """Who plays in a season."""

    secretary: User
    assessors: list[Assessor] = field(default_factory=list)
    severity: dict[int, float] = field(default_factory=dict)
    """By assessor pk: added to the share of the scale that an entry deserves."""
    panels: list[Panel] = field(default_factory=list)


def sign_in(key: str) -> User:
    """The demo sign-in `key`; made on first use.

    Everybody knows its password, so it has one in a demo only: nobody can sign in as these people
    where a season is played beside real contests.
    """
    found = User.objects.filter(demo_role=key).first()
    if found:
        return found
    return register_person(
        f"{key}@demo.invalid",
        dict(SIGN_INS)[key],
        language="ru",
        password=PASSWORD if settings.DEMO else None,
        demo_role=key,
        by=None,
    )


def person(email: str, random: Random) -> User:
    """An invented person; the same e-mail is the same person."""
    found = User.objects.filter(email=email).first()
    return found or register_person(email, names.person_name(random), language="ru", by=None)


def gather(edition: Edition, plan: Plan, random: Random, regions: list[str]) -> Cast:
    """Give the season its people."""
    award, key = edition.award.key, edition.key
    organiser, auditor = sign_in("organiser"), sign_in("auditor")
    give_role(organiser, Role.ORGANISER, by=None)
    give_role(auditor, Role.AUDITOR, by=None)
    cast = Cast(secretary=sign_in("secretary"))
    give_role(cast.secretary, Role.SECRETARY, award=award, edition=key, by=None)
    _enrol(edition, plan, random, regions, cast)
    cast.panels = list(make_panels(edition, by=None))
    for panel in cast.panels:
        _seat(panel, plan, random, cast)
    return cast


def _enrol(edition: Edition, plan: Plan, random: Random, regions: list[str], cast: Cast) -> None:
    """Assessors from everywhere: strict and lenient ones, some newcomers, a third may lead."""
    sectors = list(Sector.objects.order_by("key"))
    people = [sign_in("assessor"), sign_in("lead")]
    label = edition.chain.replace("/", "-")
    people += [
        person(f"expert{number}.{label}@demo.invalid", random)
        for number in range(1, plan.assessors - len(people) + 1)
    ]
    for number, user in enumerate(people):
        assessor = enrol_assessor(
            edition,
            user,
            region=regions[number // 3 % len(regions)],
            may_lead=number != 0 and number % 3 == 1,
            newcomer=number % 11 == 10,
            max_load=plan.load,
            sectors=random.sample(sectors, 4),
            works_for=[],
            stages=[],
            by=None,
        )
        cast.assessors.append(assessor)
        cast.severity[assessor.pk] = random.gauss(0, plan.assessor_spread)


def _seat(panel: Panel, plan: Plan, random: Random, cast: Cast) -> None:
    """A chair, a secretary, members. The demo's chair presides over commissions, its council
    member sits in every panel of a whole edition.
    """
    label = f"{panel.edition.chain.replace('/', '-')}.{panel.key}{panel.region}"
    commission = panel.edition.rules.panels[panel.key].kind == "commission"
    chair = sign_in("chair") if commission else person(f"chair.{label}@demo.invalid", random)
    seat_member(panel, chair, Seat.Role.CHAIR, by=None)
    seat_member(panel, cast.secretary, Seat.Role.SECRETARY, by=None)
    members = [] if panel.region else [sign_in("member")]
    members += [
        person(f"member{number}.{label}@demo.invalid", random)
        for number in range(1, plan.members - len(members))
    ]
    for user in members:
        seat_member(panel, user, Seat.Role.MEMBER, by=None)
