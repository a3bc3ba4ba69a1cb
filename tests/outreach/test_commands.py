"""`laureat letters` does what the pages do."""

import pytest
from click.testing import CliRunner

from laureat.outreach import queries
from laureat.outreach.commands import letters
from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.platform.errors import Refused
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db


def run(*words):
    done = CliRunner().invoke(letters, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_letters_are_prepared_rendered_and_sent(tmp_path):
    world.prize()
    register.organisation(1, sector="food")
    register.organisation(2, email="")
    register.organisation(3, region="54")
    edition = "rf-quality-prize/2024"
    said = run("prepare", edition, "invitation", "--region", "42", "--date", "2024-01-16")
    assert said.startswith("подготовлено писем: 2, ")
    assert [each.number for each in Letter.objects.all()] == ["МПТ-7/1", "МПТ-7/2"]
    assert "изготовлено писем: 2\n" in run("render", edition, "invitation", "--into", str(tmp_path))
    assert {path.suffix for path in tmp_path.iterdir()} == {".pdf", ".docx"}
    assert len(list(tmp_path.iterdir())) == 4
    assert run("send", edition, "invitation") == ("передано почте писем: 1, без адреса: 1\n")
    listed = tmp_path / "inns.csv"
    listed.write_text(f"{register.inn(1)}\n{register.inn(3)}\n", encoding="utf-8")
    run("prepare", edition, "invitation", "--inns", str(listed), "--date", "2024-02-01")
    last = Campaign.objects.first()
    assert [each.organisation.region_id for each in last.letters.all()] == ["54"]
    assert [each.number for each in last.letters.all()] == ["МПТ-7/3"]
    assert Letter.objects.filter(state=LetterState.SENT).count() == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("prepare", "no/2024", "invitation"), "no/2024"),
        (("prepare", "rf-quality-prize/2024", "greeting", "--again"), "greeting"),
        (("render", "rf-quality-prize/2024", "invitation"), "ещё не подготовлены"),
        (("send", "rf-quality-prize/2024", "invitation"), "ещё не подготовлены"),
        (("render", "rf-quality-prize/2024", "greeting"), "«greeting».*invitation"),
        (("discard", "rf-quality-prize/2024", "greeting"), "«greeting».*invitation"),
        (("prepare", "rf-quality-prize/2024", "invitation", "--region", "00"), "«00».*42"),
        (("prepare", "rf-quality-prize/2024", "invitation", "--sector", "x"), "«x».*food"),
        (("prepare", "rf-quality-prize/2024", "invitation", "--size", "x"), "«x».*micro"),
    ],
)
def test_wrong_words_are_explained(words, told):
    world.prize()
    register.organisation(1)
    with pytest.raises(Refused, match=told):
        run(*words)


def test_an_unknown_letter_is_told_before_the_list_is_looked_at(monkeypatch):
    world.prize()
    register.organisation(1)
    monkeypatch.setattr(queries, "recipients", lambda *_: pytest.fail("looked"))
    done = CliRunner().invoke(letters, ["prepare", "rf-quality-prize/2024", "nope"])
    assert done.output == ""
    assert "«nope»; есть: " in str(done.exception)


def test_a_serial_number_begins_at_one():
    assert "--number" in run("prepare", "rf-quality-prize/2024", "invitation", "--number", "0")


def test_a_list_with_an_unknown_inn_prepares_nothing(tmp_path):
    world.prize()
    listed = tmp_path / "inns.txt"
    listed.write_text(register.inn(9), encoding="utf-8")
    with pytest.raises(Refused):
        run("prepare", "rf-quality-prize/2024", "invitation", "--inns", str(listed))
    assert not Campaign.objects.exists()
