"""“Why did I not win?”: place by points, the lines of the titles, and how the total came about."""

import json
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.assessment.models import Result
from laureat.feedback import actions, queries
from laureat.feedback.content import gather
from laureat.feedback.content.standing import standing
from laureat.feedback.models import Report
from laureat.feedback.queries.totals import fair_of, standing_words, sum_of
from laureat.ledger.models import Record
from laureat.rulebook import schema
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db
LAUREATE = {"ru": "Лауреат премии", "en": "Prize laureate"}
DIPLOMANT = {"ru": "Дипломант конкурса", "en": "Contest diplomant"}
SMALL = {"ru": "До 250 человек", "en": "Up to 250 staff"}


def contents(season):
    with season.later():
        actions.make_reports(season.edition, by=season.secretary)
    return {each.entry.number: each.content for each in Report.objects.select_related("entry")}


def test_a_finalist_without_an_honour_reads_place_and_lines():
    season = world.played([62, 58, 55, 52, 50, 40])
    told = contents(season)
    assert told["28-0006"]["standing"] == {
        "points": "400",
        "place": 6,
        "of": 6,
        "group": SMALL,
        "missed": [
            {"title": LAUREATE, "given": 3, "line": None, "by_rule": False},
            {"title": DIPLOMANT, "given": 2, "line": "450", "by_rule": True},
        ],
    }
    assert told["28-0005"]["standing"]["missed"] == [
        {"title": LAUREATE, "given": 3, "line": None, "by_rule": False}
    ]
    assert told["28-0001"]["standing"]["missed"] == []
    assert told["28-0006"]["way"][-1]["state"] == "decided"
    with translation.override("en"):
        shown = queries.reading(Report.objects.get(entry__number="28-0006"))
    assert shown.outcome == [("Judged to the end, without an honour", "")]
    assert shown.standing == [
        "By points: place 6 of 6 in the group “Up to 250 staff”.",
        "“Prize laureate” was given to so many of them: 3 entries.",
        "“Contest diplomant” takes at least 450 points by the rules; this entry has 400.",
    ]
    assert shown.next[-1].startswith("You can take part again")


def test_before_publication_nothing_of_the_order_is_told():
    told = contents(world.judged([62, 58]))
    assert {number: each["standing"] for number, each in told.items()} == {
        "28-0001": None,
        "28-0002": None,
    }


def test_who_stopped_at_an_assessment_reads_the_place_there():
    told = contents(world.played([62, 58, 55, 52, 50, 18], stops=1))
    assert told["28-0006"]["standing"] == {
        "points": "200",
        "place": 6,
        "of": 6,
        "group": None,
        "missed": [],
    }
    assert told["28-0007"]["standing"] is None, "nobody judged it"


@pytest.mark.parametrize(
    ("tell", "expected"),
    [([], None), (["place"], (4, 0)), (["line"], (None, 1)), (["place", "line"], (4, 1))],
)
def test_the_rules_say_what_is_told(tell, expected):
    season = world.played([62, 58, 55, 52])
    material = gather(season.edition)
    material.read_texts(material.entries)
    feedback = material.rules.feedback.model_copy(update={"tell": tell})
    material.rules = material.rules.model_copy(update={"feedback": feedback})
    told = standing(material, season.entries[3])
    assert (told and (told["place"], len(told["missed"]))) == expected


def test_by_default_both_are_told():
    assert schema.Feedback(model_stage="visit").tell == ["place", "line"]


def words(**missed):
    raw = {"title": LAUREATE, "given": 12, "line": "45.85", "by_rule": False, **missed}
    return standing_words(
        {"points": "46.5", "place": None, "of": 37, "group": None, "missed": [raw]}
    )[0]


def test_who_was_above_the_line_reads_that_the_panel_voted():
    with translation.override("en"):
        assert words() == (
            "“Prize laureate” was given from 45.85 points on (12 entries); this entry has 46.5. "
            "The points were enough: the panel decides by vote, and by the order of the rules "
            "among equals."
        )
        assert words(line="47").endswith("this entry has 46.5.")


# ---------------------------------------------------------------- ranges and sums


def block(points, criteria, method="fair", **more):
    return {
        "points": points,
        "criteria": [{"points": each} for each in criteria],
        "decides": method,
        "raw": None,
        "fair": None,
        "low": None,
        "high": None,
        "methods": [{"method": method}],
        **more,
    }


def test_a_range_stands_beside_fair_points_only():
    agreed = fair_of(
        block("54.63", ["54.63"], "consensus", fair="97.3", low="81.94", high="114.52")
    )
    with translation.override("en"):
        assert (agreed.decides, agreed.both) == (False, "97.3 (81.94–114.52)")
    own = fair_of(block("48.47", ["49.83"], fair="48.47", low="47", high="49.9"))
    assert (own.decides, own.points, own.low, own.high, own.said) == (
        True,
        "48.47",
        "47",
        "49.9",
        "",
    )


def test_an_older_report_shows_no_range_beside_points_that_are_not_fair():
    old = block("54.63", ["54.63"], "consensus", low="81.94", high="114.52")
    del old["decides"], old["fair"], old["raw"]
    assert fair_of(old) is None
    old["methods"] = [{"method": "fair"}]
    assert fair_of(old).low == "81.94"


def test_the_report_explains_how_criteria_become_fair_points():
    with translation.override("en"):
        told = sum_of(block("48.47", ["10.83", "9", "6", "4", "6", "5", "5", "4"], raw="49.83"))
    assert told.rows == [
        ("Points by criterion, added up", "49.83"),
        ("Correction for strictness", "−1.36"),
        ("Total: fair points", "48.47"),
    ]
    assert "more leniently" in told.said


def test_a_median_need_not_be_the_sum_of_medians():
    with translation.override("en"):
        told = sum_of(block("30", ["10", "19"], "median"))
    assert told.rows == [("Points by criterion, added up", "29"), ("Total", "30")]
    assert "need not add up" in told.said
    assert sum_of(block("30", ["10", "20"], "median")) is None
    assert sum_of(block("30", ["10", None], "mean")) is None


CENTS = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(CENTS, min_size=1, max_size=9), CENTS, CENTS)
def test_the_rows_always_lead_from_the_criteria_to_the_total(criteria, raw, points):
    with translation.override("en"):
        told = sum_of(block(str(points), [str(each) for each in criteria], raw=str(raw)))
    if told is None:
        assert sum(criteria) == points
        return
    figures = [Decimal(value.replace("−", "-").replace(",", "")) for _label, value in told.rows]
    start = figures[1] if len(figures) == 4 else figures[0]
    assert figures[0] == sum(criteria)
    assert start + figures[-2] == figures[-1] == points


def test_ranges_of_agreed_points_stay_off_the_page_and_the_paper(client):
    season = world.played([62, 58])
    Result.objects.update(fair="597.3", low="581.94", high="614.52")
    with season.later():
        actions.make_reports(season.edition, by=season.secretary)
        actions.release_reports(season.edition, by=season.secretary)
    report = Report.objects.get(entry=season.entries[0])
    shown = queries.reading(report)
    assert shown.main.fair.decides is False
    total = queries.pdf_data(shown)["total"]
    assert (total["range"], total["fair"]) == (None, "597,3 (581,94–614,52)")
    client.force_login(season.applicants[0])
    told = client.get(f"/en/feedback/{report.uid}/").content.decode()
    assert "fair points" in told
    assert "They stand beside for comparison." in told
    with translation.override("en"):
        rows = queries.total_chart(shown.main).rows
    assert [row[1:3] for row in rows[:2]] == [["600", "—"], ["597.3", "581.94–614.52"]]


def test_nobody_passes_the_last_decision(client):
    """Who got nothing read that the application passed the decision of the Council."""
    season = world.played([62, 58, 55, 52, 50, 40])
    council = season.edition.stages.get(key="council")
    of_council = Record.objects.filter(subject=council.uid, action__startswith="entries.")
    assert [json.loads(each.content)["action"] for each in of_council] == ["entries.decided"]
    client.force_login(season.applicants[5])
    told = client.get(f"/en/entries/{season.entries[5].uid}/").content.decode()
    assert (
        "A decision about the application was made at the stage “Decision of the Council”" in told
    )
    assert "passed the stage “Decision of the Council”" not in told
    assert 'Decision of the Council<span class="only-heard"> (decided)</span>' in told
    assert "passed the stage “On-site assessment”" in told
