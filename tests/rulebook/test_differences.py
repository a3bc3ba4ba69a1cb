"""What the rules of one edition say otherwise than another's, in sentences."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform import clock
from laureat.rulebook.actions import load, open_stage
from laureat.rulebook.reading.differences import Change, clauses, compare
from laureat.rulebook.schema.loading import load_award_folder, load_edition

AWARDS = Path(__file__).parents[2] / "awards"
PRIZE = {
    each.edition.edition: each.edition
    for each in load_award_folder(AWARDS / "rf-quality-prize").editions
}
EVERY = [each for folder in sorted(AWARDS.iterdir()) for each in sorted(folder.glob("[0-9]*.yaml"))]


@pytest.mark.parametrize("path", EVERY, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_rule_has_its_place_and_rules_do_not_differ_from_themselves(path, language):
    rules = load_edition(path).edition
    with translation.override(language):
        said = list(clauses(rules))
        assert len({(each.section, each.key) for each in said}) == len(said)
        assert all(each.title.strip() for each in said)
        assert compare(rules, rules) == []


def test_two_years_of_the_prize_differ_in_dates_and_numbers():
    with translation.override("en"):
        found = {
            change.title: change
            for section in compare(PRIZE["2024"], PRIZE["2025"])
            for change in section.changes
        }
    number = "The first entry's number"
    assert found[number] == Change(number, ("28-0001",), ("29-0001",))
    assert found["Applications"].after[0].startswith("Opens: 13.01.2025")


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_one_changed_number_is_the_only_change(before, after):
    one, other = (
        PRIZE["2024"].model_copy(update={"entries_per_applicant": count})
        for count in (before, after)
    )
    with translation.override("en"):
        found = [change for section in compare(one, other) for change in section.changes]
    assert [each.title for each in found] == ["Entries of one applicant"] * (before != after)


def announced(path):
    """An edition that takes applications: before that its rules are not public."""
    edition = load(path, by=None, demo=True)
    intake = edition.stages.order_by("order").first()
    with clock.at(intake.opens_at):
        open_stage(intake, by=None)
    return edition


@pytest.mark.django_db
def test_everybody_compares_editions_and_versions(client, django_assert_max_num_queries):
    first, _second = (announced(AWARDS / "sandbox" / f"{year}.yaml") for year in (2025, 2026))
    for other in ("2026", first.version.content_hash):
        url = reverse("rulebook:compare", args=["sandbox", "2025", other])
        with django_assert_max_num_queries(8):
            page = client.get(url)
        assert page.status_code == 200
        assert ("<del>" in page.content.decode()) is (other == "2026")
    missing = reverse("rulebook:compare", args=["sandbox", "2025", "1999"])
    assert client.get(missing).status_code == 404
