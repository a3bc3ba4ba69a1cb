"""A whole season up to published results, and register lines of past years, through actions.

season = played([62, 58, 40, 18])    the prize of 2024: entries by per cent, the last stops
season.edition                       results published, diplomas issued
judged([62, 58])                     the same before the Council: nothing is public
history()                            the register of past years from awards/*/history.yaml
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from laureat.assessment import actions as assessment
from laureat.council.models import Session
from laureat.honours.actions import issue_diplomas
from laureat.honours.models import Honour
from laureat.intake.models import Entry, EntryState, PassageState
from laureat.platform import clock
from laureat.platform.accounts.models import User
from laureat.registry.actions import ImportedHistory, import_history
from laureat.rulebook.actions import load
from laureat.rulebook.models import Edition
from tests.worlds import assessment as judging
from tests.worlds import council as deciding
from tests.worlds import intake as entering
from tests.worlds.kept import kept

AFTER = "2024-12-02T12:00"


@dataclass
class Season:
    """An edition with its entries in the order of `percents`."""

    edition: Edition
    entries: list[Entry]
    secretary: User
    applicants: list[User]
    assessors: list[User]
    sessions: list[Session] = field(default_factory=list)

    def again(self) -> Edition:
        """The edition as it is now, read anew."""
        return Edition.objects.select_related("award", "version").get(pk=self.edition.pk)

    def later(self, moment: str = AFTER):
        """The clock after the season."""
        return entering.at(self.edition, moment)


@kept
def judged(percents: list[int], *, stops: int = 0, languages: tuple[str, ...] = ("ru",)) -> Season:
    """The prize of 2024, both assessments closed: entries at these per cents, `stops` more that
    stop at the check of admission.
    """
    edition, entries = entering.entered(len(percents) + stops)
    applicants = [
        entering.acting_for(entry.organisation, language=languages[place % len(languages)])
        for place, entry in enumerate(entries)
    ]
    _admitted(edition, entries[: len(percents)], entries[len(percents) :])
    world = judging.World(
        edition,
        *_opened(edition, "desk", entries[: len(percents)], judging.assessors(edition, 8)),
    )
    _judge(world, percents)
    on_site = [entry for entry in entries[: len(percents)] if _walks(entry)]
    world = judging.World(edition, *_opened(edition, "visit", on_site, world.assessors))
    _judge(world, [percents[entries.index(entry)] for entry in on_site])
    return Season(
        edition,
        [Entry.objects.get(pk=entry.pk) for entry in entries],
        entering.secretary(edition),
        applicants,
        [each.user for each in world.assessors],
    )


def _admitted(edition: Edition, good: list[Entry], bad: list[Entry]) -> None:
    from laureat.intake import actions as intake
    from laureat.rulebook.actions import open_stage

    stage = entering.stage_of(edition, "admission")
    with clock.at(stage.opens_at):
        open_stage(stage, by=None)
        intake.record_checks(
            stage,
            [
                intake.Found(
                    entry,
                    item.key,
                    "failed" if entry in bad and item == stage.rules.checks[0] else "passed",
                    "нет подписи руководителя" if entry in bad else "",
                )
                for entry in [*good, *bad]
                for item in stage.rules.checks
            ],
            by=None,
        )
        intake.close_checks(stage, by=None)


def _opened(edition: Edition, key: str, entries: list[Entry], people: list) -> tuple:
    stage, moment = judging.opened(edition, key)
    return stage, entries, people, entering.secretary(edition), moment


def _walks(entry: Entry) -> bool:
    return not entry.passages.filter(state=PassageState.STOPPED).exists()


def _judge(world: judging.World, percents: list[int]) -> None:
    if not world.entries:
        return
    judging.team(world)
    if world.stage.rules.on_site:
        _visit(world)
    judging.judged(world, percents)
    with world.now():
        assessment.close_assessment(world.stage, by=None)


def _visit(world: judging.World) -> None:
    with world.now():
        day = world.moment.date() + timedelta(days=7)
        for entry in world.entries:
            visit = assessment.plan_visit(
                world.stage,
                entry,
                starts_on=day,
                ends_on=day + timedelta(days=1),
                address="г. Кемерово, Демонстрационная ул., 1",
                by=None,
            )
            assessment.confirm_visit(visit, by=None)
    with clock.at(world.moment + timedelta(days=10)):
        for visit in world.stage.visits.all():
            assessment.hold_visit(visit, by=None)
    world.moment += timedelta(days=11)


@kept
def played(
    percents: list[int],
    *,
    stops: int = 0,
    diplomas: bool = True,
    languages: tuple[str, ...] = ("ru",),
) -> Season:
    """A season with published results (and diplomas)."""
    return published(judged(percents, stops=stops, languages=languages), diplomas=diplomas)


def published(season: Season, *, diplomas: bool = True) -> Season:
    """Let the Council decide and publish."""
    deciding.seated(season.edition)
    session = deciding.published(deciding.decided(deciding.planned(season.edition)))
    season.sessions.append(session)
    season.edition = season.again()
    if diplomas:
        with season.later():
            issue_diplomas(season.edition, by=None)
    season.entries = [Entry.objects.get(pk=entry.pk) for entry in season.entries]
    return season


def honours(season: Season) -> list[tuple[str, str]]:
    """(entry number, honour) of what was given."""
    found = Honour.objects.filter(edition=season.edition).order_by("entry__serial", "pk")
    return list(found.values_list("entry__number", "key"))


@kept
def regional(goods: int = 3, *, publish: bool = True) -> Edition:
    """100 Best Goods under way: the commission of Kuzbass has decided (and published) on some
    goods; the federal stage is still to come.
    """
    edition = deciding.at_regional([("food", 50 - each) for each in range(goods)])
    deciding.seated(edition, key="commission", region="42")
    session = deciding.decided(
        deciding.planned(edition, stage="regional", region="42", held_at="2023-07-14T11:00")
    )
    if publish:
        deciding.published(session)
    return Edition.objects.select_related("award", "version").get(pk=edition.pk)


@kept
def history(*awards: str) -> list[ImportedHistory]:
    """The honours of past years; the rulebooks give their titles."""
    found = []
    for award, year in (("rf-quality-prize", "2024"), ("best-goods", "2023")):
        if not awards or award in awards:
            load(entering.AWARDS / award / f"{year}.yaml", by=None)
            found.append(import_history(entering.AWARDS / award / "history.yaml", by=None))
    return found


def a_draft(edition: Edition, moment: str = "2024-02-15") -> Entry:
    """An entry that was started and never handed in."""
    with entering.at(edition, moment):
        entry = entering.draft(edition, entering.factory())
    assert entry.state == EntryState.DRAFT
    return entry
