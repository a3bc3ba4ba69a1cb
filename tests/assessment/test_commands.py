"""`laureat assessment check-totals` finds and mends totals that do not follow from their marks."""

import pytest
from click.testing import CliRunner

from laureat.assessment.commands import assessment
from laureat.assessment.models import Scorebook
from laureat.platform.errors import Refused
from tests.worlds import assessment as worlds

pytestmark = pytest.mark.django_db

PRIZE = "rf-quality-prize/2024"


def run(*words):
    done = CliRunner().invoke(assessment, ["check-totals", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_wrong_totals_are_told_and_repaired():
    worlds.desk_judged([60, 40])
    assert run(PRIZE) == (0, "все итоги сходятся с оценками\n")
    book = Scorebook.objects.order_by("pk").first()
    right = book.points
    Scorebook.objects.filter(pk=book.pk).update(points=right + 1)
    status, said = run(PRIZE)
    assert status == 1
    assert f"{book.uid}: записано {right + 1}, по оценкам {right}\n" in said
    status, said = run(PRIZE, "--repair")
    assert (status, said.splitlines()[-1]) == (0, "исправлен 1 итог")
    assert run(PRIZE) == (0, "все итоги сходятся с оценками\n")


def test_without_a_name_the_totals_of_all_contests_are_counted():
    assert run() == (0, "все итоги сходятся с оценками\n")
    worlds.desk_judged([60, 40])
    assert run() == (0, "все итоги сходятся с оценками\n")
    book = Scorebook.objects.order_by("pk").first()
    Scorebook.objects.filter(pk=book.pk).update(points=book.points + 1)
    assert run()[0] == 1
    assert run("--repair")[1].splitlines()[-1] == "исправлен 1 итог"
    assert run() == (0, "все итоги сходятся с оценками\n")


@pytest.mark.parametrize("name", ["nope/1999", "2024", "", "rf-quality-prize/"])
def test_an_unknown_contest_is_told_with_those_there_are(name):
    worlds.prize_at_desk()
    with pytest.raises(Refused, match=f"«{name}» с этапами оценки. Известны: .*{PRIZE}"):
        run(name)
