"""Handing in, walking through the stages, what a reader may know, and what is written down."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from laureat.intake import actions, permissions
from laureat.intake.actions import InvalidAnswers, Stale
from laureat.intake.actions.colleagues import A_DAY
from laureat.intake.models import Entry, Passage
from laureat.intake.queries import counts_by_stage, facts_of_many, known, passages_of, way
from laureat.intake.queries.lists import Counts
from laureat.intake.queries.stages import doubtful_dates
from laureat.intake.queries.tracking import file_of, versions_of
from laureat.intake.queries.walking import planned_way
from laureat.intake.queries.working import working_copy
from laureat.ledger.models import Record, Words
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.rulebook.actions import close_stage, move_dates, move_edition, open_stage
from laureat.rulebook.models import Edition, EditionState, Stage
from laureat.rulebook.schema import Text
from tests.worlds import intake as world
from tests.worlds import people
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db
WHY = Text(ru="Потому.", en="Because.")


def states(entry):
    rows = entry.passages.order_by("stage__order").values_list("stage__key", "state")
    return dict(rows)


def test_a_complete_entry_gets_a_number_a_way_and_a_receipt():
    prize = world.prize()
    organisation = world.factory(headcount=700)
    user = world.acting_for(organisation, language="en")
    with world.at(prize, "2024-02-15T12:00") as instant:
        entry = world.filled(world.draft(prize, organisation, by=user), by=user)
        receipt = actions.submit_entry(entry, by=user)
    assert (receipt.number, receipt.late, receipt.submitted_at) == ("28-0001", False, instant)
    assert receipt.pdf.name == "28-0001.pdf"
    assert (entry.state, entry.category.key, entry.headcount) == ("submitted", "medium", 700)
    assert states(entry) == {
        "intake": "passed",
        "admission": "active",
        "desk": "waiting",
        "visit": "waiting",
        "council": "waiting",
    }
    assert receipt.record.action == "entry.submitted"
    mail = Message.objects.get(kind="entry-submitted")
    assert (mail.to, mail.subject) == (user.email, "Entry 28-0001: received")
    assert "You can change it until 1\xa0March 2024, 23:59 Moscow time;" in mail.body
    assert list(mail.attachments.all()) == [receipt.pdf]


def test_what_is_missing_is_listed_by_field():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, world.factory())
        world.filled(entry, files=False, certified=True)
        with pytest.raises(InvalidAnswers) as caught:
            actions.submit_entry(entry, by=None)
    assert sorted(caught.value.errors) == [
        "certificates",
        "declaration",
        "report",
        "tax_certificate",
    ]
    entry.refresh_from_db()
    assert (entry.state, entry.number, entry.passages.count()) == ("draft", None, 0)


def test_answers_to_questions_that_are_no_longer_asked_are_not_handed_in():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.filled(world.draft(prize, world.factory()), confidential=True)
        actions.save_answers(
            entry, {"confidential_parts": "Глава 3"}, version=entry.version, by=None
        )
        actions.save_answers(entry, {"confidential": False}, version=entry.version, by=None)
        assert entry.answers["confidential_parts"] == "Глава 3"
        actions.submit_entry(entry, by=None)
    assert "confidential_parts" not in entry.answers


def test_serials_run_per_edition_or_per_region():
    prize = world.prize()
    assert [world.submitted(prize).number for _n in range(3)] == ["28-0001", "28-0002", "28-0003"]
    goods = world.goods("42", "54")
    made = [world.submitted(goods, world.factory(code)).number for code in ("42", "54", "42")]
    assert made == ["42-2023-001", "54-2023-001", "42-2023-002"]


def test_only_stages_that_apply_are_walked():
    goods = world.goods("42")
    food = world.submitted(goods, category="food")
    machine = world.submitted(goods, category="technical")
    assert set(states(food)) - set(states(machine)) == {"laboratory", "tasting"}
    assert set(food.passages.values_list("stage__region", flat=True)) == {"42", ""}


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        ("2024-03-01T23:59:00", False),
        ("2024-03-01T23:59:01", True),
        ("2024-03-02T00:14:00", True),
        ("2024-03-02T00:14:01", None),
    ],
)
def test_the_grace_time_is_kept_to_the_second(moment, outcome):
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.filled(world.draft(prize, world.factory()))
    with world.at(prize, moment):
        if outcome is None:
            with pytest.raises(Refused) as caught, translation.override("en"):
                actions.submit_entry(entry, by=None)
            assert "1\u00a0March 2024, 23:59" in str(caught.value)
        else:
            assert actions.submit_entry(entry, by=None).late is outcome


def test_a_deadline_elsewhere_is_told_in_moscow_time_too():
    prize = world.prize()
    Edition.objects.filter(pk=prize.pk).update(zone="Asia/Novokuznetsk")
    prize.zone = "Asia/Novokuznetsk"
    with world.at(prize, "2024-02-15"):
        entry = world.filled(world.draft(prize, world.factory()))
    late, english = world.at(prize, "2024-03-06"), translation.override("en")
    with late, english, pytest.raises(Refused) as caught:
        actions.submit_entry(entry, by=None)
    assert "UTC+7" in str(caught.value)
    assert "23:59 in Moscow" in str(caught.value)


def test_an_older_version_never_writes_over_a_newer_one():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, world.factory())
        actions.save_answers(entry, {"summary": "первое"}, version=0, by=None)
        with pytest.raises(Stale):
            actions.save_answers(entry, {"summary": "второе"}, version=0, by=None)
        same = actions.save_answers(entry, {"summary": "первое"}, version=0, by=None)
    assert (same.version, same.answers["summary"]) == (1, "первое")


def test_nothing_is_saved_when_one_field_cannot_be_read():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, world.factory())
        with pytest.raises(InvalidAnswers) as caught:
            actions.save_answers(
                entry, {"summary": "текст", "sites": "пять", "nonsense": 1}, version=0, by=None
            )
    assert sorted(caught.value.errors) == ["nonsense", "sites"]
    entry.refresh_from_db()
    assert "summary" not in entry.answers


def test_a_submitted_entry_changes_as_a_whole_until_the_deadline_and_is_fixed_after_it():
    prize = world.prize()
    entry = world.submitted(prize)
    first = dict(entry.answers)
    with world.at(prize, "2024-02-25"):
        with pytest.raises(Refused):
            actions.submit_changes(entry, by=None)
        actions.save_answers(entry, {"summary": ""}, version=entry.version, by=None)
        actions.detach(entry, "report", by=None)
        with pytest.raises(InvalidAnswers) as caught:
            actions.submit_changes(entry, by=None)
        assert sorted(caught.value.errors) == ["report", "summary"]
        assert Entry.objects.get(pk=entry.pk).answers == first
        actions.attach(entry, "report", world.a_file("docx"), by=None)
        actions.save_answers(entry, {"summary": "лучше"}, version=entry.version, by=None)
        receipt = actions.submit_changes(entry, by=None)
        with pytest.raises(Refused):
            actions.submit_changes(entry, by=None)
    assert (receipt.number, entry.handed_in) == ("28-0001", 2)
    assert entry.answers == first | {"summary": "лучше"}
    assert [
        (version.number, version.counts, len(version.hash)) for version in versions_of(entry)
    ] == [(1, False, 64), (2, True, 64)]
    with world.at(prize, "2024-03-02T00:05"), pytest.raises(Refused):
        actions.save_answers(entry, {"summary": "поздно"}, version=entry.version, by=None)


def test_changes_left_behind_at_the_deadline_are_told_and_do_not_count():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation)
    before = entry.answers["summary"]
    with world.at(prize, "2024-02-27"):
        actions.save_answers(entry, {"summary": "новое"}, version=entry.version, by=user)
    stage = world.stage_of(prize, "intake")
    actions.tick(at=stage.closes_at - timedelta(hours=20))
    actions.tick(at=stage.closes_at - timedelta(hours=19))
    actions.tick(at=stage.last_moment + timedelta(minutes=1))
    told = Message.objects.filter(user=user).values_list("kind", flat=True)
    assert sorted(told) == ["changes-left", "changes-near", "entry-submitted"]
    assert Entry.objects.get(pk=entry.pk).answers["summary"] == before


def test_a_locked_report_is_refused_with_what_to_do():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, world.factory())
        locked = SimpleUploadedFile(
            "Отчёт завода.pdf",
            b"%PDF-1.7\n" + b"0" * 70_000 + b"\ntrailer<</Root 1 0 R/Encrypt 9 0 R>>\n%%EOF\n",
        )
        with pytest.raises(Refused) as caught:
            actions.attach(entry, "report", locked, by=None)
    assert caught.value.field == "report"
    assert "Отчёт завода.pdf" in str(caught.value)
    assert not entry.attachments.exists()


def test_a_replaced_file_is_kept():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, world.factory())
        first = actions.attach(entry, "report", world.a_file("pdf", "первый.pdf"), by=None)
        second = actions.attach(entry, "report", world.a_file("pdf", "второй.pdf"), by=None)
        with pytest.raises(Refused) as caught:
            actions.attach(entry, "report", world.a_file("png"), by=None)
    assert caught.value.field == "report"
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert list(entry.attachments.filter(replaced_at__isnull=True)) == [second]


def test_passing_and_stopping_move_one_passage_and_say_why():
    prize = world.prize()
    one, two, three = (world.submitted(prize) for _n in range(3))
    admission, desk = world.stage_of(prize, "admission"), world.stage_of(prize, "desk")
    actions.pass_many([one, two, three], admission, by=None)
    actions.stop_at(two, desk, reason=WHY, by=None)
    actions.pass_stage(one, desk, reason=WHY, by=None)
    assert states(one)["visit"] == "active"
    assert (states(two)["desk"], states(two)["visit"], two.state) == (
        "stopped", "waiting", "stopped",
    )  # fmt: skip
    assert one.passages.get(stage=desk).reason_en == "Because."
    with pytest.raises(Refused):
        actions.pass_stage(two, desk, by=None)
    with pytest.raises(Refused):
        actions.stop_at(three, desk, reason=Text(ru="", en=""), by=None)
    actions.reinstate(two, reason=WHY, by=None)
    actions.pass_stage(two, desk, by=None)
    assert (states(two)["visit"], Entry.objects.get(pk=two.pk).state) == ("active", "submitted")
    for stage in ("visit", "council"):
        actions.pass_stage(one, world.stage_of(prize, stage), by=None)
    actions.finish_entry(one, by=None)
    assert Entry.objects.get(pk=one.pk).state == "finished"
    assert counts_by_stage(prize)[desk.pk].reached == 3


def test_nobody_is_taken_back_into_a_contest_whose_results_are_published():
    prize = world.prize()
    entry = world.submitted(prize)
    actions.stop_at(entry, world.stage_of(prize, "admission"), reason=WHY, by=None)
    move_edition(prize, EditionState.PUBLISHED, by=None)
    with pytest.raises(Refused):
        actions.reinstate(entry, reason=WHY, by=None)
    assert states(entry)["admission"] == "stopped"


def test_taking_back_reads_the_edition_after_holding_it():
    """A page opened before the results were published does not take an entry back afterwards."""
    prize = world.prize()
    entry = world.submitted(prize)
    actions.stop_at(entry, world.stage_of(prize, "admission"), reason=WHY, by=None)
    read_before = Entry.objects.select_related("edition__award").get(pk=entry.pk)
    move_edition(Edition.objects.get(pk=prize.pk), EditionState.PUBLISHED, by=None)
    with pytest.raises(Refused, match="опубликованы"):
        actions.reinstate(read_before, reason=WHY, by=None)
    assert states(entry)["admission"] == "stopped"


def test_taking_back_locks_in_the_order_of_the_house_and_commits_to_its_reason():
    prize = world.prize()
    entry = world.submitted(prize)
    actions.stop_at(entry, world.stage_of(prize, "admission"), reason=WHY, by=None)
    with locks_taken() as taken:
        actions.reinstate(entry, reason=WHY, by=None)
    assert taken == ["Edition", "Stage", "Entry", "Passage", "Chain"]
    assert committed("entry.reinstated")["reason_sha256"] == "Потому.\nBecause."


def committed(action):
    """The data of the only record of `action`, commitments replaced by the words behind them."""
    data = json.loads(Record.objects.get(action=action).content)["data"]
    words = dict(Words.objects.values_list("commitment", "text"))
    return {
        key: words[value] if key.endswith("_sha256") and value else value
        for key, value in data.items()
    }


def test_what_checks_noted_is_committed_to():
    prize = world.prize()
    entry, stage = world.submitted(prize), world.stage_of(prize, "admission")
    item, other = [each.key for each in stage.rules.checks][:2]
    with world.at(prize, "2024-03-05"):
        open_stage(stage, by=None)
        actions.record_checks(
            stage,
            [
                actions.Found(entry, item, "failed", "Нет печати (демо)"),
                actions.Found(entry, other, "passed"),
            ],
            by=None,
        )
    assert committed("checks.recorded") == {
        "stage": "admission",
        "found": {entry.uid: {item: "failed", other: "passed"}},
        "notes_sha256": f"{entry.uid} {item}: Нет печати (демо)",
    }


def test_moving_many_asks_as_little_as_moving_one(django_assert_max_num_queries):
    prize = world.prize()
    entries = [world.submitted(prize) for _n in range(12)]
    with django_assert_max_num_queries(20):
        actions.pass_many(entries, world.stage_of(prize, "admission"), by=None)
    assert Passage.objects.filter(stage__key="desk", state="active").count() == 12


def test_an_applicant_learns_of_a_decision_when_the_stage_is_closed():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation)
    secretary = world.secretary(prize)
    admission = world.stage_of(prize, "admission")
    open_stage(admission, by=None)
    actions.stop_at(entry, admission, reason=WHY, by=None)

    def seen(reader):
        return [(step.state, step.note) for step in way(entry, reader)[:3]]

    pending = [("passed", ""), ("active", ""), ("waiting", "")]
    decided = [("passed", ""), ("stopped", "Потому.")]
    assert (seen(user), seen(None), seen(secretary)) == (pending, pending, decided)
    assert known(entry, passages_of(entry), everything=False).state == "submitted"
    close_stage(admission, by=None)
    assert seen(user) == decided


def test_a_stage_does_not_wait_for_who_was_stopped_before_it():
    prize, (stopped, _walking) = world.entered(2)
    actions.stop_at(stopped, world.stage_of(prize, "admission"), reason=WHY, by=None)
    counts = counts_by_stage(prize)
    assert counts[world.stage_of(prize, "admission").pk] == Counts(active=1, stopped=1)
    assert counts[world.stage_of(prize, "visit").pk] == Counts(waiting=1)


def test_a_stage_is_under_way_for_an_applicant_when_it_is_open_not_before():
    prize = world.prize()
    entry = world.submitted(prize)
    admission = world.stage_of(prize, "admission")
    assert [step.state for step in way(entry)[:3]] == ["passed", "waiting", "waiting"]
    with world.at(prize, "2024-02-20"):
        assert way(entry)[1].when == "с 2\u00a0марта"
    with world.at(prize, "2023-12-20"):
        assert way(entry)[1].when == "с 2\u00a0марта 2024"
    with world.at(prize, "2024-03-03"):
        assert way(entry)[1].when == "ещё не открыт"
    open_stage(admission, by=None)
    assert [step.state for step in way(entry)[:3]] == ["passed", "active", "waiting"]
    stages = [world.stage_of(prize, key) for key in ("intake", "admission")]
    for stage in stages:
        stage.state = "planned"
    assert [step.state for step in planned_way(stages, prize)] == ["waiting", "waiting"]
    stages[0].state = "open"
    assert [step.state for step in planned_way(stages, prize)] == ["active", "waiting"]


def test_closing_checks_needs_every_result_and_tells_who_stops():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    good, bad = world.submitted(prize), world.submitted(prize, organisation)
    stage = world.stage_of(prize, "admission")
    with pytest.raises(Refused):
        actions.record_check(good, stage, "documents", "passed", by=None)
    open_stage(stage, by=None)
    for key in ("documents", "not-bankrupt", "report-format"):
        actions.record_check(good, stage, key, "passed", by=None)
        actions.record_check(bad, stage, key, "passed", by=None)
    with pytest.raises(Refused):
        actions.record_check(bad, stage, "documents", "failed", " ", by=None)
    with pytest.raises(Refused):
        actions.record_check(bad, stage, "weather", "passed", by=None)
    late = world.submitted(prize)
    with pytest.raises(Refused) as caught:
        actions.close_checks(stage, by=None)
    assert late.number in str(caught.value)
    assert good.number not in str(caught.value)
    actions.withdraw_entry(late, "Передумали", by=None)
    actions.record_check(bad, stage, "documents", "failed", "Нет подписи", by=None)
    done = actions.close_checks(stage, by=None)
    assert (done.passed, done.stopped) == (1, 1)
    passage = bad.passages.get(stage=stage)
    assert passage.reason_ru == "Не пройдена проверка. Комплект документов: Нет подписи."
    assert passage.reason_en == "Checks not passed. Set of documents: Нет подписи."
    assert Message.objects.filter(kind="entry-stopped", user=user).count() == 1
    assert Stage.objects.get(pk=stage.pk).state == "closed"


def test_what_a_document_proves_needs_the_document_or_its_number():
    goods = world.goods("42")
    entry = world.submitted(goods)
    world.admitted(goods, entry, key="documents", region="42")
    stage = world.stage_of(goods, "supervisors", "42")
    open_stage(stage, by=None)
    with pytest.raises(Refused) as caught:
        actions.record_check(entry, stage, "antimonopoly", "passed", by=None)
    assert caught.value.field == "antimonopoly"
    with_file = actions.record_check(
        entry, stage, "antimonopoly", "passed", by=None, protocol=world.a_file("pdf")
    )
    assert with_file.protocol.media_type == "application/pdf"
    by_number = actions.record_check(
        entry, stage, "consumer-protection", "passed", "письмо № 7", by=None
    )
    assert by_number.protocol is None


def test_the_clock_opens_closes_and_reminds_once():
    prize = world.prize(opened=False)
    intake = world.stage_of(prize, "intake")
    assert intake.opens_at is not None
    assert actions.tick(at=intake.opens_at - timedelta(seconds=1)).opened == []
    assert [str(each) for each in actions.tick(at=intake.opens_at).opened] == ["intake"]
    organisation = world.factory()
    world.acting_for(organisation)
    with world.at(prize, "2024-02-01"):
        world.draft(prize, organisation)
    assert intake.last_moment is not None
    reminded = [
        actions.tick(at=intake.closes_at - timedelta(hours=hours)).reminded
        for hours in (80, 70, 60, 20)
    ]
    assert Message.objects.filter(kind="deadline-near").count() == 2
    assert reminded[0] == 0
    assert actions.tick(at=intake.last_moment).closed == []
    done = actions.tick(at=intake.last_moment + timedelta(seconds=1))
    assert [str(each) for each in done.closed] == ["intake"]
    assert Message.objects.filter(kind="draft-closed").count() == 1
    assert not actions.tick(at=intake.last_moment + timedelta(seconds=2)).closed


def test_a_stage_that_fails_by_any_error_does_not_hold_up_the_others(monkeypatch, caplog):
    first, second = world.prize(opened=False), world.goods()
    broken = world.stage_of(first, "intake")
    whole = second.stages.filter(kind="intake", state="planned").order_by("region").first()
    due = broken.opens_at
    with clock.at(due - timedelta(days=1)):
        move_dates(
            whole,
            opens_at=due,
            closes_at=due + timedelta(days=9),
            grace=timedelta(0),
            by=people.secretary("best-goods", "2023"),
        )

    def open_or_fail(stage, *, by):
        if stage.edition_id == first.pk:
            message = "the letter cannot be worded"
            raise ValueError(message)
        return open_stage(stage, by=by)

    monkeypatch.setattr("laureat.intake.actions.clock.open_stage", open_or_fail)
    done = actions.tick(at=due)
    assert broken not in done.opened
    assert whole in done.opened
    assert Stage.objects.get(pk=broken.pk).state == "planned"
    assert f"{first} {broken}" in caplog.text
    assert "cannot be worded" in caplog.text


def test_a_stage_that_did_not_open_on_its_day_does_not_promise_that_day():
    prize = world.prize(opened=False)
    stages = [world.stage_of(prize, "intake"), world.stage_of(prize, "admission")]
    with clock.at(stages[0].opens_at - timedelta(days=1)):
        assert planned_way(stages, prize)[0].when == "с 16\xa0января"
    with clock.at(stages[0].opens_at + timedelta(days=1)):
        first, second = planned_way(stages, prize)
    assert (first.when, second.when[:2]) == ("ещё не открыт", "с ")


def test_a_moved_deadline_is_told_to_those_who_still_work_on_an_entry():
    prize = world.prize()
    intake = world.stage_of(prize, "intake")
    organisation = world.factory()
    applicant = world.acting_for(organisation)
    secretary = people.secretary("rf-quality-prize", "2024")
    with world.at(prize, "2024-02-01"):
        world.draft(prize, organisation)
        later = intake.closes_at + timedelta(days=7)
        dates = {"opens_at": intake.opens_at, "grace": intake.grace}
        assert actions.move_stage_dates(intake, closes_at=later, **dates, by=secretary) == 1
        assert actions.move_stage_dates(intake, closes_at=later, **dates, by=secretary) == 0
    message = Message.objects.get(kind="deadline-moved")
    assert message.to == applicant.email
    assert message.subject == "Срок приёма заявок перенесён"
    assert "принимаются до 8\xa0марта 2024" in message.body
    assert "Раньше было: 1\xa0марта 2024" in message.body


def test_a_stage_that_ends_before_the_one_before_it_is_pointed_at_and_so_is_one_that_is_over():
    prize = world.prize()
    intake, admission = world.stage_of(prize, "intake"), world.stage_of(prize, "admission")
    with world.at(prize, "2024-02-01"):
        assert doubtful_dates(intake) == doubtful_dates(admission) == []
        intake.closes_at = admission.closes_at + timedelta(hours=1)
        (sentence,) = doubtful_dates(intake)
        assert sentence.startswith("«Допуск» заканчивается раньше, чем «Приём заявок»")
        admission.closes_at = clock.now() - timedelta(days=1)
        over, early = doubtful_dates(admission)
        assert over.startswith("Этот срок уже прошёл")
        assert early.startswith("«Допуск» заканчивается раньше")


def test_a_closed_stage_is_opened_again_for_an_entry_that_waits_in_it():
    prize = world.prize()
    entry, admission = world.submitted(prize), world.stage_of(prize, "admission")
    secretary = people.secretary("rf-quality-prize", "2024")
    with world.at(prize, "2024-03-05"):
        actions.open_by_hand(admission, by=secretary)
        actions.stop_at(entry, admission, reason=WHY, by=None)
        close_stage(admission, by=None)
        with pytest.raises(Refused, match="ни одной заявки"):
            actions.open_by_hand(admission, by=secretary)
        with pytest.raises(Denied):
            actions.open_by_hand(admission, by=world.person())
        actions.reinstate(entry, reason=WHY, by=None)
        assert actions.open_by_hand(admission, by=secretary).state == "open"


def test_applications_are_not_closed_before_the_announced_time():
    prize = world.prize()
    intake = world.stage_of(prize, "intake")
    with world.at(prize, "2024-02-20"), pytest.raises(Refused):
        actions.close_intake(intake, by=None)
    with world.at(prize, "2024-02-20"):
        assert Stage.objects.get(pk=intake.pk).is_open


def test_facts_of_many_are_those_of_each(django_assert_num_queries):
    from laureat.intake.queries import facts

    prize = world.prize()
    for _n in range(3):
        world.submitted(prize)
    rows = list(
        Entry.objects.select_related(
            "edition__award", "edition__version", "organisation", "good", "category"
        )
    )
    with django_assert_num_queries(1):
        many = facts_of_many(rows)
    assert many == {entry.pk: facts(entry) for entry in rows}


def everybody(prize, goods, organisation):
    whole = {"award": prize.award.key, "edition": prize.key}
    people = {
        "stranger": world.person(),
        "applicant": world.acting_for(organisation),
        "secretary": world.secretary(prize),
        "of region 42": world.secretary(goods, "42"),
        "of region 54": world.secretary(goods, "54"),
    }
    for name, role, scope in (
        ("organiser", Role.ORGANISER, {"award": prize.award.key}),
        ("auditor", Role.AUDITOR, whole),
        ("chair", Role.CHAIR, whole),
        ("assessor", Role.ASSESSOR, whole),
        ("applicant of nothing", Role.APPLICANT, {}),
        ("organiser of all", Role.ORGANISER, {}),
    ):
        people[name] = world.person()
        give_role(people[name], role, by=None, **scope)
    return people


def test_predicates_and_querysets_agree_for_everybody():
    prize, goods = world.prize(), world.goods("42", "54")
    organisation = world.factory()
    entries = [
        world.submitted(prize, organisation), world.submitted(prize),
        world.submitted(goods, world.factory("42")), world.submitted(goods, world.factory("54")),
    ]  # fmt: skip
    with world.at(prize, "2024-02-15"):
        entries.append(world.draft(prize, world.factory()))
    rows = {
        "entry": list(Entry.objects.select_related("organisation", "edition__award")),
        "stage": list(Stage.objects.select_related("edition__award")),
        "edition": list(Edition.objects.select_related("award")),
        "organisation": [entry.organisation for entry in entries],
    }
    rights = {
        "entry": [
            permissions.see_entry, permissions.read_answers, permissions.edit_entry,
            permissions.withdraw_entry, permissions.check_entry, permissions.submit_entry,
            permissions.choose_category, permissions.ask_colleagues,
        ],
        "stage": [permissions.move_entries],
        "edition": [permissions.survey_edition],
        "organisation": [permissions.apply_for],
    }  # fmt: skip
    people = everybody(prize, goods, organisation)
    for may in ("edit", "submit"):
        people[f"helper who may {may}"] = helper = world.person()
        asked = actions.invite_colleague(
            entries[0], helper.email, may_submit=may == "submit", by=people["applicant"]
        )
        actions.accept_invitation(asked, by=helper)
        people[f"helper who may {may}"] = User.objects.get(pk=helper.pk)
    for name, person in people.items():
        for kind, allowed in rights.items():
            for right in allowed:
                by_predicate = {row.pk for row in rows[kind] if right(person, row)}
                by_queryset = set(right.of(person).values_list("pk", flat=True))
                by_queryset &= {row.pk for row in rows[kind]}
                assert by_predicate == by_queryset, (name, right.name)


def test_strangers_may_do_nothing():
    prize = world.prize()
    entry = world.submitted(prize)
    stranger = world.acting_for(world.factory())
    admission = world.stage_of(prize, "admission")
    with world.at(prize, "2024-02-20"):
        for attempt in (
            lambda: actions.save_answers(entry, {}, version=0, by=stranger),
            lambda: actions.attach(entry, "report", world.a_file(), by=stranger),
            lambda: actions.submit_entry(entry, by=stranger),
            lambda: actions.withdraw_entry(entry, "x", by=stranger),
            lambda: actions.pass_stage(entry, admission, by=stranger),
            lambda: actions.finish_entry(entry, by=stranger),
            lambda: actions.close_checks(admission, by=stranger),
            lambda: actions.start_entry(prize, entry.organisation, by=stranger),
        ):
            with pytest.raises(Denied):
                attempt()


def test_the_season_can_be_replayed_at_any_instant():
    prize = world.prize()
    entry = world.submitted(prize, moment="2024-02-29T10:00")
    assert clock.now() != entry.submitted_at
    assert entry.submitted_at.isoformat() == "2024-02-29T07:00:00+00:00"


def test_a_contest_whose_last_entry_was_withdrawn_is_published_and_put_away_by_hand():
    prize = world.prize()
    entry = world.submitted(prize)
    secretary = world.secretary(prize)
    with pytest.raises(Refused, match=r"applications|Заявки|Приём|Applications"):
        actions.publish_edition(prize, by=secretary)
    close_stage(world.stage_of(prize, "intake"), by=None)
    with pytest.raises(Refused):
        actions.publish_edition(prize, by=secretary)
    assert (Edition.objects.get().state, states(entry)["admission"]) == ("running", "active")
    with pytest.raises(Refused):
        actions.archive_edition(prize, by=secretary)
    actions.withdraw_entry(entry, "Передумали", by=None)
    with pytest.raises(Denied):
        actions.publish_edition(prize, by=world.person())
    actions.publish_edition(prize, by=secretary)
    actions.archive_edition(prize, by=secretary)
    assert Edition.objects.get().state == "archived"
    kept = Record.objects.filter(chain__key=prize.chain).values_list("action", flat=True)
    assert list(kept)[-2:] == ["edition.published", "edition.archived"]


def test_entries_that_came_to_the_end_without_a_session_are_finished_when_results_are_published():
    prize = world.prize()
    entry = world.submitted(prize)
    close_stage(world.stage_of(prize, "intake"), by=None)
    for key in ("admission", "desk", "visit", "council"):
        actions.pass_stage(entry, world.stage_of(prize, key), by=None)
    actions.publish_edition(prize, by=world.secretary(prize))
    entry.refresh_from_db()
    assert (entry.state, Edition.objects.get().state) == ("finished", "published")


def test_a_secretary_of_one_region_does_not_publish_the_whole_contest():
    goods = world.goods("42", "54")
    with pytest.raises(Denied):
        actions.publish_edition(goods, by=world.secretary(goods, "42"))


def test_an_entry_is_not_changed_behind_the_back_of_its_check():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    stage = world.stage_of(prize, "admission")
    with world.at(prize, "2024-02-20"):
        open_stage(stage, by=None)
        item = stage.rules.checks[0].key
        actions.record_check(entry, stage, item, "passed", by=None)
        with pytest.raises(Refused):
            actions.save_answers(entry, {"summary": "Иначе"}, version=entry.version, by=user)
    entry.refresh_from_db()
    assert entry.answers["summary"] != "Иначе"


def test_the_edition_is_locked_before_the_entry_that_gets_a_number():
    prize = world.prize()
    with world.at(prize, "2024-02-15"):
        entry = world.filled(world.draft(prize, world.factory()))
        with locks_taken() as taken:
            actions.submit_entry(entry, by=None)
    assert taken[:2] == ["Edition", "Entry"]


def test_colleagues_are_counted_under_a_lock_of_the_organisation():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, organisation, by=user)
        with locks_taken() as taken:
            actions.invite_colleague(entry, "one@demo.invalid", may_submit=False, by=user)
    assert taken[0] == "Organisation"
    assert "Entry" not in taken


def test_inviting_and_taking_back_in_turn_mails_no_more_people_than_a_day_allows():
    """Else whoever has a draft writes to the whole world in the contest's name."""
    prize = world.prize()
    organisation, other = world.factory(), world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, organisation, by=user)
        for number in range(A_DAY):
            colleague = actions.invite_colleague(
                entry, f"guest{number}@demo.invalid", may_submit=False, by=user
            )
            actions.end_colleague(colleague, by=user)
        with pytest.raises(Refused, match="за сутки"):
            actions.invite_colleague(entry, "one@demo.invalid", may_submit=False, by=user)
        # Somebody else's colleagues are counted for themselves.
        theirs = world.draft(prize, other, by=world.acting_for(other))
        actions.invite_colleague(
            theirs, "one@demo.invalid", may_submit=False, by=world.acting_for(other)
        )
    with world.at(prize, "2024-02-16T12:00"):
        actions.invite_colleague(entry, "one@demo.invalid", may_submit=False, by=user)
    assert Message.objects.filter(kind="colleague-invited").count() == A_DAY + 2


def test_an_address_that_was_not_confirmed_accepts_no_invitation():
    prize = world.prize()
    organisation = world.factory()
    user = world.acting_for(organisation)
    with world.at(prize, "2024-02-15"):
        entry = world.draft(prize, organisation, by=user)
        helper = world.person()
        colleague = actions.invite_colleague(entry, helper.email, may_submit=True, by=user)
        helper.emailaddress_set.update(verified=False)
        with pytest.raises(Refused, match="Подтвердите"):
            actions.accept_invitation(colleague, by=helper)
        helper.emailaddress_set.update(verified=True)
        assert actions.accept_invitation(colleague, by=helper).user == helper


def test_files_of_changes_that_were_replaced_are_kept_and_do_not_count():
    prize = world.prize()
    with world.at(prize, "2024-02-10"):
        entry = world.submitted(prize, world.factory(), moment="2024-02-10")
    with world.at(prize, "2024-02-12"):
        attached = [
            actions.attach(entry, "report", world.a_file("pdf", f"{number}.pdf"), by=None)
            for number in (1, 2)
        ]
        actions.detach(entry, "report", by=None)
        assert "report" not in working_copy(entry).files
        last = actions.attach(entry, "report", world.a_file("pdf", "3.pdf"), by=None)
        assert working_copy(entry).files["report"] == last
        amendment = entry.amendments.get()
        rows = amendment.files.order_by("pk").values_list("file__name", "replaced_at")
        assert [(name, at is None) for name, at in rows] == [
            ("1.pdf", False),
            ("2.pdf", False),
            (None, False),
            ("3.pdf", True),
        ]
        assert file_of(entry, attached[0].uid, changes=True) == attached[0].file
        actions.submit_changes(entry, by=None)
    current = entry.attachments.get(field="report", replaced_at__isnull=True)
    assert current.file.name == "3.pdf"
    assert entry.attachments.filter(field="report").count() == 2


def test_the_way_of_a_withdrawn_entry_ends_where_it_was_withdrawn():
    prize = world.prize()
    entry = world.submitted(prize)
    with world.at(prize, "2024-02-20"):
        actions.withdraw_entry(entry, "Передумали", by=None)
    entry = Entry.objects.get(pk=entry.pk)
    shown = [(step.state, step.when) for step in way(entry)]
    assert [state for state, _when in shown].count("withdrawn") == 1
    assert shown[-1] == ("withdrawn", "20\u00a0февраля 2024")
    assert "waiting" not in [state for state, _when in shown]
