"""`laureat register` does what the actions do."""

import pytest
from click.testing import CliRunner

from laureat.platform.errors import Refused
from laureat.registry.commands import register
from laureat.registry.models import Distinction

pytestmark = pytest.mark.django_db


def run(*words):
    done = CliRunner().invoke(register, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_history_of_all_awards_is_taken_over_once():
    first = run("history").splitlines()
    assert [line.split(":")[0] for line in first] == ["best-goods", "rf-quality-prize"]
    count = Distinction.objects.count()
    assert count > 0
    assert all("внесено званий: 0," in line for line in run("history").splitlines())
    assert run("history", "best-goods").startswith("best-goods: внесено званий: 0,")
    assert Distinction.objects.count() == count


def test_an_award_without_history_is_told_before_any_is_taken_over():
    with pytest.raises(Refused, match=r"«nothing»\. Известны: best-goods, rf-quality-prize"):
        run("history", "best-goods", "nothing")
    assert not Distinction.objects.exists()


def test_tables_are_loaded_anew():
    assert run("tables") == "регионов: 89, отраслей: 27\n"
