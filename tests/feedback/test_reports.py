"""From signed scorebooks to the report in the applicant's hands."""

import hashlib
import json

import pytest
from django.db import transaction

from laureat import ledger
from laureat.assessment.models import Mark
from laureat.feedback import actions
from laureat.feedback.content.building import build, digest
from laureat.feedback.models import Report, ReportState
from laureat.ledger.actions import commitment
from laureat.ledger.models import Record, Words
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry.actions import change_organisation
from laureat.rulebook.models import StageState, Version
from tests.worlds import intake as entering
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db
PERCENTS = [62, 58, 55, 52, 50, 18]


def made(season):
    with season.later():
        actions.make_reports(season.edition, by=season.secretary)
    return {
        report.entry.number: report
        for report in Report.objects.select_related("entry").order_by("entry__serial")
    }


def mails(kind="feedback.released"):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def test_every_applicant_gets_a_report_whatever_the_outcome():
    season = world.played(PERCENTS, stops=1)
    reports = made(season)
    assert {number: report.content["outcome"] for number, report in reports.items()} == {
        "28-0001": _honoured("Лауреат премии", "Prize laureate", "gold"),
        "28-0002": _honoured("Лауреат премии", "Prize laureate", "gold"),
        "28-0003": _honoured("Лауреат премии", "Prize laureate", "gold"),
        "28-0004": _honoured("Дипломант конкурса", "Contest diplomant", "laurel"),
        "28-0005": _honoured("Дипломант конкурса", "Contest diplomant", "laurel"),
        "28-0006": {
            "kind": "stopped",
            "stage": {"ru": "Заочная оценка", "en": "Remote assessment"},
        },
        "28-0007": {"kind": "stopped", "stage": {"ru": "Допуск", "en": "Admission"}},
    }
    assert {report.state for report in reports.values()} == {ReportState.DRAFT}


def _honoured(ru, en, tone):
    return {"kind": "honoured", "honours": [{"ru": ru, "en": en, "tone": tone}]}


def test_an_entry_that_stopped_at_a_check_reads_why():
    season = world.played([62], stops=1)
    content = made(season)["28-0002"].content
    assert content["blocks"] == []
    assert content["failed_checks"] == [
        {
            "stage": {"ru": "Допуск", "en": "Admission"},
            "title": {"ru": "Комплект документов", "en": "Set of documents"},
            "note": "нет подписи руководителя",
        }
    ]
    assert [(step["title"]["en"], step["state"]) for step in content["way"]] == [
        ("Applications", "passed"),
        ("Admission", "stopped"),
    ]


def test_points_are_those_of_the_last_stage_and_earlier_stages_are_named():
    season = world.played([62])
    block = made(season)["28-0001"].content["blocks"][0]
    assert (block["points"], block["max"]) == ("600", "1000")
    assert [criterion["points"] for criterion in block["criteria"]] == [
        *("60", "60", "60", "60", "60", "90", "60", "60", "90")
    ]
    assert [(each["stage"]["en"], each["method"], each["points"]) for each in block["methods"]] == [
        ("Remote assessment", "consensus", "600"),
        ("On-site assessment", "consensus", "600"),
    ]
    assert [each["people"] for each in block["methods"]] == [4, 4]


def test_the_consensus_speaks_first_then_earlier_stages_then_assessors_without_names():
    season = world.judged([62])
    entry = season.entries[0]

    def say(stage, kind, text, part="1a"):
        Mark.objects.filter(
            scorebook__entry=entry, scorebook__stage__key=stage, scorebook__kind=kind, part=part
        ).update(strengths=text)

    def said(part="1a"):
        made(season)
        blocks = Report.objects.get(entry=entry).content["blocks"]
        parts = {p["code"]: p for c in blocks[0]["criteria"] for p in c["parts"]}
        return parts[part]["strengths"]

    say("visit", "consensus", "Слово комиссии на выезде.")
    assert said() == ["Слово комиссии на выезде."]
    say("visit", "consensus", "—\nнет")
    say("desk", "consensus", "Слово комиссии заочно.")
    assert said() == ["Слово комиссии заочно."]
    say("desk", "consensus", "")
    for place, mark in enumerate(
        Mark.objects.filter(
            scorebook__entry=entry, scorebook__kind="individual", part="1a"
        ).order_by("pk")
    ):
        mark.strengths = ["Яркий пример лидерства.", "Вовлечённость людей."][place % 2]
        mark.save()
    assert said() == ["Вовлечённость людей.", "Яркий пример лидерства."]
    say("desk", "individual", "")
    assert said() == []
    flags = Report.objects.get(entry=entry).content["attention"]
    assert {"key": "efqm-2013:1b.strengths", "part": "1b", "why": "short"} in flags


def test_comparisons_need_a_group_that_gives_nobody_away():
    small = made(world.played([62, 58, 55, 52]))["28-0001"].content["blocks"][0]
    assert small["means"] == {"category": None, "honoured": None}
    assert {c["means"]["category"] for c in small["criteria"]} == {None}


def test_comparisons_of_a_large_group_are_exact_means():
    block = made(world.played([60, 60, 55, 50, 50, 40, 18]))["28-0001"].content["blocks"][0]
    assert block["sizes"] == {"category": 6, "honoured": 5}
    assert block["means"] == {"category": "525", "honoured": "550"}
    assert block["criteria"][0]["means"] == {"category": "52.5", "honoured": "55"}
    assert block["honoured_as"] == []


def test_where_everybody_was_honoured_the_mean_is_of_the_higher_titles():
    """A mean of everybody compares nothing: here all five have a title, three are laureates."""
    block = made(world.played([60, 60, 55, 50, 50, 18]))["28-0004"].content["blocks"][0]
    assert block["sizes"] == {"category": 5, "honoured": 3}
    assert block["means"] == {"category": "550", "honoured": None}, "three are too few for a mean"
    assert block["honoured_as"] == [{"ru": "Лауреат премии", "en": "Prize laureate"}]


def test_nobody_who_judged_is_named_in_any_report():
    season = world.played(PERCENTS, stops=1)
    told = json.dumps([r.content for r in made(season).values()], ensure_ascii=False)
    for user in season.assessors:
        assert user.name not in told
        assert user.email not in told
        assert user.uid not in told


def test_a_comment_that_names_an_assessor_is_pointed_out():
    season = world.judged([62])
    Mark.objects.filter(scorebook__stage__key="visit", part="2b").update(
        improvements="Как сказал Экспертов, целей не видно."
    )
    flags = made(season)["28-0001"].content["attention"]
    assert [flag for flag in flags if flag["why"] == "names"] == [
        {"key": "efqm-2013:2b.improvements", "part": "2b", "why": "names"}
    ]


def test_a_part_without_words_is_pointed_out_only_where_its_scale_asks_for_some():
    goods = world.regional(1)
    actions.make_reports(goods, by=None)
    (report,) = Report.objects.filter(entry__edition=goods)
    assert report.content["blocks"]
    assert [each for each in report.content["attention"] if each["why"] == "empty"] == []
    season = world.played([62])
    Mark.objects.filter(part="1a").update(strengths="", improvements="")
    flagged = made(season)["28-0001"].content["attention"]
    assert [(each["part"], each["why"]) for each in flagged if each["why"] == "empty"] == [
        ("1a", "empty")
    ]


def test_the_same_facts_give_the_same_bytes():
    season = world.played(PERCENTS[:3])
    first = {number: digest(report.content) for number, report in made(season).items()}
    Report.objects.all().delete()
    second = {number: digest(report.content) for number, report in made(season).items()}
    assert first == second


def test_making_again_changes_nothing_and_keeps_corrections():
    season = world.played([62, 58])
    report = made(season)["28-0001"]
    actions.edit_report(
        report, {"efqm-2013:1a.strengths": "Коротко и по делу."}, by=season.secretary, reason="имя"
    )
    with season.later():
        made_again = actions.make_reports(season.edition, by=None)
    assert made_again == actions.Made(made=0, changed=0, unchanged=2)
    report.refresh_from_db()
    assert report.content["edited"] == {
        "efqm-2013:1a.strengths": {
            "before": ["Первое.", "Второе.", "Третье."],
            "after": ["Коротко и по делу."],
        }
    }


def test_correcting_twice_keeps_the_first_words_and_the_journal_holds_hashes_only():
    season = world.played([62])
    report = made(season)["28-0001"]
    key = "efqm-2013:1a.improvements"
    actions.edit_report(report, {key: "Раз."}, by=season.secretary, reason="имя")
    actions.edit_report(report, {key: ""}, by=season.secretary, reason="ещё имя")
    assert not Record.objects.filter(content__contains="имя").exists()
    report.refresh_from_db()
    assert report.content["edited"][key] == {
        "before": ["Первое.", "Второе.", "Третье."],
        "after": [],
    }
    records = Record.objects.filter(action="feedback.corrected")
    assert records.count() == 2
    assert not any("Раз" in record.content or "Первое" in record.content for record in records)
    bare = [
        hashlib.sha256("\n".join(each).encode()).hexdigest()
        for each in (["Первое.", "Второе.", "Третье."], ["Раз."])
    ]
    assert not any(each in record.content for each in bare for record in records)
    (first, second) = [json.loads(record.content)["data"]["changes"] for record in records]
    kept = {each.commitment: each.text for each in Words.objects.all()}
    assert [kept[first[0]["before"]], kept[first[0]["after"]]] == [
        "Первое.\nВторое.\nТретье.",
        "Раз.",
    ]
    assert [kept[second[0]["before"]], second[0]["after"]] == ["Раз.", ""]


def test_what_was_released_cannot_be_guessed_from_the_journal():
    season = world.played([62])
    report = made(season)["28-0001"]
    with season.later():
        actions.release_reports(season.edition, by=season.secretary)
    report.refresh_from_db()
    record = Record.objects.get(action="feedback.released")
    assert digest(report.content) not in record.content
    assert commitment(digest(report.content), report.uid) in record.content


def test_two_secretaries_do_not_overwrite_each_other():
    season = world.played([62])
    report = made(season)["28-0001"]
    seen = digest(report.content)
    actions.edit_report(report, {"summary": "Первая."}, by=season.secretary, seen=seen)
    with pytest.raises(Refused):
        actions.edit_report(report, {"summary": "Вторая."}, by=season.secretary, seen=seen)
    report.refresh_from_db()
    assert report.content["summary"] == ["Первая."]


def test_an_unknown_place_is_refused_and_nothing_changes():
    season = world.played([62])
    report = made(season)["28-0001"]
    with pytest.raises(Refused) as refusal:
        actions.edit_report(report, {"efqm-2013:99.strengths": "x"}, by=season.secretary)
    assert refusal.value.field == "efqm-2013:99.strengths"


def test_reports_wait_for_publication_then_leave_once():
    season = world.judged([62, 58], stops=1, languages=("ru", "en"))
    made(season)
    with season.later(), pytest.raises(Refused):
        actions.release_reports(season.edition, by=season.secretary)
    assert mails() == []
    season = world.published(season)
    with season.later():
        assert actions.release_reports(season.edition, by=season.secretary) == 3
        with pytest.raises(Refused):
            actions.release_reports(season.edition, by=season.secretary)
        assert actions.make_reports(season.edition, by=None) == actions.Made(0, 0, 3)
    assert [(mail.to, mail.subject) for mail in mails()] == [
        (season.applicants[0].email, "Отчёт по результатам оценки заявки 28-0001"),
        (season.applicants[1].email, "Feedback report on entry 28-0002"),
        (season.applicants[2].email, "Отчёт по результатам оценки заявки 28-0003"),
    ]
    assert Record.objects.filter(action="feedback.released").count() == 3


def test_drafts_made_before_publication_are_released_with_the_published_outcome():
    season = world.judged([62])
    assert made(season)["28-0001"].content["outcome"] is None
    season = world.published(season)
    with season.later():
        actions.release_reports(season.again(), by=None)
    report = Report.objects.get()
    assert report.content["outcome"]["kind"] == "honoured"
    assert report.state == ReportState.RELEASED


def test_who_got_nothing_reads_so_even_if_the_caller_s_edition_is_from_before_publication():
    """The demo held its edition all season: 107 reports of finalists said nothing of the outcome."""
    judged = world.judged([62, 58, 55, 52, 50, 40])
    before = judged.again()
    season = world.published(judged)
    assert before.state != season.again().state
    with season.later():
        actions.make_reports(before, by=season.secretary)
        actions.release_reports(before, by=season.secretary)
    outcomes = {r.entry.number: r.content["outcome"]["kind"] for r in Report.objects.all()}
    assert outcomes == {
        **{f"28-000{place}": "honoured" for place in range(1, 6)},
        "28-0006": "none",
    }


def test_reports_are_built_once_unless_something_happened_since(monkeypatch):
    built = []

    def counting(material, entry):
        built.append(entry.number)
        return build(material, entry)

    monkeypatch.setattr(actions.reports, "build", counting)
    season = world.played([62, 58])
    reports = made(season)
    assert built == ["28-0001", "28-0002"]
    actions.edit_report(reports["28-0001"], {"summary": "Слово."}, by=season.secretary)
    with season.later():
        actions.release_reports(season.edition, by=season.secretary)
    assert built == ["28-0001", "28-0002"], "a correction is no reason to build anew"
    told = Report.objects.get(entry__number="28-0001")
    assert told.content["summary"] == ["Слово."]


@pytest.mark.parametrize("where", ["register", "contest", "rules"])
def test_what_happened_after_they_were_made_is_in_the_released_reports(where):
    season = world.played([62])
    made(season)
    entry = season.entries[0]
    if where == "register":
        change_organisation(entry.organisation, {"name_ru": "АО «Демо-новое»"}, by=None)
    elif where == "contest":
        Report.objects.update(content={**Report.objects.get().content, "outcome": None})
        with transaction.atomic():
            ledger.append(
                season.edition.chain, "entry.withdrawn", subject=entry.uid, by=None, data={}
            )
    else:
        Report.objects.update(content={**Report.objects.get().content, "outcome": None})
        Version.objects.filter(pk=season.edition.version_id).update(content_hash="0" * 64)
    with season.later():
        actions.release_reports(season.again(), by=None)
    content = Report.objects.get().content
    assert content["outcome"]["kind"] == "honoured"
    if where == "register":
        assert content["organisation"]["ru"] == "АО «Демо-новое»"


def test_an_organisation_without_people_is_told_at_its_address():
    season = world.played([62])
    from laureat.platform.access.models import Grant

    Grant.objects.filter(role="applicant").update(ended_at="2024-11-01T00:00Z")
    with season.later():
        actions.release_reports(season.edition, by=None)
    assert [mail.to for mail in mails()] == [season.entries[0].organisation.email]


def test_a_released_report_is_not_corrected():
    season = world.played([62])
    with season.later():
        actions.release_reports(season.edition, by=None)
    with pytest.raises(Refused):
        actions.edit_report(Report.objects.get(), {"summary": "x"}, by=season.secretary)


def test_reports_wait_while_somebody_still_judges():
    season = world.judged([62])
    season.edition.stages.filter(key="visit").update(state=StageState.OPEN)
    with pytest.raises(Refused):
        actions.make_reports(season.edition, by=season.secretary)


def test_only_the_secretary_makes_and_releases():
    season = world.played([62])
    for stranger in (season.applicants[0], season.assessors[0], entering.person()):
        with pytest.raises(Denied):
            actions.make_reports(season.edition, by=stranger)
        with pytest.raises(Denied):
            actions.release_reports(season.edition, by=stranger)


def test_withdrawn_and_unfinished_entries_get_none():
    from laureat.intake import actions as intake

    edition = entering.prize()
    kept, gone = entering.submitted(edition), entering.submitted(edition)
    world.a_draft(edition)
    with entering.at(edition, "2024-02-20"):
        intake.withdraw_entry(gone, "передумали", by=None)
    actions.make_reports(edition, by=None)
    assert [report.entry for report in Report.objects.all()] == [kept]
