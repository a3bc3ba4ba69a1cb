"""Loading rulebooks: frozen versions, editions with their stages, what may still change."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
from allauth.mfa.models import Authenticator
from django.db import connections

from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.access.actions import end_role, give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.actions import reset_second_factor
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.rulebook import actions, models
from laureat.rulebook.models import (
    EDITION_TRANSITIONS,
    STAGE_TRANSITIONS,
    Award,
    Edition,
    EditionState,
    Stage,
    StageState,
    Version,
)
from laureat.rulebook.permissions import organise_edition, run_edition, run_stage
from laureat.rulebook.schema.loading import load_edition
from laureat.rulebook.schema.problems import RulebookError
from tests.worlds import people

pytestmark = pytest.mark.django_db
AWARDS = Path(__file__).parent.parent.parent / "awards"
PRIZE = "rf-quality-prize"
GOODS = "best-goods"


@pytest.fixture
def awards(tmp_path):
    """A copy of the awards that a test may change."""
    for name in (PRIZE, GOODS):
        shutil.copytree(AWARDS / name, tmp_path / name)
    return tmp_path


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def walker(edition):
    """An entry that has come to a stage, made as far as the rulebook looks at it."""
    from laureat.intake.models import Entry, Passage
    from laureat.registry.models import Organisation

    organisation = Organisation.objects.create(name_ru="ООО «Демо»")
    entry = Entry.objects.create(edition=edition, organisation=organisation, region="42")
    return Passage.objects.create(entry=entry, stage=edition.stages.first())


def test_loading_makes_the_award_its_edition_its_categories_and_its_stages():
    edition = actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    assert (edition.chain, edition.year, edition.state, edition.is_demo) == (
        f"{PRIZE}/2024",
        2024,
        EditionState.PREPARED,
        False,
    )
    assert [each.key for each in edition.categories.all()] == ["small", "medium", "large"]
    assert [str(each) for each in edition.stages.all()] == [
        "intake",
        "admission",
        "desk",
        "visit",
        "council",
    ]
    assert edition.rules.award == PRIZE
    version = edition.version
    assert version.content_hash == _hash(version.document.read())
    record = Record.objects.get(chain__key=edition.chain)
    assert json.loads(record.content)["data"] == {
        "content_hash": version.content_hash,
        "first": True,
    }


def _hash(document):
    import hashlib

    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def test_dates_are_instants_of_the_editions_zone():
    edition = actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    intake = edition.stages.get(key="intake")
    assert intake.opens_at == datetime(2024, 1, 15, 21, tzinfo=UTC)
    assert intake.closes_at == datetime(2024, 3, 1, 20, 59, tzinfo=UTC)
    assert intake.grace == timedelta(minutes=15)
    assert intake.last_moment == datetime(2024, 3, 1, 21, 14, tzinfo=UTC)
    admission = edition.stages.get(key="admission")
    assert admission.closes_at == datetime(2024, 3, 12, 20, 59, 59, tzinfo=UTC)


def test_regional_stages_are_rows_of_their_regions_with_dates_of_their_own():
    edition = actions.load(AWARDS / GOODS / "2023.yaml", by=None)
    regions = list(edition.rules.regions)
    assert sorted(edition.stages.filter(key="intake").values_list("region", flat=True)) == regions
    assert list(edition.stages.filter(key="federal").values_list("region", flat=True)) == [""]
    here = edition.stages.get(key="intake", region="42")
    there = edition.stages.get(key="intake", region="54")
    assert here.closes_at == datetime(2023, 5, 12, 15, tzinfo=UTC)
    assert there.closes_at == datetime(2023, 5, 15, 15, tzinfo=UTC)


def test_the_frozen_rulebook_keeps_the_order_of_the_files():
    edition = actions.load(AWARDS / GOODS / "2023.yaml", by=None)
    written = load_edition(AWARDS / GOODS / "2023.yaml").edition
    models._parsed.cache_clear()
    read = Edition.objects.get(pk=edition.pk).rules
    assert read == written
    for part in ("regions", "scales", "models", "sources", "texts"):
        assert list(getattr(read, part)) == list(getattr(written, part))


def test_loading_twice_changes_nothing():
    first = actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    before = (Version.objects.count(), Record.objects.count(), Stage.objects.count())
    again = actions.load(AWARDS / PRIZE / "2024.yaml")
    assert again == first
    assert (Version.objects.count(), Record.objects.count(), Stage.objects.count()) == before


def test_comments_and_order_make_no_new_version(awards):
    file = awards / PRIZE / "2024.yaml"
    first = actions.load(file, by=None)
    file.write_text("# another comment\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert actions.load(file, by=None).version == first.version


def test_a_demo_edition_is_marked_so_once(awards):
    assert actions.load(awards / PRIZE / "2024.yaml", by=None, demo=True).is_demo
    change(awards / PRIZE / "2024.yaml", "качества 2024 года", "качества 2024 года (демо)")
    assert actions.load(awards / PRIZE / "2024.yaml", by=None).is_demo


def test_only_an_organiser_of_the_award_loads():
    path = AWARDS / PRIZE / "2024.yaml"
    for stranger in (
        people.person(),
        people.organiser(GOODS),
        people.organiser(PRIZE, "2025"),
        people.secretary(PRIZE, "2024"),
    ):
        with pytest.raises(Denied, match="только её организатор"):
            actions.load(path, by=stranger)
    assert not Award.objects.exists()
    organiser = people.organiser(PRIZE, "2024")
    edition = actions.load(path, by=organiser)
    record = Record.objects.get(chain__key=edition.chain, action="rulebook.loaded")
    assert json.loads(record.content)["by"] == organiser.commitment


def test_everything_may_change_before_the_first_entry(awards):
    file = awards / PRIZE / "2024.yaml"
    first = actions.load(file, by=None)
    change(file, "at_least: 250", "at_least: 300")
    second = actions.load(file, by=None)
    assert second == first
    assert second.version != first.version
    assert second.rules.stage("desk").gate.at_least == 300
    assert first.version.rules.stage("desk").gate.at_least == 250
    assert Version.objects.filter(award__key=PRIZE).count() == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_least: 250", "at_least: 300"),
        ("quorum: 1/2", "quorum: 2/3"),
        ("headcount <= 250", "headcount <= 251"),
        ("discuss_when_spread_over: 25", "discuss_when_spread_over: 30"),
        ("size: [4, 6]", "size: [3, 6]"),
        ('numbering: "28-{serial:04d}"', 'numbering: "{region}-{serial:04d}"'),
        ("entries_per_applicant: 1", "entries_per_applicant: 2"),
        (
            "entries_per_applicant: 1",
            "declining: {days: 5, place: council}\nentries_per_applicant: 1",
        ),
    ],
)
def test_what_entries_are_judged_by_is_fixed_once_one_has_come(awards, old, new):
    file = awards / PRIZE / "2024.yaml"
    edition = actions.load(file, by=None)
    walker(edition)
    change(file, old, new)
    with pytest.raises(Refused, match="менять нельзя"):
        actions.load(file, by=None)
    edition.refresh_from_db()
    assert Version.objects.count() == 1
    assert edition.version == Version.objects.get()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closes: {at: 2024-03-01T23:59, grace: 15 min}", "closes: 2024-03-08"),
        ("Заочная оценка, en", "Заочный этап, en"),
        ("Совет объявил конкурс", "Совет объявляет конкурс"),
    ],
)
def test_dates_and_words_may_change_at_any_time(awards, old, new):
    file = awards / PRIZE / "2024.yaml"
    edition = actions.load(file, by=None)
    walker(edition)
    change(file, old, new)
    assert actions.load(file, by=None).version_id != edition.version_id


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("eligibility.yaml", "years_active > 3", "years_active > 2"),
        ("form.yaml", "kind: number", "kind: decimal"),
        ("form.yaml", "key: sites", "key: places"),
    ],
)
def test_conditions_and_questions_are_fixed_once_an_entry_was_handed_in(awards, name, old, new):
    file = awards / PRIZE / "2024.yaml"
    edition = actions.load(file, by=None)
    walker(edition)
    change(awards / PRIZE / name, old, new)
    with pytest.raises(Refused, match="менять нельзя"):
        actions.load(file, by=None)


@pytest.mark.parametrize(
    ("old", "new"),
    [("largest_mb: 50", "largest_mb: 60"), ("Основная продукция", "Главная продукция")],
)
def test_words_of_the_form_and_sizes_of_files_may_change_at_any_time(awards, old, new):
    file = awards / PRIZE / "2024.yaml"
    edition = actions.load(file, by=None)
    walker(edition)
    change(awards / PRIZE / "form.yaml", old, new)
    assert actions.load(file, by=None).version_id != edition.version_id


def test_what_the_award_says_of_itself_is_changed_by_its_organiser_and_told_in_the_journals(awards):
    files = [awards / PRIZE / f"{year}.yaml" for year in (2024, 2025)]
    first, second = (actions.load(file, by=None) for file in files)
    before = first.award.site
    change(awards / PRIZE / "award.yaml", before, "https://demo.invalid")
    with pytest.raises(Denied, match="организатор всей"):
        actions.load(files[0], by=people.organiser(PRIZE, "2024"))
    assert Award.objects.get(key=PRIZE).site == before
    assert not Record.objects.filter(action="award.changed").exists()
    organiser = people.organiser(PRIZE)
    actions.load(files[0], by=organiser)
    assert Award.objects.get(key=PRIZE).site == "https://demo.invalid"
    told = Record.objects.filter(action="award.changed").order_by("chain")
    assert {each.chain.key for each in told} == {first.chain, second.chain}
    assert [json.loads(each.content)["data"] for each in told] == [
        {"site": {"was": before, "now": "https://demo.invalid"}}
    ] * 2
    actions.load(files[1], by=organiser)
    assert told.count() == 2


def test_an_organiser_of_one_edition_loads_it_where_the_award_stays_as_it_is(awards):
    file = awards / GOODS / "2023.yaml"
    edition = actions.load(file, by=None)
    change(file, "2023 года", "2023 г.")
    assert actions.load(file, by=people.organiser(GOODS, "2023")).version_id != edition.version_id


def test_a_date_moved_by_hand_stays_unless_the_rules_move_it_too(awards):
    file = awards / PRIZE / "2024.yaml"
    edition = actions.load(file, by=None)
    stage = edition.stages.get(key="intake")
    moved = datetime(2024, 3, 20, 18, tzinfo=UTC)
    with clock.at(datetime(2024, 2, 20, tzinfo=UTC)):
        actions.move_dates(
            stage,
            opens_at=stage.opens_at,
            closes_at=moved,
            grace=timedelta(0),
            by=people.secretary(PRIZE, "2024"),
        )
    change(file, "Заочная оценка, en", "Заочный этап, en")
    actions.load(file, by=None)
    stage.refresh_from_db()
    assert (stage.closes_at, stage.grace) == (moved, timedelta(0))
    change(file, "at: 2024-03-01T23:59, grace: 15 min", "at: 2024-03-05T12:00, grace: 1 h")
    actions.load(file, by=None)
    stage.refresh_from_db()
    assert stage.closes_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert stage.grace == timedelta(hours=1)


def test_rules_that_move_the_deadline_leave_the_opening_where_it_was_moved_by_hand(awards):
    file = awards / PRIZE / "2024.yaml"
    stage = actions.load(file, by=None).stages.get(key="intake")
    opened = datetime(2024, 1, 20, 9, tzinfo=UTC)
    with clock.at(datetime(2024, 1, 2, tzinfo=UTC)):
        actions.move_dates(
            stage,
            opens_at=opened,
            closes_at=stage.closes_at,
            grace=stage.grace,
            by=people.secretary(PRIZE, "2024"),
        )
    change(file, "at: 2024-03-01T23:59, grace: 15 min", "at: 2024-03-05T12:00, grace: 15 min")
    actions.load(file, by=None)
    stage.refresh_from_db()
    assert (stage.opens_at, stage.closes_at) == (opened, datetime(2024, 3, 5, 9, tzinfo=UTC))
    change(file, "at: 2024-03-05T12:00, grace: 15 min", "at: 2024-01-18T12:00, grace: 15 min")
    actions.load(file, by=None)
    stage.refresh_from_db()
    assert stage.opens_at < stage.closes_at == datetime(2024, 1, 18, 9, tzinfo=UTC)


def test_an_opened_stage_cannot_be_taken_out_and_an_archived_edition_not_changed(awards):
    file = awards / GOODS / "2023.yaml"
    edition = actions.load(file, by=None)
    actions.open_stage(edition.stages.get(key="intake", region="70"), by=None)
    regions = awards / GOODS / "regions.yaml"
    text = regions.read_text(encoding="utf-8")
    regions.write_text(text[: text.index('"70":')], encoding="utf-8")
    with pytest.raises(Refused, match="уже открывался"):
        actions.load(file, by=None)
    regions.write_text(text, encoding="utf-8")
    for state in (EditionState.PUBLISHED, EditionState.ARCHIVED):
        actions.move_edition(edition, state, by=None)
    change(file, "2023 года", "2023 г.")
    with pytest.raises(Refused, match="в архиве"):
        actions.load(file, by=None)


def test_a_wrong_file_changes_nothing_and_says_everything(awards):
    file = awards / PRIZE / "2024.yaml"
    change(file, "quorum: 1/2", "quorum: many")
    change(file, "at_least: 250", "at_leest: 250")
    with pytest.raises(RulebookError) as error:
        actions.load(file, by=None)
    assert {(each.file, each.path) for each in error.value.problems} >= {
        (f"{PRIZE}/2024.yaml", "stages[4].quorum"),
        (f"{PRIZE}/2024.yaml", "stages[2].gate.at_leest"),
    }
    assert not Edition.objects.exists()


# -------------------------------------------------------------------------------- stages, editions


@pytest.fixture
def edition():
    return actions.load(AWARDS / GOODS / "2023.yaml", by=None)


def test_opening_the_first_stage_sets_the_edition_running(edition):
    stage = edition.stages.get(key="intake", region="42")
    secretary = people.secretary(GOODS, "2023", region="42")
    with clock.at(datetime(2023, 3, 10, 6, tzinfo=UTC)):
        actions.open_stage(stage, by=secretary)
        assert stage.state == StageState.OPEN
        assert Stage.objects.get(pk=stage.pk).is_open
    edition.refresh_from_db()
    assert edition.state == EditionState.RUNNING
    told = Record.objects.filter(chain__key=edition.chain).values_list("action", flat=True)
    assert list(told)[-2:] == ["edition.running", "stage.open"]
    with pytest.raises(Refused, match="Этап открыт"):
        actions.open_stage(stage, by=secretary)
    with pytest.raises(Denied):
        actions.open_stage(edition.stages.get(key="intake", region="54"), by=secretary)


def test_states_move_only_as_they_are_written(edition):
    stage = edition.stages.get(key="federal")
    for table, row, move in (
        (STAGE_TRANSITIONS, stage, _move_stage),
        (EDITION_TRANSITIONS, edition, actions.move_edition),
    ):
        for state in table:
            for target in table:
                if target == StageState.PLANNED:
                    continue
                type(row).objects.filter(pk=row.pk).update(state=state)
                if target in table[state]:
                    move(row, target, by=None)
                else:
                    with pytest.raises(Refused):
                        move(row, target, by=None)


def _move_stage(stage, state, by):
    return (actions.open_stage if state == StageState.OPEN else actions.close_stage)(stage, by=by)


def test_a_stage_closes_after_it_opens(edition):
    stage = edition.stages.get(key="federal")
    with pytest.raises(Refused) as refused:
        actions.move_dates(
            stage,
            opens_at=stage.closes_at,
            closes_at=stage.opens_at,
            grace=timedelta(0),
            by=people.organiser(),
        )
    assert refused.value.field == "closes_at"


def test_dates_of_a_closed_stage_or_a_published_contest_stay(edition):
    stage = edition.stages.get(key="federal")
    dates = {"opens_at": stage.opens_at, "closes_at": stage.closes_at, "grace": timedelta(0)}
    actions.open_stage(stage, by=None)
    actions.close_stage(stage, by=None)
    with pytest.raises(Refused, match=r"closed|закрыт"):
        actions.move_dates(stage, **dates, by=people.organiser())
    actions.move_dates(
        stage, **dates | {"closes_at": now() + timedelta(days=1)}, by=people.organiser()
    )
    actions.move_edition(Edition.objects.get(pk=edition.pk), EditionState.PUBLISHED, by=None)
    with pytest.raises(Refused, match=r"published|опубликован"):
        actions.move_dates(stage, **dates, by=people.organiser())
    assert Record.objects.filter(action="stage.dates").count() == 1


@pytest.mark.parametrize(
    ("dates", "field", "said"),
    [
        ({"opens_at": datetime(1, 1, 1, tzinfo=UTC)}, "opens_at", "2000"),
        ({"closes_at": datetime(9999, 12, 31, 23, tzinfo=UTC)}, "closes_at", "2100"),
        ({"closes_at": None}, "closes_at", "до какого срока"),
        ({"closes_at": datetime(2023, 4, 9, tzinfo=UTC)}, "closes_at", "уже прошло"),
    ],
)
def test_dates_that_nobody_can_mean_are_refused_and_change_nothing(edition, dates, field, said):
    stage = edition.stages.get(key="intake", region="42")
    actions.open_stage(stage, by=None)
    before = {"opens_at": stage.opens_at, "closes_at": stage.closes_at, "grace": stage.grace}
    with (
        clock.at(datetime(2023, 4, 10, tzinfo=UTC)),
        pytest.raises(Refused, match=said) as refused,
    ):
        actions.move_dates(stage, **before | dates, by=people.organiser())
    assert refused.value.field == field
    stage.refresh_from_db()
    assert {name: getattr(stage, name) for name in before} == before
    assert not Record.objects.filter(action="stage.dates").exists()


def test_who_closes_at_once_names_the_minute_that_is_just_over(edition):
    stage, organiser = edition.stages.get(key="intake", region="42"), people.organiser()
    with clock.at(stage.opens_at + timedelta(days=1)):
        actions.open_stage(stage, by=organiser)
        dates = {"opens_at": stage.opens_at, "grace": timedelta(0), "by": organiser}
        moved = actions.move_dates(stage, closes_at=now() - timedelta(minutes=1), **dates)
        assert not moved.is_open
        with pytest.raises(Refused):
            actions.move_dates(stage, closes_at=now() - timedelta(minutes=6), **dates)


def test_nobody_opens_a_stage_before_the_one_that_leads_to_it(edition):
    organiser = people.organiser()
    with clock.at(datetime(2023, 3, 10, 6, tzinfo=UTC)):
        with pytest.raises(Refused, match="Приём заявок"):
            actions.open_stage(edition.stages.get(key="federal"), by=organiser)
        later = edition.stages.filter(region="42").order_by("order")[1]
        actions.open_stage(edition.stages.get(key="intake", region="54"), by=organiser)
        with pytest.raises(Refused, match="Приём заявок"):
            actions.open_stage(later, by=organiser)
        actions.open_stage(edition.stages.get(key="intake", region="42"), by=organiser)
        assert actions.open_stage(later, by=organiser).state == StageState.OPEN


def test_a_stage_whose_deadline_is_over_is_given_more_time_before_it_is_opened_again(edition):
    stage, organiser = edition.stages.get(key="intake", region="42"), people.organiser()
    with clock.at(stage.last_moment + timedelta(days=1)):
        actions.open_stage(stage, by=None)
        actions.close_stage(stage, by=None)
        with pytest.raises(Refused, match="сроки"):
            actions.open_stage(stage, by=organiser)
        actions.move_dates(
            stage,
            opens_at=stage.opens_at,
            closes_at=now() + timedelta(days=3),
            grace=timedelta(0),
            by=organiser,
        )
        actions.open_stage(stage, by=organiser)
        assert Stage.objects.get(pk=stage.pk).is_open


def test_a_longer_time_of_grace_is_in_the_journal(edition):
    stage = edition.stages.get(key="federal")
    dates = {"opens_at": stage.opens_at, "closes_at": stage.closes_at}
    actions.move_dates(stage, **dates, grace=timedelta(hours=30), by=people.organiser())
    said = json.loads(Record.objects.get(action="stage.dates").content)["data"]
    assert (said["before"]["grace"], said["grace"]) == ("0:00:00", "1 day, 6:00:00")


# ------------------------------------------------------------------------------------------ roles


def test_every_role_given_or_ended_is_written_to_the_chain_of_the_edition(edition):
    secretary = people.secretary(GOODS, "2023")
    user = people.person()
    scope = {"award": GOODS, "edition": "2023", "region": "42"}
    grant = give_role(user, Role.CHAIR, by=secretary, **scope)
    end_role(grant, by=secretary)
    told = [json.loads(each.content) for each in Record.objects.filter(action__startswith="role.")]
    wanted = {"role": "chair", "person": user.commitment, "region": "42"}
    assert [(each["action"], each["data"], each["by"]) for each in told[-2:]] == [
        ("role.given", wanted, secretary.commitment),
        ("role.ended", wanted, secretary.commitment),
    ]
    assert user.email not in "".join(each.content for each in Record.objects.all())


def test_a_lost_factor_switched_off_is_written_where_the_person_holds_a_role(edition):
    user = people.secretary(GOODS, "2023")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    organiser = people.organiser()
    reset_second_factor(user, reason="Пришёл с паспортом", by=organiser)
    told = json.loads(Record.objects.get(action="role.factor_reset").content)
    assert (told["data"], told["by"]) == ({"person": user.commitment}, organiser.commitment)


def test_a_role_over_an_award_is_told_to_its_editions_and_an_applicants_to_none(edition):
    actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    Record.objects.filter(action__startswith="role.").count()
    give_role(people.person(), Role.AUDITOR, by=None, award=GOODS)
    give_role(people.person(), Role.APPLICANT, by=None, organisation="x" * 16)
    told = Record.objects.filter(action="role.given").values_list("chain__key", flat=True)
    assert list(told) == [edition.chain]


def test_permissions_answer_for_one_as_their_querysets_do_for_all(edition):
    actions.load(AWARDS / PRIZE / "2024.yaml", by=None)
    for role in Role:
        for scope in (
            {},
            {"award": GOODS},
            {"award": GOODS, "edition": "2023"},
            {"award": GOODS, "edition": "2023", "region": "42"},
            {"award": PRIZE, "edition": "2025"},
        ):
            people.holder(role, **scope)
    editions = list(Edition.objects.select_related("award"))
    stages = list(Stage.objects.select_related("edition__award"))
    for user in User.objects.all():
        for permission, rows in (
            (organise_edition, editions),
            (run_edition, editions),
            (run_stage, stages),
        ):
            assert {each for each in rows if permission(user, each)} == set(permission.of(user))
    assert Grant.objects.count() == len(Role) * 5
    assert connections["default"].vendor in {"sqlite", "postgresql"}
