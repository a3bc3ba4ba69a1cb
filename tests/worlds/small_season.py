"""A small but complete world: an object in every interesting state, one person per role.

    with small_season.played() as world: …     everything inside is undone at the end
    world.people["applicant"]                  who; None for "anonymous"
    world["entry:judged"]                      an object by its name
    with world.now(): …                        the clock at which everything stands

Five contests: the training award of 2025 (published), 2026 (applications open), 2027 (entries are
being judged, one stopped, one withdrawn), 2028 (the commission has decided, nothing is published)
and 100 Best Goods of Kuzbass (a blind tasting). Secrets carry words of `SECRETS`, which no page may
show to those who must not know them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from laureat.assessment import actions as assessment
from laureat.assessment.actions import MarkInput
from laureat.assessment.models import BY_ENTRY, Assessor, Assignment, Sample, Scorebook
from laureat.council import actions as council
from laureat.council.models import Choice, Motion, Panel, Session
from laureat.demo import applying, deciding
from laureat.demo.cast import SIGN_INS, Cast, sign_in
from laureat.demo.plan import Plan, RegionPlan
from laureat.demo.season import Season
from laureat.feedback.actions import ask_question, make_reports
from laureat.feedback.models import Report
from laureat.feedback.queries.questions import told_at
from laureat.honours.actions import grant
from laureat.honours.models import Diploma, Honour
from laureat.intake import actions as intake
from laureat.intake.models import Attachment, Entry
from laureat.outreach.actions import prepare_campaign, render_letters
from laureat.outreach.models import Campaign, Letter
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.actions import invitation_link, register_person
from laureat.platform.accounts.models import User
from laureat.platform.identity import new_uid
from laureat.platform.mail.models import Message
from laureat.registry.actions import GoodData, change_or_propose, register_good
from laureat.registry.actions.distinctions import record_distinction
from laureat.registry.models import Organisation
from laureat.registry.queries import representatives
from laureat.rulebook.actions import load, move_dates, open_stage
from laureat.rulebook.models import Edition, Stage
from tests.worlds.kept import kept
from tests.worlds.papers import one_page

AWARDS = Path(__file__).parents[2] / "awards"
NOW = datetime(2026, 9, 15, 9, tzinfo=UTC)
WEEK = timedelta(days=7)

SECRETS = {
    "answer": "Zqanswer",
    "draft": "Zqdraft",
    "file": "Zqfile",
    "other": "Zqother",
    "mark": "Zqmark",
    "unsigned": "Zqunsigned",
    "recusal": "Zqrecusal",
    "motion": "Zqmotion",
    "conflict": "Zqconflict",
    "withdrawn": "Zqwithdrawn",
    "note": "Zqnote",
    "assessor": "Zqexpert",
    "question": "Zqquestion",
}
"""Words that stand in what somebody must not see."""

ROLES = (
    "anonymous",
    "stranger",
    "applicant",
    "applicant_other",
    "assessor",
    "assessor_asked",
    "assessor_other",
    "taster",
    "lead",
    "secretary",
    "secretary_42",
    "secretary_other",
    "chair",
    "member",
    "member_other",
    "auditor",
    "organiser",
)
TASTING = "secretary_tasting"
"""A secretary who tastes: only `tests/access/test_leaks.py` reads as she does."""


@dataclass
class World:
    """People by role and objects by name."""

    people: dict[str, User | None] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.objects[name]

    def now(self) -> Any:
        """The clock at which the world stands, as a context."""
        return clock.at(NOW)


@contextmanager
def played() -> Iterator[World]:
    """The world, inside a transaction that is undone at the end."""
    with transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@kept
def build(times: int = 2) -> World:
    """Play everything; `times` as many rows, so that pages have lists of several lines."""
    world = World()
    _people(world)
    folder = Path(tempfile.mkdtemp(prefix="laureat-small-season-"))
    try:
        editions = _editions(folder)
    finally:
        shutil.rmtree(folder)
    _told(world, editions["2025"], times)
    _entering(world, editions["2026"], times)
    _judging(world, editions["2027"], times)
    _deciding(world, editions["2028"], times)
    _tasting(world, editions["goods"], times)
    _writing(world, editions, times)
    with clock.at(NOW):
        _at_large(world, editions)
    return world


# ------------------------------------------------------------------------------------------ people


def _people(world: World) -> None:
    """One person per role; some are the demo's sign-ins, which the player gives its roles."""
    names = {
        "stranger": "Прохожая Вера Демовна",
        "applicant": "Своева Анна Демовна",
        "applicant_other": "Чужаков Пётр Демович",
        "assessor": f"{SECRETS['assessor']} Павел Демович",
        "assessor_asked": f"{SECRETS['assessor']} Олег Демович",
        "assessor_other": f"{SECRETS['assessor']} Нина Демовна",
        "taster": f"{SECRETS['assessor']} Фома Демович",
        "lead": f"{SECRETS['assessor']} Ирина Демовна",
        "secretary_42": "Кузбассова Зоя Демовна",
        "secretary_other": "Инаева Майя Демовна",
        TASTING: f"{SECRETS['assessor']} Клара Демовна",
        "member_other": "Сторонин Егор Демович",
    }
    world.people["anonymous"] = None
    for role, name in names.items():
        world.people[role] = _person(role, f"{name} (демо)")
    for role in ("secretary", "chair", "member", "auditor", "organiser"):
        world.people[role] = register_person(
            f"{role}@demo.invalid",
            dict(SIGN_INS)[role],
            password=new_uid(),
            demo_role=role,
            by=None,
        )
    give_role(_of(world, "auditor"), Role.AUDITOR, by=None)
    give_role(_of(world, "organiser"), Role.ORGANISER, by=None)


def _person(address: str, name: str) -> User:
    return register_person(f"{address}@small.invalid", name, password=new_uid(), by=None)


def _of(world: World, role: str) -> User:
    user = world.people[role]
    assert user is not None
    return user


def _secretary_of(world: World, role: str, edition: Edition, region: str = "") -> None:
    give_role(
        _of(world, role),
        Role.SECRETARY,
        award=edition.award.key,
        edition=edition.key,
        region=region,
        by=None,
    )


# ---------------------------------------------------------------------------------------- contests


def _editions(folder: Path) -> dict[str, Edition]:
    """The training award four times over, and the two real awards."""
    training = folder / "sandbox"
    shutil.copytree(AWARDS / "sandbox", training)
    text = (AWARDS / "sandbox" / "2025.yaml").read_text(encoding="utf-8")
    for key in ("2027", "2028"):
        again = re.sub(r"^(edition|year): 2025$", rf"\1: {key}", text, flags=re.MULTILINE)
        again = again.replace(" 2025 (", f" {key} (").replace("2025-", "2026-")
        again = again.replace("2026-09-01", "2026-06-01").replace("2026-10-01", "2026-07-01")
        if key == "2027":
            again = again.replace(
                "    team: {size: [2, 3], lead: 1}\n",
                "    team: {size: [2, 3], lead: 1}\n    on_site: {days: [1, 2]}\n",
            )
        (training / f"{key}.yaml").write_text(again, encoding="utf-8")
    found = {
        key: load(training / f"{key}.yaml", by=None, demo=True)
        for key in ("2025", "2026", "2027", "2028")
    }
    found["goods"] = load(AWARDS / "best-goods" / "2023.yaml", by=None, demo=True)
    found["prize"] = load(AWARDS / "rf-quality-prize" / "2024.yaml", by=None, demo=True)
    return found


def _season(edition: Edition, entries: int, **values: Any) -> Season:
    plan = Plan(
        edition=edition.chain,
        seed=edition.year,
        entries=entries,
        regions={"42": entries},
        assessors=5,
        members=4,
        pass_admission=1,
        **values,
    )
    return Season(edition, plan)


def _stage(edition: Edition, key: str, region: str = "") -> Stage:
    stage = edition.stages.get(key=key, region=region)
    stage.edition = edition
    return stage


def _now_open(stage: Stage) -> Stage:
    move_dates(
        stage,
        opens_at=NOW - WEEK,
        closes_at=NOW + WEEK,
        grace=stage.grace,
        by=sign_in("secretary"),
    )
    return open_stage(stage, by=None)


def _entries(edition: Edition, state: str = "") -> list[Entry]:
    rows = Entry.objects.filter(edition=edition).select_related("organisation")
    rows = rows.filter(state=state) if state else rows.exclude(state="draft")
    return list(rows.order_by("serial", "pk"))


def _owned(world: World, role: str, entry: Entry) -> None:
    give_role(_of(world, role), Role.APPLICANT, organisation=entry.organisation.uid, by=None)


def _told(world: World, edition: Edition, times: int) -> None:
    """2025: the whole season, published."""
    season = _season(edition, 4 * times)
    season.play()
    honoured = [each for each in _entries(edition) if each.honours.exists()]
    _owned(world, "applicant", honoured[0])
    _owned(world, "applicant_other", honoured[1])
    with clock.at(told_at(honoured[0]) + timedelta(days=1)):
        asked = ask_question(
            honoured[0],
            f"{SECRETS['question']}: почему? (демо)",
            file=SimpleUploadedFile("вопрос.pdf", one_page()),
            by=_of(world, "applicant"),
        )
    world.objects |= {
        "edition:told": edition,
        "question:told": asked,
        "stage:told": _stage(edition, "assessment"),
        "decision:told": _stage(edition, "commission"),
        "entry:told": honoured[0],
        "session:told": Session.objects.get(stage__edition=edition),
        "motion:told": Motion.objects.filter(session__stage__edition=edition)[0],
        "honour:told": Honour.objects.get(entry=honoured[0]),
        "diploma": Diploma.objects.get(honour__entry=honoured[0]),
        "report:told": Report.objects.get(entry=honoured[0]),
        "book:told": Scorebook.objects.filter(edition=edition, kind="individual").order_by(
            *BY_ENTRY
        )[0],
    }


def _entering(world: World, edition: Edition, times: int) -> None:
    """2026: applications are open; the applicant has a draft, the other one has handed in."""
    _secretary_of(world, "secretary", edition)
    stage = _stage(edition, "intake")
    season = _season(edition, 2 * times)
    with clock.at(NOW - WEEK):
        open_stage(stage, by=None)
        season.moment = NOW - WEEK
        season.cast = Cast(secretary=_of(world, "secretary"))
        applying.prepare(season, ["42"])
        drafts = [
            applying.fill_in(season, wish, number)
            for number, wish in enumerate(season.wishes, 1001)
        ]
    own, other = drafts[0], drafts[1]
    _owned(world, "applicant", own)
    _owned(world, "applicant_other", other)
    with clock.at(NOW - timedelta(days=2)):
        own = _told_secret(own, SECRETS["draft"])
        other = _told_secret(other, SECRETS["other"])
        intake.submit_entry(other, by=None)
        invited = intake.invite_colleague(
            own, _of(world, "stranger").email, may_submit=False, by=_of(world, "applicant")
        )
        panel = council.make_panels(edition, by=None)[0]
        seat = council.seat_member(panel, _of(world, "member"), by=None)
    world.objects |= {
        "edition:entering": edition,
        "stage:entering": stage,
        "entry:draft": own,
        "entry:other": Entry.objects.get(pk=other.pk),
        "colleague": invited,
        "panel:idle": panel,
        "seat": seat,
    }


def _told_secret(entry: Entry, word: str) -> Entry:
    """The entry with a word nobody else may read in its answers and the name of its file."""
    entry = intake.save_answers(
        entry, {"name": f"{word} практика", "description": word}, version=entry.version, by=None
    )
    upload = SimpleUploadedFile(f"{SECRETS['file']} {word}.pdf", one_page())
    intake.attach(entry, "report", upload, by=None)
    return entry


def _judging(world: World, edition: Edition, times: int) -> None:
    """2027: admission is over (one stopped), assessment under way, one withdrew."""
    season = _season(edition, 5 * times)
    season.prepare()
    _apply_with_secret(season, edition)
    entries = _entries(edition)
    own, other, _third, stopped, withdrawn = entries[:5]
    _owned(world, "applicant", own)
    _owned(world, "applicant_other", other)
    _admit(season, edition, entries, stopped)
    stage = _stage(edition, "assessment")
    assessors = _assessors(world, edition, ("assessor", "assessor_asked", "assessor_other", "lead"))
    with clock.at(NOW - WEEK + timedelta(days=1)):
        _now_open(stage)
        rows = {
            role: assessment.assign(stage, entry, assessors[role], role == "lead", by=None)
            for role, entry in (
                ("lead", own),
                ("assessor", own),
                ("assessor_asked", own),
                ("assessor_other", other),
            )
        }
        for role in ("lead", "assessor", "assessor_other"):
            assessment.answer_assignment(rows[role], "accept", by=None)
        for entry in entries[5:]:
            assessment.assign(stage, entry, assessors["assessor"], by=None)
        assessment.declare_conflict(
            assessors["assessor_other"],
            entries[2].organisation,
            f"{SECRETS['conflict']}: работала там",
            by=None,
        )
        books = {
            "book:signed": _book(rows["lead"], SECRETS["mark"], 7),
            "book:draft": _book(rows["assessor"], SECRETS["unsigned"], 3, sign=False),
            "book:other": _book(rows["assessor_other"], SECRETS["other"], 5),
        }
        visit = assessment.plan_visit(
            stage,
            own,
            starts_on=(NOW + timedelta(days=2)).date(),
            ends_on=(NOW + timedelta(days=3)).date(),
            address="г. Кемерово, ул. Демонстрационная, 1",
            by=None,
        )
        intake.withdraw_entry(withdrawn, f"{SECRETS['withdrawn']} (демо)", by=None)
    world.objects |= {
        "edition:judging": edition,
        "stage:judging": stage,
        "admission": _stage(edition, "admission"),
        "entry:judged": own,
        "entry:judged-other": other,
        "entry:stopped": stopped,
        "entry:withdrawn": withdrawn,
        "attachment": Attachment.objects.get(entry=own, field="report", replaced_at=None),
        "assignment:accepted": rows["assessor"],
        "assignment:asked": rows["assessor_asked"],
        "assessor:row": assessors["assessor"],
        "visit": visit,
        **books,
    }


def _apply_with_secret(season: Season, edition: Edition) -> None:
    """The applications of a season; the first carries secrets in its answers and files."""
    stage = _stage(edition, "intake")
    with season.at(season.instant(stage, 0.5)):
        open_stage(stage, by=None)
        for number, wish in enumerate(season.wishes, 1):
            entry = applying.fill_in(season, wish, number)
            if number == 1:
                entry = _told_secret(entry, SECRETS["answer"])
            intake.submit_entry(entry, by=None)
            season.strengths[entry.pk] = wish.strength
    with season.at(stage.last_moment + timedelta(hours=1)):
        intake.close_intake(stage, by=None)


def _admit(season: Season, edition: Edition, entries: list[Entry], stopped: Entry) -> None:
    stage = _stage(edition, "admission")
    with season.at(season.moment + timedelta(days=1)):
        open_stage(stage, by=None)
        found = [
            intake.Found(
                entry,
                item.key,
                "failed" if entry == stopped else "passed",
                f"{SECRETS['note']}: нет подписи" if entry == stopped else "",
            )
            for entry in entries
            for item in stage.rules.checks
        ]
        intake.record_checks(stage, found, by=None)
        intake.close_checks(stage, by=None)


def _assessors(
    world: World, edition: Edition, roles: tuple[str, ...], region: str = ""
) -> dict[str, Assessor]:
    return {
        role: assessment.enrol_assessor(
            edition, _of(world, role), region=region, may_lead=role == "lead", max_load=99, by=None
        )
        for role in roles
    }


def _book(row: Assignment, word: str, tens: int, *, sign: bool = True) -> Scorebook:
    """A scorebook at `tens` of ten, with `word` in its comments."""
    book = assessment.start_scorebook(row, by=None)
    marks = {
        part: MarkInput(value=Decimal(tens * 10), strengths=word, improvements=f"{word} демо")
        for part in ("idea", "deployment", "effect")
    }
    marks["spread"] = MarkInput(value=Decimal(1))
    if not sign:
        marks.pop("effect")
    book = assessment.save_marks(book, marks, version=book.version, by=None)
    return assessment.sign_scorebook(book, by=None) if sign else book


def _deciding(world: World, edition: Edition, times: int) -> None:
    """2028: a session has decided and is not published; one is open, one is planned."""
    season = _season(edition, 4 * times)
    season.prepare()
    for key in ("intake", "admission", "assessment"):
        season.play_stage(key)
    stage = _stage(edition, "commission")
    entries = _entries(edition)
    _owned(world, "applicant", entries[0])
    _owned(world, "applicant_other", entries[1])
    _now_open(stage)
    with clock.at(NOW - timedelta(days=3)):
        closed = council.plan_session(stage, NOW - timedelta(days=2), deciding.PLACE, by=None)
        council.propose_honours(closed, by=None)
        last = closed.motions.order_by("order").last()
        council.change_motion(
            last,
            honour="" if last.honour else "diplomant",
            reason=f"{SECRETS['motion']} (демо)",
            by=None,
        )
    with clock.at(NOW - timedelta(days=2)):
        deciding_seats = list(closed.panel.seats.select_related("user"))
        council.mark_attendance(closed, deciding_seats, by=None)
        council.open_session(closed, by=None)
        member = next(each for each in deciding_seats if each.user == _of(world, "member"))
        motions = list(closed.motions.select_related("entry").order_by("order"))
        council.recuse(closed, member, motions[-1].entry, f"{SECRETS['recusal']} (демо)", by=None)
        _vote(closed, deciding_seats, motions)
        council.decide_all(closed, by=None)
        for motion in closed.motions.filter(state="tied"):
            council.break_tie(motion, carried=True, reason=SECRETS["motion"], by=None)
        council.close_session(closed, by=None)
    with clock.at(NOW - timedelta(hours=1)):
        grant(motions[0].entry, stage, "diplomant", by=None)
        make_reports(edition, by=None)
        planned = council.plan_session(stage, NOW + WEEK, deciding.PLACE, by=None)
        council.invite(planned, "Гостев Демо", capacity="expert", by=None)
    world.objects |= {
        "edition:deciding": edition,
        "decision": stage,
        "stage:judged": _stage(edition, "assessment"),
        "panel": Panel.objects.get(edition=edition),
        "session:closed": closed,
        "session:planned": planned,
        "motion": motions[0],
        "entry:deciding": entries[0],
        "entry:pending": motions[0].entry,
        "honour:pending": Honour.objects.get(edition=edition),
        "report:draft": Report.objects.get(entry=entries[0]),
    }


def _vote(session: Session, seats: list[Any], motions: list[Motion]) -> None:
    recused = set(session.recusals.values_list("seat", "entry"))
    for seat in seats:
        if seat.votes:
            choices = {
                motion.uid: str(Choice.FOR)
                for motion in motions
                if (seat.pk, motion.entry_id) not in recused
            }
            council.vote_list(session, choices, by=User.objects.get(pk=seat.user_id))


def _tasting(world: World, edition: Edition, times: int) -> None:
    """100 Best Goods of Kuzbass: six goods, the food is being tasted blind."""
    for role, region in (("secretary", ""), ("secretary_42", "42"), (TASTING, "")):
        _secretary_of(world, role, edition, region)
    plan = Plan(
        edition=edition.chain,
        seed=42,
        pass_admission=1,
        by_region={"42": RegionPlan(organisations=5, categories={"food": 4, "technical": 2})},
    )
    season = Season(edition, plan, cast=Cast(secretary=_of(world, "secretary")))
    season.moment = _stage(edition, "intake", "42").opens_at
    applying.prepare(season, ["42"])
    for key in ("intake", "documents", "supervisors", "laboratory"):
        stage = _stage(edition, key, "42")
        with season.at(season.instant(stage, 0)):
            open_stage(stage, by=None)
        (applying.play if key == "intake" else applying.play_checks)(season, stage)
    goods = _entries(edition)
    food = [each for each in goods if each.category.key == "food"]
    _owned(world, "applicant", food[0])
    stage = _stage(edition, "tasting", "42")
    roles = ("taster", "assessor", TASTING)
    assessors = _assessors(world, edition, roles, "42")
    with clock.at(NOW - timedelta(days=3)):
        _now_open(stage)
        assessment.code_samples(stage, by=_of(world, "secretary_42"))
        rows = []
        for entry in food:
            for role in roles:
                row = assessment.assign(stage, entry, assessors[role], by=None)
                rows.append(assessment.answer_assignment(row, "accept", by=None))
        book = assessment.start_scorebook(rows[0], by=None)
        gone = assessors["assessor"]
        left = next(row for row in rows if (row.entry, row.assessor) == (food[1], gone))
        assessment.leave_tasting(stage, gone, "Командировка", samples=[left], by=None)
        assessment.wish(stage, food[1], gone, "never", by=_of(world, "secretary_42"))
        panels = {(each.key, each.region): each for each in council.make_panels(edition, by=None)}
        commission = panels["commission", "42"]
        council.seat_member(commission, _of(world, "member_other"), by=None)
        regional = _stage(edition, "regional", "42")
        session = council.plan_session(regional, NOW + WEEK, deciding.PLACE, by=None)
    world.objects |= {
        "edition:goods": edition,
        "stage:tasting": stage,
        "decision:regional": regional,
        "panel:regional": commission,
        "session:regional": session,
        "entry:food": food[0],
        "entry:food-other": food[1],
        "book:tasting": book,
        "tasted": food,
        "left": gone,
        "assignment:tasting": rows[0],
        "samples": list(Sample.objects.filter(stage=stage)),
        "makers": [each.organisation for each in food],
        "good:food": food[0].good,
    }


# ---------------------------------------------------------------------------------- all the others


def _writing(world: World, editions: dict[str, Edition], times: int) -> None:
    """Letters of the training award and of Kuzbass; the secretary of another award."""
    _secretary_of(world, "secretary_other", editions["prize"])
    owners = [Organisation.objects.get(uid=world["entry:told"].organisation.uid)]
    owners += Organisation.objects.exclude(pk=owners[0].pk).order_by("pk")[: 2 * times]
    values: dict[str, Any] = {"dated": date(2026, 9, 14), "first_number": 121, "by": None}
    with clock.at(NOW - timedelta(days=1)):
        campaign = prepare_campaign(editions["2026"], "invitation", owners, **values)
        render_letters(campaign, by=None)
        regional = prepare_campaign(
            editions["goods"], "invitation", owners[:1], region="42", **values
        )
    world.objects |= {
        "campaign": campaign,
        "campaign:regional": regional,
        "letter": Letter.objects.filter(campaign=campaign)[0],
        "letter:regional": Letter.objects.get(campaign=regional),
    }


def _at_large(world: World, editions: dict[str, Edition]) -> None:
    """What belongs to no contest: the register, the outbox, accounts."""
    told = world["entry:told"].organisation
    good = register_good(told, GoodData(name_ru="Хлеб «Демо»", name_en="Demo Bread"), by=None)
    record_distinction(
        told,
        award_key="best-goods",
        year=2022,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        good=good,
        by=None,
    )
    (acting, *_others) = representatives([told.uid])[told.uid]
    name = {"name_ru": "ООО «Новое имя» (демо)"}
    proposed = change_or_propose(told, name, why="Лист записи ЕГРЮЛ (демо)", by=acting)
    invited = register_person(
        "invited@small.invalid", "Званый Иван (демо)", by=_of(world, "organiser")
    )
    world.objects |= {
        "good": good,
        "organisation": told,
        "proposal": proposed.proposal,
        "organisation:other": world["entry:other"].organisation,
        "message": Message.objects.filter(scope=editions["2027"].chain)[0],
        "message:letter": _with_file(editions["2025"]),
        "invitation": invitation_link(invited).rstrip("/").rsplit("/", 1)[-1],
        "grant": Grant.objects.filter(role=Role.ASSESSOR, edition="2027")[0],
        "edition:prize": editions["prize"],
        "campaigns": list(Campaign.objects.all()),
    }


def _with_file(edition: Edition) -> Message | None:
    return Message.objects.filter(attachments__isnull=False).first()
